import Unix

/// How many servers of records a directory is for. It remembers, so that none is forgotten at the next start.
struct SpuCount: Equatable, Sendable {
    let number: Int32
    private let stored: Int32?

    /// The most there can be: ports and directories follow from the number.
    private static let maximum: Int32 = 100

    private static func path(_ directory: String) -> String { "\(directory)/spus" }

    /// - Parameter wanted: nil takes as many as there were, at first 1; fewer than there were are refused.
    init(wanted: Int?, in directory: String) throws(LocalClusterError) {
        stored = try systemCall { () throws(SystemError) in try Self.stored(in: directory) }
        let least = stored ?? 1
        guard let wanted else {
            number = least
            return
        }
        guard let number = Int32(exactly: wanted), (1...Self.maximum).contains(number) else {
            throw .unsupported("\(counted(wanted, "SPU is", "SPUs are")) asked for; 1 to \(Self.maximum) can run")
        }
        guard number >= least else {
            throw .unsupported(
                "\(directory) has \(counted(least, "SPU")); it cannot be run with \(number), which would leave records out"
            )
        }
        self.number = number
    }

    private static func stored(in directory: String) throws(SystemError) -> Int32? {
        guard try Unix.status(of: path(directory)) != nil else { return nil }
        let text = String(decoding: try Unix.contents(of: path(directory)), as: UTF8.self)
        return Int32(text.prefix { $0 != "\n" }).flatMap { (1...maximum).contains($0) ? $0 : nil }
    }

    /// Writes the number, if it is not what the file says.
    func save(in directory: String) throws(LocalClusterError) {
        guard number != stored else { return }
        try systemCall { () throws(SystemError) in
            try Unix.replaceContents(of: Self.path(directory), with: Array("\(number)\n".utf8))
        }
    }
}
