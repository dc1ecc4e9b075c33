extension JSONToken {
    /// Hands the elements of an array of a checked text to `body`; nothing of any other value.
    package func forEachElement(_ body: (JSONToken) -> Void) {
        guard kind == .array else { return }
        var scanner = unsafe JSONScanner(bytes)
        try? scanner.elements(body)
    }

    /// Hands the members of an object of a checked text to `body`, the names as they are written; nothing of any other
    /// value.
    package func forEachMember(_ body: (JSONToken, JSONToken) -> Void) {
        guard kind == .object else { return }
        var scanner = unsafe JSONScanner(bytes)
        try? scanner.members(body)
    }
}
