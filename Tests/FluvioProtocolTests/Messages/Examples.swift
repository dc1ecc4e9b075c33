import FluvioProtocol
import TestSupport
import Testing

/// Both directions: `request` is written as `hex`, and read from it.
func expect<R: WireRequest & Equatable>(
    _ request: R, version: Int16, correlationID: Int32, clientID: String, _ hex: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let frame = try Captures.bytes(ofHex: hex)
    let written = try request.frame(version: version, clientID: clientID, correlationID: correlationID)
    #expect(written == frame, sourceLocation: sourceLocation)
    let (header, body) = try RequestHeader.decode(frame: frame)
    let expected = RequestHeader(
        apiKey: R.apiKey, apiVersion: version, correlationID: correlationID, clientID: clientID)
    #expect(header == expected, sourceLocation: sourceLocation)
    #expect(try R(decoding: frame, range: body, version: version) == request, sourceLocation: sourceLocation)
}

/// Both directions: `response` is written as `hex`, and read from it.
func expect<R: WireCodable & Equatable>(
    _ response: R, version: Int16, correlationID: Int32, _ hex: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let frame = try Captures.bytes(ofHex: hex)
    let written = try response.responseFrame(version: version, correlationID: correlationID)
    #expect(written == frame, sourceLocation: sourceLocation)
    let read = try R(decoding: frame, range: Frame.responseBodyPosition..<frame.count, version: version)
    #expect(read == response, sourceLocation: sourceLocation)
}
