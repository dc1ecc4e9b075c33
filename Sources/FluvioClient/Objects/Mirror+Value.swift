import FluvioProtocol

extension Metadata where Spec == MirrorSpec {
    /// The other cluster as a tree, without keys and certificates.
    public var value: ObjectValue {
        let spec: ObjectValue =
            switch spec {
            case .remote(let remote): .variant("remote", ["id": .string(remote.id)])
            case .home(let home):
                .variant(
                    "home",
                    [
                        "id": .string(home.id), "remoteId": .string(home.remoteID),
                        "publicEndpoint": .string(home.publicEndpoint),
                    ])
            }
        return value(
            spec: spec,
            status: [
                "pairingSc": Self.value(status.pairingSC), "pairingSpu": Self.value(status.pairingSPU),
                "lastSeen": .int(Int64(clamping: status.lastSeen)),
            ])
    }

    private static func value(_ pairing: MirrorPairing) -> ObjectValue {
        switch pairing {
        case .waiting: "waiting"
        case .successful: "successful"
        case .failed: "failed"
        case .failedBecause(let reason): .variant("failed", .string(reason))
        case .disabled: "disabled"
        case .unauthorized: "unauthorized"
        }
    }
}
