extension Tool {
    /// What `fluvio` wants to know of a plug-in: one JSON object and a newline.
    var metadata: String {
        let members = [
            ("title", name), ("package", "fluvio/\(name)"), ("description", summary), ("version", Toolkit.version),
        ]
        return "{" + members.map { "\(Self.json($0)):\(Self.json($1))" }.joined(separator: ",") + "}\n"
    }

    private static func json(_ text: String) -> String {
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
