package import Unix

/// Why a cluster on this machine cannot run.
package enum LocalClusterError: Error, Equatable, Sendable {
    /// Another process (or this one) runs a cluster on the directory; its id, if it could be read.
    case inUse(directory: String, pid: Int32?)
    /// Nothing can listen there.
    case listen(host: String, port: UInt16, SystemError)
    /// A file of the directory could not be read or written.
    case system(SystemError)
    /// A metadata file cannot be understood; the text says why.
    case metadata(file: String, String)
    /// A server of records cannot run.
    case spu(SpuError)
    /// Certificates or keys cannot be used, or made; the text says why.
    case tls(String)
    /// The options ask for what there is not.
    case unsupported(String)
}

extension LocalClusterError: CustomStringConvertible {
    /// One line for people.
    package var description: String {
        switch self {
        case .inUse(let directory, let pid?): "\(directory): in use by process \(pid)"
        case .inUse(let directory, nil): "\(directory): in use by another process"
        case .listen(let host, let port, let error): "cannot listen on \(host) port \(port): \(error.reason)"
        case .system(let error): error.description
        case .metadata(let file, let what): "\(file): \(what)"
        case .spu(let error): error.description
        case .tls(let what): what
        case .unsupported(let what): what
        }
    }
}
