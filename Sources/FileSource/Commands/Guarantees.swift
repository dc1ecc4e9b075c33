/// What is lost or twice, and when: `--help guarantees`. Each row has a test.
package enum Guarantees {
    /// One event.
    package struct Row: Sendable {
        package let event: String
        package let lost: String
        package let twice: String
    }

    /// All of them, in the order of the table.
    package static let rows = [
        Row(event: "SIGTERM, SIGINT", lost: "0", twice: "0"),
        Row(event: "kill -9, out of memory", lost: "0", twice: "0"),
        Row(event: "cluster stopped, killed, started again", lost: "0", twice: "0"),
        Row(event: "renamed while running", lost: "0", twice: "0"),
        Row(event: "renamed while down, twice between two looks", lost: "0 while it is in the directory", twice: "0"),
        Row(
            event: "renamed and compressed (gzip, zstd, xz) while down", lost: "0 while it is in the directory",
            twice: "0"),
        Row(
            event: "made and removed between two looks", lost: "all of it", twice: "0"),
        Row(
            event: "copied and cut (copytruncate)", lost: "what came after the copy's last read; counted if seen",
            twice: "0 (up to 1 KB, if it was read beyond the copy's end)"),
        Row(
            event: "copied and not cut (copy of logrotate)", lost: "0",
            twice: "0 (a copy of up to 1 KB, once)"),
        Row(event: "cut without a copy", lost: "what was not read; counted", twice: "0"),
        Row(event: "cut, and the same 64 bytes before the same place", lost: "what stands before them", twice: "0"),
        Row(
            event: "killed and rotated when only a common header was known of a file", lost: "0",
            twice: "what was under way of its first KB"),
        Row(
            event: "written anew beside it, with all that it had, and renamed over it (rsync)",
            lost: "0 (after kill -9, what is written to the old one since)",
            twice: "0 (up to 1 KB of it, if it had no more than that)"),
        Row(event: "the middle of a file written anew", lost: "not seen", twice: "0"),
        Row(event: "deleted while it is read", lost: "0 (--pinned-max)", twice: "0"),
        Row(event: "state directory lost", lost: "0", twice: "all that is in the files (--from end: 0)"),
        Row(event: "state directory full", lost: "0", twice: "0; new files wait"),
        Row(event: "checkpoint damaged", lost: "0", twice: "0: it does not start (--on-bad-checkpoint)"),
        Row(
            event: "topic deleted and made anew", lost: "what was sent before; told (--from beginning)", twice: "0"),
        Row(
            event: "the same with --isolation read_uncommitted, or deduplication",
            lost: "what was sent before; not seen", twice: "0"),
        Row(event: "the last line has no end", lost: "0: it waits (--partial-timeout)", twice: "0"),
        Row(event: "--partial-timeout, --group-timeout", lost: "0", twice: "after a crash, what was under way"),
        Row(event: "standard input", lost: "0 while the tool lives", twice: "0 while the tool lives"),
    ]

    /// The table.
    package static var text: String {
        let width = rows.map(\.event.count).max() ?? 0
        let lost = rows.map(\.lost.count).max() ?? 0
        func line(_ event: String, _ first: String, _ second: String) -> String {
            let gap = String(repeating: " ", count: width - event.count + 2)
            let other = String(repeating: " ", count: max(0, lost - first.count) + 2)
            return event + gap + first + other + second + "\n"
        }
        var text = line("event", "lost", "twice")
        for row in rows { text += line(row.event, row.lost, row.twice) }
        return text + """

            "Twice" is what a reader sees that drops repeats by their sequence, as fluvio-cat consume, copy and
            fluvio-sink-pg do. In the log itself a repeat can stand where a process was killed while its last request was
            under way. A topic with deduplication, or SmartModules on the producer, changes what it is sent: there records
            may come twice after a crash.
            An acknowledgement is that of all replicas (--isolation); a server that is cut from power may lose what it has
            not written to its disk, where a topic has no replicas.

            """
    }
}
