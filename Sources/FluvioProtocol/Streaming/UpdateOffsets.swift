/// Says how far a consumer has read its streams: the SPU goes on from there.
package struct UpdateOffsetsRequest: WireRequest, Equatable {
    package typealias Response = UpdateOffsetsResponse
    package static let apiKey = StreamingAPI.updateOffsets.rawValue
    package static let versions: ClosedRange<Int16> = 0...0
    package static let fallbackVersion: Int16? = 0

    package var offsets: [OffsetUpdate] = []

    package init() {}

    package init(offsets: [OffsetUpdate] = []) {
        self.offsets = offsets
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&offsets)
    }
}

/// How far one stream was read.
package struct OffsetUpdate: WireCodable, Equatable, Sendable {
    /// The next one wanted. An earlier one is honoured too: a rewind.
    package var offset: Int64 = 0
    /// The stream's id.
    package var sessionID: UInt32 = 0

    package init() {}

    package init(offset: Int64, sessionID: UInt32) {
        self.offset = offset
        self.sessionID = sessionID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&offset)
        try coder.code(&sessionID)
    }
}

/// What became of each update.
package struct UpdateOffsetsResponse: WireCodable, Equatable, Sendable {
    package var statuses: [OffsetUpdateStatus] = []

    package init() {}

    package init(statuses: [OffsetUpdateStatus] = []) {
        self.statuses = statuses
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&statuses)
    }
}

/// What became of one update.
package struct OffsetUpdateStatus: WireCodable, Equatable, Sendable {
    /// The stream's id.
    package var sessionID: UInt32 = 0
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success

    package init() {}

    package init(sessionID: UInt32, error: ErrorCode = .success) {
        self.sessionID = sessionID
        self.error = error
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&sessionID)
        try coder.code(&error)
    }
}
