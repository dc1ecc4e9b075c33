"""Topics into PostgreSQL, against what psql does with the same rows in a file."""

import copy
import os
import statistics
import subprocess
import time

PROGRAMS = "/usr/lib/postgresql"
COLUMNS = "id bigint, ts timestamptz, device text, temp float8, msg text"
ASSIGN = "ts=excluded.ts, device=excluded.device, temp=excluded.temp, msg=excluded.msg"


class Database:
    """A server of its own with the settings of Debian, run by a user who is not root."""

    def __init__(self, bench):
        self.bench = bench
        self.bin = os.path.join(PROGRAMS, max(os.listdir(PROGRAMS), key=int), "bin")
        self.directory = os.path.join(bench.directory, "pg")
        os.mkdir(self.directory)
        os.chmod(bench.directory, 0o755)
        self.user = []
        if os.getuid() == 0:
            subprocess.run(["chown", "postgres", self.directory], check=True)
            self.user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]
        data = os.path.join(self.directory, "data")
        subprocess.run(self.user + [self.bin + "/initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
                                    "--locale", "C.UTF-8"], check=True, stdout=subprocess.DEVNULL)
        log = open(os.path.join(bench.directory, "pg.log"), "w")
        self.server = subprocess.Popen(
            self.user + [self.bin + "/postgres", "-D", data, "-c", "listen_addresses=", "-c",
                         "unix_socket_directories=" + self.directory], stdout=log, stderr=log)
        bench.env.update(PGHOST=self.directory, PGUSER="postgres", PGDATABASE="postgres")
        while subprocess.run([self.bin + "/pg_isready", "-q"], env=bench.env).returncode:
            time.sleep(0.1)

    def stop(self):
        self.server.terminate()
        self.server.wait()


def write_files(bench):
    """The records, and the same rows as COPY takes them."""
    with open(os.path.join(bench.directory, "rows.json"), "w") as records, \
            open(os.path.join(bench.directory, "rows.tsv"), "w") as rows:
        for i in range(bench.lines):
            ts = f"2026-11-25T{i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02}.{i % 1000:03}Z"
            temp = f"{i * 7919 % 1000 / 10 - 20:.1f}"
            msg = f"request {i:08} served from cache in {i % 997} microseconds"
            records.write(f'{{"id":{i},"ts":"{ts}","device":"sensor-{i % 5000:05}","region":"eu-central-1",'
                          f'"temp":{temp},"status":"ok","msg":"{msg}"}}\n')
            rows.write(f"{i}\t{ts}\tsensor-{i % 5000:05}\t{temp}\t{msg}\n")


def table(bench, topic, key=""):
    """An empty table, and a sink that has written nothing."""
    bench.shell("psql -qX -c 'SET client_min_messages=error' -c 'DROP TABLE IF EXISTS rows' "
                f"-c 'CREATE TABLE rows ({COLUMNS}{key})' -c 'DROP SCHEMA IF EXISTS fluvio_sink CASCADE' -c CHECKPOINT")
    return topic


def latency(bench, topic, count=100):
    """Milliseconds from a record written into a producer's pipe to its row seen by another session."""
    table(bench, topic)
    sink = subprocess.Popen(["fluvio-sink-pg", "-q", "-t", "rows", topic], env=bench.env)
    producer = subprocess.Popen(["fluvio-cat", "produce", topic], stdin=subprocess.PIPE, env=bench.env)
    reader = subprocess.Popen(["psql", "-XqAt"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=bench.env)

    def rows():
        reader.stdin.write(b"SELECT count(*) FROM rows;\n")
        reader.stdin.flush()
        return int(reader.stdout.readline())

    samples = []
    for index in range(count + 1):
        start = time.monotonic()
        producer.stdin.write(b'{"id":%d}\n' % index)
        producer.stdin.flush()
        while rows() <= index:
            time.sleep(0.0005)
        if index:  # the first waits for the sink to start
            samples.append((time.monotonic() - start) * 1000)
        else:
            time.sleep(0.5)
        time.sleep(0.005)
    for process in (producer, reader):
        process.stdin.close()
        process.wait()
    sink.terminate()
    sink.wait()
    samples.sort()
    return statistics.median(samples), samples[int(len(samples) * 0.99)]


def run(bench):
    bench = copy.copy(bench)
    bench.lines = max(1, bench.lines // 2)
    write_files(bench)
    database = Database(bench)
    try:
        topic = bench.fresh_topic()
        bench.shell(f"fluvio-cat produce -q {topic} < rows.json")
        server = "psql -qX -v ON_ERROR_STOP=1"
        table(bench, topic)
        bench.shell(f"{server} -c '\\copy rows from rows.tsv' -c '\\copy rows to rows.bin (format binary)'")
        fresh = lambda: table(bench, topic)
        keyed = lambda: table(bench, topic, ", PRIMARY KEY (id)")
        sink = "fluvio-sink-pg -q -e -t rows {topic}"
        bench.group("rows into PostgreSQL, text", [
            ("fluvio-sink-pg", fresh, sink + " --format text"),
            ("psql \\copy", fresh, server + " -c '\\copy rows from rows.tsv'"),
        ], {"psql \\copy": "0.9x"})
        bench.group("rows into PostgreSQL, binary", [
            ("fluvio-sink-pg", fresh, sink),
            ("psql \\copy binary", fresh, server + " -c '\\copy rows from rows.bin (format binary)'"),
        ], {"psql \\copy binary": "0.9x"})
        bench.group("rows into PostgreSQL by key", [
            ("fluvio-sink-pg", keyed, sink + " --mode upsert"),
            ("psql, ON CONFLICT", keyed,
             server + " -1 -c 'CREATE TEMP TABLE s (LIKE rows)' -c '\\copy s from rows.tsv' "
             f"-c 'INSERT INTO rows SELECT * FROM s ON CONFLICT (id) DO UPDATE SET {ASSIGN}'"),
        ], {"psql, ON CONFLICT": "0.9x"})
        # What a sink does that inserts and commits record by record: some of them, as all would take minutes.
        table(bench, topic)
        bench.script("insert.sql", "\\set id random(1, 1000000)\n"
                     "INSERT INTO rows VALUES (:id, '2026-11-25T10:00:00.123Z', 'sensor-00001', 20.5, "
                     "'request served from cache in 17 microseconds');\n")
        some = min(bench.lines, 10_000)
        single = bench.timed(f"{database.bin}/pgbench -n -M prepared -t {some} -f insert.sql >/dev/null") / some
        whole = bench.timed(sink.format(topic=fresh())) / bench.lines
        bench.row("rows into PostgreSQL, binary", "fluvio-sink-pg / a transaction a row", f"{single / whole:.0f}x", "",
                  f"{1 / single / 1000:.1f} k rows/s")
        for what, prepare, options in [("rows into PostgreSQL", fresh, ""),
                                       ("rows into PostgreSQL by key", keyed, " --mode upsert")]:
            prepare()
            bench.row(what, "memory", f"{bench.peak_memory(sink.format(topic=topic) + options):.0f} MiB", "64 MiB",
                      "peak resident")
        median, worst = latency(bench, bench.fresh_topic())
        bench.row("one record, pipe to table", "median", f"{median:.1f} ms", "50 ms", f"p99 {worst:.1f} ms")
    finally:
        database.stop()
