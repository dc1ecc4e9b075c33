"""What fluvio-cat wrote, read by the official client."""

import json
import os

from cases.keys import KNOWN
from cases.options import CODEC_OPTIONS
from support.records import NO_KEY, consume, fill, lines, send, values
from support.runner import case
from support.stored import batches
from support.world import World


def _produce(world: World, topic: str, *options: object, input: bytes, status: int = 0):
    return world.tool("fluvio-cat", "produce", *options, topic, input=input, status=status)


def _text(count: int) -> bytes:
    return b"".join(b"line %d %s\n" % (number, b"x" * (number % 50)) for number in range(count))


for codec in CODEC_OPTIONS:

    @case(f"the official client reads what fluvio-cat compressed with {codec}")
    def _(world: World, codec=codec):
        topic = world.topic()
        text = _text(2000)
        _produce(world, topic, "-z", codec, input=text)
        stored = batches(world.cluster.partition_directory(topic))
        assert {batch.codec for batch in stored} == {codec}
        found = consume(world.client, topic)
        assert b"".join(record.value + b"\n" for record in found) == text
        assert [record.offset for record in found] == list(range(2000))
        assert {record.key for record in found} == {NO_KEY}


@case("without a codec fluvio-cat takes the topic's; another one is refused")
def _(world: World):
    topic = world.name()
    world.tool("fluvio-admin", "topic", "create", "--compression-type", "zstd", topic)
    _produce(world, topic, input=b"value\n" * 100)
    assert {batch.codec for batch in batches(world.cluster.partition_directory(topic))} == {"zstd"}
    assert _produce(world, topic, "-z", "gzip", input=b"value\n", status=1).stderr
    assert values(world.client, topic) == [b"value"] * 100


@case("fluvio-cat -K: keys and values, empty ones too")
def _(world: World):
    topic = world.topic()
    _produce(world, topic, "-K", ",", input=b"key,value\n,no key\nno value,\n,\na,b,c\n\xff\xfe,\xfd\n")
    assert [(r.key, r.value) for r in consume(world.client, topic)] == [
        (b"key", b"value"), (b"", b"no key"), (b"no value", b""), (b"", b""), (b"a", b"b,c"), (b"\xff\xfe", b"\xfd"),
    ]


@case("fluvio-cat -k: one key for all")
def _(world: World):
    topic = world.topic()
    _produce(world, topic, "-k", "ключ", input=b"one\ntwo\n")
    assert [(r.key, r.value) for r in consume(world.client, topic)] == [
        ("ключ".encode(), b"one"), ("ключ".encode(), b"two"),
    ]


@case("known keys land in the same partitions from fluvio-cat and from the official client")
def _(world: World):
    for index, count in enumerate([3, 7, 10]):
        topic = world.topic(partitions=count)
        _produce(world, topic, "-K", "=", input=b"".join(key + b"=\n" for key in KNOWN))
        assert {line["key"]: line["partition"] for line in lines(world, topic)} == {
            key: partitions[index] for key, partitions in KNOWN.items()
        }


@case("1,000 random keys land in the same partitions from fluvio-cat and from the official client")
def _(world: World):
    topic = world.topic(partitions=9)
    keys = [os.urandom(number % 40).replace(b"\n", b"").replace(b"=", b"") for number in range(1000)]
    places = send(world.client.topic_producer(topic), [(key, b"official") for key in keys])
    official = {key: partition for key, (partition, _) in zip(keys, places)}
    _produce(world, topic, "-K", "=", input=b"".join(key + b"=ours\n" for key in keys))
    found = [line for line in lines(world, topic) if line["value"] == b"ours"]
    assert len(found) == 1000
    assert {line["key"]: line["partition"] for line in found} == official


@case("records without a key from fluvio-cat reach every partition, none is lost")
def _(world: World):
    topic = world.topic(partitions=4)
    _produce(world, topic, "--batch-size", "1K", input=_text(2000))
    found = [values(world.client, topic, partitions=[partition]) for partition in range(4)]
    assert all(found)
    assert sorted(sum(found, [])) == sorted(_text(2000).splitlines())


@case("fluvio-cat -p: everything in one partition")
def _(world: World):
    topic = world.topic(partitions=3)
    _produce(world, topic, "-p", "1", "-K", ",", input=b"a,1\nkey,2\nuser-42,3\n")
    found = consume(world.client, topic, partitions=[1])
    assert [(r.offset, r.key, r.value) for r in found] == [(0, b"a", b"1"), (1, b"key", b"2"), (2, b"user-42", b"3")]
    assert values(world.client, topic, partitions=[0, 2]) == []


@case("fluvio-cat: empty lines, CR, NUL, invalid UTF-8 and a last line without its end")
def _(world: World):
    topic = world.topic()
    _produce(world, topic, input=b"\n\na\r\n\0\n\xff\xfe\n\n last")
    assert values(world.client, topic) == [b"", b"", b"a\r", b"\0", b"\xff\xfe", b"", b" last"]


