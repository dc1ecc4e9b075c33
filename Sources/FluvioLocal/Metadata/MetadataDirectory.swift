import Documents
import FluvioProtocol
import Glibc
import Unix

/// The objects that Fluvio keeps in YAML files too: `metadata/KIND/NAME.yaml` of a data directory.
struct MetadataDirectory: Sendable {
    /// The data directory.
    let path: String

    private static let ending = ".yaml"

    private func directory(_ kind: ObjectKind) -> String { "\(path)/metadata/\(kind.rawValue)" }

    /// The file of an object; nil: no file can have its name.
    func file(_ kind: ObjectKind, _ name: String) -> String? {
        FileName.encode(name).map { "\(directory(kind))/\($0)\(Self.ending)" }
    }

    /// Makes what is missing.
    func create() throws(SystemError) {
        for kind in [ObjectKind.topic, .partition, .spu] { try Unix.makeDirectories(directory(kind)) }
    }

    /// Reads all objects of a kind. Files of other endings are left alone, but for those that a crash has left half
    /// written: they go.
    /// - Parameter damaged: takes files that cannot be understood, or throws.
    func load<Spec: WireSpec>(
        _: Spec.Type, damaged: (String, YAMLError) throws(LocalClusterError) -> Void
    ) throws(LocalClusterError) -> [MetadataFile<Spec>] where Spec: YAMLCodable, Spec.Status: YAMLCodable {
        var files: [MetadataFile<Spec>] = []
        for name in try names(Spec.kind) {
            let path = "\(directory(Spec.kind))/\(name)"
            let bytes = try systemCall { () throws(SystemError) in try Unix.contents(of: path) }
            do throws(YAMLError) {
                let file = try MetadataFile<Spec>(bytes)
                guard self.file(Spec.kind, file.object.name) == path else {
                    throw YAMLError("holds the object '\(file.object.name)'")
                }
                files.append(file)
            } catch {
                try damaged(path, error)
            }
        }
        return files
    }

    private func names(_ kind: ObjectKind) throws(LocalClusterError) -> [String] {
        let directory = directory(kind)
        return try systemCall { () throws(SystemError) in
            let names = try Unix.names(in: directory)
            for name in names where name.hasSuffix(".tmp") { try Unix.removeFile("\(directory)/\(name)") }
            return names.filter { $0.hasSuffix(Self.ending) }
        }
    }

    /// Writes an object, so that a crash leaves the old file or the new one.
    /// - Parameter durable: the file survives a power cut.
    func save<Spec: WireSpec>(
        _ file: MetadataFile<Spec>, durable: Bool
    ) throws(SystemError) where Spec: YAMLCodable, Spec.Status: YAMLCodable {
        guard let path = self.file(Spec.kind, file.object.name), let bytes = try? file.bytes() else {
            throw SystemError(code: EINVAL, call: "open", subject: file.object.name)
        }
        try Unix.replaceContents(of: path, with: bytes, durable: durable)
    }

    /// Removes an object's file, if there is one.
    /// - Parameter durable: it does not come back after a power cut.
    func remove(_ kind: ObjectKind, _ name: String, durable: Bool) throws(SystemError) {
        guard let path = file(kind, name) else { return }
        try Unix.removeFile(path)
        if durable { try Unix.synchronize(directory: directory(kind)) }
    }
}

/// Runs what may fail in a system call.
func systemCall<T>(_ body: () throws(SystemError) -> T) throws(LocalClusterError) -> T {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
}
