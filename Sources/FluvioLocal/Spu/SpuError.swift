package import FluvioProtocol
package import Unix

/// Why a server cannot do what it was told.
package enum SpuError: Error, Equatable, Sendable {
    /// A file of the partition could not be opened, read, written or deleted.
    case system(SystemError)
    /// The log of the partition is damaged beyond what can be served; the text says where.
    case damaged(ReplicaKey, String)
    /// The server was stopped.
    case stopped
}

extension SpuError: CustomStringConvertible {
    /// One line for people.
    package var description: String {
        switch self {
        case .system(let error): error.description
        case .damaged(let id, let what): "\(id): \(what)"
        case .stopped: "the server is stopped"
        }
    }
}
