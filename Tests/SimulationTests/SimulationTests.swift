import Foundation
import Synchronization
import TestSupport
import Testing

@testable import FluvioClient

/// The rules of producers and readers against a model cluster, in random schedules.
///
/// `FLUVIO_SIMULATION_SCHEDULES` says how many there are in all, `FLUVIO_SIMULATION_SEED` where they begin: a failure names the seed
/// of its schedule, and `FLUVIO_SIMULATION_SEED=N FLUVIO_SIMULATION_SCHEDULES=4` runs that one alone (each family runs a fourth).
/// Without a seed every run has the same schedules; `make torture` takes others each time.
///
/// One in some hundred thousand uncommitted schedules ends with a record before others that an election has taken back: the
/// leadership went to another server and came back between two words that the producer heard, its connection stayed, and
/// the log had been cut meanwhile. No producer can see that before the record is stored (seed 984601506625).
@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let schedules = environment["FLUVIO_SIMULATION_SCHEDULES"].flatMap { Int($0) } ?? 50_000
    private static let seed =
        environment["FLUVIO_SIMULATION_SEED"].flatMap { UInt64($0) } ?? 1

    private static let families: [(String, Schedule.Family)] = [
        ("committed", .init()),
        ("committed, heard out", .init(isHeardOut: true)),
        ("committed, producers killed", .init(hasKilledProducers: true)),
        ("uncommitted", .init(confirmation: .leader(keeping: .max))),
    ]

    /// What the tasks of a hunt share.
    private final class Hunt: Sendable {
        let found = Mutex<(seed: UInt64, result: Schedule.Result)?>(nil)
        let twins = Atomic(0)
        let next = Atomic(0)

        func run(_ family: Schedule.Family, from first: UInt64, count: Int) {
            while found.withLock({ $0 == nil }) {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let seed = first &+ UInt64(index)
                let schedule = Schedule(seed: seed, family)
                let result = schedule.run()
                twins.add(result.twins, ordering: .relaxed)
                if result.failure != nil { found.withLock { $0 = $0 ?? (seed, result) } }
            }
        }
    }

    /// Runs schedules from a seed on, on all cores, until one fails.
    private static func firstFailure(
        _ family: Schedule.Family, from seed: UInt64, count: Int
    ) async -> (seed: UInt64, result: Schedule.Result, tried: Int, twins: Int) {
        let hunt = Hunt()
        await withTaskGroup { group in
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
                group.addTask { hunt.run(family, from: seed, count: count) }
            }
        }
        let tried = min(count, hunt.next.load(ordering: .relaxed))
        let failure = hunt.found.withLock { $0 }
        return (failure?.seed ?? 0, failure?.result ?? Schedule.Result(), tried, hunt.twins.load(ordering: .relaxed))
    }

    @Test func noScheduleLosesDoublesOrDisordersARecord() async {
        let clock = ContinuousClock()
        for (name, family) in Self.families {
            let start = clock.now
            let count = max(1, Self.schedules / Self.families.count)
            let (seed, result, tried, twins) = await Self.firstFailure(family, from: Self.seed, count: count)
            let time = start.duration(to: clock.now)
            let rate =
                Double(tried) / max(1e-9, Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)
            print(
                "simulation, \(name): seed \(Self.seed), \(tried) schedules, \(Int(rate)) a second, \(twins) twins in logs"
            )
            #expect(result.failure == nil, "\(name), seed \(seed), step \(result.steps): \(result.failure ?? "")")
        }
    }

    @Test(arguments: ModelProducer.Sabotage.allCases)
    func everyRuleIsNeeded(_ sabotage: ModelProducer.Sabotage) async {
        var family = Schedule.Family(sabotage: sabotage)
        // Only where a drain is heard out and nothing breaks by itself does a twin in the log tell of a broken rule.
        family.isHeardOut = sabotage == .doesNotDrain || sabotage == .readsCommittedTail
        let (seed, result, tried, _) = await Self.firstFailure(family, from: Self.seed, count: 100_000)
        print("simulation, \(sabotage): seed \(seed) after \(tried) schedules: \(result.failure ?? "nothing")")
        #expect(result.failure != nil, "nothing fails without this rule in 100,000 schedules from seed \(Self.seed)")
    }
}
