import Documents
import FluvioTransport
import Glibc
import Unix

extension Profiles {
    /// Reads the file (or begins a new one), lets `edit` change it, and writes it if it did: atomically, readable by
    /// its owner alone. Two processes that do this at the same time follow one another; waiting ends after 5 s with
    /// ``FluvioError/Code/busy``. A file that cannot be understood is left alone.
    public static func update<Result>(
        _ path: String? = nil, _ edit: (inout Profiles) throws(FluvioError) -> Result
    ) throws(FluvioError) -> Result {
        let path = if let path { path } else { try defaultPath() }
        let lock = try lockDirectory(of: path)
        return try withExtendedLifetime(lock) { () throws(FluvioError) in
            let old = try loadIfPresent(path)
            var file = old ?? Profiles(newAt: path)
            let result = try edit(&file)
            if file != old { try file.write() }
            return result
        }
    }

    /// Locks the directory of the file, which leaves nothing behind. Closing the descriptor ends the lock.
    private static func lockDirectory(of path: String) throws(FluvioError) -> FileDescriptor {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        do throws(SystemError) {
            if !parent.isEmpty { try Unix.makeDirectories(parent, mode: 0o700) }
            let directory = try FileDescriptor.open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY)
            for _ in 0..<100 {
                if try Unix.tryLock(directory.raw) { return directory }
                Unix.sleep(.milliseconds(50))
            }
        } catch {
            throw FluvioError(error, while: "cannot use the directory of the profile file")
        }
        throw FluvioError(.busy, "another process is changing the profile file \(path)", advice: "try again later")
    }

    private func write() throws(FluvioError) {
        let text: [UInt8]
        do throws(TOMLError) {
            text = try document.text()
        } catch {
            throw FluvioError(
                .invalidProfile, "the profile file \(path) cannot be written: \(error.text)", underlying: error)
        }
        do throws(SystemError) {
            // A link in the place of the file stays one: rename(2) would replace it.
            try Unix.replaceContents(of: Unix.resolvingLinks(path) ?? path, with: text, mode: 0o600)
        } catch {
            throw FluvioError(error, while: "cannot write the profile file")
        }
    }

    /// Adds what the official tools cannot do without.
    mutating func complete() {
        if document["version"] == nil { document["version"] = .string("2.0") }
        for key in ["profile", "cluster"] where document[key] == nil { document[table: key] = TOMLTable() }
    }
}

// MARK: - Changes

extension Profiles {
    /// Adds or replaces a cluster and a profile of the same name, and makes the profile current. What is
    /// not known here about an existing cluster of that name stays.
    ///
    /// - Parameters:
    ///   - name: of both.
    ///   - address: of the cluster's SC, as `HOST:PORT`, or the URL of a WebSocket to it.
    ///   - installation: how the cluster was made, as the official tools note it.
    ///   - directory: where a cluster on this machine keeps its data, so that it is found again by its profile.
    ///   - tls: how connections are protected.
    /// - Throws: ``FluvioError/Code/invalidArgument``.
    public mutating func add(
        _ name: String, address: String, installation: String? = nil, directory: String? = nil,
        tls: TLSPolicy = .disabled
    ) throws(FluvioError) {
        let address = try ServerAddress(wanted: address)
        guard !name.isEmpty else { throw FluvioError(.invalidArgument, "a profile needs a name") }
        complete()
        document[table: "profile"][table: name][string: "cluster"] = name
        var cluster = document[table: "cluster"][table: name]
        // Both names of the key at once are an error to the official tools.
        cluster["addr"] = nil
        cluster[string: "endpoint"] = address.text
        if cluster["use_spu_local_address"] == nil { cluster["use_spu_local_address"] = .boolean(false) }
        cluster[table: "tls"] = tls.table
        if let installation { cluster[table: "metadata"][string: "installation"] = installation }
        cluster[table: "metadata"][string: Self.directoryKey] = directory
        document[table: "cluster"][table: name] = cluster
        document[string: "current_profile"] = name
    }

    /// Adds or replaces the profile of a cluster on this machine, as the official `cluster start` writes it, and makes
    /// it current.
    public mutating func addLocal(
        _ name: String = "local", port: UInt16, directory: String? = nil, tls: TLSPolicy = .disabled
    ) throws(FluvioError) {
        try add(
            name, address: "localhost:\(port)", installation: "local",
            directory: directory, tls: tls)
    }

    /// Adds or replaces another way to a cluster on this machine, by WebSocket; the current profile stays what it is.
    public mutating func addWayThere(
        _ name: String, address: String, directory: String, tls: TLSPolicy
    ) throws(FluvioError) {
        let current = document["current_profile"]
        try add(name, address: address, installation: "local", directory: directory, tls: tls)
        document["current_profile"] = current
    }

    /// Makes a profile current.
    public mutating func switchTo(_ name: String) throws(FluvioError) {
        guard names.contains(name) else { throw unknown("profile", name) }
        document[string: "current_profile"] = name
    }

    /// Gives a profile another name. Its cluster keeps its own.
    public mutating func rename(_ name: String, to newName: String) throws(FluvioError) {
        guard names.contains(name) else { throw unknown("profile", name) }
        guard !newName.isEmpty else { throw FluvioError(.invalidArgument, "a profile needs a name") }
        guard newName == name || !names.contains(newName) else {
            throw FluvioError(.invalidArgument, "the profile file \(path) already has a profile '\(newName)'")
        }
        document[table: "profile"].rename(name, to: newName)
        if current == name { document[string: "current_profile"] = newName }
    }

    /// Removes a profile. Its cluster stays; if it was current, none is then.
    public mutating func delete(_ name: String) throws(FluvioError) {
        guard names.contains(name) else { throw unknown("profile", name) }
        document[table: "profile"][name] = nil
        if current == name { document["current_profile"] = nil }
    }

    /// Removes a cluster. Refused while profiles name it, unless `force`: they then lead nowhere.
    public mutating func deleteCluster(_ name: String, force: Bool = false) throws(FluvioError) {
        guard clusterNames.contains(name) else { throw unknown("cluster", name) }
        let users = names.filter { clusterName(ofProfile: $0) == name }
        guard users.isEmpty || force else {
            throw FluvioError(
                .invalidArgument, "cluster '\(name)' is in use by profile \(users.joined(separator: ", "))",
                advice: "delete the profile first, or use force")
        }
        document[table: "cluster"][name] = nil
    }
}

extension TLSPolicy {
    /// As the file has it. PEM texts all stand in it or all in files of their own: the file cannot say both.
    fileprivate var table: TOMLTable {
        var table = TOMLTable()
        switch self {
        case .disabled: table[string: "tls_policy"] = "disabled"
        case .anonymous: table[string: "tls_policy"] = "anonymous"
        case .verified(let settings):
            let parts = [("key", settings.key), ("cert", settings.certificate), ("ca_cert", settings.authority)]
            let isInline = parts.contains { if case .inline? = $0.1 { true } else { false } }
            table[string: "tls_policy"] = "verified"
            table[string: "tls_source"] = isInline ? "inline" : "files"
            var certificates = TOMLTable()
            certificates[string: "domain"] = settings.domain
            for (name, part) in parts {
                switch part {
                case .file(let text)?, .inline(let text)?: certificates[string: name] = text
                case nil: break
                }
            }
            table[table: "certs"] = certificates
        }
        return table
    }
}
