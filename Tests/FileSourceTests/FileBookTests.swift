import Testing
import Unix

@testable import FileSource

@Suite("Files that rotate") struct RotationTests {
    @Test(arguments: [
        ("app.log", "app.log"), ("app.log.1", "app.log"), ("app.log.2.gz", "app.log"), ("app.log-20261125", "app.log"),
        ("app.log-20261125.zst", "app.log"), ("app-2026-11-25.log", "app.log"), ("app.log.old", "app.log"),
        ("app.log.2026-11-25T12:00", "app.log"), ("app_20261125.log.xz", "app.log"), ("log2", "log2"),
        ("2.log", "2.log"),
        ("app.log.gz", "app.log"), ("a.1", "a"), (".1", ".1"), ("app.logs", "app.logs"), ("x-1", "x"),
    ])
    func `a name says of what it is`(name: String, base: String) { #expect(RotationName.base(of: name) == base) }

    @Test(arguments: [
        ("/host-01.log", "/host-01.log"), ("/10.0.0.1.log", "/10.0.0.1.log"), ("/app-1.log", "/app.log"),
        ("/worker-123456.log", "/worker-123456.log"), ("/app.log.1", "/app.log"), ("/x-20261125.log", "/x.log"),
        ("/x-2026-11-25.log", "/x.log"), ("/x-1764115200.gz", "/x"), ("/x-2026.log", "/x-2026.log"), ("/n-1", "/n-1"),
    ])
    func `a number is that of a rotation where it ends the name, is a date, or there is a file without it`(
        path: String, family: String
    ) { #expect(RotationName.family(ofPath: path) { $0 == "/app.log" } == family) }

    private func facts(_ inode: UInt64, born: Int64? = 1, size: Int = 10, modified: Int64 = 1) -> Unix.FileFacts {
        Unix.FileFacts(device: 1, inode: inode, born: born, size: size, modified: modified)
    }

    private func found(_ files: (String, Unix.FileFacts)...) -> [Walk.Found] {
        files.map { Walk.Found(path: $0.0, facts: $0.1) }
    }

    private func book() -> FileBook {
        var book = FileBook()
        book.add(FileID(number: 1), "/a", facts(1), isNamed: true)
        return book
    }

    private let one = FileID(number: 1)

    @Test func `nothing has happened`() {
        var book = book()
        #expect(book.looked(at: found(("/a", facts(1)))) == [])
    }

    @Test func `it has grown`() {
        var book = book()
        #expect(book.looked(at: found(("/a", facts(1, size: 20)))) == [.touched(one)])
        #expect(book.looked(at: found(("/a", facts(1, size: 20, modified: 2)))) == [.touched(one)])
    }

    @Test func `renamed, and another one made`() {
        var book = book()
        #expect(book.looked(at: found(("/a", facts(2)))) == [.replaced(one), .found(path: "/a", facts(2))])
        book.add(FileID(number: 2), "/a", facts(2), isNamed: true)
        #expect(book.looked(at: found(("/a", facts(2)))) == [])
    }

    @Test func `renamed to a name that is meant too`() {
        var book = book()
        #expect(
            book.looked(at: found(("/a", facts(2)), ("/a.1", facts(1))))
                == [.replaced(one), .found(path: "/a", facts(2)), .renamed(one, from: "/a", to: "/a.1")])
        #expect(book.file(named: "/a.1") == one)
    }

    @Test func `two that swap names`() {
        var book = book()
        let two = FileID(number: 2)
        book.add(two, "/b", facts(2), isNamed: true)
        let changes = book.looked(at: found(("/a", facts(2)), ("/b", facts(1))))
        #expect(
            changes == [
                .replaced(one), .replaced(two), .renamed(two, from: "/b", to: "/a"),
                .renamed(one, from: "/a", to: "/b"),
            ])
    }

    @Test func `deleted, and made again with the same number`() {
        var book = book()
        #expect(
            book.looked(at: found(("/a", facts(1, born: 2)))) == [
                .replaced(one), .found(path: "/a", facts(1, born: 2)),
            ])
        book = self.book()
        #expect(book.looked(at: []) == [.vanished(one)])
        #expect(book.looked(at: []) == [])
        #expect(book.looked(at: found(("/a", facts(1)))) == [])
        #expect(book.file(named: "/a") == one)
    }

    @Test func `the same file by two names is one`() {
        var book = book()
        #expect(book.looked(at: found(("/a", facts(1)), ("/b", facts(1)))) == [])
        #expect(book.looked(at: found(("/b", facts(1)))) == [.vanished(one), .renamed(one, from: "/a", to: "/b")])
    }

    @Test func `without a time of birth the number decides`() {
        var book = FileBook()
        book.add(one, "/a", facts(1, born: nil), isNamed: true)
        #expect(book.looked(at: found(("/a", facts(1, born: nil, size: 3)))) == [.touched(one)])
    }
}
