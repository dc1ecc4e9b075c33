package import FluvioProtocol

// States that objects of a real cluster pass through, and that come and go too fast here, or never come: for tests of
// what others make of them.
extension LocalCluster {
    /// Has the controller say of a topic that it is so, until it changes the topic itself. Nothing else happens to it,
    /// and nothing is written. Returns when watchers are told; false: there is no such topic.
    package func pretend(topic name: String, _ status: TopicResolution, reason: String = "") -> Bool {
        pretend(name) { (topic: inout Metadata<TopicSpec>) in
            topic.status.resolution = status
            topic.status.reason = reason
        }
    }

    /// The same of a partition, `TOPIC-INDEX`.
    package func pretend(partition name: String, _ status: PartitionResolution) -> Bool {
        pretend(name) { (partition: inout Metadata<PartitionSpec>) in partition.status.resolution = status }
    }

    /// The same of an SPU group.
    package func pretend(spuGroup name: String, _ status: SpuGroupResolution, reason: String? = nil) -> Bool {
        pretend(name) { (group: inout Metadata<SpuGroupSpec>) in
            group.status.resolution = status
            group.status.reason = reason
        }
    }

    private func pretend<Spec: StoredSpec>(
        _ name: String, _ edit: @escaping @Sendable (inout Metadata<Spec>) -> Void
    ) -> Bool {
        guard let controller else { return false }
        guard Spec.store(in: controller.registry)[name] != nil else { return false }
        perform { controller in
            controller.change { registry in
                Spec.change(&registry) { store in
                    guard var object = store[name] else { return }
                    edit(&object)
                    store.put(object)
                }
            }
            controller.push()
        }
        return true
    }
}
