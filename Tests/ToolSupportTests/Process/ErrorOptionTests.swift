import FluvioClient
import TestSupport
import Testing

@testable import ToolSupport

@Suite("Advices that name options") struct ErrorOptionTests {
    @Test(
        arguments: [
            ("smaller batches may fit (ProducerSettings.batchSize)", nil, "smaller batches may fit (--batch-size)"),
            (
                "a.skips, ChunkReader.skipsCorrupt leaves it out", ["--on-corrupt"],
                "a.skips, --on-corrupt skip leaves it out"
            ),
            (
                "ChunkReader.skipsCorrupt leaves it out, ConsumerSettings.maximumDecompressed sets the limit",
                ["--on-corrupt", "-q"], "--on-corrupt skip leaves it out"
            ),
            ("smaller batches may fit (ProducerSettings.batchSize)", [], nil),
            (
                "TLSSettings, or tls_policy in the profile, asks for it", ["--tls"],
                "--tls, or tls_policy in the profile, asks for it"
            ),
            (
                "give one: TLSSettings.certificate and key, or cert and key in the profile", nil,
                "give one: --client-cert and --client-key, or cert and key in the profile"
            ),
            ("try again, later", [], "try again, later"), (nil, nil, nil),
        ] as [(String?, Set<String>?, String?)])
    func `what the library calls a setting is an option, where the command has it`(
        advice: String?, options: Set<String>?, expected: String?
    ) {
        let error = FluvioError(.system, "message", at: .init(topic: "t"), advice: advice).naming(options)
        #expect(error.advice == expected)
        #expect(error.message == "message" && error.code == .system && error.place.topic == "t")
    }
}
