import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport
import Unix

struct CreateSmartModuleOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var name = ""
    var file: String?
    var package: String?
    var creation = CreationOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("NAME", to: \.name, as: .text("NAME"), help: "the SmartModule's name")
        table.group("SmartModule")
        table.value("--wasm-file", to: \.file, as: .file, help: "Take the code from this file; - is standard input")
        table.value(
            "--package", to: \.package, as: .file, help: "Take what it is called from this SmartModule.toml",
            manual:
                "Take group, name, version and parameters from this file, `SmartModule.toml` of its project. The "
                + "SmartModule is then stored under `NAME-GROUP-VERSION` of the package, whatever the operand says, and "
                + "is found by `GROUP/NAME@VERSION`.")
        table.group("How")
        table.include(\.creation)
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard file != nil else { throw UsageError("--wasm-file is missing") }
        if file == "-", package == "-" { throw UsageError("standard input cannot be both code and package") }
    }
}

/// `fluvio-admin smartmodule create`.
struct CreateSmartModule: Sendable {
    let options: CreateSmartModuleOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let file = options.file ?? "-"
        let code = try await onOwnThread { try Self.read(file) }
        // `\0asm`, or what is compressed already.
        guard code.starts(with: [0, 0x61, 0x73, 0x6d]) || code.starts(with: [0x1f, 0x8b]) else {
            throw ToolError(
                "\(file) is no WebAssembly: \(counted(code.count, "byte that does", "bytes that do")) not begin with \\0asm"
            )
        }
        var spec = SmartModuleSpec()
        if let package = options.package { spec.metadata = try await onOwnThread { try PackageFile.read(package) } }
        spec.wasm.payload = code[0] == 0 ? try Self.compressed(code) : code
        let client = try await options.connection.connect(context)
        defer { client.close() }
        // Under the names of its package, if it has one.
        let name = spec.metadata.map { "\($0.package.group)/\($0.package.name)@\($0.package.version)" } ?? options.name
        _ = try await options.creation.create(.smartModule, name, replaces: true, client.admin, context) {
            () throws(FluvioError) in try await client.admin.createSmartModule(options.name, spec)
        }
        return .exit(.success)
    }

    private static func read(_ file: String) throws -> [UInt8] {
        do {
            return try Unix.contents(of: file == "-" ? "/dev/stdin" : file)
        } catch {
            throw ToolError("cannot read \(file): \(error.reason)")
        }
    }

    /// As the official tool sends it.
    private static func compressed(_ code: [UInt8]) throws -> [UInt8] {
        var compressor = Compressor()
        var result: [UInt8] = []
        try unsafe code.withUnsafeBytes { bytes in
            try unsafe compressor.compress(bytes, with: .gzip, appendingTo: &result)
        }
        return result
    }
}
