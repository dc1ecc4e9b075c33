import ToolSupport

/// The text of one file: its encoding, which the file itself may say, and what has been made of it.
final class FileText {
    private(set) var encoding: TextEncoding
    private let delimiter: [UInt8]
    private var decoder: TextDecoder?
    private(set) var isResolved = false
    /// Lines in which something stood that is no character.
    private(set) var invalidLines = 0

    /// - Parameter delimiter: in UTF-8.
    init(_ encoding: TextEncoding, delimiter: [UInt8]) { (self.encoding, self.delimiter) = (encoding, delimiter) }

    /// The file begins with these bytes.
    ///
    /// - Returns: what ends its records.
    func resolve(_ beginning: [UInt8]) throws(ValueError) -> [UInt8] {
        encoding = encoding.resolved(beginning)
        let bytes = try TextDecoder.bytes(of: delimiter, in: encoding.name, encoding.text)
        decoder = try TextDecoder(encoding)
        isResolved = true
        return bytes
    }

    /// The text of a piece; good until the next one.
    func decode(_ piece: FileReader.Piece) -> FileReader.Piece {
        guard let text = unsafe decoder?.decode(piece.raw, isFirst: piece.start == 0, isCut: piece.isCut) else {
            return piece
        }
        if text.invalid > 0 { invalidLines += 1 }
        return unsafe FileReader.Piece(
            bytes: text.bytes, raw: piece.raw, start: piece.start, line: piece.line, isCut: piece.isCut,
            invalid: text.invalid)
    }

    /// The text that a file begins with; the piece at hand stays good.
    func text(ofBeginning bytes: [UInt8]) throws(ValueError) -> [UInt8] {
        let other = try TextDecoder(encoding.resolved(Array(bytes.prefix(encoding.unit))))
        return unsafe bytes.withUnsafeBytes { unsafe Array(other.decode($0, isFirst: true, isCut: true).bytes) }
    }

    /// The text of a line, to be looked at.
    func text(of line: UnsafeRawBufferPointer, isFirst: Bool) -> UnsafeRawBufferPointer {
        unsafe decoder?.decode(line, isFirst: isFirst, isCut: false).bytes ?? line
    }
}
