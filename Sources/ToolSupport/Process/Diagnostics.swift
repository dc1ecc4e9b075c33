import Glibc
import Unix

/// What a tool says on standard error: one line an event, `TOOL: message`, each with one write(2).
///
/// Nothing here throws: where standard error is closed or full there is nobody left to tell.
package struct Diagnostics: Sendable {
    /// How much is said.
    package enum Level: Int, Sendable, Comparable {
        /// Errors only.
        case quiet
        /// Errors and notes.
        case normal
        /// Details as well.
        case verbose

        package static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    /// The tool's name.
    package let tool: String
    /// How much is said.
    package let level: Level
    private let descriptor: CInt

    /// Speaks as `tool`; `descriptor` is standard error except in tests.
    package init(tool: String, level: Level = .normal, descriptor: CInt = STDERR_FILENO) {
        self.tool = tool
        self.level = level
        self.descriptor = descriptor
    }

    /// Something went wrong: always said.
    package func error(_ message: String) { say(message) }

    /// Something worth knowing: not said with `-q`.
    package func note(_ message: @autoclosure () -> String) {
        if level >= .normal { say(message()) }
    }

    /// A detail: said with `-v`.
    package func detail(_ message: @autoclosure () -> String) {
        if level >= .verbose { say(message()) }
    }

    private func say(_ message: String) { Self.write("\(tool): \(Self.printable(message))\n", to: descriptor) }

    /// Writes a line for programs, as it is.
    package static func writeLine(_ line: String, to descriptor: CInt) { write(line + "\n", to: descriptor) }

    /// Writes text as it is.
    static func write(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { bytes in
            // Nobody can be told that telling failed.
            try? unsafe Unix.writeAll(descriptor, UnsafeRawBufferPointer(bytes))
        }
    }

    /// The message with all that could command a terminal or break the line written as escapes: C0 and C1 control
    /// characters, DEL, line separators, and the marks that change the direction of text.
    package static func printable(_ message: String) -> String {
        guard message.unicodeScalars.contains(where: isCommand) else { return message }
        // Names are kept as bytes that are UTF-8 all the same, where they could be taken for others.
        let message = String(validating: Unix.bytes(of: message), as: UTF8.self) ?? message
        var text = ""
        for scalar in message.unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where !isCommand(scalar): text.unicodeScalars.append(scalar)
            // A byte of a file's name that is not UTF-8.
            case _ where Unix.byte(keptAs: scalar) != nil: text += "\\x" + String(scalar.value & 0xff, radix: 16)
            case _ where scalar.value < 0x80:
                text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: text += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
        return text
    }

    private static func isCommand(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x10_FF80...: true
        default: false
        }
    }
}
