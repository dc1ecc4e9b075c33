/// Random JSON texts, and texts that are nearly JSON.
struct JSONGenerator {
    var random: SplitMix

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &random)] }

    /// A valid text. Names are few, so that paths find something and members come twice.
    mutating func text(depth: Int = 4) -> [UInt8] {
        let space = { (generator: inout Self) -> [UInt8] in
            generator.pick([[], [], [], [], [0x20], [0x09], [0x0a], [0x0d, 0x0a]])
        }
        switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
        case 0: return Array(pick(["null", "true", "false"]).utf8)
        case 1, 2: return Array(number().utf8)
        case 3, 4: return string()
        case 5, 6:
            var text: [UInt8] = [UInt8(ascii: "[")] + space(&self)
            for index in 0..<Int.random(in: 0...4, using: &random) {
                if index > 0 { text += [UInt8(ascii: ",")] + space(&self) }
                text += self.text(depth: depth - 1) + space(&self)
            }
            return text + [UInt8(ascii: "]")]
        default:
            var text: [UInt8] = [UInt8(ascii: "{")] + space(&self)
            for index in 0..<Int.random(in: 0...4, using: &random) {
                if index > 0 { text += [UInt8(ascii: ",")] + space(&self) }
                text += pick([Array(#""a""#.utf8), Array(#""b""#.utf8), Array(#""\u0061""#.utf8), string(isName: true)])
                text += space(&self) + [UInt8(ascii: ":")] + space(&self) + self.text(depth: depth - 1) + space(&self)
            }
            return text + [UInt8(ascii: "}")]
        }
    }

    private mutating func number() -> String {
        var text = pick(["", "", "-"]) + pick(["0", "7", "42", "1795334082917", "9007199254740993"])
        if Bool.random(using: &random) { text += "." + pick(["0", "25", "000", "125"]) }
        if Int.random(in: 0..<4, using: &random) == 0 {
            text += pick(["e", "E"]) + pick(["", "+", "-"]) + pick(["0", "07", "12"])
        }
        return text
    }

    private mutating func string(isName: Bool = false) -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "\"")]
        for _ in 0..<pick([0, 1, 3, 7, 8, 9, 20]) {
            switch Int.random(in: 0..<12, using: &random) {
            case 0: text += Array(pick([#"\""#, #"\\"#, #"\/"#, #"\b"#, #"\f"#, #"\n"#, #"\r"#, #"\t"#]).utf8)
            case 1:
                text += Array(pick([#"\u00e9"#, #"\u20AC"#, #"\ud83d\ude00"#, isName ? #"\u0001"# : #"\u0000"#]).utf8)
            case 2: text += Array(pick(["é", "€", "😀", "\u{7f}", "\u{10ffff}"]).utf8)
            default: text.append(pick(Array("abcdefg {}[]:,019.-+eEtrufalsn/'".utf8)))
            }
        }
        return text + [UInt8(ascii: "\"")]
    }

    /// A valid text with a few bytes changed, doubled or lost: often not valid any more.
    mutating func damaged() -> [UInt8] {
        var text = text()
        for _ in 0..<Int.random(in: 1...2, using: &random) where !text.isEmpty {
            let at = Int.random(in: 0..<text.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: text.remove(at: at)
            case 1: text.insert(pick(Array("\"\\{}[]:,0123456789.-+eEtfnu \n\t\u{1}aud".utf8)), at: at)
            case 2: text[at] = pick(Array("\"\\{}[]:,0-.eEtfnu \n\u{c}\u{1f}\u{7f}d8".utf8))
            case 3: text.insert(contentsOf: text[at..<min(at + 3, text.count)], at: at)
            default: text.removeSubrange(at..<min(at + 3, text.count))
            }
        }
        return text
    }
}
