"""How long a producer waits when the server that it sends to is killed."""

import json
import statistics
import subprocess
import time

ROUNDS = 5


def leader_of(bench, topic):
    shown = bench.output(f"fluvio-admin -P failover partition list {topic} -O json")
    return json.loads(shown)[0]["spec"]["leader"]


def from_kill_to_acknowledgement(bench, topic, isolation):
    """Milliseconds from the order to kill the leader to the first acknowledgement of a line written after it."""
    producer = subprocess.Popen(
        ["fluvio-cat", "produce", "-P", "failover", "--acks", "--isolation", isolation, topic],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=bench.env)

    def acknowledged(line):
        producer.stdin.write(line)
        producer.stdin.flush()
        while not (told := producer.stderr.readline()).startswith(b"{"):
            if not told:
                raise SystemExit(f"bench: the producer ended with {producer.wait()}")

    acknowledged(b"before\n")
    # An election goes by what the leader has told of itself and its followers: it tells that now and then.
    time.sleep(1)
    leader = leader_of(bench, topic)
    start = time.monotonic()
    bench.shell(f"fluvio-admin -q -P failover cluster spu kill {leader} --data-dir {bench.directory}/replicas")
    acknowledged(b"after\n")
    took = (time.monotonic() - start) * 1000
    producer.stdin.close()
    producer.wait()
    bench.shell(f"fluvio-admin -q -P failover cluster spu start {leader} --data-dir {bench.directory}/replicas")
    return took


def run(bench):
    data = f"{bench.directory}/replicas"
    bench.shell(f"fluvio-admin cluster start --data-dir {data} --port 0 --spu-port 0 --spus 3 -P failover")
    try:
        bench.shell("fluvio-admin -q -P failover topic create -r 2 failover")
        took = sorted(from_kill_to_acknowledgement(bench, "failover", "read_uncommitted") for _ in range(ROUNDS))
        bench.row("leader killed", "to the first acknowledgement", f"{statistics.median(took):.0f} ms", "200 ms",
                  f"by the new leader; at most {took[-1]:.0f} ms")
    finally:
        bench.shell(f"fluvio-admin -q cluster stop --data-dir {data}", check=False)
