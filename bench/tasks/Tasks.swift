import FluvioClient

/// Sends RECORDS records of 138 bytes to a topic, from TASKS tasks that share one producer:
///
///     produce-tasks TASKS RECORDS TOPIC
@main
enum Tasks {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let tasks = Int(arguments[1]), tasks > 0, let records = Int(arguments[2]) else {
            throw Usage()
        }
        let client = try await Fluvio.connect()
        let producer = try await client.producer(for: arguments[3])
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: 138)
        try await withThrowingTaskGroup { group in
            for task in 0..<tasks {
                let share = records / tasks + (task < records % tasks ? 1 : 0)
                group.addTask { for _ in 0..<share { try await producer.send(value: value) } }
            }
            try await group.waitForAll()
        }
        try await producer.finish()
        client.close()
    }

    struct Usage: Error, CustomStringConvertible {
        var description: String { "usage: produce-tasks TASKS RECORDS TOPIC" }
    }
}
