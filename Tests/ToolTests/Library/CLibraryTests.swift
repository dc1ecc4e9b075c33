import Foundation
import TestSupport
import Testing

/// Programs in other languages, made of the examples.
@Suite("The C library", .onOwnThreads, .timeLimit(.minutes(20)))
struct CLibraryTests {
    let shell: Shell
    let cluster: TestCluster
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    private static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").path
    private static let library = "\(ChildProcess.products)/libfluvioclient.so"
    /// Compiles an example to `program`. The library is found by its soname, as an installed one is.
    private static let prelude = """
        examples=\(package)/examples
        ln -s \(library) libfluvioclient.so.0
        compile() {
            clang -x "$1" -Wall -Wextra -Werror -I \(package)/Sources/System/CFluvio "$examples/$2" "${@:3}" \
                -L . -l:libfluvioclient.so.0 -o program
        }

        """

    @Test func `a program in C sends, reads, fetches, lists and deletes, in an empty environment`() throws {
        let ran = try shell.run(
            Self.prelude + """
                compile c records.c -std=c11 && env -i LD_LIBRARY_PATH=. ./program $1 $2
                """, cluster.address, topic)
        #expect(
            ran.lines == [
                "0 without a key: one", "1 with a key: two", "2 with a key: ", "fetched 1: two", "listed",
            ], "\(ran.errors)")
        #expect(ran.status == 0)
    }

    @Test func `a program in C++ counts what a topic holds`() throws {
        let ran = try shell.run(
            Self.prelude + """
                fluvio-admin -q topic create $2 && printf 'a,1\\nb,2\\na,3\\n' | fluvio-cat produce -q -K , $2
                compile c++ records.cpp -std=c++17 -lstdc++ && env -i LD_LIBRARY_PATH=. ./program $1 $2
                env -i LD_LIBRARY_PATH=. ./program $1 nothing-$2; echo $?
                env -i LD_LIBRARY_PATH=. ./program localhost:1 $2; echo $?
                """, cluster.address, topic)
        #expect(ran.lines == ["a 2", "b 1", "1", "1"], "\(ran.errors)")
        #expect(ran.errors.contains("no topic 'nothing-\(topic)'") && ran.errors.contains("cannot connect to"))
    }

    @Test func `a program in Python sends what it reads, and reads what it sent`() throws {
        let ran = try shell.run(
            Self.prelude + """
                fluvio-admin -q topic create $2
                seq 3 | env -i /usr/bin/python3 $examples/records.py $1 $2 ./libfluvioclient.so.0
                """, cluster.address, topic)
        #expect(ran.lines == ["0 1", "1 2", "2 3"], "\(ran.errors)")
    }

    @Test func `the library exports its functions and nothing else, and has a name of its own`() throws {
        let ran = try shell.run(
            """
            readelf -d \(Self.library) | grep -o 'libfluvioclient[^]]*'
            readelf -W --dyn-syms \(Self.library) | awk '$5 != "LOCAL" && $7 != "UND" && $7 != "Ndx" {print $8}' |
                grep -v '^fluvio_\\|^$' | head -3
            ldd \(Self.library) | grep -ci swift
            grep -o '\\bfluvio_[a-z_]*(' \(Self.package)/Sources/System/CFluvio/fluvio.h | tr -d '(' | sort -u >declared
            readelf -W --dyn-syms \(Self.library) | awk '$7 != "UND" {print $8}' | grep '^fluvio_' | sort -u >exported
            cmp declared exported && echo same
            """)
        #expect(ran.lines == ["libfluvioclient.so.0", "0", "same"], "\(ran.text) \(ran.errors)")
    }
}
