import Foundation
import Glibc
import TestSupport
import Testing

/// Ways to the database, and what may happen on them.
@Suite("sink-pg: ways to the database", .onOwnThreads, .timeLimit(.minutes(60)))
struct ConnectionTests {
    let cluster: TestCluster
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        topic = cluster.topic()
    }

    /// Passes bytes on, and cuts every other COMMIT off: the answer of the first does not come back, the second does not
    /// arrive, and so on, five in all.
    private static let proxy = """
        import socket, sys, threading
        cuts = [0]
        def serve(client):
            server = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
            def back():
                try:
                    while data := server.recv(65536): client.sendall(data)
                except OSError: pass
                for s in (client, server):
                    try: s.shutdown(socket.SHUT_RDWR)
                    except OSError: pass
            threading.Thread(target=back, daemon=True).start()
            try:
                while data := client.recv(65536):
                    if b'COMMIT' in data and b'next_offset=v.new' in data and cuts[0] < 5:
                        cuts[0] += 1
                        client.shutdown(socket.SHUT_RDWR)
                        if cuts[0] % 2: server.sendall(data)
                        break
                    server.sendall(data)
            except OSError: pass
            server.shutdown(socket.SHUT_WR)
        listener = socket.create_server(('127.0.0.1', 0))
        print(listener.getsockname()[1], flush=True)
        while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """

    @Test(arguments: ["append", "upsert"])
    func `a COMMIT without an answer is looked up, and done once`(mode: String) throws {
        let database = try TestDatabase.shared.get()
        let shell = try Shell(cluster, variables: try database.variables())
        try shell.directory.write("proxy.py", Self.proxy)
        let proxy = try shell.start("exec python3 proxy.py \(database.port)")
        defer { proxy.kill() }
        try proxy.waitForOutput(containing: "\n")
        let port = proxy.outputSoFar.split(separator: "\n")[0]
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY)'; fluvio-admin -q topic create -p 3 $1
            seq 3000 | sed 's/.*/{"id":&}/' | fluvio-cat produce -q $1
            PGHOST=127.0.0.1 PGPORT=$2 fluvio-sink-pg -e -t t --mode $3 --batch-bytes 1K $1
            """, topic, String(port), mode)
        #expect(ran.status == 0 && ran.errors.contains("goes on, nothing is lost"), "\(ran.errors)")
        #expect(try shell.query("SELECT count(*), count(DISTINCT id) FROM t") == ["3000|3000"])
        #expect(
            try shell.query("SELECT sum(next_offset), sum(records), sum(dead) FROM fluvio_sink.offsets") == [
                "3000|3000|0"
            ])
    }

    @Test func `services, passwords and certificates are those of libpq`() throws {
        let certificates = try Shell(nil)
        let made = try certificates.run(
            """
            chmod 755 .
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key -out cert \
                -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
            printf 'local all all trust\\nhostssl all all all scram-sha-256\\n' >hba
            chmod 600 key; chmod 644 cert hba; [ $(id -u) != 0 ] || chown postgres key
            """)
        try #require(made.status == 0, "\(made.errors)")
        let file = { (name: String) in certificates.directory.path(name) }
        let database = try TestDatabase(settings: [
            "ssl = on", "ssl_cert_file = '\(file("cert"))'", "ssl_key_file = '\(file("key"))'",
            "hba_file = '\(file("hba"))'",
        ])
        let shell = try Shell(cluster, variables: try database.variables())
        _ = try shell.query("CREATE ROLE joe LOGIN SUPERUSER PASSWORD 'secret'")
        let ran = try shell.run(
            """
            echo '{"a":1}' | fluvio-cat produce -q --create $1
            printf '[there]\\nhost=localhost\\nport=%s\\nuser=joe\\ndbname=%s\\nsslmode=verify-full\\nsslrootcert=%s\\n' \
                $PGPORT $PGDATABASE "$2" >services
            echo "localhost:$PGPORT:*:joe:secret" >passwords; echo "*:*:*:*:wrong" >others; chmod 600 passwords others
            unset PGHOST PGPORT PGUSER PGDATABASE; export PGSERVICEFILE=$PWD/services
            PGPASSFILE=$PWD/passwords PGSERVICE=there fluvio-sink-pg -e -q --create -t t $1; echo $?
            PGPASSFILE=$PWD/passwords fluvio-sink-pg -e -q -g 2 -t t $1 service=there; echo $?
            PGPASSFILE=$PWD/others fluvio-sink-pg -e -g 3 -t t $1 service=there; echo $?
            PGPASSFILE=$PWD/passwords PGSSLMODE=disable fluvio-sink-pg -e -g 4 -t t $1 'service=there sslmode=disable'; echo $?
            fluvio-sink-pg -e -g 5 -t t $1 service=nowhere; echo $?
            """, topic, file("cert"))
        #expect(ran.lines == ["0", "0", "2", "2", "2"], "\(ran.errors)")
        let lines = ran.errors.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].contains("password authentication failed"), "\(lines)")
        #expect(lines.last?.contains("nowhere") == true)
        #expect(try shell.query("SELECT count(*) FROM t") == ["2"])
    }

    @Test func `a server that takes no writes is waited for`() throws {
        let shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        let name = try shell.query("SELECT current_database()")[0]
        _ = try shell.run(
            "echo '{\"a\":1}' | fluvio-cat produce -q --create $1; fluvio-sink-pg -e -q --create -t t $1", topic)
        _ = try shell.query("ALTER DATABASE \(name) SET default_transaction_read_only = on")
        _ = try shell.run("echo '{\"a\":2}' | fluvio-cat produce -q $1", topic)
        let sink = try shell.start("exec fluvio-sink-pg -t t \(topic)")
        defer { sink.kill() }
        try sink.waitForErrors(containing: "25006")
        _ = try shell.run(
            "PGOPTIONS='-c default_transaction_read_only=off' psql -qc 'ALTER DATABASE \(name) RESET ALL'")
        try shell.wait("SELECT count(*) FROM t", for: ["2"])
    }
}
