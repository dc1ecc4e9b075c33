import FluvioProtocol

extension FluvioError {
    /// What the SC answered instead of doing what was asked.
    ///
    /// - Parameters:
    ///   - text: what it adds for people; its code's own words are used if it adds nothing of use.
    ///   - subject: what was to be done, as in `cannot create topic 'x'`.
    init(controller error: ErrorCode, _ text: String?, _ subject: String, at place: Place = Place()) {
        // The SC's own words of these say less than the code's.
        let text = text.flatMap { $0.isEmpty || $0 == "not found" ? nil : $0 } ?? error.description
        self.init(Code(controller: error), "\(subject): \(text)", at: place, underlying: error)
    }
}

extension FluvioError.Code {
    /// The kind of failure that a code of the SC stands for.
    init(controller error: ErrorCode) {
        switch error {
        case .permissionDenied: self = .permissionDenied
        case .topicNotFound, .topicDeleted: self = .topicNotFound
        case .spuNotFound, .managedConnectorNotFound, .smartModuleNotFound, .tableFormatNotFound,
            .derivedStreamNotFound, .mirrorNotFound:
            self = .objectNotFound
        case .topicAlreadyExists, .spuAlreadyExists, .managedConnectorAlreadyExists, .tableFormatAlreadyExists,
            .mirrorAlreadyExists:
            self = .objectExists
        case .topicError, .topicInvalidConfiguration, .topicInvalidName, .topicInvalidReplicaType,
            .invalidCreateRequest, .invalidDeleteRequest, .derivedStreamInvalid, .deduplicationSmartModuleNotLoaded,
            .deduplicationSmartModuleNameInvalid, .mirrorProduceFromHome, .mirrorDeleteFromRemote,
            .mirrorInvalidType, .mirrorProduceFromRemoteNotAllowed, .systemSpecDeletionAttempt,
            .systemSpecUpdatingAttempt:
            self = .objectInvalid
        case .topicNotProvisioned, .topicPendingInitialization, .partitionPendingInitialization:
            self = .notProvisioned
        case .smartModuleError, .smartModuleInvalid, .smartModuleInvalidExports, .smartModuleRuntimeError,
            .smartModuleChainInitError, .smartModuleInitError, .smartModuleLookBackError,
            .smartModuleMemoryLimitExceeded:
            self = .smartModule
        default: self = .serverError
        }
    }
}
