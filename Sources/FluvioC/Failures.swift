import CFluvio
import FluvioClient

/// Writes a failure where the caller wants it.
func report(_ error: FluvioError, to target: UnsafeMutablePointer<fluvio_error>?) {
    guard let target = unsafe target else { return }
    unsafe target.pointee.code = code(of: error)
    unsafe withUnsafeMutableBytes(of: &target.pointee.message) { room in
        // Cut between characters, with a zero byte behind.
        var count = 0
        for scalar in error.description.unicodeScalars {
            let bytes = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            guard count + bytes.count < room.count else { break }
            for byte in bytes {
                unsafe room[count] = byte
                count += 1
            }
        }
        unsafe room[count] = 0
    }
}

private func code(of error: FluvioError) -> Int32 {
    let code: Int =
        switch error.code {
        case .topicNotFound, .partitionNotFound, .objectNotFound, .profileNotFound: FLUVIO_NOT_FOUND
        case .unreachable: FLUVIO_UNREACHABLE
        case .busy: FLUVIO_BUSY
        case .objectExists: FLUVIO_EXISTS
        case .objectInvalid, .insufficientResources, .permissionDenied, .compressionRefused, .smartModule,
            .storageFull:
            FLUVIO_REFUSED
        case .notProvisioned, .notLeader: FLUVIO_NOT_READY
        case .deadlineExceeded: FLUVIO_TIMEOUT
        case .connectionLost: FLUVIO_CONNECTION_LOST
        case .offsetOutOfRange: FLUVIO_OUT_OF_RANGE
        case .offsetEvicted: FLUVIO_EVICTED
        case .corruptData: FLUVIO_CORRUPT
        case .recordTooLarge: FLUVIO_TOO_LARGE
        case .unacknowledged: FLUVIO_UNACKNOWLEDGED
        case .closed: FLUVIO_CLOSED
        default: error.code.category == .usage ? FLUVIO_INVALID : FLUVIO_ERROR
        }
    return Int32(code)
}

/// Does something that may fail for a function of the C interface: its result, or `failed` and a report.
func attempt<Value>(
    _ error: UnsafeMutablePointer<fluvio_error>?, orElse failed: Value, _ body: () throws(FluvioError) -> Value
) -> Value {
    do throws(FluvioError) {
        return try body()
    } catch let failure {
        unsafe report(failure, to: error)
        return failed
    }
}

/// A text of the caller.
func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws(FluvioError) -> String {
    guard let pointer = unsafe pointer else { throw FluvioError(.invalidArgument, "\(what) is NULL") }
    guard let text = unsafe String(validatingCString: pointer) else {
        throw FluvioError(.invalidArgument, "\(what) is not UTF-8")
    }
    return text
}
