/// Figures of a tool as Prometheus reads them (text format, version 0.0.4): families in the order in which they are
/// added, each with its type and its help.
package struct MetricsText: Sendable {
    /// How a figure moves.
    package enum Kind: String, Sendable {
        /// It only goes up, from 0 at the start of the process.
        case counter
        /// It goes up and down.
        case gauge
    }

    /// One figure of a family.
    package struct Sample: Sendable {
        /// What tells it from the others of the family: names and values. The order is kept.
        package let labels: [(String, String)]
        /// The figure.
        package let value: Double

        /// A figure with labels.
        package init(_ value: Double, _ labels: [(String, String)] = []) {
            self.labels = labels
            self.value = value
        }
    }

    /// The text so far.
    package private(set) var text = ""

    /// No figures.
    package init() {}

    /// Adds a family of one figure.
    package mutating func add(_ kind: Kind, _ name: String, _ help: String, _ value: some BinaryInteger) {
        add(kind, name, help, [Sample(Double(value))])
    }

    /// Adds a family of one figure that need not be whole, such as seconds.
    package mutating func add(_ kind: Kind, _ name: String, _ help: String, _ value: Double) {
        add(kind, name, help, [Sample(value)])
    }

    /// Adds a family.
    ///
    /// - Parameter name: with its unit behind it, and `_total` where it is a counter: `fluvio_source_read_bytes_total`.
    package mutating func add(_ kind: Kind, _ name: String, _ help: String, _ samples: [Sample]) {
        text += "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name
            if !sample.labels.isEmpty {
                let labels = sample.labels.map { "\($0.0)=\"\(Self.escape($0.1, quotes: true))\"" }
                text += "{\(labels.joined(separator: ","))}"
            }
            text += " \(Self.number(sample.value))\n"
        }
    }

    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
