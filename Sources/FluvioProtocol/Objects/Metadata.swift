/// An object of the SC: its name, what it is to be and what it is.
package struct Metadata<Spec: ObjectSpec>: WireCodable, Equatable, Sendable {
    /// Unique in its kind.
    package var name = ""
    /// What it is to be.
    package var spec = Spec()
    /// What it is at the moment.
    package var status = Spec.Status()

    package init() {}

    package init(name: String, spec: Spec = Spec(), status: Spec.Status = Spec.Status()) {
        self.name = name
        self.spec = spec
        self.status = status
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&spec)
        try coder.code(&status)
    }
}
