import Foundation
import Glibc
import TestSupport
import Testing

/// A cluster that cannot start says in one line why, and what to do. (A port and a directory in use: see
/// ``ClusterCommandTests``.)
@Suite("a cluster that cannot start", .onOwnThreads, .timeLimit(.minutes(60)))
struct StartFaultTests {
    let shell: Shell

    init() throws { shell = try Shell(nil) }

    private static let advice = "; take a directory that you can write to with --data-dir\n"

    @Test(
        .enabled(if: getuid() == 0, "only root can be somebody else"), arguments: ["start", "run"])
    func `a directory that is not one's own`(command: String) throws {
        // The programs and the directory must be reachable for everybody; what is built here may not be.
        let ran = try shell.run(
            """
            mkdir bin theirs; chmod 755 . bin theirs; cp "$(command -v fluvio-admin)" bin/
            try() {
                setpriv --reuid=nobody --regid=nogroup --clear-groups \\
                    env HOME=/nonexistent FLV_PROFILE_PATH=/dev/shm/none \\
                    bin/fluvio-admin cluster $1 --port 0 --spu-port 0 --data-dir "$2"
                echo $?
            }
            try $1 $PWD/theirs/data
            try $1 $PWD/theirs
            ls theirs
            """, command)
        #expect(ran.lines == ["1", "1"], "\(ran.errors)")
        let path = shell.directory.path("theirs")
        let lines = ran.errors.split(separator: "\n").map(String.init)
        #expect(lines.count == 2)
        #expect(lines.first == "fluvio-admin: \(path)/data: Permission denied\(Self.advice.dropLast())")
        #expect(lines.last?.hasPrefix("fluvio-admin: \(path)/") == true)
        #expect(lines.last?.hasSuffix(": Permission denied\(Self.advice.dropLast())") == true, "\(ran.errors)")
    }

    @Test(.enabled(if: getuid() == 0, "only root can mount"), arguments: ["start", "run"])
    func `a file system that is mounted read-only`(command: String) throws {
        let ran = try shell.run(
            """
            mkdir disk; mount -t tmpfs -o size=1m none disk || exit 97
            trap 'umount disk' EXIT
            mkdir disk/data; mount -o remount,ro disk || exit 97
            for data in disk/data disk/other; do
                fluvio-admin cluster $1 --port 0 --spu-port 0 --data-dir $data; echo $?
            done
            """, command)
        if ran.status == 97 { return print("no file system can be mounted here: nothing was tested") }
        #expect(ran.lines == ["1", "1"])
        let lines = ran.errors.split(separator: "\n").map(String.init)
        #expect(lines.count == 2)
        for line in lines {
            #expect(line.hasPrefix("fluvio-admin: \(shell.directory.path("disk"))/"), "\(line)")
            #expect(line.hasSuffix(": Read-only file system\(Self.advice.dropLast())"), "\(line)")
        }
    }

    @Test func `a file in the place of the directory, and a directory in the place of a file`() throws {
        let ran = try shell.run(
            """
            touch file; fluvio-admin cluster start --port 0 --spu-port 0 --data-dir file; echo $?
            mkdir -p data/cluster.lock; fluvio-admin cluster start --port 0 --spu-port 0 --data-dir data; echo $?
            """)
        #expect(ran.lines == ["1", "1"])
        #expect(ran.errors.split(separator: "\n").count == 2)
        let isTold = ran.errors.contains("Not a directory") && ran.errors.contains("cluster.lock: Is a directory")
        #expect(isTold, "\(ran.errors)")
    }
}
