/// The profiles that the Fluvio tools of this user share: names for clusters, one of which is current.
///
/// Nothing is kept in memory: every call reads the file as it is then, and changes it as the tools do, atomically and
/// readable by its owner alone. A client goes on with the cluster that it was connected to.
public struct Profiles: Sendable {
    private let path: String?

    /// The profile file at a path; nil: the one that `FLV_PROFILE_PATH` names, or `~/.fluvio/config`.
    public init(path: String? = nil) { self.path = path }

    /// The names of all profiles, in the order of the file; none if there is no file.
    ///
    /// - Throws: ``FluvioError/Code/profileSyntax``, ``FluvioError/Code/invalidProfile``.
    public func names() throws(FluvioError) -> [String] { try ProfileFile.loadOrNew(path).profileNames }

    /// The name of the current profile; nil if there is none.
    ///
    /// - Throws: as ``names()``.
    public func current() throws(FluvioError) -> String? { try ProfileFile.loadOrNew(path).current }

    /// The public address of the cluster that a profile names, as `HOST:PORT`, or the URL of the WebSocket to it without
    /// its query, which may hold secrets.
    ///
    /// - Throws: ``FluvioError/Code/profileNotFound``; as ``names()``.
    public func address(of name: String) throws(FluvioError) -> String {
        "\(try ProfileFile.load(path).profile(name).address)"
    }

    /// Makes a profile current: for those who connect to ``Target/currentProfile`` from now on, and for the tools.
    ///
    /// - Throws: ``FluvioError/Code/profileNotFound``; ``FluvioError/Code/busy`` if others keep changing the file for 5 s;
    ///   as ``names()``.
    public func switchTo(_ name: String) throws(FluvioError) {
        try ProfileFile.update(path) { (file) throws(FluvioError) in try file.switchTo(name) }
    }

    /// Adds a profile, or replaces the one of that name, and makes it current.
    ///
    /// - Parameters:
    ///   - name: of the profile, and of its cluster.
    ///   - address: of the cluster's SC, as `HOST:PORT`, or the URL of a WebSocket to it.
    ///   - tls: nil: plain TCP.
    /// - Throws: ``FluvioError/Code/invalidArgument``; ``FluvioError/Code/busy``; as ``names()``.
    public func add(_ name: String, address: String, tls: TLSSettings? = nil) throws(FluvioError) {
        let cluster = try ClusterProfile(.address(address, tls: tls))
        try ProfileFile.update(path) { (file) throws(FluvioError) in
            try file.add(name, address: cluster.address, tls: cluster.tls)
        }
    }

    /// Removes a profile. Its cluster stays in the file; if it was current, none is then.
    ///
    /// - Throws: ``FluvioError/Code/profileNotFound``; ``FluvioError/Code/busy``; as ``names()``.
    public func remove(_ name: String) throws(FluvioError) {
        try ProfileFile.update(path) { (file) throws(FluvioError) in try file.delete(name) }
    }
}
