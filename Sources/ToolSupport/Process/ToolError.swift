package import FluvioClient

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

extension ToolError {
    /// What to say and how to end for any error that a command let through.
    package init(reporting error: any Error) {
        switch error {
        case let error as ToolError: self = error
        case let error as UsageError: self.init(error.description, .usage)
        case let error as OutputError: self.init("write error: \(error)")
        case let error as FluvioError: self.init(error.description, ExitCode(error.code.category))
        default: self.init("\(error)", .incomplete)
        }
    }
}

extension ExitCode {
    /// The status for a failure of the client.
    ///
    /// A command that had done something before the cluster became unreachable must say ``incomplete`` itself.
    package init(_ category: FluvioError.Code.Category) {
        self =
            switch category {
            case .usage: .usage
            case .unreachable: .unreachable
            case .busy: .busy
            case .failed: .incomplete
            }
    }
}
