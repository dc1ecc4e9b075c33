import FluvioProtocol

/// A SmartModule that servers run over records, on their way to a reader or into a topic.
public struct SmartModule: Equatable, Sendable {
    /// Which code runs.
    public enum Code: Equatable, Sendable {
        /// A SmartModule of the cluster, by its name.
        case named(String)
        /// WebAssembly that goes along with the request, gzip-compressed.
        case compressed([UInt8])
    }

    /// Records that it sees before the first that is asked for.
    public struct Lookback: Equatable, Sendable {
        /// The last so many; 0: no limit by number.
        public var last: UInt64
        /// Not older than this; nil: any age.
        public var age: Duration?

        /// The last records, by number and age.
        public init(last: UInt64 = 0, age: Duration? = nil) {
            self.last = last
            self.age = age
        }
    }

    /// Which code runs.
    public var code: Code
    /// What it is told, by name.
    public var parameters: [String: String]
    /// The accumulator that an aggregate begins with; nil: none.
    public var initial: [UInt8]?
    /// What it sees before the first record.
    public var lookback: Lookback?

    /// A SmartModule, and what it is told.
    public init(
        _ code: Code, parameters: [String: String] = [:], initial: [UInt8]? = nil, lookback: Lookback? = nil
    ) {
        self.code = code
        self.parameters = parameters
        self.initial = initial
        self.lookback = lookback
    }

    /// WebAssembly, to be sent along compressed.
    ///
    /// - Throws: ``FluvioError/Code/system`` where it cannot be compressed.
    public init(webAssembly bytes: [UInt8], parameters: [String: String] = [:]) throws(FluvioError) {
        var compressor = Compressor()
        var compressed: [UInt8] = []
        let result = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(CompressionError) in
                try unsafe compressor.compress(bytes, with: .gzip, appendingTo: &compressed)
            }
        }
        do throws(CompressionError) {
            try result.get()
        } catch {
            throw FluvioError(.system, "cannot compress the SmartModule: \(error)", underlying: error)
        }
        self.init(.compressed(compressed), parameters: parameters)
    }

    /// As requests say it: always generic, and its name once more (protocol: SmartModule invocation).
    var invocation: SmartModuleInvocation {
        let parameters = SmartModuleParameters(
            values: parameters, lookback: lookback.map { .init(last: $0.last, age: $0.age) })
        let kind = SmartModuleKind.generic(initial.map { .aggregate($0) } ?? .nothing)
        switch code {
        case .named(let name):
            return SmartModuleInvocation(wasm: .predefined(name), kind: kind, parameters: parameters, name: name)
        case .compressed(let bytes):
            return SmartModuleInvocation(wasm: .adHoc(bytes), kind: kind, parameters: parameters)
        }
    }
}
