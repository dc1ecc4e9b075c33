import TestSupport
import Testing

@Suite("fluvio-admin: topics in files", .onOwnThreads, .timeLimit(.minutes(60)))
struct TopicFileTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// A file of the official tools, with their units.
    private var file: String {
        """
        version: 0.1.1
        meta:
          name: \(topic)
        partition:
          count: 2
          max-size: 4.0 KB
          replication: 1
          ignore-rack-assignment: true
        retention:
          time: 1h 2m
          segment-size: 2 KiB
        compression:
          type: Lz4
        """
    }

    @Test func `a topic is created from a file of the official tools, with their units`() throws {
        try shell.directory.write("t.yaml", file)
        let ran = try shell.run(
            """
            fluvio-admin -q topic create --config t.yaml
            fluvio-admin topic list $1 -O json | jq -c '.[0].spec'
            """, topic)
        #expect(
            ran.lines == [
                #"{"replicas":{"computed":{"partitions":2,"replicationFactor":1,"ignoreRackAssignment":true}},"#
                    + #""cleanupPolicy":{"segment":{"timeInSeconds":3720}},"#
                    + #""storage":{"segmentSize":2048,"maxPartitionSize":4000},"compressionType":"Lz4","system":false}"#
            ], "\(ran.errors)")
    }

    @Test(arguments: [
        ("partitions: 3", "partitions: is none of"), ("partition:\n  coutn: 3", "partition.coutn: is none of"),
        ("retention:\n  time: 3 moons", "retention.time: '3 moons'"), ("status:\n  resolution: Init", "status: "),
        ("compression:\n  type: lz4", "compression.type: 'lz4' is none of"),
        ("partition:\n  max-size: many", "partition.max-size: 'many'"),
    ])
    func `what a file says wrongly is refused with its place`(text: String, message: String) throws {
        try shell.directory.write("t.yaml", "meta:\n  name: \(topic)\n\(text)\n")
        let ran = try shell.run(
            "fluvio-admin apply -f t.yaml; echo $?; fluvio-admin topic create --config t.yaml; echo $?")
        #expect(ran.lines == ["1", "1"])
        #expect(ran.errors.split(separator: "\n").allSatisfy { $0.contains("t.yaml: \(message)") }, "\(ran.errors)")
    }

    @Test func `what is exported is applied to nothing's change, and made again on another cluster`() throws {
        try shell.directory.write("t.yaml", file)
        let other = try TestCluster()
        let ran = try shell.run(
            """
            fluvio-admin apply -f t.yaml && fluvio-admin export $1 >e.yaml && fluvio-admin apply -f e.yaml || exit
            fluvio-admin -c $2 apply -f e.yaml && fluvio-admin -c $2 export $1 | cmp - e.yaml && echo same
            fluvio-admin export $1 -O json | jq -r '.[].retention.time'
            """, topic, other.address)
        #expect(ran.lines == ["+ \(topic)", "= \(topic)", "+ \(topic)", "same", "3720s"], "\(ran.errors)")
    }

    @Test func `apply adds partitions, and tells what cannot be changed`() throws {
        try shell.directory.write("t.yaml", file)
        let ran = try shell.run(
            """
            fluvio-admin apply -f t.yaml >/dev/null; sed -i 's/count: 2/count: 3/' t.yaml
            fluvio-admin apply --dry-run -f t.yaml; fluvio-admin apply -f - <t.yaml; fluvio-admin apply -f t.yaml
            sed -i 's/1h 2m/2h/' t.yaml; fluvio-admin apply -f t.yaml; echo $?
            """, topic)
        #expect(
            ran.lines == [
                "~ \(topic) partitions 2 -> 3", "~ \(topic) partitions 2 -> 3", "= \(topic)",
                "! \(topic) retention 62m -> 2h", "1",
            ])
        #expect(ran.errors.contains("retention cannot be changed; create another topic"))
    }

    @Test func `SPUs are assigned by a file, and options that exclude each other are refused`() throws {
        let ran = try shell.run(
            """
            echo '[{"id":0,"replicas":[5001]},{"id":1,"replicas":[5001]}]' >ra.json
            fluvio-admin -q topic create -f ra.json $1 && fluvio-admin topic list $1 | tail -1 | awk '{print $2, $3}'
            fluvio-admin topic create -f ra.json -p 2 x; echo $?
            fluvio-admin topic create --config ra.json x; echo $?
            fluvio-admin topic create --home-to-remote x; echo $?
            fluvio-admin topic create; echo $?
            """, topic)
        #expect(ran.lines == ["assigned 2", "2", "2", "2", "2"])
    }
}
