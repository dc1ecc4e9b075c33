package import FluvioClient
import Unix

extension Diagnostics {
    /// Tells what a producer tells of the way: one line when a leader is lost, one when the partition goes on.
    ///
    /// - Parameter place: in front of the partition, as in `target topic x, `.
    package func tell(_ event: ProducerEvent, of place: String = "") {
        switch event {
        case .lost(let partition, let error): note("\(place)partition \(partition): \(error.message); trying again")
        case .recovered(let partition): note("\(place)partition \(partition): goes on, nothing is lost")
        case .resending(let partition): detail("\(place)partition \(partition): sending again what did not arrive")
        case .twins(let partition, let records):
            note(
                "\(place)partition \(partition): \(counted(records, "record stands", "records stand")) in the log twice, stored late by a server; "
                    + "'fluvio-cat consume' leaves repeats out")
        case .leaderAlone(let partition):
            error(
                "\(place)partition \(partition): records are acknowledged by the leader alone: "
                    + "its loss may lose them")
        case .atLeastOnce(let reason): note("\(reason): after trouble records may be stored twice (at least once)")
        }
    }
}
