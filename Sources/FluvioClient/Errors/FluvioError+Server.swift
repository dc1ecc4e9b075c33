import FluvioProtocol

extension FluvioError {
    /// What a server answered in place of what was asked.
    init(_ error: ErrorCode, at place: Place) {
        switch error {
        case .notLeaderForPartition, .partitionNotLeader, .spuNotFound, .spuOffline:
            self.init(.notLeader, "the server does not lead the partition", at: place, underlying: error)
        case .topicNotFound, .topicDeleted:
            self.init(.topicNotFound, "no such topic", at: place, underlying: error)
        case .topicPendingInitialization, .partitionPendingInitialization, .topicNotProvisioned:
            self.init(.notProvisioned, "the topic is not ready", at: place, underlying: error)
        case .requestTimedOut:
            self.init(
                .deadlineExceeded, "not all replicas have stored the records in time", at: place, underlying: error)
        case .offsetEvicted(let offset, let next):
            self.init(
                .offsetEvicted, "offset \(offset) is not kept any more; the first is \(next)", at: place,
                underlying: error)
        case .offsetOutOfRange:
            self.init(.offsetOutOfRange, "the offset is behind the end of the partition", at: place, underlying: error)
        case .other(let text) where text.contains("greater than leo"):
            self.init(.offsetOutOfRange, text, at: place, underlying: error)
        case .messageTooLarge:
            self.init(
                .recordTooLarge, "the batch is larger than the server takes", at: place,
                advice: "smaller batches may fit (ProducerSettings.batchSize)", underlying: error)
        case .partitionFull, .partitionShortCircuited, .storageError:
            self.init(
                .storageFull, error.description, at: place, advice: "make room on the server's disk", underlying: error)
        case .compressionError:
            self.init(
                .compressionRefused, "the topic does not take this codec", at: place,
                advice: "leave the codec to the topic", underlying: error)
        case .permissionDenied: self.init(.permissionDenied, error.description, at: place, underlying: error)
        case .smartModuleNotFound, .smartModuleInvalid, .smartModuleInvalidExports, .smartModuleRuntimeError,
            .smartModuleChainInitError, .smartModuleInitError, .smartModuleLookBackError,
            .smartModuleMemoryLimitExceeded:
            self.init(.smartModule, error.description, at: place, underlying: error)
        default: self.init(.serverError, error.description, at: place, underlying: error)
        }
    }
}
