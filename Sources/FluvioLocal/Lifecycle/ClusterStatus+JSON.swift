import Documents
import FluvioTransport

// On the control socket a status is one line of JSON, which YAML readers read too.
extension ClusterStatus {
    var json: String {
        let spus = spus.map { spu in
            """
            {"id":\(spu.id),"endpoint":\(Self.quoted(spu.endpoint.description)),"online":\(spu.online),\
            "condition":"\(spu.condition.rawValue)"}
            """
        }
        return """
            {"pid":\(pid),"started":\(started),"endpoint":\(Self.quoted(endpoint.description)),\
            \(webSocket.map { "\"webSocket\":\(Self.quoted($0))," } ?? "")\
            "spus":[\(spus.joined(separator: ","))],"topics":\(topics),"partitions":\(partitions),\
            "offlinePartitions":\(offlinePartitions)}
            """
    }

    init(json node: YAMLNode) throws(YAMLError) {
        self.init(
            pid: try node.number("pid"), started: try node.number("started"),
            endpoint: try node.field("endpoint", Self.endpoint),
            webSocket: try node.optionalText("webSocket"),
            spus: try node.list("spus") { node throws(YAMLError) in
                SpuSummary(
                    id: try node.number("id"), endpoint: try node.field("endpoint", Self.endpoint),
                    online: try node.flag("online"),
                    condition: try node.field("condition", Self.condition))
            },
            topics: try node.number("topics"), partitions: try node.number("partitions"),
            offlinePartitions: try node.number("offlinePartitions"))
    }

    private static func endpoint(_ node: YAMLNode) throws(YAMLError) -> Endpoint {
        let text = try node.text()
        guard let endpoint = try? Endpoint(parsing: text) else { throw YAMLError("'\(text)' is no HOST:PORT") }
        return endpoint
    }

    private static func condition(_ node: YAMLNode) throws(YAMLError) -> SpuCondition {
        let text = try node.text()
        guard let condition = SpuCondition(rawValue: text) else { throw YAMLError("'\(text)' is no condition") }
        return condition
    }

    /// A text in quotes, as JSON wants it.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
