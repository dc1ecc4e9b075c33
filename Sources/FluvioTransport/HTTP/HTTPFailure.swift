/// What went wrong with a question in HTTP.
package enum HTTPFailure: Equatable, Sendable {
    /// The other side answers something else than what was asked for.
    case refused(HTTPStatus)
    /// What it sends is no HTTP.
    case notHTTP
    /// Its header is longer than so many bytes.
    case headTooLong(limit: Int)
    /// It ended the connection before its answer was whole.
    case brokenOff
    /// Its answer has not come in this time.
    case silent(Duration)
    /// It sent more than its answer, which nobody has asked for.
    case surplus
}

extension HTTPFailure {
    /// What the other side, which `peer` names, did about `question`, as a sentence without a full stop.
    func text(_ peer: String, _ question: String) -> String {
        switch self {
        case .refused(let status): "\(peer) answers \(question) with \(status)"
        case .notHTTP: "\(peer) does not speak HTTP: it answers \(question) with something else"
        case .headTooLong(let limit): "\(peer) answers \(question) with a header of more than \(limit) bytes"
        case .brokenOff: "\(peer) ended the connection in place of an answer to \(question)"
        case .silent(let duration): "\(peer) has not answered \(question) within \(TransportError.text(duration))"
        case .surplus: "\(peer) sent more than its answer to \(question)"
        }
    }

    /// Whether another try may go better with nothing changed on this side.
    package var mayPass: Bool {
        switch self {
        case .brokenOff, .silent: true
        // What is behind the one that answers is away, or busy.
        case .refused(let status): status.code >= 500 && status.code != 501 || status.code == 429 || status.code == 408
        case .notHTTP, .headTooLong, .surplus: false
        }
    }

    /// Whether it is about who asks.
    package var isForbidden: Bool {
        if case .refused(let status) = self { [401, 403, 407].contains(status.code) } else { false }
    }
}
