public import CFluvio
import FluvioClient
import Glibc

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_topic_create(
    _ client: OpaquePointer?, _ topic: UnsafePointer<CChar>?, _ partitions: UInt32, _ replication: UInt32,
    _ error: UnsafeMutablePointer<fluvio_error>?
) -> CInt {
    unsafe attempt(error, orElse: -1) { () throws(FluvioError) in
        let client = try unsafe held(client, as: Fluvio.self)
        let topic = try unsafe text(topic, "topic")
        let spec = TopicSpec(partitions: partitions, replication: replication)
        try blocking { () async throws(FluvioError) in try await client.admin.createTopic(topic, spec) }
        return 0
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_topic_delete(
    _ client: OpaquePointer?, _ topic: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<fluvio_error>?
) -> CInt {
    unsafe attempt(error, orElse: -1) { () throws(FluvioError) in
        let client = try unsafe held(client, as: Fluvio.self)
        let topic = try unsafe text(topic, "topic")
        try blocking { () async throws(FluvioError) in try await client.admin.deleteTopic(topic) }
        return 0
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_topic_list(
    _ client: OpaquePointer?, _ error: UnsafeMutablePointer<fluvio_error>?
) -> UnsafeMutablePointer<CChar>? {
    unsafe attempt(error, orElse: nil) { () throws(FluvioError) in
        let client = try unsafe held(client, as: Fluvio.self)
        let topics = try blocking { () async throws(FluvioError) in try await client.admin.list(.topic) }
        return unsafe strdup(String(decoding: ObjectValue.array(topics.map(\.value)).json(), as: UTF8.self))
    }
}
