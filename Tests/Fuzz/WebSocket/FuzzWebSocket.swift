import Glibc

@testable import FluvioTransport

/// Feeds one input to what reads of a WebSocket. The first byte says what: frames as a client or a server reads them, a
/// stream that is put into frames and taken out again, an answer or a request of HTTP. The second byte says in what pieces
/// it comes: what comes out must not depend on it.
@c(LLVMFuzzerTestOneInput)
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard let data = unsafe data, size > 2 else { return 0 }
    let input = unsafe [UInt8](UnsafeBufferPointer(start: data, count: size))
    let pieces = Int(input[1]) + 1
    let bytes = Array(input[2...])
    switch input[0] % 6 {
    case 0: readFrames(bytes, .client, pieces)
    case 1: readFrames(bytes, .server, pieces)
    case 2: writeFrames(bytes, .client, .server, pieces)
    case 3: writeFrames(bytes, .server, .client, pieces)
    case 4: readAnswer(bytes, pieces)
    default: readRequest(bytes, pieces)
    }
    return 0
}

private struct Outcome: Equatable {
    var stream: [UInt8] = []
    var events: [WebSocketReader.Event] = []
}

private func read(_ bytes: [UInt8], _ role: WebSocketRole, _ pieces: Int) -> Outcome {
    var reader = WebSocketReader(role)
    var outcome = Outcome()
    var start = 0
    while start < bytes.count {
        var piece = Array(bytes[start..<min(start + pieces, bytes.count)])
        start += piece.count
        let count = unsafe piece.withUnsafeMutableBytes { unsafe reader.unpack($0) { outcome.events.append($0) } }
        precondition(count <= piece.count, "more comes out than went in")
        outcome.stream += piece[..<count]
    }
    precondition(outcome.events.dropLast().allSatisfy { !$0.isEnd }, "something comes behind the end")
    return outcome
}

private func readFrames(_ bytes: [UInt8], _ role: WebSocketRole, _ pieces: Int) {
    precondition(read(bytes, role, .max / 2) == read(bytes, role, pieces), "the pieces make a difference")
}

/// The stream is the input many times over, so that it fills several messages.
private func writeFrames(_ bytes: [UInt8], _ role: WebSocketRole, _ peer: WebSocketRole, _ pieces: Int) {
    var stream: [UInt8] = []
    for _ in 0..<(bytes[0] < 8 ? 70_000 / bytes.count + 1 : 1) { stream += bytes }
    var writer = WebSocketWriter(role)
    var wire: [UInt8] = []
    var rest = stream[...]
    while !rest.isEmpty {
        var piece = Array(rest.prefix(pieces * 1000))
        let packed = unsafe piece.withUnsafeMutableBytes { buffer in
            var vector = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
            return unsafe withUnsafeMutablePointer(to: &vector) {
                unsafe writer.pack(UnsafeMutableBufferPointer(start: $0, count: 1))
            }
        }
        rest = rest.dropFirst(packed)
        if bytes[0] & 1 == 1 { writer.note(ping: Array(bytes.prefix(125))) }
        while writer.hasOutput {
            wire += writer.outgoing[writer.sent...]
            writer.advance(writer.outgoing.count - writer.sent)
            writer.answerPing()
        }
    }
    writer.finish()
    wire += writer.outgoing
    precondition(
        read(wire, peer, 4096 + pieces) == Outcome(stream: stream, events: [.endOfStream]), "it is not the same")
}

private func readAnswer(_ bytes: [UInt8], _ pieces: Int) {
    var whole = ClientUpgrade(host: "h", target: "/", key: "dGhlIHNhbXBsZSBub25jZQ==")
    var parted = whole
    var outcome = ClientUpgrade.Output.none
    var rest = bytes[...]
    while outcome == .none, !rest.isEmpty {
        outcome = parted.take(rest.prefix(pieces))
        rest = rest.dropFirst(pieces)
    }
    if case .open(let early) = outcome { outcome = .open(early + rest) }
    // Of a header that is too long and none, too, it depends on the pieces which is found first.
    if bytes.count <= HTTPHead.limit { precondition(whole.take(bytes) == outcome, "the pieces make a difference") }
}

private func readRequest(_ bytes: [UInt8], _ pieces: Int) {
    var whole = ServerUpgrade()
    var parted = whole
    var outcome = ServerUpgrade.Output.none
    var rest = bytes[...]
    while outcome == .none, !rest.isEmpty {
        outcome = parted.take(rest.prefix(pieces))
        rest = rest.dropFirst(pieces)
    }
    if case .open(let request, let answer, let early) = outcome {
        outcome = .open(request, answer: answer, rest: early + rest)
    }
    if bytes.count <= HTTPHead.limit { precondition(whole.take(bytes) == outcome, "the pieces make a difference") }
}
