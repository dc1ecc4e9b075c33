import Foundation
import Glibc
import Synchronization
import TestSupport

/// Writes numbered lines to a file, and rotates it in every way that there is, on a thread of its own.
final class LogWriter: Sendable {
    /// What it has done.
    struct State: Sendable {
        /// Lines written.
        var count = 0
        /// For each line, which content of the file it stands in.
        var contents: [Int] = []
        /// Contents that may have been lost unread: cut or removed without a copy.
        var lost: Set<Int> = []
        /// What ended a content.
        var ends: [Int: String] = [:]
        var rotations = 0
        var copies = 0
        var replacements = 0
        var compressed = 0
    }

    private let state = Mutex(State())
    private let isStopped = Atomic<Bool>(false)
    private let done = DispatchSemaphore(value: 0)
    private let directory: String
    private let kind: SourceTorture.Kind

    init(_ directory: String, seed: UInt64, _ kind: SourceTorture.Kind) {
        (self.directory, self.kind) = (directory, kind)
        Thread.detachNewThread { [self] in
            var random = SeededRandom(seed: seed)
            run(&random)
            done.signal()
        }
    }

    /// Ends, and says what was done.
    func stop() -> State {
        isStopped.store(true, ordering: .relaxed)
        done.wait()
        return state.withLock { $0 }
    }

    private var path: String { "\(directory)/app.log" }

    private func run(_ random: inout SeededRandom) {
        var file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        var (content, generation, written, begin) = (0, 0, 0, ContinuousClock.now)
        while !isStopped.load(ordering: .relaxed) {
            let count = Int.random(in: 1...200, using: &random)
            write(count, content, file, &random)
            written += count
            usleep(UInt32.random(in: 0...4_000, using: &random))
            // A file of a few lines may not be known again when it is compressed.
            guard written > 100, kind != .replacing || begin.duration(to: .now) > .seconds(2) else { continue }
            switch Int.random(in: 0..<60, using: &random) {
            case 0, 1:
                generation += 1
                _ = unsafe rename(path, "\(path).\(generation)")
                close(file)
                file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
                let now = content
                state.withLock { state in
                    state.rotations += 1
                    state.ends[now] = "renamed to \(generation)"
                }
                if Int.random(in: 0..<4, using: &random) == 0 { compress(generation) }
            case 2:
                generation += 1
                // In place in one step, as nothing is written meanwhile.
                run("cp", [path, "\(path).\(generation)"])
                if kind == .racing {
                    // Whoever has not read it by then never will: it stands on no disk.
                    content += 1
                    let now = content
                    state.withLock { _ = $0.lost.insert(now) }
                    write(Int.random(in: 1...50, using: &random), content, file, &random)
                }
                _ = ftruncate(file, 0)
                let now = content
                state.withLock { state in
                    state.copies += 1
                    state.ends[now] = "cut after copy \(generation)"
                }
            case 3 where kind == .losing:
                let now = content
                state.withLock { _ = $0.lost.insert(now) }
                _ = ftruncate(file, 0)
            case 4 where kind == .losing:
                let now = content
                state.withLock { _ = $0.lost.insert(now) }
                _ = unsafe unlink(path)
                close(file)
                file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
            case 5..<15 where kind == .replacing:
                run("cp", [path, "\(directory)/.new"])
                close(file)
                file = unsafe open("\(directory)/.new", O_WRONLY | O_APPEND)
                write(Int.random(in: 0...50, using: &random), content, file, &random)
                _ = unsafe rename("\(directory)/.new", path)
                state.withLock { $0.replacements += 1 }
                continue
            default: continue
            }
            content += 1
            (written, begin) = (0, .now)
        }
        close(file)
    }

    private func compress(_ generation: Int) {
        run("gzip", ["\(path).\(generation)"])
        state.withLock { $0.compressed += 1 }
    }

    private func run(_ program: String, _ arguments: [String]) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try? process.run()
        process.waitUntilExit()
    }

    /// Some lines, perhaps in two pieces.
    private func write(_ count: Int, _ content: Int, _ file: CInt, _ random: inout SeededRandom) {
        let first = state.withLock { state in
            let first = state.count
            state.count += count
            state.contents += [Int](repeating: content, count: count)
            return first
        }
        let bytes = (first..<(first + count)).flatMap { Array("\($0) is the number of this line\n".utf8) }
        let cut = Int.random(in: 0...bytes.count, using: &random)
        for piece in [bytes[..<cut], bytes[cut...]] where !piece.isEmpty {
            _ = unsafe piece.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
        }
    }
}
