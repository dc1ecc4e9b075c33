"""What the official client wrote, read by fluvio-cat: the same values, keys, offsets, partitions and timestamps."""

import json
import os
import subprocess

from fluvio import Offset, TopicProducerConfigBuilder

from cases.options import CODEC_OPTIONS
from support.records import consume, fill, lines, send, values
from support.runner import case
from support.world import World

# Texts, and what is hard to write as one.
HARD = [
    b"plain", b"", b" ", b"\n", b"a\nb\n", b"\r\n", b"\0", b"\0\0\xff", b"\xff\xfe", "Grüße 世界 🌍".encode(), b'"\\/',
    b"\x01\x1f\x7f", b"\xed\xa0\x80", b"\xc3", b"{}", b"null", "\u2028".encode(), bytes(range(256)),
]


def _compare(world: World, topic: str, partitions: int = 1) -> int:
    """Both clients read the same. How many records there are."""
    found = lines(world, topic)
    assert {line["topic"] for line in found} <= {topic}
    for partition in range(partitions):
        ours = [(r["offset"], r["key"], r["value"], r["timestamp"]) for r in found if r["partition"] == partition]
        theirs = consume(world.client, topic, partitions=[partition])
        assert ours == [(r.offset, r.key, r.value, r.timestamp) for r in theirs]
    return len(found)


for codec, option in CODEC_OPTIONS.items():

    @case(f"fluvio-cat reads what the official client compressed with {codec}")
    def _(world: World, option=option):
        topic = world.topic(partitions=3)
        settings = TopicProducerConfigBuilder().compression(option).linger(200)
        producer = world.client.topic_producer_with_config(topic, settings.build())
        records = [(b"key-%d" % (number % 50), b"line %d " % number * (number % 20)) for number in range(1000)]
        places = send(producer, records)
        assert _compare(world, topic, 3) == 1000
        found = {(line["partition"], line["offset"]): (line["key"], line["value"]) for line in lines(world, topic)}
        assert found == dict(zip(places, records))


@case("fluvio-cat reads every kind of bytes, as keys and as values")
def _(world: World):
    topic = world.topic(partitions=2)
    send(world.client.topic_producer(topic), [(key, value) for key in HARD for value in HARD])
    assert _compare(world, topic, 2) == len(HARD) ** 2


@case("fluvio-cat consume --value base64 and --ascii: the same records")
def _(world: World):
    topic = world.topic()
    send(world.client.topic_producer(topic), [(value, value) for value in HARD])
    for options in [["--value", "base64"], ["--ascii"]]:
        assert [(line["key"], line["value"]) for line in lines(world, topic, *options)] == [(v, v) for v in HARD]


@case("fluvio-cat consume -j: JSON values are spliced in, others are texts")
def _(world: World):
    topic = world.topic()
    send(world.client.topic_producer(topic), [(b"", value) for value in [b'{"a":[1,2.50]}', b"12", b"no json", b"\xff"]])
    output = world.tool("fluvio-cat", "consume", "-e", "-j", "--fields", "value", topic).stdout
    assert [json.loads(line)["value"] for line in output.splitlines()] == [{"a": [1, 2.5]}, 12, "no json", "/w=="]


@case("fluvio-cat consume --raw: values byte for byte, with any delimiter")
def _(world: World):
    topic = world.topic()
    sent = [value for value in HARD if b"\0" not in value]
    send(world.client.topic_producer(topic), [(b"", value) for value in sent])
    assert world.tool("fluvio-cat", "consume", "-e", "--raw", "-0", topic).stdout == b"".join(v + b"\0" for v in sent)
    output = world.tool("fluvio-cat", "consume", "-e", "--raw", "-d", "<->", topic).stdout
    assert output == b"".join(value + b"<->" for value in sent)


@case("fluvio-cat consume: the same records from every start as the official client")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 6)
    fill(world, topic, 4)
    starts = [
        (["-B"], Offset.beginning()), (["--new"], Offset.end()), (["-o", "4"], Offset.absolute(4)),
        (["-o", "+3"], Offset.from_beginning(3)), (["-H", "8"], Offset.from_beginning(8)),
        (["-o", "-3"], Offset.from_end(3)), (["-T", "7"], Offset.from_end(7)),
    ]
    for options, start in starts:
        ours = [(line["offset"], line["value"]) for line in lines(world, topic, *options)]
        assert ours == [(r.offset, r.value) for r in consume(world.client, topic, start)], options


@case("fluvio-cat consume -p: the same partitions as the official client")
def _(world: World):
    topic = world.topic(partitions=4)
    send(world.client.topic_producer(topic), [(str(n % 40).encode(), str(n).encode()) for n in range(400)])
    for choice in [[0], [3], [1, 2]]:
        options = [word for partition in choice for word in ["-p", partition]]
        ours = lines(world, topic, *options)
        assert {line["partition"] for line in ours} == set(choice)
        assert sorted(line["value"] for line in ours) == sorted(values(world.client, topic, partitions=choice))


@case("fluvio-cat consume: batches of all codecs in one partition")
def _(world: World):
    topic = world.topic()
    for _ in range(3):
        for option in CODEC_OPTIONS.values():
            producer = world.client.topic_producer_with_config(
                topic, TopicProducerConfigBuilder().compression(option).build()
            )
            send(producer, [(b"", os.urandom(50)) for _ in range(20)])
    assert _compare(world, topic) == 300


@case("fluvio-cat consume follows a topic that the official client writes to")
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer(topic)
    words = [world.executables / "fluvio-cat", "consume", "--raw", "-n", "50", topic]
    with subprocess.Popen(words, env=world.cluster.environment, stdout=subprocess.PIPE) as tool:
        for number in range(50):
            send(producer, [(b"", b"%d" % number)])
            assert tool.stdout.readline() == b"%d\n" % number
        assert tool.wait() == 0
