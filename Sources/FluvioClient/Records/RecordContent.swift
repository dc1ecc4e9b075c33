/// What keys and values of records can be made of: a type that converts to bytes and back.
///
/// Texts and `[UInt8]` are such types. One of your own says how it looks on the wire:
///
/// ```swift
/// struct Reading: RecordContent {
///     var celsius: Double
///
///     init(celsius: Double) { self.celsius = celsius }
///
///     init(recordBytes: [UInt8]) throws {
///         guard let celsius = Double(try String(recordBytes: recordBytes)) else { throw NotAReading() }
///         self.celsius = celsius
///     }
///
///     func recordBytes() throws -> [UInt8] { try "\(celsius)".recordBytes() }
/// }
/// ```
public protocol RecordContent: Sendable {
    /// Reads the bytes of a key or a value.
    ///
    /// - Throws: whatever says why these bytes are none of this type.
    init(recordBytes: [UInt8]) throws

    /// The bytes that stand for it; none is allowed.
    ///
    /// - Throws: whatever says why there are none that do.
    func recordBytes() throws -> [UInt8]
}

extension String: RecordContent {
    /// Reads UTF-8.
    ///
    /// - Throws: ``FluvioError/Code/invalidArgument`` for bytes that are none.
    public init(recordBytes: [UInt8]) throws {
        guard let text = String(validating: recordBytes, as: UTF8.self) else {
            throw FluvioError(.invalidArgument, "the bytes are no UTF-8")
        }
        self = text
    }

    /// Its UTF-8.
    public func recordBytes() -> [UInt8] { Array(utf8) }
}

extension [UInt8]: RecordContent {
    /// The bytes as they are.
    public init(recordBytes: [UInt8]) { self = recordBytes }

    /// The bytes as they are.
    public func recordBytes() -> [UInt8] { self }
}

extension Record {
    /// The value as a type that converts from bytes.
    ///
    /// - Throws: ``FluvioError/Code/invalidArgument`` for a value that is none of it, with the type's own error below.
    public func value<Content: RecordContent>(as type: Content.Type) throws(FluvioError) -> Content {
        try content(type, value, "value")
    }

    /// The key as a type that converts from bytes; nil if there is none.
    ///
    /// - Throws: as ``value(as:)``.
    public func key<Content: RecordContent>(as type: Content.Type) throws(FluvioError) -> Content? {
        guard let key else { return nil }
        return try content(type, key, "key")
    }

    private func content<Content: RecordContent>(
        _ type: Content.Type, _ bytes: [UInt8], _ what: String
    ) throws(FluvioError) -> Content {
        do {
            return try Content(recordBytes: bytes)
        } catch {
            throw FluvioError(
                .invalidArgument, "the \(what) is no \(type): \(error)",
                at: FluvioError.Place(partition: Int(partition), offset: offset), underlying: error)
        }
    }
}
