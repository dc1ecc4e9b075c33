import FluvioProtocol
import Foundation
import TestSupport
import Testing

/// Captured frames, damaged: they are read as some value or refused, never more.
@Suite struct DamageTests {
    /// What became of a damaged frame.
    enum Outcome {
        case value
        case refused
    }

    /// Reads `bytes`; what was read is written, and what is written is read as the same again.
    private static func read(_ bytes: [UInt8], as sample: MessageSample, _ damage: @autoclosure () -> String) -> Outcome
    {
        let written: [UInt8]
        do {
            written = try sample.recode(bytes)
        } catch is WireError {
            return .refused
        } catch is Recode.Failure {
            return .refused
        } catch {
            Issue.record("\(sample.frame.place), \(damage()): \(error)")
            return .refused
        }
        do {
            let again = try sample.recode(written)
            if again != written { Issue.record("\(sample.frame.place), \(damage()): not the same when read again") }
        } catch {
            Issue.record("\(sample.frame.place), \(damage()): what was written is refused: \(error)")
        }
        return .value
    }

    @Test func aFrameCutAnywhereIsRefused() throws {
        let samples = try MessageSample.load(perMessage: 2, maximumLength: 2_000)
        #expect(samples.count > 50)
        var cuts = 0
        for sample in samples {
            let bytes = sample.frame.bytes
            for count in 0..<bytes.count {
                cuts += 1
                do {
                    _ = try sample.recode(Array(bytes[..<count]))
                    Issue.record("\(sample.frame.place) cut at \(count) was read")
                } catch is WireError {
                } catch {
                    Issue.record("\(sample.frame.place) cut at \(count): \(error)")
                }
            }
        }
        print("cut: \(samples.count) frames at \(cuts) places")
    }

    /// How many frames are mutated in all, and how many run at the same time; more with `FLUVIO_MUTATIONS=NUMBER`,
    /// others with `FLUVIO_MUTATION_SEED=NUMBER`.
    private static let mutations = setting("FLUVIO_MUTATIONS").map { Int(clamping: $0) } ?? 50_000
    private static let seed = setting("FLUVIO_MUTATION_SEED") ?? 1
    private static let slices = 8

    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test(.timeLimit(.minutes(10)), arguments: 0..<slices) func aMutatedFrameIsReadOrRefused(slice: Int) throws {
        let samples = try MessageSample.load(perMessage: 4, maximumLength: 4_000)
        var (count, values) = (0, 0)
        for index in stride(from: slice, to: Self.mutations, by: Self.slices) {
            // Each has a seed of its own, so that one that fails can be repeated alone.
            var random = SeededRandom(seed: Self.seed &+ UInt64(index) &* 0x1_0000_0001)
            let sample = try #require(samples.randomElement(using: &random))
            let donor = try #require(samples.randomElement(using: &random))
            var bytes = sample.frame.bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                Mutation.apply(to: &bytes, donor: donor.frame.bytes, using: &random)
            }
            count += 1
            if case .value = Self.read(bytes, as: sample, "mutation \(index) of seed \(Self.seed)") { values += 1 }
        }
        print("mutated: \(count) frames, \(values) of them read as a value")
        #expect(count == 0 || (values > 0 && values < count))
    }
}

/// Ways to damage a frame.
private enum Mutation {
    static func apply(to bytes: inout [UInt8], donor: [UInt8], using random: inout SeededRandom) {
        guard !bytes.isEmpty else { return }
        let position = Int.random(in: 0..<bytes.count, using: &random)
        let length = Int.random(in: 1...16, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[position] = [0, 1, 2, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
        case 2: bytes.removeSubrange(position...)
        case 3: bytes.removeSubrange(position..<min(bytes.count, position + length))
        case 4: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + length)], at: position)
        case 5:
            let numbers: [UInt32] = [0, 1, 0xff, 0x7fff, 0xffff, 0x0001_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
            let number = numbers.randomElement(using: &random) ?? 0
            let width = Bool.random(using: &random) ? 4 : 2
            for index in 0..<min(width, bytes.count - position) {
                bytes[position + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * (width - 1 - index)))
            }
        case 6:
            let start = Int.random(in: 0..<donor.count, using: &random)
            bytes.replaceSubrange(position..., with: donor[start...])
        default:
            for index in position..<min(bytes.count, position + length) {
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
        }
    }
}
