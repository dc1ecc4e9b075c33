import FluvioProtocol
import TestSupport

/// Feeds one input to the decoders. The first byte says which: messages as a server or a client reads them (the next
/// four bytes are then key and version of the request that is answered), or a RecordSet. Whatever comes, the answer is a
/// value or a typed error; a crash, a hang or memory above the limit is what the fuzzer looks for.
@c(LLVMFuzzerTestOneInput)
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard let data = unsafe data, size > 5 else { return 0 }
    let input = unsafe [UInt8](UnsafeBufferPointer(start: data, count: size))
    let mode = input[0]
    let frame = Array(input[5...])
    let isController = mode & 1 != 0
    switch mode >> 1 & 3 {
    case 0: readRequest(frame, isController)
    case 1:
        let key = UInt16(input[1]) << 8 | UInt16(input[2])
        let version = Int16(bitPattern: UInt16(input[3]) << 8 | UInt16(input[4]))
        readResponse(frame, to: RequestHeader(apiKey: key, apiVersion: version, clientID: ""), isController)
    default: readRecords(frame)
    }
    return 0
}

/// What was read is written, and what was written is read as the same again.
private func readRequest(_ frame: [UInt8], _ isController: Bool) {
    guard let written = try? Recode.request(frame, controller: isController) else { return }
    let again = try? Recode.request(written, controller: isController)
    precondition(again == written, "a request changes when it is read and written twice")
}

private func readResponse(_ frame: [UInt8], to header: RequestHeader, _ isController: Bool) {
    guard let written = try? Recode.response(frame, to: header, controller: isController) else { return }
    let again = try? Recode.response(written, to: header, controller: isController)
    precondition(again == written, "a response changes when it is read and written twice")
}

private func readRecords(_ bytes: [UInt8]) {
    var decompressor = Decompressor()
    unsafe bytes.withUnsafeBytes { bytes in
        var reader = BatchReader(0..<bytes.count)
        while let item = unsafe reader.next(in: bytes) {
            guard case .batch(let batch) = item else { continue }
            _ = try? unsafe decompressor.withRecords(of: batch, in: bytes, limit: 1 << 22) {
                cursor, records throws(BatchError) in
                while try unsafe cursor.next(in: records) {
                    precondition(cursor.valueRange.upperBound <= records.count, "a value reaches out of the batch")
                }
            }
        }
    }
}
