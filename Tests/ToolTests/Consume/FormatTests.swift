import TestSupport
import Testing

/// Output in kcat's format, with keys, in frames.
@Suite("consume: formats", .onOwnThreads, .timeLimit(.minutes(60)))
struct FormatTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    private func fill() throws {
        let lines = #"""
            {"key":"k","value":"é\n","timestamp":1769860800123}
            {"key":null,"value":"/wA=","value_enc":"base64","timestamp":null}
            {"key":"","value":"","timestamp":0}

            """#
        try shell.directory.write("in", lines)
        #expect(try shell.run("fluvio-cat produce -q --create -J $1 <in", topic).status == 0)
    }

    /// Formats, and what they make of the three records.
    static let formats: [(String, String)] = [
        (#"%t/%p/%o;"#, "T/0/0;T/0/1;T/0/2;"), (#"%T\n"#, "1769860800123\n-1\n0\n"),
        (#"%k=%K,%S\t"#, "k=1,3\t=-1,2\t=0,0\t"), (#"%{s:base64} "#, "w6kK /wA=  "),
        (#"%{s:hex}|"#, "c3a90a|ff00||"),
        (#"%{s:json}%{k:json}"#, #""é\n""k""/wA=""""""#), (#"%{k?-} "#, "k -  "), (#"%{k:hex?none} "#, "6b none  "),
        (#"%{T:iso} "#, "2026-01-31T12:00:00.123Z  1970-01-01T00:00:00.000Z "),
        (
            #"%{T:iso?never}\x0a"#,
            "2026-01-31T12:00:00.123Z\nnever\n1970-01-01T00:00:00.000Z\n"
        ), (#"100%%\101%h"#, "100%A100%A100%A"),
        (#"\\n"#, #"\n\n\n"#), ("", ""),
    ]

    @Test(arguments: formats)
    func `every token of a format is written as kcat does, or as the manual says`(format: String, text: String) throws {
        try fill()
        let ran = try shell.run("fluvio-cat consume -e -f \"$2\" $1", topic, format)
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.text == text.replacing("T/", with: "\(topic)/"))
    }

    @Test func `sizes in bytes are those of kcat, and values are exact`() throws {
        try fill()
        let ran = try shell.run("fluvio-cat consume -e -f '%R%s' $1", topic)
        #expect(ran.output == [0, 0, 0, 3] + Array("é\n".utf8) + [0, 0, 0, 2, 0xff, 0] + [0, 0, 0, 0])
    }

    @Test(arguments: ["%", "%x", "%{k", "%{k:rot13}", "%{p:hex}", #"\q"#, #"\x1"#, "%{}"])
    func `what is no format is refused`(format: String) throws {
        let ran = try shell.run("fluvio-cat consume -e -f \"$2\" $1", topic, format)
        #expect(ran.status == 2, "\(ran)")
    }

    @Test func `-K writes keys in front, and produce -K reads them back`() throws {
        let ran = try shell.run(
            """
            printf 'a:1\\nb::2\\n:3\\n' >in; fluvio-cat produce -q --create -K : $1 <in
            fluvio-cat consume -e -K : $1 | cmp - in; fluvio-cat consume -e -K '\\t' -0 $1 | tr '\\0\\t' '\\n='
            """, topic)
        #expect(ran.lines == ["a=1", "b=:2", "=3"])
    }

    @Test func `--raw0 ends values with NUL`() throws {
        let ran = try shell.run(
            "printf 'a\\nb\\n' | fluvio-cat produce -q --create $1; fluvio-cat consume -e --raw0 $1", topic)
        #expect(ran.output == Array("a\0b\0".utf8))
    }

    @Test func `-J is what is written anyway, and --seq frames it`() throws {
        let ran = try shell.run(
            """
            echo a | fluvio-cat produce -q --create $1; fluvio-cat consume -e $1 >1; fluvio-cat consume -e -J $1 | cmp - 1
            fluvio-cat consume -e --seq $1 | tr -d '\\036' | cmp - 1; fluvio-cat consume -e --seq $1 | head -c 1 | od -An -tx1
            fluvio-cat consume -e -u $1 | cmp - 1
            """, topic)
        #expect(ran.lines == [" 1e"])
    }

    @Test(arguments: ["-f x --raw", "-f x -J", "-f x -K ,", "-K , --raw", "-J --raw", "-f x -j"])
    func `forms of output exclude each other`(options: String) throws {
        #expect(try shell.run("fluvio-cat consume -e \(options) $1", topic).status == 2)
    }
}
