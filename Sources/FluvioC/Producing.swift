public import CFluvio
import FluvioClient

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_producer_open(
    _ client: OpaquePointer?, _ topic: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<fluvio_error>?
) -> OpaquePointer? {
    unsafe attempt(error, orElse: nil) { () throws(FluvioError) in
        let client = try unsafe held(client, as: Fluvio.self)
        let topic = try unsafe text(topic, "topic")
        return unsafe given(try blocking { () async throws(FluvioError) in try await client.producer(for: topic) })
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_producer_send(
    _ producer: OpaquePointer?, _ key: UnsafeRawPointer?, _ keyLength: Int, _ value: UnsafeRawPointer?,
    _ valueLength: Int, _ error: UnsafeMutablePointer<fluvio_error>?
) -> CInt {
    unsafe attempt(error, orElse: -1) { () throws(FluvioError) in
        let producer = try unsafe held(producer, as: Producer.self)
        guard keyLength >= 0, valueLength >= 0, unsafe value != nil || valueLength == 0 else {
            throw FluvioError(.invalidArgument, "a record without a value, or of a length that cannot be")
        }
        let keyBytes = unsafe key.map { unsafe UnsafeRawBufferPointer(start: $0, count: keyLength) }
        let valueBytes = unsafe UnsafeRawBufferPointer(start: value, count: valueLength)
        while true {
            switch unsafe producer.append(key: keyBytes, value: valueBytes, timestamp: Producer.now) {
            case .appended: return 0
            case .full: try blocking { () async throws(FluvioError) in await producer.waitForProgress() }
            case .tooLarge:
                throw FluvioError(
                    .recordTooLarge, "a record of \(valueLength) bytes is more than a server stores",
                    at: .init(topic: producer.topic))
            case .failed:
                throw producer.failure
                    ?? FluvioError(.closed, "the producer was closed", at: .init(topic: producer.topic))
            }
        }
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_producer_flush(_ producer: OpaquePointer?, _ error: UnsafeMutablePointer<fluvio_error>?) -> CInt {
    unsafe attempt(error, orElse: -1) { () throws(FluvioError) in
        let producer = try unsafe held(producer, as: Producer.self)
        try blocking { () async throws(FluvioError) in try await producer.finish() }
        return 0
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_producer_close(_ producer: OpaquePointer?, _ error: UnsafeMutablePointer<fluvio_error>?) -> CInt {
    guard let producer = unsafe taken(producer, as: Producer.self) else { return 0 }
    defer { producer.close() }
    return unsafe attempt(error, orElse: -1) { () throws(FluvioError) in
        try blocking { () async throws(FluvioError) in try await producer.finish() }
        return 0
    }
}
