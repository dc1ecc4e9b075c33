import TestSupport
import Testing

/// In what form consume writes records.
@Suite("consume: forms", .onOwnThreads, .timeLimit(.minutes(60)))
struct FormTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// Sends envelopes, and gives what consume writes.
    func consume(_ options: String, _ envelopes: String...) throws -> [String] {
        try shell.directory.write("in", envelopes.joined(separator: "\n"))
        let ran = try shell.run(
            "fluvio-cat produce -q --create -J $1 <in && fluvio-cat consume -e \(options) $1", topic)
        #expect(ran.status == 0 && ran.errors == "")
        return ran.lines
    }

    static let samples = [
        #"{"timestamp":1600000000123,"key":"k","value":"text é 🐟\n\"\u0000\u007f"}"#,
        #"{"timestamp":null,"key":null,"value":"AP+A","value_enc":"base64"}"#,
        #"{"timestamp":0,"key":"","value":""}"#,
        #"{"timestamp":5,"key":"/w==","key_enc":"base64","value":"{\"a\":1.0,\"a\":[]}"}"#,
        #"{"timestamp":5,"key":"1","value":" 1"}"#,
    ]

    func samples(_ options: String) throws -> [String] {
        let s = Self.samples
        return try consume(options, s[0], s[1], s[2], s[3], s[4])
    }

    private func prefix(_ offset: Int) -> String { #"{"topic":"\#(topic)","partition":0,"offset":\#(offset),"# }

    @Test func `a record is one line of JSON with its members in their order`() throws {
        #expect(
            try samples("") == [
                prefix(0) + #""timestamp":1600000000123,"key":"k","value":"text é 🐟\n\"\u0000\u007f"}"#,
                prefix(1) + #""timestamp":null,"key":null,"value":"AP+A","value_enc":"base64"}"#,
                prefix(2) + #""timestamp":0,"key":"","value":""}"#,
                prefix(3) + #""timestamp":5,"key":"/w==","key_enc":"base64","value":"{\"a\":1.0,\"a\":[]}"}"#,
                prefix(4) + #""timestamp":5,"key":"1","value":" 1"}"#,
            ])
    }

    @Test(arguments: ["--value json", "-j"])
    func `JSON values are written as they are, others as text`(option: String) throws {
        #expect(
            try samples("\(option) --fields value") == [
                #"{"value":"text é 🐟\n\"\u0000\u007f"}"#, #"{"value":"AP+A","value_enc":"base64"}"#, #"{"value":""}"#,
                #"{"value":{"a":1.0,"a":[]},"value_enc":"json"}"#, #"{"value":" 1"}"#,
            ])
    }

    @Test func `--value-unpack writes the numbers in values, and says which are of another form`() throws {
        let ran = try shell.run(
            #"""
            fluvio-admin -q topic create $1
            one() { printf "$@" >f; fluvio-cat produce --raw $t f; }; t=$1
            one '\001\377\376\000\000\001\000\200\000\000\000\000\000\000\000A\303\251"'
            one '\001\377'
            fluvio-cat consume -e --value-unpack 'B h <I >q c s' $1 | jq -c '.value, .value_enc'; echo ${PIPESTATUS[0]}
            fluvio-cat consume -e -f '%o %s\n' --value-unpack 'bb' $1
            fluvio-cat consume -e --value-unpack 'bB$' --fields value $1
            """#, topic)
        #expect(
            ran.lines == [
                #"[1,-2,65536,-9223372036854776000,"A","é\""]"#, "null", #""Af8=""#, #""base64""#, "1",
                "0 [1,-1]", "1 [1,-1]",
                #"{"value":"Af/+AAABAIAAAAAAAAAAQcOpIg==","value_enc":"base64"}"#, #"{"value":[1,255]}"#,
            ], "\(ran)")
        #expect(
            ran.errors.contains(
                "1 value is not of the form B h <I >q c s, the first of them the 2 bytes at topic \(topic), partition 0, offset 1"
            ), "\(ran.errors)")
    }

    @Test(arguments: ["", "x", "bsb", "$b", "b --raw", "b -j", "b -K ,"])
    func `what cannot be unpacked is refused`(pack: String) throws {
        #expect(
            try shell.run("fluvio-cat consume -e --value-unpack \(pack.isEmpty ? "''" : pack) $1", topic).status == 2)
    }

    @Test func `--time-iso adds the time as text, and the lines can be read back`() throws {
        let lines = try samples("--time-iso")
        #expect(
            lines[0].hasPrefix(prefix(0) + #""timestamp":1600000000123,"time":"2020-09-13T12:26:40.123Z","key":"k","#))
        #expect(lines[1].hasPrefix(prefix(1) + #""timestamp":null,"time":null,"key":null,"#))
        let ran = try shell.run(
            "fluvio-cat consume -e --time-iso $1 | fluvio-cat produce --create $1-copy; fluvio-cat consume -e $1-copy | wc -l",
            topic)
        #expect(ran.lines == ["5"] && ran.errors.contains("the input is fluvio-cat records"), "\(ran)")
    }

    @Test func `--value base64 writes every value so`() throws {
        #expect(
            try samples("--value base64 --fields value")
                == [
                    "dGV4dCDDqSDwn5CfCiIAfw==", "AP+A", "", "eyJhIjoxLjAsImEiOltdfQ==", "IDE=",
                ].map { #"{"value":"\#($0)","value_enc":"base64"}"# })
    }

    @Test func `--ascii escapes all the rest`() throws {
        #expect(
            try samples("--ascii --fields value")[0] == #"{"value":"text \u00e9 \ud83d\udc1f\n\"\u0000\u007f"}"#)
    }

    @Test(arguments: [
        ("key", #"{"key":"k"}"#), ("offset,partition", #"{"partition":0,"offset":0}"#),
        ("time", #"{"time":"2020-09-13T12:26:40.123Z"}"#), ("timestamp", #"{"timestamp":1600000000123}"#),
    ])
    func `--fields writes these members only, in the usual order`(fields: String, line: String) throws {
        #expect(try samples("--fields \(fields)").first == line)
    }

    @Test func `an unknown field is refused`() throws {
        let ran = try shell.run("fluvio-cat consume --fields key,nothing $1", topic)
        #expect(ran.status == 2)
        #expect(ran.errors.contains("'nothing'"))
    }

    @Test(arguments: [
        ("--raw", "\n"), ("--raw -0", "\0"), ("--raw -d ''", ""), (#"--raw -d '\r\n'"#, "\r\n"), ("--raw -D -", "-"),
    ])
    func `--raw writes the bytes of values, each with the delimiter behind it`(
        options: String, delimiter: String
    ) throws {
        try shell.directory.write(
            "in", #"{"value":"AP+A","value_enc":"base64"}"# + "\n" + #"{"value":""}"# + "\n" + #"{"value":"a\nb"}"#)
        let ran = try shell.run(
            "fluvio-cat produce -q --create -J $1 <in && fluvio-cat consume -e \(options) $1", topic)
        let values: [[UInt8]] = [[0, 0xff, 0x80], [], Array("a\nb".utf8)]
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.output == values.flatMap { $0 + delimiter.utf8 })
    }

    @Test func `a damaged batch stops, or is skipped, and is named either way`() throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster)
        let ran = try shell.run(
            """
            for value in one two three; do echo $value | fluvio-cat produce -q --create damaged; done
            log=$(find "$1" -path '*damaged*' -name '*.log')
            # The value of the second record.
            at=$(grep -abo two "$log" | cut -d: -f1)
            printf X | dd of="$log" bs=1 seek=$at conv=notrunc 2>/dev/null
            fluvio-cat consume -e --raw damaged; echo $?
            fluvio-cat consume -e --raw --on-corrupt skip damaged; echo $?
            """, cluster.data)
        #expect(ran.lines == ["one", "1", "one", "three", "1"])
        let errors = ran.errors.split(separator: "\n")
        #expect(errors.first?.hasPrefix("fluvio-cat: topic damaged, partition 0, offset 1: ") == true, "\(ran.errors)")
        #expect(errors.count == 3)
        #expect(errors.dropFirst().first?.hasPrefix("fluvio-cat: topic damaged, partition 0, offset 1: ") == true)
        #expect(errors.last == "fluvio-cat: 1 damaged batch was left out")
    }
}
