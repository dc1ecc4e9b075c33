import Glibc
import Unix

/// The terminal that a person sits at, wherever standard input and output go.
package enum Terminal {
    /// Asks and reads a line; nil if there is no terminal. An end of the input is an empty answer. Blocks.
    package static func ask(_ question: String) -> String? {
        guard let terminal = try? FileDescriptor.open("/dev/tty", O_RDWR) else { return nil }
        let raw = terminal.raw
        let bytes = Array(Diagnostics.printable(question).utf8)
        unsafe bytes.withUnsafeBytes { buffer in try? unsafe Unix.writeAll(raw, buffer) }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(raw, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}
