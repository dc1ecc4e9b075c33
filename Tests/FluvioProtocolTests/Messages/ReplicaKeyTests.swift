import FluvioProtocol
import Testing

@Suite struct ReplicaKeyTests {
    @Test(
        arguments: [
            ("hello-0", ReplicaKey(topic: "hello", partition: 0)),
            ("a-b-12", ReplicaKey(topic: "a-b", partition: 12)),
            ("t-4294967295", ReplicaKey(topic: "t", partition: .max)),
            ("t-4294967296", nil), ("hello", nil), ("hello-", nil), ("hello-+1", nil), ("hello-x", nil), ("", nil),
        ] as [(String, ReplicaKey?)])
    func theNumberStandsBehindTheLastDash(name: String, key: ReplicaKey?) {
        #expect(ReplicaKey(name: name) == key)
        if let key { #expect(key.description == name) }
    }
}
