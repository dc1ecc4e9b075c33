import Documents
import ToolSupport
import Unix

/// Writes a line and where it comes from as a JSON object: `fid`, `path`, `line`, `offset`, `host`, and `value`, which is a
/// string, or the JSON text that the line is.
final class EnvelopeWriter {
    private let host = JSONString.quoted(Unix.hostName)
    private var head: [UInt8] = []
    private var headOf: (id: FileID, path: String)?
    private let output = ByteScratch()

    /// The object; good until the next one.
    ///
    /// - Parameter isJSON: the value is a JSON text, and stands there as it is.
    func write(
        _ piece: FileReader.Piece, _ value: UnsafeRawBufferPointer, of origin: RecordMaker.Origin, isJSON: Bool
    ) -> UnsafeRawBufferPointer {
        if headOf.map({ $0.id != origin.id || $0.path != origin.path }) ?? true {
            head = Array("{\"fid\":\"\(origin.id)\",\"path\":".utf8) + JSONString.quoted(Unix.display(origin.path))
            headOf = (origin.id, origin.path)
        }
        output.clear()
        output.append(head)
        output.append(",\"line\":")
        output.append(Array("\(piece.line)".utf8))
        output.append(",\"offset\":")
        output.append(Array("\(piece.start)".utf8))
        output.append(",\"host\":")
        output.append(host)
        output.append(",\"value\":")
        if isJSON {
            unsafe output.append(value)
        } else {
            output.append("\"")
            let isText = unsafe output.append(room: JSONString.room(value.count)) { room in
                unsafe JSONString.escape(value, to: room)
            }
            if !isText {
                _ = unsafe output.append(room: Base64.encodedLength(value.count)) { room in
                    unsafe Base64.encode(value, to: room)
                }
                output.append("\",\"value_enc\":\"base64")
            }
            output.append("\"")
        }
        output.append("}")
        return unsafe output.bytes
    }
}
