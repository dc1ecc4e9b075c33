import FluvioProtocol
import FluvioTransport

// Reading once, and where partitions begin and end.
extension SpuConnection {
    func answer(_ request: FetchRequest, _ header: RequestHeader) throws(WireError) {
        var response = FetchResponse<RecordRange>()
        var slices: [LogSlice?] = []
        for topic in request.topics {
            var found = FetchableTopic<RecordRange>(name: topic.name)
            for wanted in topic.partitions {
                let (partition, slice) = fetch(topic.name, wanted, request)
                found.partitions.append(partition)
                slices.append(slice)
            }
            response.topics.append(found)
        }
        let frame = try response.responsePieces(version: header.apiVersion, correlationID: header.correlationID)
        for (piece, slice) in zip(frame.pieces, slices) {
            if let slice {
                connection.send(header: piece, file: slice.file, offset: slice.position, count: slice.count)
            } else {
                connection.send(piece)
            }
        }
        if let rest = frame.pieces.last, !rest.isEmpty { connection.send(rest) }
    }

    private func fetch(
        _ topic: String, _ wanted: FetchPartition, _ request: FetchRequest
    ) -> (FetchablePartition<RecordRange>, LogSlice?) {
        var answer = FetchablePartition<RecordRange>(partition: wanted.partition)
        guard let partition = service.led(topic, wanted.partition) else {
            answer.error = .notLeaderForPartition
            return (answer, nil)
        }
        let status = partition.log.status
        do throws(ReadError) {
            // As a real server: the request's limit counts, a negative one is none, and 0 gets nothing.
            let limit = request.maxBytes < 0 ? Int.max : Int(request.maxBytes)
            let slice = try partition.log.read(
                from: wanted.fetchOffset, maximumBytes: limit, committed: request.isolation == .readCommitted)
            answer.highWatermark = slice?.highWatermark ?? status.highWatermark
            answer.logStartOffset = slice?.start ?? status.start
            guard let slice, limit > 0 else { return (answer, nil) }
            answer.records = RecordRange(count: slice.count)
            return (answer, slice)
        } catch {
            answer.error = ErrorCode(error)
            return (answer, nil)
        }
    }

    func answer(_ request: FetchOffsetsRequest, _ header: RequestHeader) throws(WireError) {
        var response = FetchOffsetsResponse()
        for topic in request.topics {
            var found = FetchOffsetTopicResponse(name: topic.name)
            for index in topic.partitions {
                guard let partition = service.led(topic.name, index) else {
                    found.partitions.append(
                        FetchOffsetPartitionResponse(error: .partitionNotLeader, partition: index))
                    continue
                }
                let status = partition.log.status
                let stored = request.consumerID.flatMap { service.offsets.offset(of: $0, in: partition.key) }
                found.partitions.append(
                    FetchOffsetPartitionResponse(
                        partition: index, startOffset: stored.map { $0 + 1 } ?? status.start,
                        lastStableOffset: status.highWatermark))
            }
            response.topics.append(found)
        }
        try reply(response, to: header)
    }
}
