/// Why bytes are no JSON text, and where. Cheap to make: a tool may try every record, and most may be no JSON.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What can be wrong.
    enum Problem: Equatable, Sendable {
        case expected(Expectation)
        case endsBefore(Expectation)
        case notUTF8, leadingZero, tooDeep
        case unterminatedString, controlCharacter, unknownEscape, badCodeUnit, loneSurrogate
        case duplicateMember, unknownMember
    }

    /// What has to come next.
    enum Expectation: String, Sendable {
        case value = "a value"
        case string = "a string"
        case digit = "a digit"
        case colon = "a colon"
        case object = "an object"
        case array = "an array"
        case commaOrBrace = "a comma or }"
        case commaOrBracket = "a comma or ]"
        case end = "nothing more"
    }

    let problem: Problem
    /// Position of the offending byte, from 0.
    package let position: Int

    @inline(__always)
    init(_ problem: Problem, at position: Int) {
        self.problem = problem
        self.position = position
    }

    /// What is wrong, as a phrase without a full stop.
    package var reason: String {
        switch problem {
        case .expected(let wanted): "expected \(wanted.rawValue)"
        case .endsBefore(let wanted): "ends where \(wanted.rawValue) is expected"
        case .notUTF8: "not UTF-8"
        case .leadingZero: "a number begins with 0"
        case .tooDeep: "nested too deep"
        case .unterminatedString: "a string does not end"
        case .controlCharacter: "a control character in a string"
        case .unknownEscape: "an unknown escape"
        case .badCodeUnit: "\\u without four hex digits"
        case .loneSurrogate: "half a surrogate pair"
        case .duplicateMember: "a member for the second time"
        case .unknownMember: "an unknown member"
        }
    }

    /// Whether the text would do if single characters were others: bytes that are no UTF-8, half a surrogate pair.
    package var isAboutCharacters: Bool { problem == .notUTF8 || problem == .loneSurrogate }

    /// `reason at byte N`, N from 1 as editors count.
    package var description: String { "\(reason) at byte \(position + 1)" }
}
