import Foundation
import TestSupport
import Testing

@testable import FileSource

/// Files are written, renamed, compressed, copied, cut and removed while a source looks, reads, writes its checkpoint and
/// is killed, in random orders and with something between any two of its steps. Every line must arrive once.
@Suite("Recognition of files, simulated") struct RecognitionSimulation {
    /// As many as each test run has, always the same ones; `make torture` takes others each time.
    private static let few: UInt64 = 500
    /// Random schedules of each mode: `FLUVIO_RECOGNITION_SCHEDULES`.
    private static var schedules: UInt64 {
        ProcessInfo.processInfo.environment["FLUVIO_RECOGNITION_SCHEDULES"].flatMap { UInt64($0) } ?? few
    }
    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["FLUVIO_SIMULATION_SEED"].flatMap { UInt64($0) }
            ?? (schedules == few ? 1 : UInt64.random(in: 1...UInt64(UInt32.max)))
    }

    @Test(arguments: ModelDisk.Mode.allCases)
    func `every line arrives once, in the order of its file`(mode: ModelDisk.Mode) {
        let first = Self.seed
        for seed in first..<(first + Self.schedules) {
            if let fault = Self.run(mode, seed: seed) {
                Issue.record("seed \(seed), \(mode): \(Self.run(mode, seed: seed, isTold: true) ?? fault)")
                return
            }
        }
    }

    /// What once went wrong.
    @Test(
        arguments: [
            (.copies, 335_863_837), (.copies, 3_764_826_410), (.copies, 2_456_838_674), (.copies, 594),
            (.copies, 2014), (.losses, 2_339_716_680), (.losses, 819_188_151), (.losses, 1_000_658),
            (.headers, 4252), (.headers, 50_008_843), (.headers, 1_008_787), (.headers, 1_654_730_384),
            (.headers, 899_181_734), (.headers, 2_151_763_314), (.headers, 3_580_726_414),
            (.races, 1_228_003_778), (.races, 1_126_277_510), (.races, 631_094_469), (.renames, 3_770_386_219),
            (.replacements, 5329), (.replacements, 14_440), (.replacements, 5_005_467), (.replacements, 6_002_977),
            (.replacements, 6_006_689), (.replacements, 6_000_242), (.races, 5_000_079), (.races, 5_003_123),
        ] as [(ModelDisk.Mode, UInt64)])
    func `schedules that found a fault`(mode: ModelDisk.Mode, seed: UInt64) {
        if Self.run(mode, seed: seed) != nil {
            Issue.record("seed \(seed), \(mode): \(Self.run(mode, seed: seed, isTold: true) ?? "")")
        }
    }

    private static func run(_ mode: ModelDisk.Mode, seed: UInt64, isTold: Bool = false) -> String? {
        var random = SeededRandom(seed: seed)
        let disk = ModelDisk(mode, seed: random.next())
        let source = ModelSource(disk, seed: random.next(), isTold: isTold)
        for _ in 0..<Int.random(in: 20...200, using: &random) {
            switch Int.random(in: 0..<16, using: &random) {
            case 0..<6: disk.step()
            case 6..<10: source.read()
            case 10, 11: _ = source.look()
            case 12, 13: source.write()
            case 14: source.finish()
            default: source.killed()
            }
        }
        if Bool.random(using: &random) { source.killed() }
        // All that was begun ends, and time passes.
        while !disk.isWhole { disk.step() }
        disk.tick(1000)
        disk.hold()
        var (idle, rounds) = (0, 0)
        while idle < 12, rounds < 2000 {
            rounds += 1
            let before = source.progress
            _ = source.look()
            source.write()
            source.readAll()
            idle = source.progress == before ? idle + 1 : 0
        }
        return fault(disk, source).map { "\($0)\n\(rounds) rounds" }
            ?? (rounds < 2000 ? nil : "it does not come to rest\n\(source.history.suffix(20))")
    }

    private static func fault(_ disk: ModelDisk, _ source: ModelSource) -> String? {
        func told(_ text: String) -> String {
            "\(text)\n\(disk.history.joined(separator: "\n"))\n\(source.history.joined(separator: "\n"))\n\(source.state)"
        }
        var content: [UInt32: Int] = [:]
        for (index, lines) in disk.contents.enumerated() { for line in lines { content[line] = index } }
        var seen: Set<UInt32> = []
        var last: [Int: UInt32] = [:]
        var headers = 0
        for (_, line) in source.topic {
            guard let index = content[line] else {
                headers += 1
                continue
            }
            if !seen.insert(line).inserted {
                // As long as it is short, another file may well begin with it.
                let short = disk.mode == .replacements ? Evidence.proof / (2 * ModelDisk.unit) : 0
                guard source.resent.contains(line) || disk.contents[index].prefix(short).contains(line) else {
                    return told("line \(line) twice")
                }
                continue
            }
            if let before = last[index], before > line { return told("line \(line) after \(before)") }
            last[index] = line
        }
        for (line, index) in content where !seen.contains(line) && !disk.lossy.contains(index) {
            return told("line \(line) of content \(index) is missing")
        }
        let due = 3 * disk.headed.subtracting(disk.lossy).count
        if headers < due || headers > 3 * disk.headed.count { return told("\(headers) headers of \(due)") }
        if disk.lossy.isEmpty, source.told > 0 {
            return told("\(source.told) bytes told to be lost")
        }
        if !source.missing.isEmpty { return told("\(source.missing) still missing") }
        return nil
    }
}
