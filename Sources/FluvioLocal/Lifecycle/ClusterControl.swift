package import Unix

/// Talks to the cluster that runs on a directory, from any process of the same user.
package enum ClusterControl {
    /// What the cluster says of itself; nil: none runs on the directory.
    package static func status(directory: String) throws(ControlError) -> ClusterStatus? { nil }

    /// Stops the cluster and returns when the directory is free. False: none runs on it.
    package static func stop(directory: String) throws(ControlError) -> Bool { false }
}

/// Why a running cluster could not be told something.
package enum ControlError: Error, Equatable, Sendable {
    /// Its socket could not be used.
    case system(SystemError)
    /// It has not answered in time; its process, if that is known.
    case silent(pid: Int32?)
    /// It refused, or answered what cannot be understood.
    case refused(String)
}

extension ControlError: CustomStringConvertible {
    /// One line for people.
    package var description: String {
        switch self {
        case .system(let error): error.description
        case .silent(let pid?): "the cluster (process \(pid)) does not answer"
        case .silent(nil): "the cluster does not answer"
        case .refused(let what): what
        }
    }
}
