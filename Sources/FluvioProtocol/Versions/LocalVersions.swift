/// The versions of our side.
package enum LocalVersions {
    /// The newest version of the SC's requests.
    package static let controller: Int16 = 19
    /// The newest version of the SPU's requests.
    package static let streaming: Int16 = 25
    /// From this version on the SC's requests say their object kind in an envelope.
    package static let envelope: Int16 = 11

    /// What the SC of the local cluster says it understands. Clients since 0.10.15 find a version among them; Mirroring
    /// is not offered, and no client asks for it.
    package static let controllerRanges = [
        ApiRange(key: ControllerAPI.create.rawValue, minimum: 9, maximum: controller),
        ApiRange(key: ControllerAPI.delete.rawValue, minimum: 1, maximum: controller),
        ApiRange(key: ControllerAPI.list.rawValue, minimum: envelope, maximum: controller),
        ApiRange(key: ControllerAPI.watch.rawValue, minimum: envelope, maximum: controller),
        ApiRange(key: ControllerAPI.update.rawValue, minimum: 1, maximum: controller),
    ]

    /// What an SPU of the local cluster says it understands. An official SPU says less of it, and clients ask for the
    /// rest all the same (protocol: keys and version numbers).
    package static let streamingRanges = [
        ApiRange(key: StreamingAPI.produce.rawValue, minimum: 0, maximum: streaming),
        ApiRange(key: StreamingAPI.fetch.rawValue, minimum: 0, maximum: streaming),
        ApiRange(key: StreamingAPI.fetchOffsets.rawValue, minimum: 0, maximum: streaming),
        ApiRange(key: StreamingAPI.streamFetch.rawValue, minimum: 0, maximum: streaming),
        ApiRange(key: StreamingAPI.updateOffsets.rawValue, minimum: 0, maximum: 0),
        ApiRange(key: StreamingAPI.updateConsumerOffset.rawValue, minimum: 0, maximum: streaming),
        ApiRange(key: StreamingAPI.deleteConsumerOffset.rawValue, minimum: 0, maximum: streaming),
        ApiRange(key: StreamingAPI.fetchConsumerOffsets.rawValue, minimum: 0, maximum: streaming),
    ]
}
