import ToolSupport

/// Asks whoever sits at the terminal before something is lost. Never standard input: it may be a pipe.
enum Confirmation {
    static func ask(_ question: String) async throws {
        guard let answer = try await onOwnThread({ Terminal.ask(question + " [y/N] ") }) else {
            throw ToolError("there is no terminal to ask; --yes deletes without asking", .usage)
        }
        guard ["y", "yes"].contains(answer.lowercased()) else { throw ToolError("nothing is deleted") }
    }
}
