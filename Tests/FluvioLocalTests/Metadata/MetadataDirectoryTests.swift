import Documents
import FluvioProtocol
import Testing

@testable import FluvioLocal

@Suite("The directory of metadata")
struct MetadataDirectoryTests {
    let directory: TemporaryDirectory
    let files: MetadataDirectory

    init() throws {
        directory = try TemporaryDirectory()
        files = MetadataDirectory(path: directory.path)
        try files.create()
    }

    private func load<Spec: WireSpec>(
        _: Spec.Type
    ) throws -> [MetadataFile<Spec>] where Spec: YAMLCodable, Spec.Status: YAMLCodable {
        try files.load(Spec.self) { file, error throws(LocalClusterError) in
            throw .metadata(file: file, error.description)
        }
    }

    @Test(
        "Names never lead out of the directory",
        arguments: [
            ("t-1", "t-1"), ("../x", "%2E.%2Fx"), (".hidden", "%2Ehidden"), ("a/b", "a%2Fb"), ("ü", "%C3%BC"),
            ("a.yaml", "a.yaml"), ("%", "%25"), ("\n", "%0A"),
        ])
    func names(name: String, file: String) { #expect(FileName.encode(name) == file) }

    @Test("Names that no file can have are none")
    func longNames() {
        #expect(FileName.encode("") == nil)
        #expect(FileName.encode(String(repeating: "a", count: 200)) != nil)
        #expect(FileName.encode(String(repeating: "a", count: 201)) == nil)
    }

    @Test("What is saved is loaded, what is removed is not")
    func roundTrip() throws {
        let file = MetadataFile(Metadata(name: "../evil", spec: SpuSpec(id: 1)))
        try files.save(file, durable: true)
        #expect(try directory.names(in: "metadata/SPU") == ["%2E.%2Fevil.yaml"])
        #expect(try load(SpuSpec.self) == [file])
        try files.remove(.spu, "../evil", durable: true)
        try files.remove(.spu, "../evil", durable: true)
        #expect(try load(SpuSpec.self).isEmpty)
    }

    @Test("Half-written files go, foreign ones stay")
    func leftovers() throws {
        try directory.write([1], to: "metadata/Topic/a.yaml.17.tmp")
        try directory.write([1], to: "metadata/Topic/README")
        #expect(try load(TopicSpec.self).isEmpty)
        #expect(try directory.names(in: "metadata/Topic") == ["README"])
    }

    @Test("A file under the name of another object is not understood")
    func renamed() throws {
        let file = MetadataFile(Metadata(name: "a", spec: TopicSpec()))
        try directory.write(file.bytes(), to: "metadata/Topic/b.yaml")
        #expect(
            throws: LocalClusterError.metadata(
                file: "\(directory.path)/metadata/Topic/b.yaml", "holds the object 'a'")
        ) { try load(TopicSpec.self) }
    }

    @Test("Objects that are only kept come back, whatever their names")
    func kept() throws {
        let kept = KeptObjects(path: directory.path)
        #expect(try kept.load(SmartModuleSpec.self).isEmpty)
        let spec = SmartModuleSpec(wasm: SmartModuleWasm(payload: [UInt8](repeating: 7, count: 100_000)))
        let objects = ["a", "x/../y"].map { Metadata(name: $0, spec: spec) }
        for object in objects { try kept.save(object) }
        #expect(try kept.load(SmartModuleSpec.self).sorted { $0.name < $1.name } == objects)
        try kept.remove(.smartModule, "a")
        try kept.remove(.smartModule, "a")
        #expect(try kept.load(SmartModuleSpec.self) == [objects[1]])
        #expect(try kept.load(MirrorSpec.self).isEmpty)
    }
}
