import ToolSupport

/// How rows are written.
extension RunOptions {
    static func declareWriting(_ table: inout OptionTable<Self>) {
        table.group("Writing")
        table.value(
            "--batch-bytes", to: \.batchBytes, as: .size(in: 1024...1 << 30), fallback: "20M, 4M by key",
            help: "Commit after so many bytes",
            manual:
                "Commit after so many bytes, and after half a second; earlier when there is nothing more at the moment, "
                + "so that one record does not wait. Rows that are appended to one table go to the server as they are "
                + "made; those that are looked up by a key, or go to several tables, are collected first.")
        table.value(
            "--batch-rows", to: \.batchRows, as: .integer("N", in: 1...Int.max), help: "Commit after so many rows")
        table.value(
            "--parallel", to: \.parallel, as: .integer("N", in: 1...64), help: "Write over so many connections",
            manual:
                "Write over so many connections, with a thread each that makes the rows: a partition always goes over the "
                + "same one, in its order. Worth it where the server has processors to spare; batches and their memory "
                + "are as many.")
        table.value(
            "--pooling", to: \.pooling, as: .choice("MODE"),
            help: "What is in front of the server: session, transaction",
            manual:
                "Say `transaction` where a pooler stands in front of the server that gives every transaction another "
                + "connection: then no session locks and no tables of a session are used.")
        table.value(
            "--commit", to: \.commit, as: .choice("MODE"), help: "Wait for the server's disk: server, async",
            manual: "`async` does not wait for the disk of the server. Rows and offsets are lost or kept together, so "
                + "nothing is missing or twice for that; it is faster for small batches.")
        table.value("--notify", to: \.notify, as: .text("CHANNEL"), help: "NOTIFY this channel with every commit")
        table.flag(
            "--dry-run", to: \.isDry, help: "Write everything and roll it back; name what is bad",
            manual:
                "Write everything and roll it back, to where the topics end now, and name every record that is no row. "
                + "Offsets stay as they are.")
    }
}

/// What stands in front of the server.
enum Pooling: String, CaseIterable, Sendable {
    case session, transaction
}

/// What a commit waits for.
enum CommitMode: String, CaseIterable, Sendable {
    /// What the server's settings say.
    case server
    case async
}
