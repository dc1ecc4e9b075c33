extension ErrorCode: WireCodable {
    package init() { self = .success }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.payload(number) {
        case -1: self = .unknownServerError
        case 0: self = .success
        case 1: self = .offsetOutOfRange
        case 2: self = .other(try coder.payload(text))
        case 6: self = .notLeaderForPartition
        case 7:
            let pair = try coder.payload(timeout)
            self = .requestTimedOut(milliseconds: pair.first, kind: pair.second)
        case 10: self = .messageTooLarge
        case 13: self = .permissionDenied
        case 56: self = .storageError
        case 60: self = .invalidCreateRequest
        case 61: self = .invalidDeleteRequest
        case 71:
            let pair = try coder.payload(offsets)
            self = .offsetEvicted(offset: pair.first, nextAvailable: pair.second)
        case 72: self = .partitionFull(try coder.payload(replica))
        case 73: self = .partitionShortCircuited
        case 1000: self = .spuError
        case 1001: self = .spuRegistrationFailed
        case 1002: self = .spuOffline
        case 1003: self = .spuNotFound
        case 1004: self = .spuAlreadyExists
        case 2000: self = .topicError
        case 2001: self = .topicNotFound
        case 2002: self = .topicAlreadyExists
        case 2003: self = .topicPendingInitialization
        case 2004: self = .topicInvalidConfiguration
        case 2005: self = .topicNotProvisioned
        case 2006: self = .topicInvalidName
        case 2007: self = .topicDeleted
        case 2008: self = .topicInvalidReplicaType
        case 3000: self = .partitionPendingInitialization
        case 3001: self = .partitionNotLeader
        case 3002: self = .fetchSessionNotFound
        case 3003: self = .offsetFlushRequestError(try coder.payload(text))
        case 3004: self = .offsetManagementDisabled
        case 3005: self = .maxRetryReached
        case 5000: self = .managedConnectorError
        case 5001: self = .managedConnectorNotFound
        case 5002: self = .managedConnectorAlreadyExists
        case 6000: self = .smartModuleError
        case 6001: self = .smartModuleNotFound(name: try coder.payload(text))
        case 6002:
            let pair = try coder.payload(invalid)
            self = .smartModuleInvalid(error: pair.first, name: pair.second)
        case 6003:
            let pair = try coder.payload(texts)
            self = .smartModuleInvalidExports(error: pair.first, kind: pair.second)
        case 6004: self = .smartModuleRuntimeError(try coder.payload(failure))
        case 6005: self = .smartModuleChainInitError(try coder.payload(text))
        case 6006: self = .smartModuleInitError(try coder.payload(text))
        case 6007: self = .smartModuleLookBackError(try coder.payload(text))
        case 6008:
            let pair = try coder.payload(memory)
            self = .smartModuleMemoryLimitExceeded(requested: pair.first, maximum: pair.second)
        case 7000: self = .tableFormatError
        case 7001: self = .tableFormatNotFound
        case 7002: self = .tableFormatAlreadyExists
        case 8000: self = .derivedStreamObjectError
        case 8001: self = .derivedStreamNotFound(try coder.payload(text))
        case 8002: self = .derivedStreamJoinFetchError
        case 8003: self = .derivedStreamInvalid(try coder.payload(text))
        case 9000: self = .compressionError
        case 10000: self = .deduplicationSmartModuleNotLoaded
        case 10001: self = .deduplicationSmartModuleNameInvalid(try coder.payload(text))
        case 11001: self = .mirrorNotFound
        case 11002: self = .mirrorAlreadyExists
        case 11003: self = .mirrorProduceFromHome
        case 11004: self = .mirrorDeleteFromRemote
        case 11005: self = .mirrorInvalidType
        case 11006: self = .mirrorProduceFromRemoteNotAllowed
        case 12001:
            let pair = try coder.payload(texts)
            self = .systemSpecDeletionAttempt(kind: pair.first, name: pair.second)
        case 12002:
            let pair = try coder.payload(texts)
            self = .systemSpecUpdatingAttempt(kind: pair.first, name: pair.second)
        case let number: throw WireError(.unknownTag(type: "ErrorCode", tag: Int(number)), at: at)
        }
    }
}

// The payload at hand, by its type: what is written if the number is of a code with such a payload.
extension ErrorCode {
    private var text: String? {
        switch self {
        case .other(let text), .offsetFlushRequestError(let text), .smartModuleNotFound(let text),
            .smartModuleChainInitError(let text), .smartModuleInitError(let text), .smartModuleLookBackError(let text),
            .derivedStreamNotFound(let text), .derivedStreamInvalid(let text),
            .deduplicationSmartModuleNameInvalid(let text):
            text
        default: nil
        }
    }

    private var texts: Pair<String, String>? {
        switch self {
        case .smartModuleInvalidExports(let first, let second), .systemSpecDeletionAttempt(let first, let second),
            .systemSpecUpdatingAttempt(let first, let second):
            Pair(first, second)
        default: nil
        }
    }

    private var timeout: Pair<UInt64, RequestKind>? {
        if case .requestTimedOut(let first, let second) = self { Pair(first, second) } else { nil }
    }

    private var offsets: Pair<Int64, Int64>? {
        if case .offsetEvicted(let first, let second) = self { Pair(first, second) } else { nil }
    }

    private var invalid: Pair<String, String?>? {
        if case .smartModuleInvalid(let first, let second) = self { Pair(first, second) } else { nil }
    }

    private var memory: Pair<UInt64, UInt64>? {
        if case .smartModuleMemoryLimitExceeded(let first, let second) = self { Pair(first, second) } else { nil }
    }

    private var replica: ReplicaKey? { if case .partitionFull(let value) = self { value } else { nil } }

    private var failure: SmartModuleRuntimeError? {
        if case .smartModuleRuntimeError(let value) = self { value } else { nil }
    }

    /// The payload of a code with two fields.
    private struct Pair<First: WireCodable, Second: WireCodable>: WireCodable {
        var first = First()
        var second = Second()

        init() {}

        init(_ first: First, _ second: Second) {
            self.first = first
            self.second = second
        }

        mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
            try coder.code(&first)
            try coder.code(&second)
        }
    }
}
