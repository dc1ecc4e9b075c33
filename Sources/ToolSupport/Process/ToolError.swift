/// An error that ends a tool: one line on standard error and an exit status.
package struct ToolError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What to say, without the tool's name.
    package let description: String
    /// The exit status.
    package let code: ExitCode

    /// Carries message and status.
    package init(_ message: String, _ code: ExitCode = .incomplete) {
        description = message
        self.code = code
    }
}

/// An error type of another module that knows with which status a tool should end because of it.
package protocol ExitStatusError: Error {
    /// The exit status.
    var exitCode: ExitCode { get }
}

extension ToolError {
    /// What to say and how to end for any error that a command let through.
    package init(reporting error: any Error) {
        switch error {
        case let error as ToolError: self = error
        case let error as UsageError: self.init(error.description, .usage)
        case let error as OutputError: self.init("write error: \(error)")
        case let error as any ExitStatusError: self.init("\(error)", error.exitCode)
        default: self.init("\(error)", .incomplete)
        }
    }
}
