import Glibc
import ToolSupport

extension Guarantees {
    /// Prints the table and ends: with 1 if it could not be written.
    package static func show() -> Never {
        do {
            try StandardOutput.write(text)
        } catch {
            Diagnostics(tool: "fluvio-source-file").error("\(error)")
            exit(ExitCode.incomplete.rawValue)
        }
        exit(ExitCode.success.rawValue)
    }
}
