extension FluvioError {
    /// The kind of a failure. New kinds may come, so a switch over them needs a default.
    public struct Code: Hashable, Sendable {
        enum Value: String, Sendable {
            case invalidArgument, profileFileMissing, profileSyntax, noCurrentProfile, profileNotFound, invalidProfile
            case tlsFailed, incompatible
            case unreachable
            case busy
            case topicNotFound, partitionNotFound, objectNotFound, objectExists, objectInvalid, insufficientResources
            case notProvisioned, permissionDenied
            case notLeader, offsetOutOfRange, offsetEvicted, recordTooLarge, storageFull, compressionRefused
            case smartModule, corruptData, unacknowledged
            case connectionLost, deadlineExceeded, protocolViolation, serverError, system, cancelled, closed
        }

        let value: Value

        /// What a program does about a failure, as far as its exit status is concerned.
        public enum Category: Sendable {
            /// Wrong use or configuration: trying again is of no use.
            case usage
            /// The cluster cannot be reached: trying later may help.
            case unreachable
            /// Another process has it.
            case busy
            /// Asked for, and not done.
            case failed
        }

        /// What a program does about it.
        public var category: Category {
            switch value {
            case .invalidArgument, .profileFileMissing, .profileSyntax, .noCurrentProfile, .profileNotFound,
                .invalidProfile, .tlsFailed, .incompatible:
                .usage
            case .unreachable: .unreachable
            case .busy: .busy
            default: .failed
            }
        }

        var isRetriable: Bool {
            switch value {
            case .unreachable, .busy, .insufficientResources, .notProvisioned, .notLeader, .connectionLost,
                .deadlineExceeded:
                true
            default: false
            }
        }
    }
}

extension FluvioError.Code {
    /// A value that cannot be, such as zero partitions.
    public static let invalidArgument = Self(value: .invalidArgument)
    /// There is no profile file.
    public static let profileFileMissing = Self(value: .profileFileMissing)
    /// The profile file is no TOML; the message names line and column.
    public static let profileSyntax = Self(value: .profileSyntax)
    /// The profile file names no current profile.
    public static let noCurrentProfile = Self(value: .noCurrentProfile)
    /// The profile file has no profile or cluster of that name.
    public static let profileNotFound = Self(value: .profileNotFound)
    /// The profile file is TOML, but says something that cannot be.
    public static let invalidProfile = Self(value: .invalidProfile)
    /// The two sides do not agree on TLS: a certificate is missing, expired or not trusted, a key cannot be read, one
    /// side has no TLS, or one that is too old.
    public static let tlsFailed = Self(value: .tlsFailed)
    /// The server is of a version that this library cannot talk to.
    public static let incompatible = Self(value: .incompatible)
    /// No connection to the cluster could be made.
    public static let unreachable = Self(value: .unreachable)
    /// Another process holds the file or directory.
    public static let busy = Self(value: .busy)
    /// The cluster has no such topic.
    public static let topicNotFound = Self(value: .topicNotFound)
    /// The topic has no such partition.
    public static let partitionNotFound = Self(value: .partitionNotFound)
    /// The cluster has no such object.
    public static let objectNotFound = Self(value: .objectNotFound)
    /// An object of that name exists already.
    public static let objectExists = Self(value: .objectExists)
    /// The cluster refuses the object: its name or settings are not allowed, or it may not be changed so.
    public static let objectInvalid = Self(value: .objectInvalid)
    /// The cluster has too few SPUs for what is asked.
    public static let insufficientResources = Self(value: .insufficientResources)
    /// A topic was not ready in time.
    public static let notProvisioned = Self(value: .notProvisioned)
    /// The cluster does not allow it.
    public static let permissionDenied = Self(value: .permissionDenied)
    /// The server does not lead the partition (any more).
    public static let notLeader = Self(value: .notLeader)
    /// The offset lies behind the end of the partition.
    public static let offsetOutOfRange = Self(value: .offsetOutOfRange)
    /// The offset lies before the first record that is still kept.
    public static let offsetEvicted = Self(value: .offsetEvicted)
    /// The record, or batch of records, is larger than the server or this library takes.
    public static let recordTooLarge = Self(value: .recordTooLarge)
    /// The server has no room, or has stopped storing after failures.
    public static let storageFull = Self(value: .storageFull)
    /// The topic does not allow the codec.
    public static let compressionRefused = Self(value: .compressionRefused)
    /// A SmartModule is missing, does not load, or failed.
    public static let smartModule = Self(value: .smartModule)
    /// Stored records are damaged; the place says which.
    public static let corruptData = Self(value: .corruptData)
    /// Records are not known to be stored as safely as asked; the message counts them.
    public static let unacknowledged = Self(value: .unacknowledged)
    /// The connection broke in the middle: whether the server did what was asked is not known.
    public static let connectionLost = Self(value: .connectionLost)
    /// The server did not answer in time, or what was waited for did not come.
    public static let deadlineExceeded = Self(value: .deadlineExceeded)
    /// The server sent what the protocol does not allow.
    public static let protocolViolation = Self(value: .protocolViolation)
    /// The server reports a failure of another kind; its own code is the underlying error.
    public static let serverError = Self(value: .serverError)
    /// The operating system refused something on this side.
    public static let system = Self(value: .system)
    /// The task that asked was cancelled.
    public static let cancelled = Self(value: .cancelled)
    /// The client, producer or consumer had been closed.
    public static let closed = Self(value: .closed)
}

extension FluvioError.Code: CustomStringConvertible {
    /// The name, as in `topicNotFound`.
    public var description: String { value.rawValue }
}
