import FluvioProtocol
import FluvioTransport

// Answers to producers, and what can go wrong with them.
extension SpuConnection {
    /// Sends the answer to a request to produce.
    func acknowledge(_ response: ProduceResponse, to header: RequestHeader) throws(WireError) {
        guard let faults = service.faults else { return try reply(response, to: header) }
        if faults.happens(.answerLost(spu: service.id)) { return connection.abort() }
        guard faults.happens(.answerCut(spu: service.id)) else { return try reply(response, to: header) }
        let frame = try response.responseFrame(version: header.apiVersion, correlationID: header.correlationID)
        connection.send(Array(frame.prefix(frame.count / 2)))
        connection.close()
    }
}
