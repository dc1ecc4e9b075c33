import Foundation
import Glibc
import TestSupport
import Testing

/// What passes: each of these states is provoked on a real server, waited out, and no record is to blame.
@Suite("sink-pg: what passes", .onOwnThreads, .timeLimit(.minutes(60)))
struct ProvokedTests {
    let cluster: TestCluster
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        topic = cluster.topic()
    }

    private func shell(_ database: TestDatabase? = nil) throws -> Shell {
        try Shell(cluster, variables: try (database ?? TestDatabase.shared.get()).variables())
    }

    /// A sink that has written the record 1 into `t (id, v)`.
    private func start(_ shell: Shell, _ options: String = "", settings: [String] = []) throws -> ChildProcess {
        let name = try shell.query("SELECT current_database()")[0]
        for setting in settings { _ = try shell.query("ALTER DATABASE \(name) SET \(setting)") }
        _ = try shell.run("echo '{\"id\":1,\"v\":\"1\"}' | fluvio-cat produce -q --create $1", topic)
        let sink = try shell.start("exec fluvio-sink-pg -t t \(options) \(topic)")
        try shell.wait("SELECT count(*) FROM fluvio_sink.offsets WHERE next_offset = 1", for: ["1"])
        return sink
    }

    /// A session that holds something.
    private func session(_ shell: Shell, _ sql: String) throws -> ChildProcess {
        let session = try shell.start("exec psql -q", input: nil)
        try session.input?.write(contentsOf: Array("\(sql); \\echo done\n".utf8))
        try session.waitForOutput(containing: "done")
        return session
    }

    private static let waits = """
        SELECT count(*) > 0 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted \
        AND a.datname = current_database() AND a.application_name LIKE 'fluvio-sink%'
        """

    private func produce(_ shell: Shell, _ records: String...) throws {
        try shell.directory.write("more", records.map { $0 + "\n" }.joined())
        let ran = try shell.run("fluvio-cat produce -q $1 <more", topic)
        try #require(ran.status == 0, "\(ran.errors)")
    }

    @Test(arguments: [("lock_timeout = '1s'", "55P03"), ("statement_timeout = '1s'", "57014")])
    func `a lock that is held for too long`(setting: String, state: String) throws {
        let shell = try shell()
        _ = try shell.query("CREATE TABLE t (id int, v text)")
        let sink = try start(shell, settings: [setting])
        defer { sink.kill() }
        let locker = try session(shell, "SET lock_timeout = 0; SET statement_timeout = 0; BEGIN; LOCK TABLE t")
        defer { locker.kill() }
        try produce(shell, #"{"id":2}"#)
        try sink.waitForErrors(containing: state)
        try locker.input?.close()
        try shell.wait("SELECT count(*), count(DISTINCT id) FROM t", for: ["2|2"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
    }

    @Test func `a row that another transaction has changed meanwhile`() throws {
        let shell = try shell()
        _ = try shell.query("CREATE TABLE t (id int PRIMARY KEY, v text)")
        let sink = try start(shell, "--mode upsert", settings: ["default_transaction_isolation = 'repeatable read'"])
        defer { sink.kill() }
        let other = try session(shell, "BEGIN; UPDATE t SET v = 'other'")
        defer { other.kill() }
        try produce(shell, #"{"id":1,"v":"2"}"#)
        try shell.wait(Self.waits, for: ["t"])
        try other.input?.write(contentsOf: Array("COMMIT;\n".utf8))
        try sink.waitForErrors(containing: "40001")
        try shell.wait("SELECT id, v FROM t", for: ["1|2"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
    }

    @Test func `a deadlock`() throws {
        let shell = try shell()
        _ = try shell.query("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (2, '0')")
        let sink = try start(shell, "--mode upsert", settings: ["deadlock_timeout = '10s'"])
        defer { sink.kill() }
        // The other waits for longer before it looks, so that the sink is the one that is ended.
        let other = try session(shell, "SET deadlock_timeout = '1h'; BEGIN; UPDATE t SET v = 'other' WHERE id = 2")
        defer { other.kill() }
        try produce(shell, #"{"id":1,"v":"3"}"#, #"{"id":2,"v":"4"}"#)
        try shell.wait(Self.waits, for: ["t"])
        try other.input?.write(contentsOf: Array("UPDATE t SET v = 'other' WHERE id = 1; COMMIT;\n".utf8))
        try sink.waitForErrors(containing: "40P01")
        try shell.wait("SELECT id, v FROM t ORDER BY id", for: ["1|3", "2|4"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
    }

    @Test func `a limit of the configuration`() throws {
        let shell = try shell()
        _ = try shell.query("CREATE TABLE t (id numeric PRIMARY KEY, v text)")
        let sink = try start(shell, "--mode upsert", settings: ["temp_file_limit = '64kB'", "work_mem = '64kB'"])
        defer { sink.kill() }
        _ = try shell.run(
            "seq 100000 -1 80001 | sed 's/.*/{\"id\":&,\"v\":\"some text\"}/' | fluvio-cat produce -q $1", topic)
        try sink.waitForErrors(containing: "53400")
        let name = try shell.query("SELECT current_database()")[0]
        _ = try shell.query("ALTER DATABASE \(name) RESET temp_file_limit")
        try shell.wait("SELECT count(*) FROM t", for: ["20001"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
    }

    @Test func `a server that is about to stop`() throws {
        let database = try TestDatabase()
        let shell = try shell(database)
        _ = try shell.query("CREATE TABLE t (id int, v text)")
        try start(shell).kill()
        let visitor = try session(shell, "SELECT 1")
        defer { visitor.kill() }
        database.closeDoors()
        try produce(shell, #"{"id":2}"#)
        let sink = try shell.start("exec fluvio-sink-pg -t t \(topic)")
        defer { sink.kill() }
        // The library hands out the words of a refused connection, and not its state, which is 57P03.
        try sink.waitForErrors(containing: "the database system is shutting down")
        visitor.kill()
        try database.stop("fast")
        try database.start()
        try shell.wait("SELECT count(*), count(DISTINCT id) FROM t", for: ["2|2"])
    }

    @Test(.enabled(if: getuid() == 0, "only root can mount")) func `a full disk`() throws {
        let database = try TestDatabase()
        let shell = try shell(database)
        let disk = shell.directory.path("disk")
        let mounted = try shell.run(
            "chmod 755 . && mkdir disk && mount -t tmpfs -o size=4m none disk && chown postgres disk")
        if mounted.status != 0 { return print("no file system can be mounted here: nothing was tested") }
        defer {
            try? database.stop("fast")
            _ = try? shell.run("umount -l disk")
        }
        _ = try shell.query("CREATE TABLESPACE small LOCATION '\(disk)'")
        _ = try shell.query("CREATE TABLE t (id int, v text) TABLESPACE small")
        let sink = try start(shell)
        defer { sink.kill() }
        let fill = "seq 2 100000 | sed 's/.*/{\"id\":&,\"v\":\"some text that takes room, & times\"}/'"
        _ = try shell.run("\(fill) | fluvio-cat produce -q $1", topic)
        try sink.waitForErrors(containing: "53100")
        _ = try shell.run("mount -o remount,size=100m disk")
        try shell.wait("SELECT count(*), count(DISTINCT id) FROM t", for: ["100000|100000"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
    }

    @Test func `no memory`() throws {
        let shell = try shell()
        _ = try shell.query("CREATE TABLE t (id int, v text)")
        let sink = try start(shell)
        defer { sink.kill() }
        let backend = try shell.query(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'fluvio-sink%' AND datname = current_database()"
        )
        try #require(backend.count == 1)
        // It may have what it has, and no more.
        let user = getuid() == 0 ? "setpriv --reuid postgres --regid postgres --clear-groups" : ""
        let limited = try shell.run(
            "\(user) prlimit --pid $1 --as=$(awk '/^VmSize/ { print $2 * 1024 }' /proc/$1/status):", backend[0])
        try #require(limited.status == 0, "\(limited.errors)")
        try produce(shell, "{\"id\":2,\"v\":\"\(String(repeating: "long ", count: 150_000))\"}")
        try sink.waitForErrors(containing: "53200")
        _ = try shell.run("\(user) prlimit --pid $1 --as=unlimited:", backend[0])
        try shell.wait("SELECT id, length(v) FROM t ORDER BY id", for: ["1|1", "2|750000"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
    }

    /// Lets writes into tables fail while a file is there.
    private static let faults = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/uio.h>
        #include <unistd.h>
        static int fails(int fd) {
            char link[32], path[512];
            if (access(FLAG, F_OK)) return 0;
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            ssize_t length = readlink(link, path, sizeof path - 1);
            if (length < 0) return 0;
            path[length] = 0;
            return strstr(path, "/base/") != NULL;
        }
        #define WRAP(name, ...) do { \\
            if (fails(fd)) { errno = EIO; return -1; } \\
            return ((ssize_t (*)(int, ...))dlsym(RTLD_NEXT, name))(fd, __VA_ARGS__); } while (0)
        ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { WRAP("pwrite", data, size, at); }
        ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) { WRAP("pwrite64", data, size, at); }
        ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) { WRAP("pwritev", parts, n, at); }
        ssize_t pwritev64(int fd, const struct iovec *parts, int n, off_t at) { WRAP("pwritev64", parts, n, at); }
        """

    @Test func `a disk that fails`() throws {
        let workshop = try Shell(nil)
        try workshop.directory.write("faults.c", Self.faults)
        let built = try workshop.run(
            "chmod 755 . && cc -shared -fPIC -O1 -DFLAG=\"\\\"$PWD/fails\\\"\" -o faults.so faults.c -ldl && chmod 755 faults.so"
        )
        try #require(built.status == 0, "\(built.errors)")
        let database = try TestDatabase(library: workshop.directory.path("faults.so"))
        let shell = try shell(database)
        _ = try shell.query("CREATE TABLE t (id int, v text)")
        let sink = try start(shell)
        defer { sink.kill() }
        try workshop.directory.write("fails", "")
        let fill = "seq 2 2000 | sed 's/.*/{\"id\":&,\"v\":\"some text that takes room, & times\"}/'"
        _ = try shell.run("\(fill) | fluvio-cat produce -q $1", topic)
        try sink.waitForErrors(containing: "58030")
        _ = try workshop.run("rm fails")
        try shell.wait("SELECT count(*), count(DISTINCT id) FROM t", for: ["2000|2000"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
    }
}
