import Unix

/// Makes records of topics out of records of the input: keys, places in JSON, envelopes. Decides nothing about sizes.
///
/// Nothing is allocated for a record that is taken.
struct RecordParser: ~Copyable {
    /// What becomes of the further parts of a line that is split.
    private enum Rest {
        /// There are none.
        case none
        /// They get the key that the line began with.
        case keyed
        /// They are left out with the first.
        case dropped
    }

    /// What the input is; `auto` until ``decide(_:)``.
    private(set) var format: InputFormat
    private let options: RecordOptions
    /// The key of all records, or of those of the present source.
    private var fixed: KeptBytes
    private var hasFixed: Bool
    private var envelopes: EnvelopeReader?
    private var rest = Rest.none
    /// The key of a split line; kept until the next line, as the last part needs it.
    private var restKey = KeptBytes([])
    private var hasRestKey = false
    private var names = JSONScratch()
    private var texts = JSONScratch()

    init(_ options: RecordOptions) {
        self.options = options
        format = options.input
        fixed = KeptBytes(options.key ?? [])
        hasFixed = options.key != nil
        envelopes = Self.reader(options.input, options)
    }

    private static func reader(_ format: InputFormat, _ options: RecordOptions) -> EnvelopeReader? {
        format.dialect.map { EnvelopeReader(dialect: $0, isStrict: options.isStrict) }
    }

    /// Decides once what the input is, by its first record. True: it is now known to be one of envelopes.
    mutating func decide(_ record: InputRecord) -> Bool {
        guard format == .auto, unsafe !(record.bytes.isEmpty && options.skipsEmpty) else { return false }
        format = unsafe EnvelopeReader.isEnvelope(record.bytes) ? .envelope : .lines
        envelopes = Self.reader(format, options)
        return format == .envelope
    }

    /// Gives every record this key from now on.
    mutating func use(sourceKey: [UInt8]?) {
        guard let sourceKey else { return }
        fixed = KeptBytes(sourceKey)
        hasFixed = true
    }

    /// Takes a record apart.
    ///
    /// - Parameters:
    ///   - now: the time of records that have none, in milliseconds.
    ///   - isCut: it is only the beginning of a record that is too large.
    @inline(__always)
    mutating func parse(_ record: InputRecord, now: Int64, isCut: Bool) -> Parsed {
        if record.isCut || format.dialect != nil || options.keySeparator != nil || options.readsJSON {
            return parseOther(record, now, isCut)
        }
        // What lines mostly are.
        return .record(
            unsafe ParsedRecord(key: hasFixed ? fixed.bytes : nil, value: record.bytes, timestamp: now))
    }

    @inline(never)
    private mutating func parseOther(_ record: InputRecord, _ now: Int64, _ isCut: Bool) -> Parsed {
        if record.isCut {
            return .refused(unsafe "ends after \(record.bytes.count) of \(counted(record.length, "byte"))")
        }
        if format.dialect != nil { return parseEnvelope(record, now) }
        if let separator = options.keySeparator { return parseKeyed(record, separator, now, isCut) }
        var parsed = unsafe ParsedRecord(key: hasFixed ? fixed.bytes : nil, value: record.bytes, timestamp: now)
        return look(into: &parsed, record, isCut)
    }

    // MARK: Lines

    private mutating func parseKeyed(
        _ record: InputRecord, _ separator: [UInt8], _ now: Int64, _ isCut: Bool
    ) -> Parsed {
        let before = rest
        if !record.continues { rest = .none }
        switch before {
        case .none: break
        case .keyed:
            return .record(
                unsafe ParsedRecord(key: hasRestKey ? restKey.bytes : nil, value: record.bytes, timestamp: now))
        case .dropped: return .passed
        }
        if let place = unsafe record.bytes.firstRange(of: separator) {
            let key = unsafe UnsafeRawBufferPointer(rebasing: record.bytes[..<place.lowerBound])
            if record.continues {
                rest = .keyed
                restKey = unsafe KeptBytes(key)
                hasRestKey = true
            }
            var parsed = unsafe ParsedRecord(
                key: key, value: UnsafeRawBufferPointer(rebasing: record.bytes[place.upperBound...]), timestamp: now)
            return options.readsJSON ? look(into: &parsed, record, isCut) : .record(parsed)
        }
        let reason = isCut ? nil : "no key separator in \(counted(record.length, "byte"))"
        let outcome = withoutKey(record, now, "no key separator", reason)
        if record.continues {
            hasRestKey = false
            if case .record = outcome { rest = .keyed } else { rest = .dropped }
        }
        return outcome
    }

