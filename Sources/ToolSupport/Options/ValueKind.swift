import Documents
import FluvioClient

/// How the text of an argument becomes a value: name, reader, writer and completion of one kind of argument.
package struct ValueKind<Value: Sendable>: Sendable {
    /// The argument's name as help shows it, such as `TIME`.
    package let name: String
    /// What a shell may complete it with.
    package let completion: Completion
    /// Reads a text.
    package let parse: @Sendable (String) throws(ValueError) -> Value
    /// Writes a value as one would type it; nil when it is nothing worth showing as a default.
    package let format: @Sendable (Value) -> String?

    /// A kind of one's own.
    package init(
        _ name: String,
        completion: Completion = .none,
        format: @escaping @Sendable (Value) -> String? = { _ in nil },
        parse: @escaping @Sendable (String) throws(ValueError) -> Value
    ) {
        self.name = name
        self.completion = completion
        self.parse = parse
        self.format = format
    }

    /// The same kind under another name.
    package func named(_ name: String) -> ValueKind {
        ValueKind(name, completion: completion, format: format, parse: parse)
    }
}

/// A text that is no value of its kind: says what was found and what is wanted, in one line.
package struct ValueError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Such as `'5x' is not a duration: a number with ms, s, m, h or d is wanted`.
    package let description: String

    /// Carries a message.
    package init(_ message: String) { description = message }
}

extension ValueKind where Value == String {
    /// Any text.
    package static func text(_ name: String) -> ValueKind {
        ValueKind(name, format: { $0.isEmpty ? nil : $0 }, parse: { text throws(ValueError) in text })
    }

    /// A path of a file; `-` is left to the command.
    package static var file: ValueKind {
        ValueKind("FILE", completion: .file, format: { $0.isEmpty ? nil : $0 }, parse: nonEmpty("a file name"))
    }

    /// A path of a directory.
    package static var directory: ValueKind {
        ValueKind("DIR", completion: .directory, format: { $0.isEmpty ? nil : $0 }, parse: nonEmpty("a directory"))
    }

    /// The name of a topic. What the cluster thinks of the name is not checked here.
    package static var topic: ValueKind { ValueKind("TOPIC", completion: .topic, parse: nonEmpty("a topic's name")) }

    /// The name of a profile.
    package static var profile: ValueKind {
        ValueKind("NAME", completion: .profile, parse: nonEmpty("a profile's name"))
    }

    /// The name of an object of the cluster, of the kind that the command is about.
    ///
    /// - Parameter list: the command of fluvio-admin that lists them; nil: the one beside it.
    package static func object(_ name: String = "NAME", listedBy list: String = "") -> ValueKind {
        ValueKind(name, completion: .listed(list), format: { $0.isEmpty ? nil : $0 }, parse: nonEmpty("a name"))
    }

    private static func nonEmpty(_ what: String) -> @Sendable (String) throws(ValueError) -> String {
        { text throws(ValueError) in
            guard !text.isEmpty else { throw ValueError("an empty text is not \(what)") }
            return text
        }
    }
}

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the words of an enum.
    package static func choice(_ name: String) -> ValueKind {
        let words = Value.allCases.map(\.rawValue)
        return ValueKind(name, completion: .choices(words), format: { $0.rawValue }) { text throws(ValueError) in
            if let value = Value(rawValue: text) { return value }
            let guess = Suggestion.nearest(to: text, among: words).map { "; did you mean '\($0)'?" } ?? ""
            throw ValueError("'\(text)' is none of \(words.joined(separator: ", "))\(guess)")
        }
    }
}

extension ValueKind where Value: FixedWidthInteger {
    /// A whole decimal number within a range.
    package static func integer(
        _ name: String = "N", in range: ClosedRange<Value> = Value.min...Value.max
    ) -> ValueKind {
        ValueKind(name, format: { "\($0)" }) { text throws(ValueError) in
            let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
            let isNumber = !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            if isNumber, let value = Value(text), range.contains(value) { return value }
            // The end of a type of 32 bits or more is nothing that anyone runs into, so only the lower end is named.
            let isOpen = Value.bitWidth >= 32 && range.upperBound == Value.max
            if isOpen, range.lowerBound == Value.min {
                throw ValueError("'\(text)' is \(isNumber ? "too large" : "not a whole number")")
            }
            let wanted = isOpen ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
            throw ValueError("'\(text)' is not a number \(wanted)")
        }
    }
}
