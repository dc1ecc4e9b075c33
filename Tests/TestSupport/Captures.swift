package import Foundation

/// A line of a capture: a frame that a real cluster sent or received, or the end of a connection.
package struct CapturedFrame: Sendable {
    package enum Direction: String, Sendable {
        case toServer = ">"
        case fromServer = "<"
    }

    /// Name of the capture, without extension.
    package let file: String
    /// Line in the file, from 1.
    package let line: Int
    /// Since the capture's first frame.
    package let milliseconds: Double
    /// Number of the connection in this file.
    package let connection: Int
    /// The server's port.
    package let port: Int
    package let direction: Direction
    /// Nil for a response.
    package let apiKey: UInt16?
    package let apiVersion: Int16?
    package let correlationID: Int32?
    /// The whole frame, its length included; of a cut one the first 1,024 bytes, of `malformed` what
    /// came instead of a frame. Else empty.
    package private(set) var bytes: [UInt8]
    package let isCut: Bool
    /// `fin`, `reset` or `malformed`; nil for a frame.
    package let event: String?

    /// Whether the SC took it: else it was an SPU.
    package var isController: Bool { port == Captures.controllerPort }
    /// `FILE:LINE`.
    package var place: String { "\(file):\(line)" }

    /// The same with other bytes.
    package func with(bytes: [UInt8]) -> CapturedFrame {
        var copy = self
        copy.bytes = bytes
        return copy
    }
}

/// A response with the request that it answers.
package struct CapturedExchange: Sendable {
    package let request: CapturedFrame
    package let response: CapturedFrame
}

/// What was recorded of a real cluster (`Tests/Captures`).
package enum Captures {
    package static let controllerPort = 9003
    package static let publicPorts: Set<Int> = [9003, 9010, 9020, 9030]

    package static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Captures")

    /// The captures of frames, without extension, in order.
    package static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "jsonl" }
            .map { $0.deletingPathExtension().lastPathComponent }
            .sorted()
    }

    /// Every line of a capture, in order.
    package static func load(_ name: String) throws -> [CapturedFrame] {
        let text = try Data(contentsOf: directory.appending(path: "\(name).jsonl"))
        let decoder = JSONDecoder()
        return try text.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            let raw = try decoder.decode(Line.self, from: line)
            guard let direction = CapturedFrame.Direction(rawValue: raw.dir) else {
                throw CaptureError.invalid("\(name):\(index + 1)")
            }
            return CapturedFrame(
                file: name, line: index + 1, milliseconds: raw.ms, connection: raw.conn, port: raw.port,
                direction: direction, apiKey: raw.api, apiVersion: raw.version, correlationID: raw.corr,
                bytes: try bytes(ofHex: raw.hex ?? raw.raw ?? ""), isCut: raw.cut == true, event: raw.event)
        }
    }

    /// The frames of the public ports, of every capture; some are cut.
    package static func publicFrames() throws -> [CapturedFrame] {
        try names().flatMap { try load($0) }.filter { publicPorts.contains($0.port) && $0.event == nil }
    }

    /// The responses among `frames`, each with its request; either may be cut. Of the requests of a connection with
    /// the same id it is the last before the response: id 1 is used twice.
    package static func exchanges(_ frames: [CapturedFrame]) -> [CapturedExchange] {
        struct Key: Hashable {
            let file: String
            let connection: Int
            let id: Int32?
        }
        var open: [Key: CapturedFrame] = [:]
        var exchanges: [CapturedExchange] = []
        for frame in frames {
            let key = Key(file: frame.file, connection: frame.connection, id: frame.correlationID)
            switch frame.direction {
            case .toServer: open[key] = frame
            case .fromServer:
                if let request = open[key] { exchanges.append(CapturedExchange(request: request, response: frame)) }
            }
        }
        return exchanges
    }

    /// The bytes that `hex` says, without regard to white space.
    package static func bytes(ofHex hex: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hex.utf8.count / 2)
        var high: UInt8?
        for character in hex.utf8 where character > 0x20 {
            let digit: UInt8
            switch character {
            case 0x30...0x39: digit = character - 0x30
            case 0x61...0x66: digit = character - 0x61 + 10
            default: throw CaptureError.invalid(hex)
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { throw CaptureError.invalid(hex) }
        return bytes
    }

    private struct Line: Decodable {
        let ms: Double
        let conn: Int
        let port: Int
        let dir: String
        let api: UInt16?
        let version: Int16?
        let corr: Int32?
        let hex: String?
        let raw: String?
        let cut: Bool?
        let event: String?
    }
}

/// A capture that cannot be read.
package enum CaptureError: Error {
    case invalid(String)
}
