import Foundation

/// Another program as a judge.
enum Subprocess {
    struct Failure: Error { let status: Int32, message: String }

    /// Runs it on `input`; its output. A status other than 0 is thrown unless it is among those allowed.
    static func run(_ path: String, _ arguments: [String], input: [UInt8], allowing: Set<Int32> = [0]) throws -> [UInt8]
    {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "datapath-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        // Files, not pipes: nobody can wait for anybody.
        for (name, content) in [("in", Data(input)), ("out", Data()), ("err", Data())] {
            try content.write(to: directory.appending(path: name))
        }
        process.standardInput = try FileHandle(forReadingFrom: directory.appending(path: "in"))
        process.standardOutput = try FileHandle(forWritingTo: directory.appending(path: "out"))
        process.standardError = try FileHandle(forWritingTo: directory.appending(path: "err"))
        try process.run()
        process.waitUntilExit()
        guard allowing.contains(process.terminationStatus) else {
            let message = try String(contentsOf: directory.appending(path: "err"), encoding: .utf8)
            throw Failure(status: process.terminationStatus, message: message)
        }
        return Array(try Data(contentsOf: directory.appending(path: "out")))
    }
}
