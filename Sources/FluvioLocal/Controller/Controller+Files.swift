import FluvioProtocol
import Unix

// What the controller writes before it answers.
extension Controller {
    /// Writes a topic, so that it survives a power cut, and counts its revision.
    func save(_ topic: inout MetadataFile<TopicSpec>) throws(SystemError) {
        topic.history.revision += 1
        try files.save(topic, durable: true)
    }

    /// Writes a partition. After a power cut it may be missing: it is made again from its topic.
    func save(_ partition: inout MetadataFile<PartitionSpec>) {
        partition.history.revision += 1
        do throws(SystemError) { try files.save(partition, durable: false) } catch { say(error.description) }
    }

    /// Writes a server, so that it survives a power cut.
    func save(_ spu: inout MetadataFile<SpuSpec>) throws(SystemError) {
        spu.history.revision += 1
        try files.save(spu, durable: true)
    }

    /// Writes all partitions as they are now, for whoever reads the directory while no cluster runs on it.
    func saveAllPartitions() {
        let registry = registry
        for object in registry.partitions.objects {
            var file = MetadataFile(object, history: registry.partitions.entry(object.name)?.history)
            save(&file)
        }
    }
}
