import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix
import YAML

// From a directory to a cluster that serves it.
extension Controller {
    /// Reads the directory, or makes it.
    func load() throws(LocalClusterError) {
        try systemCall { () throws(SystemError) in try files.create() }
        // Whoever cannot read what a topic is must not serve it; a partition follows from its topic.
        let topics = try files.load(TopicSpec.self) { file, error throws(LocalClusterError) in
            throw .metadata(file: file, error.description)
        }
        let spus = try files.load(SpuSpec.self) { file, error throws(LocalClusterError) in
            throw .metadata(file: file, error.description)
        }
        let partitions = try files.load(PartitionSpec.self) { file, error throws(LocalClusterError) in
            say("\(file): \(error); it is made again from its topic")
        }
        let groups = try kept.load(SpuGroupSpec.self)
        let smartModules = try kept.load(SmartModuleSpec.self)
        let tableFormats = try kept.load(TableFormatSpec.self)
        let mirrors = try kept.load(MirrorSpec.self)
        change { registry in
            for file in topics { registry.topics.put(file.object, history: file.history) }
            for file in spus { registry.spus.put(file.object, history: file.history) }
            for object in groups { registry.spuGroups.put(object) }
            for object in smartModules { registry.smartModules.put(object) }
            for object in tableFormats { registry.tableFormats.put(object) }
            for object in mirrors { registry.mirrors.put(object) }
        }
        for file in partitions {
            guard let key = ReplicaKey(name: file.object.name),
                registry.topics[key.topic]?.status.replicaMap[key.partition] != nil
            else {
                say("partition '\(file.object.name)' belongs to no topic and is left alone")
                continue
            }
            change { $0.partitions.put(file.object, history: file.history) }
        }
    }

    /// Has the servers of this process open what they hold, and finishes what was being deleted.
    func open(_ spus: [Int32: Spu]) throws(LocalClusterError) {
        state.withLock { $0.spus = spus }
        for partition in registry.partitions.objects {
            var partition = partition
            partition.status = open(partition)
            let opened = partition
            change { $0.partitions.put(opened) }
        }
        for topic in registry.topics.objects where topic.status.resolution == .deleting {
            try remove(MetadataFile(topic, history: registry.topics.entry(topic.name)?.history))
        }
    }

    /// Takes over where the servers of this process listen; those of others are away. Then every topic that waits for
    /// a server gets its place.
    func online(_ endpoints: [Int32: Endpoint], encryption: EncryptionType) throws(LocalClusterError) {
        try systemCall { () throws(SystemError) in
            for spu in registry.spus.objects where endpoints[spu.spec.id] == nil && spu.status.resolution == .online {
                var away = spu
                away.status.resolution = .offline
                try put(away)
            }
            for (id, endpoint) in endpoints.sorted(by: { $0.key < $1.key }) {
                try put(server(id, endpoint, encryption))
            }
        }
        createSystemTopic()
        placeWaitingTopics()
        reportAbsentServers()
    }

    /// The object of a server of this process. Fluvio's own have a second port, one higher, for each other.
    private func server(_ id: Int32, _ endpoint: Endpoint, _ encryption: EncryptionType) -> Metadata<SpuSpec> {
        var spu =
            registry.spus.objects.first { $0.spec.id == id }
            ?? Metadata(name: "custom-spu-\(id)", spec: SpuSpec(id: id, spuType: .custom))
        spu.spec.publicEndpoint = IngressPort(
            port: endpoint.port, ingress: [IngressAddress(hostname: endpoint.host)], encryption: encryption)
        spu.spec.privateEndpoint = SpuEndpoint(port: endpoint.port &+ 1, host: endpoint.host)
        spu.status.resolution = .online
        return spu
    }

    private func reportAbsentServers() {
        let registry = registry
        let absent = registry.partitions.objects.filter { $0.status.resolution == .leaderOffline }
        guard !absent.isEmpty else { return }
        let servers = Set(absent.map(\.spec.leader)).sorted().map(String.init).joined(separator: ", ")
        say("\(absent.count) partitions are offline: the servers that lead them (\(servers)) do not serve them here")
    }

    /// What the cluster says of itself.
    func summary(started: Int64, pid: Int32, endpoint: Endpoint) -> ClusterStatus {
        let (registry, running) = state.withLock { ($0.registry, Set($0.spus.keys)) }
        let partitions = registry.partitions.objects
        return ClusterStatus(
            pid: pid, started: started, endpoint: endpoint,
            spus: registry.spus.objects.filter { running.contains($0.spec.id) }.sorted { $0.spec.id < $1.spec.id }
                .map { spu in
                    ClusterStatus.SpuSummary(
                        id: spu.spec.id,
                        endpoint: Endpoint(
                            host: spu.spec.publicEndpoint.host ?? "", port: spu.spec.publicEndpoint.port),
                        online: spu.status.resolution == .online)
                },
            topics: registry.topics.count, partitions: partitions.count,
            offlinePartitions: partitions.count { ![.online, .outOfStorage].contains($0.status.resolution) })
    }
}
