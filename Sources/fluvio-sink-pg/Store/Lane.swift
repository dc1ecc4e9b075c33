/// One partition on its way into the database.
struct Lane: Hashable, Sendable {
    let topic: String
    let partition: UInt32
    /// The token under which this process writes it: whoever takes over raises it.
    var epoch: Int64 = 0
    /// The first offset that is not in the database.
    var next: Int64 = 0

    /// This process writes it; false once it was given away.
    var isOurs = true

    /// As messages name it.
    var place: String { "topic \(topic), partition \(partition)" }
}
