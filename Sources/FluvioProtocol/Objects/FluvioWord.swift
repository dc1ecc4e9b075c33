/// What Fluvio's files and documents write as a word.
public protocol FluvioWord: Equatable {
    /// The word of every case.
    static var words: KeyValuePairs<String, Self> { get }
}

extension FluvioWord {
    /// What Fluvio calls it, as in `Provisioned`.
    public var word: String {
        // Every case is in the list; the tests go through them.
        Self.words.first { $0.value == self }?.key ?? ""
    }
}

extension SpuType: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, SpuType> = ["Managed": .managed, "Custom": .custom]
}

extension SpuResolution: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, SpuResolution> = [
        "Online": .online, "Offline": .offline, "Init": .initializing,
    ]
}

extension EncryptionType: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, EncryptionType> = ["PLAINTEXT": .plaintext, "SSL": .ssl]
}

extension PartitionResolution: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, PartitionResolution> = [
        "Offline": .offline, "Online": .online, "LeaderOffline": .leaderOffline,
        "ElectionLeaderFound": .electionLeaderFound, "OutOfStorage": .outOfStorage,
    ]
}

extension TopicResolution: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, TopicResolution> = [
        "Init": .initializing, "Pending": .pending, "InsufficientResources": .insufficientResources,
        "InvalidConfig": .invalidConfig, "Provisioned": .provisioned, "Deleting": .deleting,
    ]
}

extension CompressionAlgorithm: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, CompressionAlgorithm> = [
        "None": .uncompressed, "Gzip": .gzip, "Snappy": .snappy, "Lz4": .lz4, "Any": .any, "Zstd": .zstd,
    ]
}

extension SpuGroupResolution: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, SpuGroupResolution> = [
        "Init": .initializing, "Invalid": .invalid, "Reserved": .reserved,
    ]
}

extension TableFormatResolution: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, TableFormatResolution> = [
        "Init": .initializing, "Invalid": .invalid, "Running": .running, "Pending": .pending, "Failed": .failed,
    ]
}

extension TableInputFormat: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, TableInputFormat> = ["JSON": .json]
}

extension TableAlignment: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, TableAlignment> = [
        "LEFT": .left, "RIGHT": .right, "CENTER": .center,
    ]
}

extension TableColor: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, TableColor> = ["Blue": .blue, "Yellow": .yellow, "Green": .green]
}

extension SmartModuleWasmFormat: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, SmartModuleWasmFormat> = ["BINARY": .binary, "TEXT": .text]
}

extension SmartModuleVisibility: FluvioWord {
    /// Fluvio's words.
    public static let words: KeyValuePairs<String, SmartModuleVisibility> = ["private": .private, "public": .public]
}
