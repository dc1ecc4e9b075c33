import Testing

@testable import FluvioClient

@Suite struct PlatformVersionTests {
    @Test(arguments: ["0.9.0", "0.9.1", "0.18.2-dev-1", "1.0.0", "0.10.0", "0.9.1-alpha", "0.9.0+build-1"])
    func `Clusters that can be talked to`(text: String) {
        #expect(PlatformVersion(text)?.isSupported == true)
    }

    @Test(arguments: ["0.9.0-alpha.1", "0.8.9", "0.0.0"])
    func `Clusters that are too old`(text: String) {
        #expect(PlatformVersion(text)?.isSupported == false)
    }

    @Test(arguments: ["", "1", "1.2", "1.2.x", "a.b.c", "1.2.3.4", "1..3", "+1.2.3", "99999999999999999999.0.0"])
    func `Texts that are no version`(text: String) {
        #expect(PlatformVersion(text) == nil)
    }
}
