"""Requests of fluvio-admin beside those that the official tool sent for the same command on a real cluster."""

import json

from support.frames import Relay, recorded
from support.runner import case
from support.world import World

ASSIGNMENT = json.dumps([{"id": 0, "replicas": [5001, 5002]}, {"id": 1, "replicas": [5002, 5003]}])

# From the file of the recording: deduplication and all sizes.
CONFIG = """meta:
  name: cfgtopic
partition:
  count: 2
  replication: 1
  ignore-rack-assignment: true
  max-size: 4.0 KB
retention:
  time: 2m
  segment-size: 2.0 KB
compression:
  type: Lz4
deduplication:
  bounds:
    count: 100
    age: 1m
  filter:
    transform:
      uses: dedup-filter
      with:
        a: b
"""

# Recording, what is sent, our command. The local cluster may refuse; the request counts.
COMMANDS = [
    ("02-topics", "create", ["topic", "create", "t1"]),
    ("02-topics", "create", [
        "topic", "create", "t3", "-p", "3", "--retention-time", "1h", "--segment-size", "16000000",
        "--compression-type", "gzip", "--max-partition-size", "1000000000"]),
    ("02-topics", "create", ["topic", "create", "dry", "-d"]),
    ("02-topics", "create", ["topic", "create", "--wait", "0", "toomany", "-r", "3"]),
    ("02-topics", "list", ["topic", "list"]),
    ("02-topics", "list", ["partition", "list"]),
    ("02-topics", "delete", ["topic", "delete", "--yes", "nope"]),
    ("02-topics", "delete", ["topic", "delete", "--yes", "dry"]),
    ("02-topics", "list", ["topic", "describe", "t1"]),
    ("02-topics", "list", ["topic", "describe", "t3"]),
    ("02-topics", "list", ["topic", "describe", "nope"]),
    ("06-admin", "list", ["spu", "list"]),
    ("06-admin", "create", [
        "spu", "register", "-i", "5002", "-p", "localhost:9020", "--private-server", "localhost:9021", "-r", "rackA"]),
    ("06-admin", "create", [
        "spu", "register", "-i", "5002", "-p", "localhost:9020", "--private-server", "localhost:9021"]),
    ("06-admin", "delete", ["spu", "unregister", "-y", "-i", "5002"]),
    ("06-admin", "list", ["spg", "list"]),
    ("06-admin", "create", ["spg", "create", "g1", "-r", "1", "--min-id", "10"]),
    ("06-admin", "delete", ["spg", "delete", "-y", "g1"]),
    ("06-admin", "list", ["smartmodule", "list"]),
    ("06-admin", "delete", ["smartmodule", "delete", "-y", "sm1"]),
    ("06-admin", "list", ["table-format", "list"]),
    ("06-admin", "create", ["remote", "register", "edge1"]),
    ("06-admin", "list", ["remote", "list"]),
    ("06-admin", "delete", ["remote", "unregister", "-y", "edge1"]),
    ("05-consumer-offsets", "offsets", ["consumer", "list"]),
    ("05-consumer-offsets", "delete offset", ["consumer", "delete", "-y", "grp1"]),
    ("12-smartmodule", "create", ["topic", "create", "smt"]),
    ("12-smartmodule", "list", ["smartmodule", "list"]),
    ("14-object-variants", "create", ["topic", "create", "-f", "ASSIGNMENT", "asg"]),
    ("14-object-variants", "create", ["topic", "create", "--config", "CONFIG"]),
    ("14-object-variants", "create", ["topic", "create", "--system", "sys1"]),
    ("14-object-variants", "create", [
        "spg", "create", "g2", "-r", "3", "--min-id", "20", "--rack", "r9", "--storage-size", "20Gi"]),
    ("14-object-variants", "create", ["topic", "create", "--mirror", "mir"]),
    ("14-object-variants", "delete", ["topic", "delete", "--yes", "asg", "cfgtopic", "nope", "--continue-on-error"]),
    ("14-object-variants", "delete", ["topic", "delete", "-f", "sys1"]),
    ("14-object-variants", "delete", ["topic", "delete", "--system", "--force", "sys1"]),
    ("14-object-variants", "delete", ["topic", "delete", "--yes", "mir"]),
    ("14-object-variants", "list", ["topic", "describe", "mir"]),
    ("14-object-variants", "delete", ["table-format", "delete", "--yes", "simple"]),
    ("14-object-variants", "delete", ["spg", "delete", "--yes", "g2"]),
    ("14-object-variants", "create", ["remote", "register", "e1"]),
    ("14-object-variants", "delete", ["remote", "unregister", "--yes", "e1"]),
]

# What the official tool sent and ours does not, known by a part of it, and why.
OTHERS = {
    ("05-consumer-offsets", b"\x01\x01\x00\x02p1"): "of `consume -c`, which is fluvio-cat's",
    ("06-admin", b"\x00\x09CustomSpu\x00\x00\x00\x06"): "`spu list --custom` chooses from the list of all, as filters do",
    ("06-admin", b"\x00\x0bSmartModule\x00\x00\x00\x2a"): "another implementation of gzip makes other bytes of the same code",
    ("14-object-variants", b"dedup-bloom-filter"): "the SC tells itself whether it has the SmartModule of a topic",
}


@case("requests: those of fluvio-admin are, byte for byte, those of the official tool", deadline=240)
def _(world: World):
    world.own_cluster()
    files = {"ASSIGNMENT": world.file("ra.json", ASSIGNMENT.encode()), "CONFIG": world.file("tc.yaml", CONFIG.encode())}
    world.tool("fluvio-admin", "-q", "topic", "create", "p1")
    world.tool("fluvio-cat", "produce", "-q", "p1", input=b"1\n2\n")
    world.tool("fluvio-admin", "-q", "offset", "set", "grp1", "p1", "--to", "1")
    spu = world.cluster.status()["spus"][0]["endpoint"]
    different = []
    everything = set()
    for recording, what, words in COMMANDS:
        with Relay(world.cluster.endpoint, spu=spu) as relay:
            world.tool(
                "fluvio-admin", "-q", "-c", relay.endpoint, *[files.get(word, word) for word in words], "--retry-for", "0",
                status=None)
        sent = [request for request in relay.all if request[0] == what]
        known = recorded(recording)
        everything.update(relay.all)
        # A list asks for the cluster's own objects, too, as names are looked up among them: that request is ours.
        missing = [request for request in sent[:1 if what == "list" else None] if request not in known]
        if not sent or missing:
            different.append((" ".join(words), [(version, body.hex()) for _, version, body in missing or sent]))
    assert not different, different
    for recording in sorted({recording for recording, _, _ in COMMANDS}):
        excused = [part for name, part in OTHERS if name == recording]
        left = [r for r in recorded(recording) - everything if not any(part in r[2] for part in excused)]
        assert not left, (recording, left)
