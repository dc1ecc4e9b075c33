import Glibc
import ToolSupport
import Unix

/// `--dry-run`: what would be read, and from where on. Nothing is locked, written or sent.
struct DryRun {
    let options: SourceOptions
    let context: ToolContext
    let selection: Selection

    func run() throws -> Outcome {
        let walk = Walk(selection)
        let checkpoint = options.from == .beginning ? nil : try CheckpointStore.peek(try options.state())
        var lines = ""
        var isComplete = true
        var seen: Set<[UInt64]> = []
        for file in walk.files where seen.insert([file.facts.device, file.facts.inode]).inserted {
            let known = checkpoint?.files.first { $0.evidence.isPlace(of: file.facts) == true }
            if known == nil, let oldest = options.oldest, file.facts.modified / 1_000_000 < oldest { continue }
            do {
                let probe = try Probe(file.path)
                let isBehind = checkpoint == nil && options.from == .end && probe.input.isPlain
                let start = try known?.position ?? (isBehind ? options.lastEnd(in: probe) : 0)
                let of = probe.input.isPlain ? "of \(counted(file.facts.size, "byte"))" : "on, and it is compressed"
                let what = known == nil ? "new" : "known"
                lines += "\(Diagnostics.printable(file.path)): \(what), from \(start) \(of)\n"
            } catch {
                isComplete = false
                context.diagnostics.error("\(file.path): \((error as? SystemError)?.reason ?? "\(error)")")
            }
        }
        for trouble in walk.troubles { context.diagnostics.error(trouble.description) }
        isComplete = isComplete && walk.troubles.isEmpty
        for absence in selection.absences(Set(walk.files.map(\.path))) {
            if absence.kind == .unmatched, options.choosesByAge { continue }
            let wasRead = checkpoint?.files.contains { $0.family == absence.path || $0.path == absence.path } ?? false
            let remark = absence.remark(isOnce: options.isOnce, wasRead: wasRead)
            if remark.isError { isComplete = false }
            context.diagnostics.error("\(absence.text): \(remark.text)")
        }
        try StandardOutput.write(lines)
        return .exit(isComplete ? .success : .incomplete)
    }
}

/// Text for standard output.
enum StandardOutput {
    static func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        do throws(SystemError) {
            let result = unsafe bytes.withUnsafeBytes { bytes in
                Result { () throws(SystemError) in try unsafe Unix.writeAll(STDOUT_FILENO, bytes) }
            }
            try result.get()
        } catch {
            if error.code == EPIPE { throw OutputError.readerGone }
            throw ToolError("write error: \(error.reason)")
        }
    }
}
