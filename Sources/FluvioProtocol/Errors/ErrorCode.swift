/// What a server says went wrong: a number, and for some numbers a payload (protocol: ErrorCode).
///
/// The numbers are closed: a peer cannot read a response that holds another one, so a server says ``other(_:)``.
/// What each number means to people, ``description`` says.
package enum ErrorCode: Error, Equatable, Sendable {
    case unknownServerError
    /// No error (Fluvio: None).
    case success
    case offsetOutOfRange
    /// What has no number of its own; the text says it.
    case other(String)
    /// The SPU that was asked does not lead the partition, or does not know it.
    case notLeaderForPartition
    /// The records are stored, but were not replicated in time.
    case requestTimedOut(milliseconds: UInt64, kind: RequestKind)
    case messageTooLarge
    case permissionDenied
    case storageError
    case invalidCreateRequest
    case invalidDeleteRequest
    /// Retention has removed the record.
    case offsetEvicted(offset: Int64, nextAvailable: Int64)
    case partitionFull(ReplicaKey)
    case partitionShortCircuited
    case spuError
    case spuRegistrationFailed
    case spuOffline
    case spuNotFound
    case spuAlreadyExists
    case topicError
    case topicNotFound
    case topicAlreadyExists
    case topicPendingInitialization
    case topicInvalidConfiguration
    case topicNotProvisioned
    case topicInvalidName
    /// The topic of a stream was deleted.
    case topicDeleted
    case topicInvalidReplicaType
    case partitionPendingInitialization
    /// As ``notLeaderForPartition``, for requests about offsets.
    case partitionNotLeader
    /// The SPU does not know the stream on this connection.
    case fetchSessionNotFound
    case offsetFlushRequestError(String)
    case offsetManagementDisabled
    case maxRetryReached
    case managedConnectorError
    case managedConnectorNotFound
    case managedConnectorAlreadyExists
    case smartModuleError
    case smartModuleNotFound(name: String)
    case smartModuleInvalid(error: String, name: String?)
    case smartModuleInvalidExports(error: String, kind: String)
    /// A SmartModule failed on a record.
    case smartModuleRuntimeError(SmartModuleRuntimeError)
    case smartModuleChainInitError(String)
    case smartModuleInitError(String)
    case smartModuleLookBackError(String)
    /// In bytes.
    case smartModuleMemoryLimitExceeded(requested: UInt64, maximum: UInt64)
    case tableFormatError
    case tableFormatNotFound
    case tableFormatAlreadyExists
    case derivedStreamObjectError
    case derivedStreamNotFound(String)
    case derivedStreamJoinFetchError
    case derivedStreamInvalid(String)
    case compressionError
    case deduplicationSmartModuleNotLoaded
    case deduplicationSmartModuleNameInvalid(String)
    case mirrorNotFound
    case mirrorAlreadyExists
    case mirrorProduceFromHome
    case mirrorDeleteFromRemote
    case mirrorInvalidType
    case mirrorProduceFromRemoteNotAllowed
    case systemSpecDeletionAttempt(kind: String, name: String)
    case systemSpecUpdatingAttempt(kind: String, name: String)

    /// Whether nothing went wrong.
    package var isSuccess: Bool { self == .success }

    /// The number on the wire.
    package var number: Int16 {
        switch self {
        case .unknownServerError: -1
        case .success: 0
        case .offsetOutOfRange: 1
        case .other: 2
        case .notLeaderForPartition: 6
        case .requestTimedOut: 7
        case .messageTooLarge: 10
        case .permissionDenied: 13
        case .storageError: 56
        case .invalidCreateRequest: 60
        case .invalidDeleteRequest: 61
        case .offsetEvicted: 71
        case .partitionFull: 72
        case .partitionShortCircuited: 73
        case .spuError: 1000
        case .spuRegistrationFailed: 1001
        case .spuOffline: 1002
        case .spuNotFound: 1003
        case .spuAlreadyExists: 1004
        case .topicError: 2000
        case .topicNotFound: 2001
        case .topicAlreadyExists: 2002
        case .topicPendingInitialization: 2003
        case .topicInvalidConfiguration: 2004
        case .topicNotProvisioned: 2005
        case .topicInvalidName: 2006
        case .topicDeleted: 2007
        case .topicInvalidReplicaType: 2008
        case .partitionPendingInitialization: 3000
        case .partitionNotLeader: 3001
        case .fetchSessionNotFound: 3002
        case .offsetFlushRequestError: 3003
        case .offsetManagementDisabled: 3004
        case .maxRetryReached: 3005
        case .managedConnectorError: 5000
        case .managedConnectorNotFound: 5001
        case .managedConnectorAlreadyExists: 5002
        case .smartModuleError: 6000
        case .smartModuleNotFound: 6001
        case .smartModuleInvalid: 6002
        case .smartModuleInvalidExports: 6003
        case .smartModuleRuntimeError: 6004
        case .smartModuleChainInitError: 6005
        case .smartModuleInitError: 6006
        case .smartModuleLookBackError: 6007
        case .smartModuleMemoryLimitExceeded: 6008
        case .tableFormatError: 7000
        case .tableFormatNotFound: 7001
        case .tableFormatAlreadyExists: 7002
        case .derivedStreamObjectError: 8000
        case .derivedStreamNotFound: 8001
        case .derivedStreamJoinFetchError: 8002
        case .derivedStreamInvalid: 8003
        case .compressionError: 9000
        case .deduplicationSmartModuleNotLoaded: 10000
        case .deduplicationSmartModuleNameInvalid: 10001
        case .mirrorNotFound: 11001
        case .mirrorAlreadyExists: 11002
        case .mirrorProduceFromHome: 11003
        case .mirrorDeleteFromRemote: 11004
        case .mirrorInvalidType: 11005
        case .mirrorProduceFromRemoteNotAllowed: 11006
        case .systemSpecDeletionAttempt: 12001
        case .systemSpecUpdatingAttempt: 12002
        }
    }
}
