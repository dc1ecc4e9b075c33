import FluvioProtocol
import FluvioTransport
import Unix

extension FluvioError {
    /// A failed system call on this side; `what` says what was being done, as in `cannot write the profile file`.
    init(_ error: SystemError, while what: String) {
        self.init(.system, "\(what): \(error)", underlying: error)
    }

    /// Bytes of `server` that are not what the protocol says; `what` names the message.
    init(_ error: WireError, in what: String, from server: String) {
        self.init(
            .protocolViolation, "\(server) sent \(what) that cannot be read: \(error)", at: Place(server: server),
            underlying: error)
    }

    /// A connection that could not be made or broke, or a request on it without an answer.
    init(_ error: TransportError) {
        let place = Place(server: error.peer)
        switch error.reason {
        case .resolve, .connect:
            self.init(.unreachable, error.description, at: place, underlying: error)
        case .deadline:
            self.init(.deadlineExceeded, error.description, at: place, underlying: error)
        case .closed, .cut, .reset, .system:
            self.init(.connectionLost, error.description, at: place, underlying: error)
        case .frameTooLong, .frameTooShort, .negativeLength, .unknownCorrelation, .correlationInUse:
            self.init(.protocolViolation, error.description, at: place, underlying: error)
        case .closedLocally:
            self.init(.closed, error.description, at: place, underlying: error)
        case .tls(let failure):
            self.init(failure.isOfConnection ? .connectionLost : .tlsFailed, failure, at: place, error)
        case .webSocket(let failure):
            let code: Code = failure.isOfConnection ? .connectionLost : .protocolViolation
            self.init(code, error.description, at: place, advice: failure.advice, underlying: error)
        case .proxy(let failure):
            self.init(.connectionLost, error.description, at: place, advice: failure.advice, underlying: error)
        case .cancelled:
            self.init(.cancelled, error.description, at: place, underlying: error)
        }
    }

    /// A connection that could not be brought to its first answer.
    init(connecting error: TransportError) {
        let place = Place(server: error.peer)
        switch error.reason {
        case .resolve, .connect, .deadline:
            self.init(.unreachable, error.description, at: place, underlying: error)
        case .closed, .cut, .reset, .system:
            self.init(
                .unreachable, "\(error.description) before its first answer", at: place,
                advice: "a server that expects TLS does so", underlying: error)
        case .tls(let failure):
            self.init(failure.isOfConnection ? .unreachable : .tlsFailed, failure, at: place, error)
        case .webSocket(let failure):
            let code: Code = failure.isOfConnection ? .unreachable : .incompatible
            self.init(code, error.description, at: place, advice: failure.advice, underlying: error)
        case .proxy(let failure):
            let code: Code = failure.failure.mayPass ? .unreachable : .incompatible
            self.init(code, error.description, at: place, advice: failure.advice, underlying: error)
        // What a TLS server says to a client that does not speak TLS: an alert, read as the length of a frame.
        case .frameTooLong(let length, _) where length >> 16 == 0x1503:
            self.init(
                .tlsFailed, "\(error.peer) speaks TLS, and this connection does not", at: place,
                advice: "TLSSettings, or tls_policy in the profile, asks for it", underlying: error)
        // "HTTP", read as the length of a frame.
        case .frameTooLong(0x4854_5450, _):
            self.init(
                .incompatible, "\(error.peer) speaks HTTP", at: place, advice: "ws:// in front of it may be meant",
                underlying: error)
        case .frameTooLong, .frameTooShort, .negativeLength, .unknownCorrelation:
            self.init(
                .incompatible, "\(error.peer) does not answer as a Fluvio server does: \(error.description)", at: place,
                underlying: error)
        case .correlationInUse, .closedLocally, .cancelled:
            self.init(error)
        }
    }
    private init(_ code: Code, _ failure: TLSFailure, at place: Place, _ error: TransportError) {
        self.init(code, error.description, at: place, advice: failure.advice, underlying: error)
    }
}
