import FluvioProtocol
import Testing

@testable import FluvioLocal

@Suite("Names of SmartModules")
struct SmartModuleNameTests {
    @Test(
        "[GROUP/]NAME[@VERSION]",
        arguments: [
            ("a", nil, "a", nil), ("g/a", "g", "a", nil), ("a@1.2.3", nil, "a", "1.2.3"),
            ("g/a@0.1.0-rc.1+x", "g", "a", "0.1.0-rc.1+x"),
        ] as [(String, String?, String, String?)])
    func parts(text: String, group: String?, name: String, version: String?) {
        let parsed = SmartModuleName(text)
        #expect(parsed?.group == group && parsed?.name == name && parsed?.version == version)
    }

    @Test("Others are none", arguments: ["", "/a", "g/", "a@", "a@1", "a@1.2", "a@1.2.x", "a@01.2.3", "a@1.2.3-"])
    func none(text: String) { #expect(SmartModuleName(text) == nil) }

    private func module(_ name: String, _ package: SmartModulePackage?) -> Metadata<SmartModuleSpec> {
        Metadata(name: name, spec: SmartModuleSpec(metadata: package.map { SmartModuleMetadata(package: $0) }))
    }

    @Test("A package is matched by what is named of it, a bare module by its name")
    func matching() throws {
        let package = SmartModulePackage(name: "a", group: "g", version: "1.0.0", apiVersion: "1.0.0")
        let packed = module("a-g-1.0.0", package)
        for text in ["a", "g/a", "a@1.0.0", "g/a@1.0.0"] { #expect(SmartModuleName(text)?.matches(packed) == true) }
        for text in ["b", "h/a", "a@1.0.1", "a-g-1.0.0"] { #expect(SmartModuleName(text)?.matches(packed) == false) }
        #expect(SmartModuleName("g/a@1.0.0")?.matches(module("a", nil)) == true)
        #expect(SmartModuleName.storeName("x", packed.spec) == "a-g-1.0.0")
        #expect(SmartModuleName.storeName("x", module("x", nil).spec) == "x")
        #expect(SmartModuleName.storeName("x", module("x", SmartModulePackage()).spec) == nil)
    }
}
