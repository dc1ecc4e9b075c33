import FluvioClient
import Synchronization
import ToolSupport
import Unix

/// The topic that dead letters go to, beside the table.
final class DeadTopic: Sendable {
    private let producer: Producer
    private let id: String
    private let done: FileDescriptor

    init(_ client: Fluvio, _ topic: String, id: String) async throws {
        self.id = id
        done = try Unix.eventDescriptor()
        var settings = ProducerSettings()
        settings.retry = .forever
        producer = try await client.producer(for: topic, settings: settings)
    }

    func close() { producer.close() }

    /// Sends letters, and waits until the topic has them. Blocks.
    func send(_ letters: [(record: DeadRecord, lane: Lane)]) throws {
        let records = letters.map { (key: $0.record.key, value: value(of: $0.record, $0.lane)) }
        let outcome = Outcome()
        let (producer, done) = (producer, done.raw)
        Task {
            do throws(FluvioError) {
                for record in records { try await producer.send(key: record.key, value: record.value) }
                try await producer.finish()
            } catch {
                outcome.failure.withLock { $0 = error }
            }
            Unix.ring(done)
        }
        while try Unix.poll(done, 1, timeoutMilliseconds: -1) == 0 {}
        Unix.quiet(done)
        if let failure = outcome.failure.withLock({ $0 }) { throw failure }
    }

    private final class Outcome: Sendable {
        let failure = Mutex<FluvioError?>(nil)
    }

    private func value(of record: DeadRecord, _ lane: Lane) -> [UInt8] {
        var members: [ObjectValue.Member] = [
            .init("id", .string(id)), .init("topic", .string(lane.topic)),
            .init("partition", .int(Int64(lane.partition))),
            .init("offset", .int(record.offset)), .init("sqlstate", .string(record.state)),
            .init("message", .string(record.message)),
        ]
        if let column = record.column { members.append(.init("column", .string(column))) }
        if let constraint = record.constraint { members.append(.init("constraint", .string(constraint))) }
        let value = record.value ?? []
        if unsafe value.withUnsafeBytes({ unsafe JSONText.isUTF8($0) }) {
            members.append(.init("value", .string(String(decoding: value, as: UTF8.self))))
        } else {
            members.append(.init("value_base64", .string(Self.base64(value))))
        }
        return ObjectValue.object(members).json()
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let text = unsafe [UInt8](unsafeUninitializedCapacity: Base64.encodedLength(bytes.count)) { output, count in
            guard let base = output.baseAddress else { return }
            count = unsafe bytes.withUnsafeBytes { unsafe Base64.encode($0, to: base) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
