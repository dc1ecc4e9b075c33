extension Tool {
    /// What `fluvio` wants to know of a plug-in: one JSON object and a newline.
    var metadata: String {
        JSONObject.text([
            ("title", name), ("package", "fluvio/\(name)"), ("description", summary), ("version", Toolkit.version),
        ]) + "\n"
    }
}

/// JSON objects of texts, small ones.
enum JSONObject {
    /// The object with these members in their order.
    static func text(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(string($0)):\(string($1))" }.joined(separator: ",") + "}"
    }

    private static func string(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": json += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                json += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}
