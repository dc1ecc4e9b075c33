/// A frame without the records in it: what stands before, between and after them.
package struct FramePieces: Equatable, Sendable {
    /// One more than there are gaps: the records of gap `n` belong between piece `n` and piece `n + 1`. The last may
    /// be empty.
    package var pieces: [[UInt8]]
    /// How many bytes of records belong into each gap.
    package var gaps: [Int]

    init(_ writer: WireWriter) {
        pieces = []
        gaps = []
        var start = 0
        for gap in writer.gaps {
            pieces.append(Array(writer.bytes[start..<gap.position]))
            gaps.append(gap.count)
            start = gap.position
        }
        pieces.append(Array(writer.bytes[start...]))
    }
}
