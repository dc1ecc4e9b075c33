import FluvioProtocol
import Glibc
import Unix

/// The objects that this cluster only keeps, so that they can be listed: `objects/KIND/NAME.v19` of the data directory,
/// as they stand on the wire in that version. Not among the files that Fluvio's own servers read: what shape these
/// would have there is not known, and they mean nothing to the records.
struct KeptObjects: Sendable {
    /// The data directory.
    let path: String

    /// The version of the protocol in which they are written.
    private static let version = LocalVersions.controller
    private static var ending: String { ".v\(version)" }

    private func directory(_ kind: ObjectKind) -> String { "\(path)/objects/\(kind.rawValue)" }

    /// Reads all objects of a kind.
    func load<Spec: WireSpec>(_: Spec.Type) throws(LocalClusterError) -> [Metadata<Spec>] {
        let directory = directory(Spec.kind)
        let names = try systemCall { () throws(SystemError) in
            try Unix.status(of: directory) == nil ? [] : try Unix.names(in: directory)
        }
        var objects: [Metadata<Spec>] = []
        for name in names where name.hasSuffix(Self.ending) {
            let path = "\(directory)/\(name)"
            let bytes = try systemCall { () throws(SystemError) in try Unix.contents(of: path) }
            do throws(WireError) {
                objects.append(try Metadata<Spec>(decoding: bytes, version: Self.version))
            } catch {
                throw .metadata(file: path, error.description)
            }
        }
        return objects
    }

    /// Writes an object so that it survives a power cut.
    func save<Spec: WireSpec>(_ object: Metadata<Spec>) throws(SystemError) {
        guard let name = FileName.encode(object.name), let bytes = try? object.bytes(version: Self.version) else {
            throw SystemError(code: EINVAL, call: "open", subject: object.name)
        }
        try Unix.makeDirectories(directory(Spec.kind))
        try Unix.replaceContents(of: "\(directory(Spec.kind))/\(name)\(Self.ending)", with: bytes)
    }

    /// Removes an object's file for good.
    func remove(_ kind: ObjectKind, _ name: String) throws(SystemError) {
        guard let name = FileName.encode(name) else { return }
        if try Unix.removeFile("\(directory(kind))/\(name)\(Self.ending)") {
            try Unix.synchronize(directory: directory(kind))
        }
    }
}

extension WireCodable {
    /// The value alone, without a frame around it.
    fileprivate func bytes(version: Int16) throws(WireError) -> [UInt8] {
        var writer = WireWriter(version: version)
        var value = self
        try writer.code(&value)
        return writer.bytes
    }
}
