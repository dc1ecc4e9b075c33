import FluvioProtocol
import Unix

/// A record as a spool file holds it: a header of 24 bytes, key, value. Numbers are little-endian:
///
/// | at | bytes | what |
/// | --- | --- | --- |
/// | 0 | 4 | CRC-32C of all that follows |
/// | 4 | 4 | bytes of the whole record |
/// | 8 | 8 | timestamp, ms since 1970 |
/// | 16 | 4 | bytes of the key; -1: none |
/// | 20 | 4 | partition; -1: as the key or the tool decides |
@safe
struct SpoolRecord {
    static let headerSize = 24
    /// Larger ones are damage: no record of any tool is.
    static let maximumSize = 64 << 20

    var timestamp: Int64
    var partition: UInt32?
    var key: UnsafeRawBufferPointer?
    var value: UnsafeRawBufferPointer
    /// Bytes of all of it.
    var size: Int

    /// What stands at the beginning of `bytes`.
    enum Look {
        case record(SpoolRecord)
        /// It goes on behind the end; so many bytes are wanted, as far as that is known.
        case incomplete(wanted: Int)
        case damaged
    }

    /// Looks at the beginning of `bytes`, and at the checksum if that is asked for.
    static func look(at bytes: UnsafeRawBufferPointer, checks: Bool) -> Look {
        guard bytes.count >= headerSize else { return .incomplete(wanted: headerSize) }
        let size = Int(UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        let keySize = Int(Int32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 16, as: Int32.self)))
        guard size >= headerSize + max(keySize, 0), size <= maximumSize, keySize >= -1 else { return .damaged }
        guard bytes.count >= size else { return .incomplete(wanted: size) }
        if checks {
            let checksum = UInt32(littleEndian: unsafe bytes.loadUnaligned(as: UInt32.self))
            guard unsafe CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[4..<size])) == checksum else {
                return .damaged
            }
        }
        let partition = Int32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 20, as: Int32.self))
        let valueStart = headerSize + max(keySize, 0)
        return .record(
            unsafe SpoolRecord(
                timestamp: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self)),
                partition: partition < 0 ? nil : UInt32(partition),
                key: keySize < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[headerSize..<valueStart]),
                value: UnsafeRawBufferPointer(rebasing: bytes[valueStart..<size]), size: size))
    }

    /// Bytes that a record takes.
    static func size(of record: ParsedRecord) -> Int { headerSize + record.size }

    /// Writes a record; `output` has room for ``size(of:)``.
    static func write(_ record: ParsedRecord, to output: UnsafeMutableRawPointer) {
        let size = size(of: record)
        unsafe output.storeBytes(of: UInt32(size).littleEndian, toByteOffset: 4, as: UInt32.self)
        unsafe output.storeBytes(of: record.timestamp.littleEndian, toByteOffset: 8, as: Int64.self)
        let keySize = unsafe record.key.map { Int32($0.count) } ?? -1
        unsafe output.storeBytes(of: keySize.littleEndian, toByteOffset: 16, as: Int32.self)
        let partition = record.partition.map { Int32(bitPattern: $0) } ?? -1
        unsafe output.storeBytes(of: partition.littleEndian, toByteOffset: 20, as: Int32.self)
        var end = headerSize
        if let key = unsafe record.key, let base = key.baseAddress {
            unsafe (output + end).copyMemory(from: base, byteCount: key.count)
            end += key.count
        }
        if let base = unsafe record.value.baseAddress {
            unsafe (output + end).copyMemory(from: base, byteCount: record.value.count)
        }
        let body = unsafe UnsafeRawBufferPointer(start: output + 4, count: size - 4)
        unsafe output.storeBytes(of: CRC32C.checksum(of: body).littleEndian, as: UInt32.self)
    }
}