    /// A record that has no key where one is wanted; `refusal` nil: nobody knows, as the line was cut.
    private func withoutKey(
        _ record: InputRecord, _ now: Int64, _ what: String, _ refusal: String?
    ) -> Parsed {
        switch options.missingKey {
        case .null: .record(unsafe ParsedRecord(key: nil, value: record.bytes, timestamp: now))
        case .skip: .skipped("\(what); skipped")
        case .error: .refused(refusal ?? tooLarge(record.length))
        }
    }

    func tooLarge(_ length: Int) -> String {
        "\(counted(length, "byte")), and --max-record is \(Sizes.text(options.maximumRecord))"
    }

    /// Looks for what options want from inside a line.
    private mutating func look(into parsed: inout ParsedRecord, _ record: InputRecord, _ isCut: Bool) -> Parsed {
        guard options.readsJSON else { return .record(parsed) }
        do throws(JSONError) {
            texts.begin()
            let text = try unsafe JSONText.parse(parsed.value)
            if let path = options.keyPath {
                if let token = try path.find(in: text, &names), token.kind != .null {
                    unsafe parsed.key = texts.content(of: token)
                } else if options.missingKey != .null {
                    return withoutKey(record, 0, "no key", "no key in \(counted(record.length, "byte"))")
                }
            }
            if let path = options.partitionPath {
                guard let number = try path.find(in: text, &names)?.integer.flatMap({ UInt32(exactly: $0) }) else {
                    return .refused("no partition's number in \(counted(record.length, "byte"))")
                }
                parsed.partition = number
            }
            if let path = options.timestampPath {
                let token = try path.find(in: text, &names)
                guard let time = token.flatMap({ time($0) }) else {
                    return .refused(
                        "no time in \(counted(record.length, "byte")): milliseconds, or text as in RFC 3339")
                }
                parsed.timestamp = time
            }
            if let path = options.topicPath {
                guard let token = try path.find(in: text, &names), token.kind == .string else {
                    return .refused("no topic in \(counted(record.length, "byte"))")
                }
                unsafe parsed.topic = texts.content(of: token)
            }
            return .record(parsed)
        } catch {
            return .refused(isCut ? tooLarge(record.length) : "no JSON in \(counted(record.length, "byte")): \(error)")
        }
    }

    /// Milliseconds of a number, or of a text as in RFC 3339; nil: it is neither.
    private mutating func time(_ token: JSONToken) -> Int64? {
        switch token.kind {
        case .null: RecordLine.noTimestamp
        case .string: unsafe UTCTime.milliseconds(texts.content(of: token))
        default: token.integer
        }
    }

    // MARK: Envelopes

    private mutating func parseEnvelope(_ record: InputRecord, _ now: Int64) -> Parsed {
        let envelope: Envelope
        do throws(EnvelopeError) {
            guard let read = try unsafe envelopes?.read(record.bytes) else { return .passed }
            envelope = read
        } catch {
            return .refused("no record in \(counted(record.length, "byte")): \(error)")
        }
        if envelope.hasHeaders, options.headers == .error {
            return .refused(
                "headers in \(counted(record.length, "byte")), and Fluvio has none; --headers drop sends it without")
        }
        var parsed = unsafe ParsedRecord(
            key: envelope.key, value: UnsafeRawBufferPointer(start: nil, count: 0), timestamp: now)
        switch envelope.timestamp {
        case .at(let time) where options.keepsTimestamp: parsed.timestamp = time
        case .none where options.keepsTimestamp: parsed.timestamp = RecordLine.noTimestamp
        default: break
        }
        if options.keepsPartition { parsed.partition = envelope.partition }
        if options.keepsTopic {
            guard let topic = unsafe envelope.topic else {
                return .refused("no topic in \(counted(record.length, "byte"))")
            }
            unsafe parsed.topic = topic
        }
        if let value = unsafe envelope.value {
            unsafe parsed.value = value
            return .record(parsed)
        }
        switch options.nullValue {
        case .empty: return .record(parsed)
        case .skip: return .skipped("no value; skipped")
        case .error: return .refused("no value in \(counted(record.length, "byte")), and Fluvio has no null values")
        }
    }
}
