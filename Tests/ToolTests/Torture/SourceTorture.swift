import Foundation
import Glibc
import TestSupport
import Testing

/// A source that is killed again and again, while its files are written, rotated, compressed, copied and cut, and while its
/// cluster is killed.
@Suite("kill -9 of a source", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceTorture {
    /// What a round is about.
    enum Kind: String, CaseIterable {
        /// Every line must arrive once.
        case exact
        /// Files are cut and removed too: nothing may be twice, and nothing else may be missing.
        case losing
        /// Files are written to between their copy and their cut: what comes then may be missing, and nothing else.
        case racing
        /// It is written anew beside its name and renamed over it, too.
        case replacing
        /// As the first, and the cluster is stopped and killed as well.
        case cluster
    }

    @Test(arguments: Kind.allCases)
    func `every line is read once, in the order of its file`(kind: Kind) throws {
        let place = UInt64(Kind.allCases.firstIndex(of: kind) ?? 0)
        let rounds = max(1, Torture.rounds / (kind == .exact ? 1 : 3))
        var random = SeededRandom(seed: Torture.seed &+ 100 &+ place)
        let cluster = try TestCluster()
        let source = try SourceShell(cluster)
        // Known before it rotates for the first time.
        try source.write("app.log", "")
        try source.once("in/app.log")
        let writer = LogWriter(
            source.shell.directory.path("in"), seed: Torture.seed &+ place, kind)
        var text = ""
        for round in 0..<rounds {
            let child = try source.follow("--checkpoint-every 0.1 --close-after 1 in/app.log")
            defer { child.kill() }
            usleep(UInt32.random(in: 20_000...900_000, using: &random))
            if kind == .cluster, round % 3 == 0 {
                if Bool.random(using: &random) { try cluster.kill() } else { try cluster.stop() }
                usleep(UInt32.random(in: 0...200_000, using: &random))
                if Bool.random(using: &random) { child.kill() }
                try cluster.restart()
                usleep(UInt32.random(in: 20_000...900_000, using: &random))
            }
            child.send(SIGKILL)
            _ = try child.wait()
            text = child.errorText
        }
        let written = writer.stop()
        try source.once("in/app.log", status: kind == .losing || kind == .racing ? nil : 0)
        let values = try source.values()
        let raw = try source.values(options: "--keep-duplicates")
        check(values, written, kind, text)
        print(
            """
            torture: source, \(kind.rawValue): \(rounds) times kill -9, seed \(Torture.seed): \(written.count) lines, \
            \(written.rotations) files renamed, \(written.copies) copied and cut, \(written.compressed) compressed, \
            \(written.replacements) renamed over; \
            \(values.count) read, \(raw.count - values.count) stood in the log twice
            """)
    }

    private func check(_ values: [String], _ written: LogWriter.State, _ kind: Kind, _ text: String) {
        let numbers = values.compactMap { Int($0.prefix { $0 != " " }) }
        var seen = Set<Int>()
        var last: [Int: Int] = [:]
        var (twice, disorder, broken) = (0, 0, values.count - numbers.count)
        var first: String?
        for (index, (number, value)) in zip(numbers, values).enumerated() {
            guard number < written.contents.count, value == "\(number) is the number of this line" else {
                broken += 1
                continue
            }
            if !seen.insert(number).inserted { twice += 1 }
            let content = written.contents[number]
            if let before = last[content], before > number {
                disorder += 1
                let around = numbers[max(0, index - 5)..<min(numbers.count, index + 5)].map { number in
                    "\(number) of \(number < written.contents.count ? written.contents[number] : -1)"
                }
                first = first ?? "\(number) after \(before) of \(content) (\(written.ends[content] ?? "")): \(around)"
            }
            last[content] = number
        }
        let missing = (0..<written.count).filter { !seen.contains($0) && !written.lost.contains(written.contents[$0]) }
        let seed = "seed \(Torture.seed), \(kind.rawValue)"
        // A line that was cut in the middle when its file was, is one of the lost.
        if kind == .losing { broken = 0 }
        #expect(twice == 0, "\(seed): twice")
        #expect(missing.isEmpty, "\(seed): \(missing.count) missing, from \(missing.first ?? 0) on: \(text)")
        #expect(disorder == 0 && broken == 0, "\(seed): \(disorder) out of order, \(broken) broken; \(first ?? "")")
    }
}
