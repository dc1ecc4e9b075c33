import Foundation
import Testing

/// Servers are killed, frozen and restarted under load.
///
/// `FLUVIO_CHAOS_SEED` repeats a plan (when what happens happens is not repeated), `FLUVIO_CHAOS_ROUNDS` says how many
/// there are, `FLUVIO_CHAOS_RECORDS` of how many records.
@Suite(.serialized) struct ChaosTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test(.timeLimit(.minutes(60)))
    func nothingIsLostNothingIsTwiceAndOrderIsKept() async throws {
        let first = Self.number("FLUVIO_CHAOS_SEED") ?? UInt64.random(in: 0..<1 << 32)
        for round in 0..<(Self.number("FLUVIO_CHAOS_ROUNDS") ?? 1) {
            var plan = Chaos.Plan(seed: first + round)
            if let records = Self.number("FLUVIO_CHAOS_RECORDS") { plan.records = Int(records) }
            let start = ContinuousClock.now
            let outcome = try await Chaos(plan).run()
            let time = start.duration(to: .now).components.seconds
            let faults = outcome.faults.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            print(
                "chaos, seed \(plan.seed): \(plan.records) records, \(outcome.read) read by 2 consumers, "
                    + "\(outcome.twins) twins in the log, \(faults.joined(separator: ", ")), \(time) s")
            #expect(outcome.failures.isEmpty, "seed \(plan.seed): \(outcome.failures.joined(separator: "; "))")
            #expect(outcome.read == 2 * plan.records)
        }
    }
}
