import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioClient

/// What a real SC pushed while topics came and went and a leader was killed.
@Suite struct CapturedWatchTests {
    /// A watch of one kind on one connection: its pushes in order.
    private struct Stream {
        var kind: ObjectKind
        var version: Int16
        var pushes: [CapturedFrame] = []
    }

    private struct Key: Hashable {
        var connection: Int
        var correlation: Int32
    }

    private func streams(_ name: String) throws -> [Stream] {
        var streams: [Key: Stream] = [:]
        for frame in try Captures.load(name) where frame.isController && frame.event == nil && !frame.isCut {
            let key = Key(connection: frame.connection, correlation: frame.correlationID ?? 0)
            switch frame.direction {
            case .toServer where frame.apiKey == ControllerAPI.watch.rawValue:
                let (header, body) = try RequestHeader.decode(frame: frame.bytes)
                let kind = try ObjectKind(peeking: header, frame: frame.bytes, body: body)
                streams[key] = Stream(kind: kind, version: header.apiVersion)
            case .toServer: streams[key] = nil
            case .fromServer: streams[key]?.pushes.append(frame)
            }
        }
        return streams.values.filter { !$0.pushes.isEmpty }
    }

    private func apply(
        _ push: CapturedFrame, of stream: Stream, to topology: inout Topology
    ) throws -> Topology.Changes {
        let range = Frame.responseBodyPosition..<push.bytes.count
        switch stream.kind {
        case .topic:
            return topology.apply(
                try MetadataUpdate<TopicSpec>(decoding: push.bytes, range: range, version: stream.version))
        case .partition:
            return topology.apply(
                try MetadataUpdate<PartitionSpec>(decoding: push.bytes, range: range, version: stream.version))
        case .spu:
            return topology.apply(
                try MetadataUpdate<SpuSpec>(decoding: push.bytes, range: range, version: stream.version))
        default: return Topology.Changes()
        }
    }

    /// The topology of a stream as it was at a time, in milliseconds.
    private func topology(of stream: Stream, at time: Double) throws -> Topology {
        var topology = Topology()
        for push in stream.pushes where push.milliseconds <= time {
            _ = try apply(push, of: stream, to: &topology)
        }
        return topology
    }

    @Test(arguments: ["07-failover-kill", "10-delete-while-consuming"])
    func `Who has followed the news knows what a newcomer is told`(name: String) throws {
        let all = try streams(name)
        var compared = 0
        for newcomer in all {
            guard let first = newcomer.pushes.first else { continue }
            let told = try topology(of: newcomer, at: first.milliseconds)
            for follower in all where follower.kind == newcomer.kind {
                // Only who hears on: of a connection that is gone nothing can be said.
                guard let begin = follower.pushes.first, begin.milliseconds < first.milliseconds,
                    follower.pushes.contains(where: { $0.milliseconds > first.milliseconds })
                else { continue }
                let known = try topology(of: follower, at: first.milliseconds)
                #expect(known == told, "\(first.place)")
                compared += 1
            }
        }
        #expect(compared > 0)
    }

    @Test func `An election is one change of leader for each partition that lost its own`() throws {
        let stream = try #require(
            try streams("07-failover-kill").filter { $0.kind == .partition }.max { $0.pushes.count < $1.pushes.count })
        var topology = Topology()
        var wakes = 0
        var elections: [ReplicaKey: [Int32]] = [:]
        for push in stream.pushes {
            let before = topology
            let changes = try apply(push, of: stream, to: &topology)
            if !changes.isEmpty { wakes += 1 }
            for key in changes.partitions {
                guard let old = before.partition(key)?.leader, let new = topology.partition(key)?.leader, old != new
                else { continue }
                elections[key, default: [old]].append(new)
            }
        }
        #expect(!elections.isEmpty)
        for (key, leaders) in elections {
            #expect(leaders.count == 2, "\(key) \(leaders)")
            #expect(topology.partition(key)?.replicas.contains(leaders[1]) == true)
        }
        // Reports of offsets, of which there are many, wake nobody.
        #expect(wakes * 4 < stream.pushes.count)
    }
}
