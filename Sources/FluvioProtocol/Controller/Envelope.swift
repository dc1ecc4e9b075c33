extension WireCoder {
    /// The envelope of the SC's requests: a label, and from version 11 on the length of what follows (protocol: type
    /// envelope). Another label than the expected one is an error.
    mutating func codeEnvelope(
        _ label: String, _ body: (inout Self) throws(WireError) -> Void
    ) throws(WireError) {
        let at = position
        let read = try payload(label)
        guard read == label else { throw WireError(.unknownLabel(read), at: at) }
        if version >= LocalVersions.envelope {
            try codeSized(body)
        } else {
            try body(&self)
        }
    }
}

extension ObjectKind {
    /// The kind that a request to the SC is about, for who must know it to choose the type that reads it.
    ///
    /// `body` is where the request stands in `frame`, behind its header. An unknown kind is a
    /// ``WireError/Reason/unknownLabel(_:)``: the official SC answers it with a ``StatusResponse`` where the request
    /// creates, deletes or updates, and else closes the connection.
    package init(peeking header: RequestHeader, frame: [UInt8], body: Range<Int>) throws(WireError) {
        var reader = WireReader(frame, range: body, version: header.apiVersion)
        if header.apiKey == ControllerAPI.create.rawValue, header.apiVersion < LocalVersions.envelope {
            var common = CommonCreate()
            try reader.code(&common)
            let at = reader.position
            let tag = try reader.codeTag(0)
            let creatable: [any CreatableSpec.Type] = [
                TopicSpec.self, CustomSpuSpec.self, SpuGroupSpec.self, SmartModuleSpec.self, TableFormatSpec.self,
                MirrorSpec.self,
            ]
            guard let type = creatable.first(where: { $0.createTag == tag }) else {
                throw WireError(.unknownTag(type: "ObjectKind", tag: Int(tag)), at: at)
            }
            self = type.kind
        } else {
            try self.init(reading: &reader)
        }
    }

    /// The kind that a list or watch response is about; `body` is where it stands in `frame`, behind the correlation
    /// id.
    package init(peekingResponse frame: [UInt8], body: Range<Int>) throws(WireError) {
        var reader = WireReader(frame, range: body, version: 0)
        try self.init(reading: &reader)
    }

    private init(reading reader: inout WireReader) throws(WireError) {
        let at = reader.position
        let label = try reader.payload("")
        guard let kind = ObjectKind(rawValue: label) else { throw WireError(.unknownLabel(label), at: at) }
        self = kind
    }
}
