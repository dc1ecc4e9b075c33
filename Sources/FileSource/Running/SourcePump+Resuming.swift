import ToolSupport
import Unix

// Beginning where the checkpoint says.
extension SourcePump {
    /// Takes over what the checkpoint knows, and finds it before anything else: files may have been renamed, compressed,
    /// cut or deleted meanwhile.
    func resume() throws {
        let records = checkpoint.files.sorted(by: Self.isBefore)
        checkpoint.files = []
        for record in records {
            let file = SourceFile(record, record.evidence.facts, maker.origin(record.id, record.path))
            file.isAtRest = checkpoint.isClean && !record.isDoubtful
            file.hasBegun = record.position > 0
            // The checkpoint is going to have the rules of now.
            let before = record.rules ?? checkpoint.rules
            file.record.rules = !file.isDoubtful || before == options.rules ? nil : before
            enlist(file)
            if record.state != .finished, record.state != .gone { missing.insert(record.id) }
        }
        // A directory may be so lively that no look is of one moment.
        for _ in 0..<Self.patience {
            if try scan() { return }
            Unix.sleep(.milliseconds(2))
        }
    }

    /// Those that came before others first.
    static func isBefore(_ a: FileRecord, _ b: FileRecord) -> Bool {
        (a.seen, a.id) < (b.seen, b.id)
    }
}
