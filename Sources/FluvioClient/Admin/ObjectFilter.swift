import FluvioProtocol
import Glibc

/// Which objects of a kind are wanted. All of its conditions hold together; without any, all objects are.
public struct ObjectFilter: Hashable, Sendable {
    /// Exactly these names; nil: any. Of a partition also the name of its topic.
    public var names: Set<String>?
    /// Names that one of these patterns matches from end to end, as in a shell: `*`, `?`, `[a-z]`; nil: any.
    public var globs: [String]?
    /// How it is at the moment, in Fluvio's words and any case, such as `Provisioned` or `Online`; nil: any.
    public var status: String?
    /// What this SPU holds, or the SPU itself; nil: any.
    public var spu: Int32?

    /// The objects for which all of this holds; without arguments, all.
    public init(
        names: Set<String>? = nil, globs: [String]? = nil, status: String? = nil, spu: Int32? = nil
    ) {
        self.names = names
        self.globs = globs
        self.status = status
        self.spu = spu
    }

    /// Whether it lets an object through.
    public func matches<Spec: ObjectSpec>(_ object: Metadata<Spec>) -> Bool {
        let names = Spec.names(of: object)
        if let wanted = self.names, wanted.isDisjoint(with: names) { return false }
        if let globs, !globs.contains(where: { glob in names.contains { Self.matches($0, glob) } }) { return false }
        if let status, object.statusWord?.lowercased() != status.lowercased() { return false }
        if let spu, !Spec.spus(of: object).contains(spu) { return false }
        return true
    }

    private static func matches(_ name: String, _ glob: String) -> Bool { unsafe fnmatch(glob, name, 0) == 0 }
}
