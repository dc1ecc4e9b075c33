import Glibc
import TestSupport
import Testing

/// A cluster whose disk is full.
@Suite("a full disk", .onOwnThreads, .timeLimit(.minutes(60)), .enabled(if: getuid() == 0, "only root can mount"))
struct FullDiskTests {
    @Test func `producers are told, consumers go on reading, and with room all goes on`() throws {
        let shell = try Shell(nil)
        let ran = try shell.run(
            """
            mkdir disk; mount -t tmpfs -o size=16m none disk || exit 97
            trap 'fluvio-admin -q cluster stop --data-dir disk/data; wait; umount disk' EXIT
            fluvio-admin cluster run --data-dir disk/data --port $1 --spu-port $2 2>log &
            until grep -q 'is the current one now' log; do sleep 0.05; done
            seq 1000 | fluvio-cat produce -q --create t
            dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null
            seq 1001 1000000 | fluvio-cat produce -q --retry-for 1s t; [ $? != 0 ] && echo told
            fluvio-cat consume -e --raw t | head -n 1000 | cmp - <(seq 1000) && echo read
            grep -c 'the disk is full' log
            rm disk/filler
            echo more | fluvio-cat produce -q t && fluvio-cat consume -e --raw t | tail -n 1
            fluvio-cat consume -e --raw t | grep -v more >all; cmp all <(seq $(wc -l <all)) && echo whole
            """, "\(try Ports.free())", "\(try Ports.free())")
        if ran.status == 97 { return print("no file system can be mounted here: nothing was tested") }
        #expect(ran.lines == ["told", "read", "1", "more", "whole"], "\(ran.errors)")
        #expect(ran.errors.contains("fluvio-cat: "))
    }
}
