/// Classes of characters by their names, as in `[[:digit:]]`; those of ASCII.
enum NamedClass {
    /// Takes `:name:]` off, of which the first byte is known to be there; nil: it is no name of a class.
    static func take(_ rest: inout ArraySlice<UInt8>) -> String? {
        let name = rest.dropFirst().prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "]") }
        guard !name.isEmpty, rest[name.endIndex...].starts(with: ":]".utf8) else { return nil }
        rest = rest[(name.endIndex + 2)...]
        return String(decoding: name, as: UTF8.self)
    }

    /// The characters of a class; nil: there is none of this name.
    static func ranges(_ name: String) -> [ClosedRange<UInt32>]? {
        let (digits, upper, lower): (ClosedRange<UInt32>, ClosedRange<UInt32>, ClosedRange<UInt32>) = (
            0x30...0x39, 0x41...0x5a, 0x61...0x7a
        )
        return switch name {
        case "digit": [digits]
        case "upper": [upper]
        case "lower": [lower]
        case "alpha": [upper, lower]
        case "alnum": [digits, upper, lower]
        case "xdigit": [digits, 0x41...0x46, 0x61...0x66]
        case "blank": [0x20...0x20, 0x09...0x09]
        case "space": [0x20...0x20, 0x09...0x0d]
        case "punct": [0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e]
        default: nil
        }
    }
}
