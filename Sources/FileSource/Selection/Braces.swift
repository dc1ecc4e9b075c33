/// `a{b,c}d` as shells know it: `abd` and `acd`. Braces nest; those without a comma stay what they are.
enum Braces {
    /// More patterns than these come of a mistake.
    static let limit = 1_000

    /// All texts that one stands for, in their order.
    static func expand(_ bytes: [UInt8], of text: String) throws(GlobError) -> [[UInt8]] {
        guard let (open, close, commas) = try find(bytes, of: text) else { return [bytes] }
        var results: [[UInt8]] = []
        let borders = [open] + commas + [close]
        for (start, end) in zip(borders, borders.dropFirst()) {
            let one = bytes[..<open] + bytes[(start + 1)..<end] + bytes[(close + 1)...]
            results += try expand(Array(one), of: text)
            if results.count > limit { throw GlobError(text, "stands for more than \(limit) patterns") }
        }
        return results
    }

    /// The first braces with a comma of their own.
    private static func find(
        _ bytes: [UInt8], of text: String
    ) throws(GlobError) -> (open: Int, close: Int, commas: [Int])? {
        var start = 0
        while let open = next(UInt8(ascii: "{"), in: bytes, from: start) {
            var depth = 0
            var commas: [Int] = []
            var close: Int?
            var index = open + 1
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\\"): index += 1
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"):
                    if depth == 0 { close = index }
                    depth -= 1
                case UInt8(ascii: ",") where depth == 0: commas.append(index)
                default: break
                }
                if close != nil { break }
                index += 1
            }
            guard let close else { throw GlobError(text, "has { without }") }
            if !commas.isEmpty { return (open, close, commas) }
            start = open + 1
        }
        return nil
    }

    private static func next(_ byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }
}
