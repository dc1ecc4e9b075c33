import TestSupport
import Testing

/// What shells get from the tools, and the names of the cluster with it.
@Suite("fluvio-admin completions", .onOwnThreads, .timeLimit(.minutes(60)))
struct AdminCompletionTests {
    @Test(arguments: ["fluvio-admin", "fluvio-cat"], ["bash", "zsh", "fish"])
    func `the command writes what --generate writes`(tool: String, shell: String) throws {
        let ran = try Shell(nil).run(
            "$1 completions $2 | cmp - <($1 --generate $2); echo ${PIPESTATUS[*]} $?", tool, shell)
        #expect(ran.lines == ["0 0 0"], "\(ran.errors)")
    }

    @Test func `bash completes names of objects of the kind that the command is about`() throws {
        let cluster = try TestCluster()
        let ran = try Shell(cluster).run(
            """
            fluvio-admin -q spg create group; fluvio-admin -q remote register edge
            fluvio-admin -q topic create t; echo x | fluvio-cat produce -q t; fluvio-admin -q offset set reader t --to 1
            . <(fluvio-admin completions bash)
            complete_line() {
                COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
                _fluvio_admin; echo "${COMPREPLY[*]}"
            }
            complete_line fluvio-admin spg delete g; complete_line fluvio-admin spu list custom
            complete_line fluvio-admin cluster spg delete g; complete_line fluvio-admin remote unregister ''
            complete_line fluvio-admin consumer delete ''; complete_line fluvio-admin offset lag r
            complete_line fluvio-admin topic delete t; complete_line fluvio-admin profile switch l
            complete_line fluvio-admin completions z
            """)
        #expect(
            ran.lines == ["group", "custom-spu-5001", "group", "edge", "reader", "reader", "t", "local", "zsh"],
            "\(ran.text) \(ran.errors)")
    }
}
