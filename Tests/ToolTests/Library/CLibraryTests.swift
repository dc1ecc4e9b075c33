import Foundation
import TestSupport
import Testing

/// Programs in other languages, made of the examples.
@Suite("The C library", .onOwnThreads, .timeLimit(.minutes(60)))
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
                "version 0.1.0",
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

    @Test(arguments: ["C++", "Python"])
    func `a program calls every function, by address and by profile`(language: String) throws {
        let ran = try shell.run(
            Self.prelude + """
                if [ $3 = Python ]; then
                    tour() { env -i "${@:2}" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 $examples/everything.py $1; }
                else
                    compile c++ everything.cpp -std=c++17 -lstdc++ || exit
                    tour() { env -i "${@:2}" ./program $1; }
                fi
                tour "$1 $2" LD_LIBRARY_PATH=. && tour "" LD_LIBRARY_PATH=. FLV_PROFILE_PATH=$FLV_PROFILE_PATH
                tour "localhost:1 $2" LD_LIBRARY_PATH=.; echo $?
                """, cluster.address, topic, language)
        let once = [language == "C++" ? "listed" : "listed 2", "read 4", "fetched two four", "version 0.1.0"]
        #expect(
            ran.lines.map { $0.trimmingCharacters(in: .whitespaces) } == once + once + ["1"], "\(ran.errors)")
        #expect(ran.errors.contains("everything: ") && ran.errors.contains("(3)"))
    }

    @Test(arguments: [["records.c"], ["everything.cpp"], ["everything.py", "records.py"]])
    func `no function is missing from what the programs call`(files: [String]) throws {
        let header = try String(
            contentsOfFile: Self.package + "/Sources/System/CFluvio/fluvio.h", encoding: .utf8)
        let functions = Set(header.matches(of: /\b(fluvio_[a-z_]+)\(/).map { String($0.output.1) })
        let text = try files.map { try String(contentsOfFile: Self.package + "/examples/\($0)", encoding: .utf8) }
            .joined()
        #expect(functions.count >= 16 && functions.filter { !text.contains($0) }.isEmpty)
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
