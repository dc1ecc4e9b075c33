/// Gathers bytes until a head is whole. It knows no socket.
struct HTTPHeadReader {
    /// Whose head is awaited.
    enum Kind {
        /// A server's: a request.
        case request
        /// A client's: an answer.
        case answer
    }

    enum Output: Equatable {
        /// More bytes are needed.
        case none
        /// The head, and what came behind it.
        case head(HTTPHead, rest: [UInt8])
        /// No head will come of it.
        case failure(HTTPFailure)
    }

    private let kind: Kind
    private var bytes: [UInt8] = []
    /// Of the empty line: bytes before are searched.
    private var searched = 0

    init(_ kind: Kind) { self.kind = kind }

    /// Takes bytes as they came.
    mutating func take(_ new: some Sequence<UInt8>) -> Output {
        bytes.append(contentsOf: new)
        // What is no HTTP is told from it at once: it may have no empty line, ever.
        guard looksRight else { return .failure(.notHTTP) }
        guard let end = endOfHead() else {
            return bytes.count > HTTPHead.limit ? .failure(.headTooLong(limit: HTTPHead.limit)) : .none
        }
        guard end <= HTTPHead.limit else { return .failure(.headTooLong(limit: HTTPHead.limit)) }
        guard let head = HTTPHead(parsing: bytes[..<end]) else { return .failure(.notHTTP) }
        return .head(head, rest: Array(bytes[end...]))
    }

    /// Where the first byte behind the empty line stands.
    private mutating func endOfHead() -> Int? {
        let newline = UInt8(ascii: "\n")
        while let found = bytes[searched...].firstIndex(of: newline) {
            var next = found + 1
            if next < bytes.count, bytes[next] == UInt8(ascii: "\r") { next += 1 }
            // What follows the end of the line has not come yet: it is looked at again.
            guard next < bytes.count else {
                searched = found
                return nil
            }
            if bytes[next] == newline { return next + 1 }
            searched = found + 1
        }
        searched = bytes.count
        return nil
    }

    private var looksRight: Bool {
        switch kind {
        case .answer: return zip(bytes, "HTTP/1.".utf8).allSatisfy { $0 == $1 }
        case .request: return bytes.first.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 } ?? true
        }
    }
}
