import Foundation
import Glibc
import TestSupport
import Unix

/// Runs shell scripts in a directory of their own, with the tools of this package in PATH and a cluster in the profile.
/// One for each test.
final class Shell {
    let directory: ScratchDirectory
    private let environment: [String: String]

    /// A shell whose current profile is that of the cluster; nil: of none, and there is no profile file.
    ///
    /// - Parameter variables: more that programs get to know.
    init(_ cluster: TestCluster?, variables: [String: String] = [:]) throws {
        directory = try ScratchDirectory()
        environment = Self.environment(home: cluster?.directory ?? directory).merging(variables) { $1 }
    }

    /// All that a program gets to know of its surroundings.
    static func environment(home: ScratchDirectory) -> [String: String] {
        [
            "PATH": "\(ChildProcess.products):\(Unix.environment("PATH") ?? "/usr/bin:/bin")",
            "HOME": home.path, "FLV_PROFILE_PATH": home.path("config"), "LC_ALL": "C.UTF-8",
        ]
    }

    /// Whether a process may mount what it alone sees.
    static let canHaveOwnMounts = (try? Shell(nil).run("unshare -m mount -t tmpfs none .").status) == 0

    /// What came of a script.
    struct Ran: Equatable {
        var ending: ChildProcess.Ending
        var output: [UInt8]
        var errors: String

        /// The exit status as a shell says it.
        var status: CInt {
            switch ending {
            case .exited(let status): status
            case .signalled(let signal): 128 + signal
            }
        }
        var text: String { String(decoding: output, as: UTF8.self) }
        /// The lines of the output.
        var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    /// Runs a script to its end. `$1` and so on are `arguments`; standard input is empty.
    func run(_ script: String, _ arguments: String...) throws -> Ran {
        let name = "output-\(UUID().uuidString.prefix(8))"
        try directory.write(name, [])
        let child = try ChildProcess(
            "/bin/bash", ["-c", Self.prelude + script, "bash"] + arguments,
            environment: environment.merging(["WORK": directory.path]) { $1 }, output: directory.path(name),
            patience: .seconds(120))
        defer { child.kill() }
        let ending = try child.wait()
        return Ran(ending: ending, output: try directory.read(name), errors: child.errorText)
    }

    /// Starts a script, or a program of it with `exec`. Kill it in a `defer`.
    func start(_ script: String, _ arguments: String..., input: String? = "/dev/null") throws -> ChildProcess {
        try ChildProcess(
            "/bin/bash", ["-c", Self.prelude + script, "bash"] + arguments,
            environment: environment.merging(["WORK": directory.path]) { $1 }, input: input, patience: .seconds(120))
    }

    private static let prelude = "cd \"$WORK\" || exit 99\n"
}
