import Foundation
import TestSupport

/// How long and with which numbers tests of this folder go on: they repeat what may go wrong at some moment only.
enum Torture {
    /// In all, of each kind of torture: `FLUVIO_TORTURE_ROUNDS`.
    static let rounds = setting("FLUVIO_TORTURE_ROUNDS").map { Int(clamping: $0) } ?? 9
    /// What the rounds do follows from it; when something of it fails, it is told: `FLUVIO_TORTURE_SEED`.
    static let seed = setting("FLUVIO_TORTURE_SEED") ?? UInt64.random(in: 1...UInt64(UInt32.max))

    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}
