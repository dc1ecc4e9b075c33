package import FluvioTransport

/// Where a tool's figures can be had.
package enum MetricsTarget: Equatable, Sendable {
    /// By HTTP at an address.
    case endpoint(Endpoint)
    /// By HTTP over a local socket that only the same user may connect to.
    case socket(String)
    /// In a file that is replaced now and then, as the textfile collector of the node exporter reads them.
    case file(String)
}

extension ValueKind where Value == MetricsTarget {
    /// `HOST:PORT`, `unix:PATH` or `file:PATH`.
    package static var metricsTarget: ValueKind {
        ValueKind(
            "WHERE",
            format: { target in
                switch target {
                case .endpoint(let endpoint): endpoint.description
                case .socket(let path): "unix:\(path)"
                case .file(let path): "file:\(path)"
                }
            },
            parse: { text throws(ValueError) in
                for (prefix, make) in [("unix:", MetricsTarget.socket), ("file:", MetricsTarget.file)]
                where text.hasPrefix(prefix) {
                    let path = String(text.dropFirst(prefix.count))
                    guard !path.isEmpty else { throw ValueError("'\(text)' names no file") }
                    return make(path)
                }
                do throws(Endpoint.ParseError) {
                    return .endpoint(try Endpoint(parsing: text))
                } catch {
                    throw ValueError("'\(text)' is neither HOST:PORT nor unix:PATH nor file:PATH")
                }
            })
    }
}
