/// The header in front of every request. It is always in version 0; there is no such header in front of responses,
/// only the correlation id.
package struct RequestHeader: WireCodable, Equatable, Sendable {
    package var apiKey: UInt16 = 0
    /// Rules the layout of the request and of its response.
    package var apiVersion: Int16 = 0
    package var correlationID: Int32 = 0
    package var clientID = ""

    package init() {}

    package init(apiKey: UInt16, apiVersion: Int16, correlationID: Int32 = 0, clientID: String) {
        self.apiKey = apiKey
        self.apiVersion = apiVersion
        self.correlationID = correlationID
        self.clientID = clientID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&apiKey)
        try coder.code(&apiVersion)
        try coder.code(&correlationID)
        try coder.code(&clientID)
    }

    /// Reads the header of a whole request frame, and says where its body stands in `frame`.
    package static func decode(frame: [UInt8]) throws(WireError) -> (header: RequestHeader, body: Range<Int>) {
        var reader = WireReader(frame, range: min(Frame.lengthSize, frame.count)..<frame.count, version: 0)
        var header = RequestHeader()
        try reader.code(&header)
        return (header, reader.position..<frame.count)
    }
}
