import FluvioProtocol
import TestSupport

/// A captured frame with what is needed to read it.
struct MessageSample: Sendable {
    let frame: CapturedFrame
    /// The request's own, or that of the request which a response answers.
    let header: RequestHeader

    func recode(_ bytes: [UInt8]) throws -> [UInt8] {
        frame.direction == .toServer
            ? try Recode.request(bytes, controller: frame.isController)
            : try Recode.response(bytes, to: header, controller: frame.isController)
    }

    /// The message as `version` writes it.
    func written(in version: Int16) throws -> MessageSample {
        let bytes =
            frame.direction == .toServer
            ? try Recode.request(frame.bytes, controller: frame.isController, version: version)
            : try Recode.response(frame.bytes, to: header, controller: frame.isController, version: version)
        return MessageSample(
            frame: frame.with(bytes: bytes),
            header: RequestHeader(apiKey: header.apiKey, apiVersion: version, clientID: ""))
    }

    /// Frames of every request and response that was captured, of each several that differ in length.
    static func load(perMessage limit: Int, maximumLength: Int = .max) throws -> [MessageSample] {
        struct Group: Hashable {
            let key: UInt16
            let version: Int16
            let isController: Bool
            let isResponse: Bool
            let label: String
        }
        let frames = try Captures.publicFrames()
        var samples: [MessageSample] = []
        var lengths: [Group: Set<Int>] = [:]
        func add(_ frame: CapturedFrame, of request: CapturedFrame) {
            guard !frame.isCut, let key = request.apiKey, let version = request.apiVersion,
                frame.bytes.count <= maximumLength
            else { return }
            // Requests and responses of the SC name their kind first.
            let label = frame.isController ? String(decoding: frame.bytes.dropFirst(8).prefix(16), as: UTF8.self) : ""
            let group = Group(
                key: key, version: version, isController: frame.isController,
                isResponse: frame.direction == .fromServer, label: label)
            guard lengths[group, default: []].count < limit,
                lengths[group, default: []].insert(frame.bytes.count).inserted
            else { return }
            let header = RequestHeader(apiKey: key, apiVersion: version, clientID: "")
            samples.append(MessageSample(frame: frame, header: header))
        }
        for frame in frames where frame.direction == .toServer && frame.apiKey != 7777 { add(frame, of: frame) }
        for exchange in Captures.exchanges(frames) { add(exchange.response, of: exchange.request) }
        return samples
    }
}
