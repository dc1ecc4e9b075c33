package import FluvioClient

/// The options of every tool that produces.
package struct ProducerOptions: OptionGroup {
    /// The codec; nil: the topic's.
    package var compression: Compression?
    /// How long a record may wait for others; nil: until the source has nothing more at the moment.
    package var linger: Duration?
    /// Bytes of one batch.
    package var batchSize = 16_384
    /// When a record counts as stored.
    package var isolation = Isolation.readCommitted
    /// How long one request may take.
    package var timeout = Duration.seconds(10)
    /// Bytes per partition that are kept until all replicas have them, where the leader alone acknowledges.
    package var keptUncommitted = 16 << 20
    /// How long the end waits for the replicas, where the leader alone acknowledges.
    package var replicaWait = Duration.seconds(5)

    /// The defaults.
    package init() {}

    package static func declare(_ table: inout OptionTable<Self>) {
        table.value(
            "-z", "--compression", to: \.compression, as: .choice("CODEC"), fallback: "the topic's",
            help: "Compress with none, gzip, snappy, lz4 or zstd")
        table.value(
            "--linger", to: \.linger, as: .duration(bare: .milliseconds), fallback: "while the input has more",
            help: "Let a record wait so long for others",
            manual: "Let a record wait at most so long for others to share its request (bare: ms). Without this option "
                + "records are gathered while the input has more at the moment, and leave when it has not: under load "
                + "requests are large, and a single line does not wait.")
        table.value(
            "--batch-size", to: \.batchSize, as: .size(in: 256...BatchSize.maximum),
            help: "Fill batches up to this size",
            manual:
                "Fill batches up to this many bytes. Larger ones are faster, but the official clients lose the batch "
                + "that the end of an answer cuts (0.2 % of the records at 16K, half of them at 1M): raise it only for "
                + "topics that these tools alone read.")
        table.value(
            "--isolation", to: \.isolation, as: .isolation,
            help: "Count records as stored by all replicas or the leader",
            manual: "When a record counts as stored: `read_committed`, when all replicas have it; `read_uncommitted`, "
                + "when the leader has it, which an election may lose.")
        table.value(
            "--timeout", to: \.timeout, as: .positiveDuration(bare: .seconds),
            help: "Take a request without an answer for lost after this time")
        table.value(
            "--keep-uncommitted", to: \.keptUncommitted, as: .size(in: 0...(1 << 40)),
            help: "Keep so much of what the leader alone has, to send it again",
            manual:
                "With `--isolation read_uncommitted`, keep so many bytes of each partition that its leader alone has "
                + "acknowledged, until all replicas have them: what an election takes back is then sent again. Of what "
                + "is let go of before, an election may take back some; that is said once.")
        table.value(
            "--replica-wait", to: \.replicaWait, as: .duration(bare: .seconds),
            help: "Wait so long for the replicas at the end",
            manual: "With `--isolation read_uncommitted`, wait at the end so long until all replicas have everything.")
    }
}

extension ProducerOptions {
    /// The same for the client library; the limit of its tries is left to the options for connections.
    package var settings: ProducerSettings {
        var settings = ProducerSettings()
        settings.batchSize = batchSize
        settings.linger = linger
        settings.compression = compression
        settings.isolation = isolation
        settings.requestTimeout = timeout
        settings.keptUncommitted = keptUncommitted
        settings.replicaWait = replicaWait
        return settings
    }
}

/// Bounds of a batch.
enum BatchSize {
    /// What a server stores at the most, with room for the header (protocol: record batch).
    static let maximum = 33_000_000
}

extension ValueKind where Value == Isolation {
    /// `read_committed` or `read_uncommitted`, as Fluvio spells them.
    package static var isolation: ValueKind {
        let words: [(String, Isolation)] = [
            ("read_committed", .readCommitted), ("read_uncommitted", .readUncommitted),
        ]
        return ValueKind(
            "LEVEL", completion: .choices(words.map(\.0)), format: { value in words.first { $0.1 == value }?.0 }
        ) { text throws(ValueError) in
            let wanted = text.replacing("-", with: "_")
            if let found = words.first(where: { $0.0 == wanted }) { return found.1 }
            throw ValueError("'\(text)' is neither read_committed nor read_uncommitted")
        }
    }
}
