import Foundation
import Unix

/// A directory that goes with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "fluvio-local-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The names in it, or in a directory of it.
    func names(in sub: String = "") throws -> [String] { try Unix.names(in: "\(path)/\(sub)") }

    func bytes(_ file: String) throws -> [UInt8] { try Unix.contents(of: "\(path)/\(file)") }

    func write(_ bytes: [UInt8], to file: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
    }

    /// Changes bytes in place.
    func patch(_ file: String, at position: Int, with bytes: [UInt8]) throws {
        let handle = try FileDescriptor.open("\(path)/\(file)", O_WRONLY)
        try Unix.write(bytes, to: handle.raw, at: position)
    }

    func cut(_ file: String, to size: Int) throws {
        let handle = try FileDescriptor.open("\(path)/\(file)", O_WRONLY)
        try Unix.truncate(handle.raw, to: size)
    }

    func remove(_ file: String) throws { try Unix.removeFile("\(path)/\(file)") }

    /// Unpacks the data directory that a real cluster left.
    func unpackRealData() throws {
        let archive = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Captures/data-directory.tar.gz").standardized.path
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/tar")
        tar.arguments = ["xzSf", archive, "-C", path]
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else { throw CocoaError(.fileReadUnknown) }
    }
}
