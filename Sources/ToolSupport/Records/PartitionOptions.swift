package import FluvioClient
import Unix

// What says to which partition records go, for every tool that sends some.
extension OptionTable {
    /// `--partition`: all records go to one.
    package mutating func partition(
        to variable: any WritableKeyPath<Root, UInt32?> & Sendable, manual: String
    ) {
        value(
            "-p", "--partition", to: variable, as: .integer("N", in: 0...UInt32(Int32.max)),
            help: "Send everything to this partition", manual: manual)
    }

    /// `--partitioner`: what decides otherwise.
    package mutating func partitioner(
        to variable: any WritableKeyPath<Root, Partitioner> & Sendable, manual: String
    ) {
        value("--partitioner", to: variable, as: .choice("NAME"), help: Partitioner.help, manual: manual)
    }

    /// The same where it makes a difference whether it is given.
    package mutating func partitioner(
        to variable: any WritableKeyPath<Root, Partitioner?> & Sendable, fallback: String, manual: String
    ) {
        value(
            "--partitioner", to: variable, as: .choice("NAME"), fallback: fallback, help: Partitioner.help,
            manual: manual)
    }
}

extension Partitioner {
    fileprivate static var help: String { "Choose partitions by sip, round-robin or sticky" }
}

extension FluvioError {
    /// A partition was asked for that the topic does not have.
    package static func noPartition(_ partition: UInt32, of topic: String, with count: UInt32) -> FluvioError {
        FluvioError(
            .partitionNotFound,
            "topic \(topic) has no partition \(partition); it has \(counted(count, "partition")), numbered from 0")
    }
}