@case("fluvio-cat -0 and -d: other ends of records")
def _(world: World):
    topic = world.topic()
    _produce(world, topic, "-0", input=b"a\nb\0\0c")
    _produce(world, topic, "-d", "--", input=b"d--e\n----")
    assert values(world.client, topic) == [b"a\nb", b"", b"c", b"d", b"e\n", b""]


@case("fluvio-cat --raw: files and standard input as one record each")
def _(world: World):
    topic = world.topic()
    content = os.urandom(300_000)
    path = world.file("raw", content)
    world.tool("fluvio-cat", "produce", "--raw", topic, path)
    _produce(world, topic, "--raw", input=content[::-1])
    _produce(world, topic, "--raw", input=b"")
    assert values(world.client, topic) == [content, content[::-1], b""]


@case("fluvio-cat -J: keys, no keys, binary values and timestamps")
def _(world: World):
    topic = world.topic()
    envelopes = [
        {"key": "key", "value": "text", "timestamp": 1_700_000_000_123},
        {"key": None, "value": "", "timestamp": 1_700_000_000_124},
        {"key": "", "value": "//4A", "value_enc": "base64", "timestamp": 1_600_000_000_000},
        {"key": "/w==", "key_enc": "base64", "value": "x", "timestamp": 1_800_000_000_000},
    ]
    _produce(world, topic, "-J", input=b"".join(json.dumps(envelope).encode() + b"\n" for envelope in envelopes))
    found = consume(world.client, topic)
    assert [(r.key, r.value) for r in found] == [
        (b"key", b"text"), (NO_KEY, b""), (b"", b"\xff\xfe\0"), (b"\xff", b"x"),
    ]
    assert [record.timestamp for record in found] == [envelope["timestamp"] for envelope in envelopes]


@case("a topic of the official client, copied through a pipe of both tools, is the same to it")
def _(world: World):
    source, target = world.topic(partitions=3), world.topic(partitions=3)
    records = [(os.urandom(3), os.urandom(number % 300)) for number in range(1000)]
    send(world.client.topic_producer(source), records)
    copied = world.tool("fluvio-cat", "consume", "-e", source).stdout
    _produce(world, target, "-J", input=copied)
    for partition in range(3):
        theirs = [consume(world.client, topic, partitions=[partition]) for topic in (source, target)]
        assert theirs[0] == theirs[1] and theirs[0]
        assert [r.timestamp for r in theirs[0]] == [r.timestamp for r in theirs[1]]


@case("fluvio-cat --acks: says what the official client then reads")
def _(world: World):
    topic = world.topic(partitions=2)
    text = _text(500)
    acks = _produce(world, topic, "--acks", "-q", input=text).stderr.splitlines()
    total = sum(json.loads(ack)["n"] for ack in acks if ack.startswith(b"{"))
    assert total == 500 == len(values(world.client, topic))


@case("fluvio-cat --create: a topic that the official client uses at once")
def _(world: World):
    topic = world.name()
    _produce(world, topic, "--create=3", input=b"one\ntwo\n")
    assert sorted(values(world.client, topic)) == [b"one", b"two"]
    spec = world.describe(topic)["spec"]["replicas"]["computed"]
    assert spec["partitions"] == 3


@case("fluvio-cat --isolation, --linger, --batch-size, --timeout: the same records")
def _(world: World):
    options = [["--isolation", "read_committed"], ["--isolation", "read_uncommitted"], ["--linger", "50ms"],
               ["--batch-size", "256"], ["--batch-size", "1M"], ["--timeout", "1s"]]
    for words in options:
        topic = world.topic()
        _produce(world, topic, *words, input=_text(500))
        assert values(world.client, topic) == _text(500).splitlines()


@case("fluvio-cat and the official client write to one partition in turns")
def _(world: World):
    topic = world.topic()
    expected = []
    for number in range(5):
        expected += fill(world, topic, 3)
        _produce(world, topic, input=b"ours %d\n" % number)
        expected.append(b"ours %d" % number)
    assert values(world.client, topic) == expected
    assert [line["value"] for line in lines(world, topic)] == expected


@case("topics that fluvio-admin makes and deletes appear and go in the official client")
def _(world: World):
    names = [world.name("admin") for _ in range(3)]
    word = f"c{world.number}-admin"
    world.tool("fluvio-admin", "topic", "create", "-p", "2", *names)
    assert sorted(topic.name() for topic in world.admin.list_topics([word])) == sorted(names)
    world.tool("fluvio-admin", "topic", "delete", "--yes", *names)
    assert world.admin.list_topics([word]) == []


@case("topics that the official client makes appear in fluvio-admin")
def _(world: World):
    topic = world.topic(partitions=2)
    listed = json.loads(world.tool("fluvio-admin", "topic", "list", "-O", "json").stdout)
    names = [entry["name"] for entry in listed]
    assert topic in names and "consumer-offset" not in names
