/// The answer to create, delete and update. It has no envelope.
package struct StatusResponse: WireCodable, Equatable, Sendable {
    /// Of the object, as the server stores it.
    package var name = ""
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success
    /// For people.
    package var message: String?

    package init() {}

    package init(name: String, error: ErrorCode = .success, message: String? = nil) {
        self.name = name
        self.error = error
        self.message = message
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&error)
        try coder.code(&message)
    }
}
