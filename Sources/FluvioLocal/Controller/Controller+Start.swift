import Documents
import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

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
    func openPartitions() throws(LocalClusterError) {
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

    /// Takes over which servers there are and where they listen; those of others are away. Then every topic that waits
    /// for a server gets its place.
    func begin() throws(LocalClusterError) {
        try systemCall { () throws(SystemError) in
            let running = fleet.allReachable
            for spu in registry.spus.objects where running[spu.spec.id] == nil && spu.status.resolution == .online {
                var away = spu
                away.status.resolution = .offline
                try put(away)
            }
            for id in running.keys.sorted() { try put(server(id)) }
        }
        createSystemTopic()
        placeWaitingTopics()
        // Servers that went while there was no controller to see it.
        let ids = fleet.ids
        configure(elect { ids.contains($0.leader) })
        reportAbsentServers()
    }

    /// The object of a server of this process that runs. Fluvio's own have a second port, one higher, for each other.
    func server(_ id: Int32) -> Metadata<SpuSpec> {
        var spu =
            registry.spus.objects.first { $0.spec.id == id }
            ?? Metadata(name: "custom-spu-\(id)", spec: SpuSpec(id: id, spuType: .custom))
        if let endpoint = fleet.endpoint(of: id) {
            spu.spec.publicEndpoint = IngressPort(
                port: faults?.port(of: id) ?? endpoint.port, ingress: [IngressAddress(hostname: endpoint.host)],
                encryption: encryption)
            spu.spec.privateEndpoint = SpuEndpoint(port: endpoint.port &+ 1, host: endpoint.host)
        }
        spu.status.resolution = .online
        return spu
    }

    private func reportAbsentServers() {
        let registry = registry
        let absent = registry.partitions.objects.filter { $0.status.resolution == .leaderOffline }
        guard !absent.isEmpty else { return }
        let servers = Set(absent.map(\.spec.leader)).sorted().map(String.init).joined(separator: ", ")
        say(
            "\(counted(absent.count, "partition is", "partitions are")) offline, led by servers that are not served here: \(servers)"
        )
    }

    /// What the cluster says of itself.
    func summary(started: Int64, pid: Int32, endpoint: Endpoint) -> ClusterStatus {
        let registry = registry
        let partitions = registry.partitions.objects
        return ClusterStatus(
            pid: pid, started: started, endpoint: endpoint,
            spus: fleet.ids.map { id in
                ClusterStatus.SpuSummary(
                    id: id, endpoint: fleet.endpoint(of: id) ?? Endpoint(host: "", port: 0),
                    online: registry.spus.unsorted.contains { $0.spec.id == id && $0.status.resolution == .online },
                    condition: fleet.condition(of: id) ?? .stopped)
            },
            topics: registry.topics.count, partitions: partitions.count,
            offlinePartitions: partitions.count { ![.online, .outOfStorage].contains($0.status.resolution) })
    }
}
