extension RecordSetBuilder {
    /// Ends the open batch, compresses, and fills in headers and CRCs. After it nothing can be appended. May be
    /// called again, to no effect, or to go on after an error.
    package mutating func seal(with compressor: inout Compressor) throws(CompressionError) {
        guard !isSealed else { return }
        closeBatch()
        var end = sealedCount == 0 ? batchesStart : batches[sealedCount - 1].range.upperBound
        while sealedCount < batches.count {
            let source = batches[sealedCount].range
            // Compressed batches move down, each into the room that those before it have left.
            let size =
                settings.compression == .none
                ? source.count : try compress(source, to: end, with: &compressor)
            batches[sealedCount].range = end..<end + size
            writeHeader(of: batches[sealedCount])
            end += size
            sealedCount += 1
        }
        closedEnd = end
        isSealed = true
    }

    /// Writes the compressed payload of the batch in `source` behind where its header goes if it begins at `start`,
    /// and answers the size of the whole.
    private mutating func compress(
        _ source: Range<Int>, to start: Int, with compressor: inout Compressor
    ) throws(CompressionError) -> Int {
        var packed: [UInt8] = []
        swap(&packed, &compressor.scratch)
        packed.removeAll(keepingCapacity: true)
        defer { swap(&packed, &compressor.scratch) }
        let payload = source.dropFirst(BatchHeader.size)
        let codec = settings.compression
        try unsafe bytes.span.bytes.extracting(payload).withUnsafeBytes { payload throws(CompressionError) in
            try unsafe compressor.compress(payload, with: codec, appendingTo: &packed)
        }
        guard packed.count <= payload.count + Compression.maximumGrowth(of: source.count) else {
            throw .invalid(codec, "output is longer than expected")
        }
        unsafe bytes.withUnsafeMutableBytes { bytes in
            let target = start + BatchHeader.size
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[target..<target + packed.count])
                .copyBytes(from: packed)
        }
        return BatchHeader.size + packed.count
    }

    private mutating func writeHeader(of batch: Batch) {
        var header = BatchHeader()
        // As the official client: a server sets it, and so the bytes stay comparable.
        header.baseOffset = Int64(batch.recordCount - 1)
        header.batchLength = Int32(batch.range.count - BatchHeader.preambleSize)
        header.attributes = Int16(settings.compression.rawValue)
        header.lastOffsetDelta = Int32(batch.recordCount - 1)
        header.firstTimestamp = batch.firstTimestamp
        header.maxTimestamp = batch.maxTimestamp
        if let identity = batch.identity {
            header.producerID = identity.producerID
            header.producerEpoch = identity.producerEpoch
            header.firstSequence = identity.nextSequence
        }
        unsafe bytes.withUnsafeMutableBytes { bytes in
            let start = batch.range.lowerBound
            unsafe header.write(to: bytes, at: start)
            header.crc = unsafe CRC32C.checksum(
                of: UnsafeRawBufferPointer(rebasing: bytes[start + BatchHeader.crcStart..<batch.range.upperBound]))
            unsafe header.write(to: bytes, at: start)
        }
    }

    /// Puts `prefix` right in front of batch `first` and `suffix` right behind the last, and says where in ``bytes``
    /// the whole stands. May be called again for another try; what stood in front of batch `first` is then gone.
    /// Call it after ``seal(with:)``.
    package mutating func frame(prefix: [UInt8], suffix: [UInt8], from first: Int = 0) -> Range<Int> {
        var start = first < batches.count ? batches[max(0, first)].range.lowerBound : closedEnd
        if start < prefix.count {
            let missing = prefix.count - start
            bytes.insert(contentsOf: repeatElement(0, count: missing), at: 0)
            for index in batches.indices {
                let range = batches[index].range
                batches[index].range = range.lowerBound + missing..<range.upperBound + missing
            }
            closedEnd += missing
            start += missing
        }
        let end = closedEnd + suffix.count
        if bytes.count < end { bytes.appendZeros(end - bytes.count) }
        let behind = closedEnd
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start - prefix.count..<start]).copyBytes(from: prefix)
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[behind..<end]).copyBytes(from: suffix)
        }
        return start - prefix.count..<end
    }
}
