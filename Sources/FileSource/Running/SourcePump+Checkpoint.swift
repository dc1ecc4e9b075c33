import FluvioClient
import ToolSupport
import Unix

// Writing down how far everything is.
extension SourcePump {
    /// Files that are finished or gone are remembered for this long, so that a copy of one is not taken for a new file.
    private static let memoryOfFinished: Int64 = 7 * 86_400_000

    /// How often it is written: as asked for, or less where writing takes long.
    var checkpointInterval: Duration { max(options.checkpointEvery, checkpointCost * 20) }

    /// Takes over what has been acknowledged.
    func settle() {
        for id in lanes.values {
            if let file = files[id], file.settle() {
                file.record.touched = Moment.present
                (isDirty, isFigureOld) = (true, true)
                wakeFollowers(of: file)
            }
        }
    }

    func writeCheckpointIfDue() throws {
        guard isDirty else { return }
        let isDue = MonotonicTime.now - lastCheckpoint >= checkpointInterval
        guard isDue || (announcing > 0 && checkpointTrouble == nil) else { return }
        writeCheckpoint()
    }

    /// Writes it; false: it could not be written, which is told, and tried again.
    @discardableResult
    func writeCheckpoint(isClean: Bool = false) -> Bool {
        let start = MonotonicTime.now
        lastCheckpoint = start
        checkpoint.sequence += 1
        checkpoint.written = Moment.present
        checkpoint.isClean = isClean
        checkpoint.rules = options.rules
        var records: [[UInt8]] = []
        for file in files.values where file.isLasting {
            if isClean, file.isDoubtful != file.record.isDoubtful {
                file.record.isDoubtful = file.isDoubtful
                file.isDirty = true
            }
            if file.isDirty || file.written == nil {
                if !file.isCut {
                    file.record.evidence.size = file.facts.size
                    file.record.evidence.modified = file.facts.modified
                }
                let text = file.record.object.json()
                // No more room than it takes: there may be thousands of them.
                var written: [UInt8] = []
                written.reserveCapacity(text.count)
                written += text
                file.written = written
                file.isDirty = false
            }
            if let written = file.written { records.append(written) }
        }
        do throws(SystemError) {
            try store.write(CheckpointText.encode(checkpoint, files: records))
        } catch {
            counts.update { $0.checkpointErrors += 1 }
            if checkpointTrouble == nil {
                diagnostics.error(
                    "cannot write the checkpoint: \(error); nothing is lost, and it is tried again, but new files wait")
                checkpointTroubleSince = .now
            }
            checkpointTrouble = error.reason
            isDirty = true
            return false
        }
        for file in files.values where file.isLasting && file.knownHead < Head.longest {
            file.knownHead = file.record.evidence.head.length
        }
        if checkpointTrouble != nil { diagnostics.note("the checkpoint is written again") }
        checkpointTrouble = nil
        isDirty = false
        checkpointCost = MonotonicTime.now - start
        counts.update { counts in
            counts.checkpoints += 1
            counts.lastCheckpoint = checkpoint.written
        }
        announced()
        leave()
        forgetOld()
        return true
    }

    /// With `--once` somebody waits for the end, and has said how long servers are waited for.
    func giveUpWithoutCheckpoint() throws {
        guard options.isOnce, let trouble = checkpointTrouble, case .within(let patience) = options.connection.retryFor,
            MonotonicTime.now - checkpointTroubleSince > patience
        else { return }
        throw ToolError("cannot write the checkpoint: \(store.directory): \(trouble) (--retry-for)")
    }

    private func forgetOld() {
        let oldest = Moment.present - Self.memoryOfFinished
        for file in files.values where file.reader == nil && file.lane == nil && file.record.touched < oldest {
            guard file.record.state == .finished || file.record.state == .gone,
                book.entries[file.id].map({ !$0.isNamed }) ?? true
            else { continue }
            forget(file.id)
        }
    }
}
