"""The data directory that a real cluster wrote (Tests/Captures/data-directory.tar.gz), served by ours."""

import json
import pathlib
import shutil
import struct
import tarfile

from fluvio import Offset

from support.cluster import Cluster
from support.records import consume, consumer, lines, send, take
from support.runner import case
from support.stored import batches
from support.world import World

ARCHIVE = pathlib.Path(__file__).parents[2] / "Captures" / "data-directory.tar.gz"
COUNTS = {"seg": 240, "seg2": 2_500, "segz": 2_500}


def _unpack(world: World) -> pathlib.Path:
    """The real files for a cluster of this case that is not started yet. Of three SPUs they are given to one: logs stay
    as they are, the metadata name another leader."""
    world.cluster = Cluster(world.directory / f"cluster-{world.number}", world.executables)
    data = world.cluster.data
    data.mkdir(parents=True)
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(data)
    for path in (data / "spu-logs-5003").iterdir():
        path.rename(data / "spu-logs-5001" / path.name)
    for path in data.glob("metadata/SPU/*-500[23].yaml"):
        path.unlink()
    for path in [*data.glob("metadata/Topic/*"), *data.glob("metadata/Partition/*")]:
        # Of these the archive has only a part of the partitions.
        if path.name.startswith(("r3", "t3")):
            path.unlink()
        else:
            path.write_text(path.read_text().replace("5003", "5001"))
    return data


def _plain_values(directory: pathlib.Path) -> list[bytes]:
    """The values in files of batches without compression, read here (protocol: record batch)."""

    def varint() -> int:
        nonlocal position
        shift = value = 0
        while True:
            byte = log[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)

    found = []
    for path in sorted(directory.glob("*.log")):
        log, start = path.read_bytes(), 0
        while start < len(log):
            (length,) = struct.unpack_from(">i", log, start + 8)
            (count,) = struct.unpack_from(">i", log, start + 57)
            position = start + 61
            for _ in range(count):
                end = varint() + position
                position += 1
                varint(), varint()
                has_key = log[position]
                position += 1
                if has_key:
                    size = varint()
                    position += size
                size = varint()
                found.append(log[position : position + size])
                position = end
            start += 12 + length
    return found


def _start(world: World) -> None:
    world.cluster.start()
    world.begin(world.number)


@case("a real cluster's files: the official client and ours read every record of plain and zstd segments")
def _(world: World):
    data = _unpack(world)
    logs = {path: path.read_bytes() for path in data.glob("spu-logs-5001/*/*.log")}
    expected = {topic: _plain_values(data / "spu-logs-5001" / f"{topic}-0") for topic in ["seg", "seg2"]}
    # The same lines were sent to both.
    expected["segz"] = expected["seg2"]
    assert {batch.codec for batch in batches(data / "spu-logs-5001" / "segz-0")} == {"zstd"}
    _start(world)
    for topic, count in COUNTS.items():
        assert len(expected[topic]) == count
        records = consume(world.client, topic)
        assert [record.offset for record in records] == list(range(count))
        assert [record.value for record in records] == expected[topic]
        ours = lines(world, topic)
        assert [line["offset"] for line in ours] == list(range(count))
        assert [line["value"] for line in ours] == expected[topic]
        assert [line["timestamp"] for line in ours] == [record.timestamp for record in records]
    assert all(path.read_bytes() == content for path, content in logs.items())


@case("a real cluster's files: both clients begin in the middle of segments, and go on writing behind them")
def _(world: World):
    _unpack(world)
    _start(world)
    for start in [0, 20, 21, 59, 60, 199, 239]:
        # Told to end where the topic does, the official client may end a batch before.
        found = take(consumer(world.client, "seg", Offset.absolute(start), ends=False), 240 - start)
        assert [record.offset for record in found] == list(range(start, 240)), start
        out = world.tool("fluvio-cat", "consume", "-e", "--from", str(start), "seg").stdout
        assert [json.loads(line)["offset"] for line in out.splitlines()] == list(range(start, 240)), start
    for topic, count in COUNTS.items():
        assert send(world.client.topic_producer(topic), [(b"", b"more")]) == [(0, count)]
        world.tool("fluvio-cat", "produce", topic, input=b"and more\n")
        found = take(consumer(world.client, topic, Offset.absolute(count), ends=False), 2)
        assert [record.value for record in found] == [b"more", b"and more"]


@case("a real cluster's files: positions of consumers are those that it stored")
def _(world: World):
    data = _unpack(world)
    directory = data / "spu-logs-5001" / "consumer-offset-0"
    log = next(directory.glob("*.log"))
    # The last of five batches deletes the position, of a topic that the archive lacks: it is made from another.
    stored = batches(directory)
    assert [batch.count for batch in stored] == [1] * 5
    log.write_bytes(log.read_bytes()[: -stored[-1].size])
    shutil.copytree(data / "spu-logs-5001" / "seg2-0", data / "spu-logs-5001" / "p1-0")
    for kind, name in [("Topic", "{}"), ("Partition", "{}-0")]:
        text = (data / "metadata" / kind / f"{name.format('seg2')}.yaml").read_text()
        (data / "metadata" / kind / f"{name.format('p1')}.yaml").write_text(text.replace("seg2", "p1"))
    # What the record says: replica, consumer, then offset and time (protocol: consumer offsets, storage).
    raw = log.read_bytes()
    place = raw.rindex(b"grp1") + len(b"grp1")
    (offset,) = struct.unpack_from(">q", raw, place + 4)
    _start(world)
    found = [(o.consumer_id, o.topic, o.partition, o.offset) for o in world.client.consumer_offsets()]
    assert found == [("grp1", "p1", 0, offset)], (found, offset)
    # Both go on behind it.
    first = json.loads(world.tool("fluvio-cat", "consume", "-e", "-n", "1", "-g", "grp1", "--no-commit", "p1").stdout)
    assert first["offset"] == offset + 1, first


@case("a real cluster's files: a position that was deleted is none")
def _(world: World):
    _unpack(world)
    _start(world)
    assert list(world.client.consumer_offsets()) == []
