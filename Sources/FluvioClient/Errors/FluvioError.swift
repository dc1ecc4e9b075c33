import FluvioTransport

/// The one error of this library: what happened, where, and what can be done.
public struct FluvioError: Error, Sendable {
    /// What kind of failure it is.
    public let code: Code
    /// What happened, as one sentence without a full stop.
    public let message: String
    /// What it was about, as far as that is known.
    public let place: Place
    /// What the user can do, as part of a sentence; nil if nothing obvious helps.
    public let advice: String?
    /// What it came from: the failed system call, the server's own error code, the bytes that could not be read.
    public let underlying: (any Error)?

    /// Describes a failure.
    public init(
        _ code: Code, _ message: String, at place: Place = Place(), advice: String? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.place = place
        self.advice = advice
        self.underlying = underlying
    }

    /// Whether the same call may succeed later with nothing changed on this side.
    public var isRetriable: Bool { code.isRetriable }

    /// Whether another try may go better while the client lives: also where this side has given a connection up, which
    /// others that shared it hear of as closed.
    var mayPass: Bool { isRetriable || (code == .closed && underlying is TransportError) }

    /// The same error, about a place that its origin did not know. What it knew stays.
    func at(_ place: Place) -> FluvioError {
        FluvioError(code, message, at: self.place.filled(from: place), advice: advice, underlying: underlying)
    }
}

extension FluvioError {
    /// The server, topic, partition and offset that a failure is about.
    public struct Place: Hashable, Sendable {
        /// The server as `HOST:PORT`.
        public var server: String?
        /// The topic.
        public var topic: String?
        /// The partition, counted from 0.
        public var partition: Int?
        /// The offset in the partition.
        public var offset: Int64?

        /// Names a place; what is left out is not known.
        public init(server: String? = nil, topic: String? = nil, partition: Int? = nil, offset: Int64? = nil) {
            self.server = server
            self.topic = topic
            self.partition = partition
            self.offset = offset
        }

        func filled(from other: Place) -> Place {
            Place(
                server: server ?? other.server, topic: topic ?? other.topic, partition: partition ?? other.partition,
                offset: offset ?? other.offset)
        }
    }
}

extension FluvioError.Place: CustomStringConvertible {
    /// `topic NAME, partition N, offset N`, as far as they are known. The server is not in it: messages about a
    /// server name it themselves.
    public var description: String {
        var parts: [String] = []
        if let topic { parts.append("topic \(topic)") }
        if let partition { parts.append("partition \(partition)") }
        if let offset { parts.append("offset \(offset)") }
        return parts.joined(separator: ", ")
    }
}

extension FluvioError: CustomStringConvertible {
    /// One line: where, what, and what to do.
    public var description: String {
        var known = self.place
        // A message that names the topic need not be told which.
        if let topic = known.topic, message.contains("'\(topic)'") { known.topic = nil }
        let place = known.description
        return "\(place.isEmpty ? "" : "\(place): ")\(message)\(advice.map { "; \($0)" } ?? "")"
    }
}
