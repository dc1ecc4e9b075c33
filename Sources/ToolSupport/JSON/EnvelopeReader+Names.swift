extension EnvelopeReader {
    /// Which member a name means.
    enum Name {
        case topic, partition, offset, timestamp, key, keyEncoding, value, valueEncoding, headers
        /// Known, and of no use.
        case passed
    }

    /// What the dialect means by a name; nil: nothing.
    @inline(__always)
    mutating func name(_ token: JSONToken) -> Name? {
        let name = unsafe scratch.content(of: token)
        func isNamed(_ word: StaticString) -> Bool { unsafe Self.equal(name, word) }
        if isNamed("topic") { return .topic }
        if isNamed("partition") { return .partition }
        if isNamed("offset") { return .offset }
        if isNamed("key") { return .key }
        switch dialect {
        case .fluvio:
            if isNamed("value") { return .value }
            if isNamed("timestamp") { return .timestamp }
            if isNamed("value_enc") { return .valueEncoding }
            if isNamed("key_enc") { return .keyEncoding }
            return isNamed("time") ? .passed : nil
        case .kcat:
            if isNamed("payload") { return .value }
            if isNamed("ts") { return .timestamp }
            if isNamed("headers") { return .headers }
            if isNamed("key_enc") { return .keyEncoding }
            if isNamed("payload_enc") { return .valueEncoding }
            return isNamed("tstype") || isNamed("broker") ? .passed : nil
        case .kaf:
            if isNamed("payload") { return .value }
            if isNamed("timestamp") { return .timestamp }
            return isNamed("headers") ? .headers : nil
        case .rpk:
            if isNamed("value") { return .value }
            if isNamed("timestamp") { return .timestamp }
            if isNamed("headers") { return .headers }
            return isNamed("value_size") || isNamed("key_size") ? .passed : nil
        }
    }
}
