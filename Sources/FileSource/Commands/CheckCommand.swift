import FluvioClient
import Glibc
package import ToolSupport
import Unix

/// `fluvio-source-file check`: tries everything that a run needs, one after the other, and sends nothing.
package struct CheckCommand: Sendable {
    let options: SourceOptions
    let context: ToolContext

    package init(options: SourceOptions, context: ToolContext) { (self.options, self.context) = (options, context) }

    package func run() async throws -> Outcome {
        var worst = ExitCode.success
        func say(_ what: String, _ problem: String?, _ code: ExitCode = .incomplete) throws {
            try StandardOutput.write(Diagnostics.printable("\(what): \(problem ?? "ok")") + "\n")
            if problem != nil, worst == .success { worst = code }
        }
        var checkpoint: Checkpoint?
        if !options.isStandardInput {
            try files(options.selection(), say)
            checkpoint = try state(say)
        }
        do {
            var settings = options.connection
            if settings.retryFor == .forever { settings.retryFor = .within(.seconds(5)) }
            let client = try await settings.connect(context)
            defer { client.close() }
            try say("cluster", nil)
            for (topic, isDead) in options.topics {
                do {
                    let partitions = try await client.partitionCount(of: topic)
                    if !isDead { try options.verifyPartition(among: partitions) }
                    let change = try await checkpoint?.change(
                        of: topic, isDead: isDead, partitions: isDead ? nil : partitions, client)
                    try say("topic \(topic), \(counted(partitions, "partition"))", change?.text(topic, isDead: isDead))
                } catch let error as FluvioError {
                    let isToCome = error.code == .topicNotFound && options.create != nil
                    try say("topic \(topic)", isToCome ? nil : error.naming().description)
                }
            }
        } catch let error as FluvioError {
            try say("cluster", error.naming().description, ExitCode(error.code.category))
        }
        return .exit(worst)
    }

    private func files(_ selection: Selection, _ say: (String, String?, ExitCode) throws -> Void) throws {
        let walk = Walk(selection)
        for trouble in walk.troubles { try say("files", trouble.description, .incomplete) }
        var unreadable = 0
        for file in walk.files {
            do throws(SystemError) {
                _ = try FileDescriptor.open(file.path, O_RDONLY | O_NONBLOCK)
            } catch {
                unreadable += 1
                if unreadable <= 10 { try say("file \(file.path)", error.reason, .incomplete) }
            }
        }
        for absence in selection.absences(Set(walk.files.map(\.path))) {
            let remark = absence.remark(isOnce: options.isOnce, wasRead: false)
            if remark.isError {
                try say("file \(absence.text)", remark.text, .incomplete)
            } else {
                try say("\(absence.text), \(remark.text)", nil, .success)
            }
        }
        for (place, problem) in Obstacles.leaving(walk.files.map(\.path), options.afterwards) {
            try say("--then, \(place)", problem, .incomplete)
        }
        let local = walk.directories.filter { !Unix.isLocalFileSystem($0) }.count
        try say(
            "files, \(walk.files.count) of them in \(counted(walk.directories.count, "directory", "directories"))", nil,
            .success)
        if local > 0 {
            let interval = Durations.text(options.scanInterval)
            try say(
                "changes in \(counted(local, "directory", "directories")) are found by looking every \(interval)", nil,
                .success)
        }
    }

    /// The checkpoint, if it is one of this source.
    private func state(_ say: (String, String?, ExitCode) throws -> Void) throws -> Checkpoint? {
        let directory = try options.state()
        if CheckpointStore.isTaken(directory) {
            try say("state directory \(directory)", "another process has it", .busy)
            return nil
        }
        do {
            if let problem = Obstacles.writing(directory) {
                try say("state directory \(directory)", problem, .usage)
                return nil
            }
            let checkpoint = try CheckpointStore.peek(directory)
            guard let checkpoint else {
                try say("state directory \(directory), with no checkpoint yet", nil, .success)
                return nil
            }
            let isOurs = checkpoint.topic == options.topic
            try say(
                "checkpoint of \(counted(checkpoint.files.count, "file"))",
                isOurs ? nil : "it is of the topic \(checkpoint.topic)",
                .usage)
            return isOurs ? checkpoint : nil
        } catch let error as ToolError {
            try say("state directory \(directory)", error.description, .incomplete)
            return nil
        }
    }
}
