package import FluvioProtocol

/// Reads a whole frame as the message that its header, or its request's header, says, and writes it again.
package enum Recode {
    package enum Failure: Error, Equatable {
        /// No message has this key.
        case unknownKey(UInt16)
        /// The kind of object does not take such a request.
        case wrongKind(ObjectKind)
        /// The message ended before the frame did.
        case left(Int)
    }

    /// Written in `version`; nil: as it was.
    package static func request(_ frame: [UInt8], controller: Bool, version: Int16? = nil) throws -> [UInt8] {
        let (header, body) = try RequestHeader.decode(frame: frame)
        let coder = Request(header: header, frame: frame, body: body, version: version ?? header.apiVersion)
        return try message(coder, of: header, controller: controller) {
            try ObjectKind(peeking: header, frame: frame, body: body)
        }
    }

    /// Written in `version`; nil: as it was.
    package static func response(
        _ frame: [UInt8], to header: RequestHeader, controller: Bool, version: Int16? = nil
    ) throws -> [UInt8] {
        let body = min(Frame.responseBodyPosition, frame.count)..<frame.count
        let coder = Response(header: header, frame: frame, version: version ?? header.apiVersion)
        return try message(coder, of: header, controller: controller) {
            try ObjectKind(peekingResponse: frame, body: body)
        }
    }

    private static func message(
        _ coder: some FrameCoder, of header: RequestHeader, controller: Bool, kind: () throws -> ObjectKind
    ) throws -> [UInt8] {
        if controller {
            switch ControllerAPI(rawValue: header.apiKey) {
            case .auth: try coder.recode(AuthRequest.self)
            case .apiVersions: try coder.recode(ApiVersionsRequest.self)
            // The answers of these three do not depend on the kind, and do not name it.
            case .create: try coder.isResponse ? coder.recode(CreateRequest<TopicSpec>.self) : create(coder, kind())
            case .delete: try coder.isResponse ? coder.recode(DeleteRequest<TopicSpec>.self) : delete(coder, kind())
            case .update: try coder.isResponse ? coder.recode(UpdateRequest<TopicSpec>.self) : update(coder, kind())
            case .list: try list(coder, kind().specType)
            case .watch: try watch(coder, kind())
            case .mirroring: try coder.recode(MirroringRequest.self)
            case nil: throw Failure.unknownKey(header.apiKey)
            }
        } else {
            switch StreamingAPI(rawValue: header.apiKey) {
            case .produce: try coder.recode(ProduceRequest<RecordSet>.self)
            case .fetch: try coder.recode(FetchRequest.self)
            case .apiVersions: try coder.recode(ApiVersionsRequest.self)
            case .fetchOffsets: try coder.recode(FetchOffsetsRequest.self)
            case .streamFetch: try coder.recode(StreamFetchRequest.self)
            case .updateOffsets: try coder.recode(UpdateOffsetsRequest.self)
            case .updateConsumerOffset: try coder.recode(UpdateConsumerOffsetRequest.self)
            case .deleteConsumerOffset: try coder.recode(DeleteConsumerOffsetRequest.self)
            case .fetchConsumerOffsets: try coder.recode(FetchConsumerOffsetsRequest.self)
            case .startMirror: try coder.recode(StartMirrorRequest.self)
            case nil: throw Failure.unknownKey(header.apiKey)
            }
        }
    }

    private static func create(_ coder: some FrameCoder, _ kind: ObjectKind) throws -> [UInt8] {
        func open<S: CreatableSpec>(_: S.Type) throws -> [UInt8] { try coder.recode(CreateRequest<S>.self) }
        guard let type = kind.specType as? any CreatableSpec.Type else { throw Failure.wrongKind(kind) }
        return try open(type)
    }

    private static func delete(_ coder: some FrameCoder, _ kind: ObjectKind) throws -> [UInt8] {
        func open<S: DeletableSpec>(_: S.Type) throws -> [UInt8] { try coder.recode(DeleteRequest<S>.self) }
        guard let type = kind.specType as? any DeletableSpec.Type else { throw Failure.wrongKind(kind) }
        return try open(type)
    }

    private static func update(_ coder: some FrameCoder, _ kind: ObjectKind) throws -> [UInt8] {
        func open<S: DeletableSpec>(_: S.Type) throws -> [UInt8] { try coder.recode(UpdateRequest<S>.self) }
        guard let type = kind.specType as? any DeletableSpec.Type else { throw Failure.wrongKind(kind) }
        return try open(type)
    }

    private static func list<S: WireSpec>(_ coder: some FrameCoder, _: S.Type) throws -> [UInt8] {
        try coder.recode(ListRequest<S>.self)
    }

    private static func watch(_ coder: some FrameCoder, _ kind: ObjectKind) throws -> [UInt8] {
        func open<S: WatchableSpec>(_: S.Type) throws -> [UInt8] { try coder.recode(WatchRequest<S>.self) }
        guard let type = kind.specType as? any WatchableSpec.Type else { throw Failure.wrongKind(kind) }
        return try open(type)
    }
}

/// Reads and writes one side of a request.
private protocol FrameCoder {
    var isResponse: Bool { get }
    func recode<R: WireRequest>(_: R.Type) throws -> [UInt8]
}

private struct Request: FrameCoder {
    let header: RequestHeader
    let frame: [UInt8]
    let body: Range<Int>
    let version: Int16
    var isResponse: Bool { false }

    func recode<R: WireRequest>(_: R.Type) throws -> [UInt8] {
        var reader = WireReader(frame, range: body, version: header.apiVersion)
        let message = try reader.payload(nil as R?)
        guard reader.left == 0 else { throw Recode.Failure.left(reader.left) }
        return try message.frame(
            version: version, clientID: header.clientID, correlationID: header.correlationID)
    }
}

private struct Response: FrameCoder {
    let header: RequestHeader
    let frame: [UInt8]
    let version: Int16
    var isResponse: Bool { true }

    func recode<R: WireRequest>(_: R.Type) throws -> [UInt8] {
        var reader = WireReader(
            frame, range: min(Frame.lengthSize, frame.count)..<frame.count, version: header.apiVersion)
        let correlationID = try reader.payload(0 as Int32)
        let message = try reader.payload(nil as R.Response?)
        guard reader.left == 0 else { throw Recode.Failure.left(reader.left) }
        return try message.responseFrame(version: version, correlationID: correlationID)
    }
}
