"""Reading one partition: every way the official client has, from every offset it can name."""

import asyncio
import os
import subprocess
import threading

from fluvio import Compression, ConsumerConfig, Offset, TopicProducerConfigBuilder
from fluvio._fluvio_python import TopicSpec as RawTopicSpec

from support.cluster import wait_until
from support.records import NO_KEY, builder, consume, consumer, fill, raises, seen, send, take, values
from support.runner import case
from support.world import World

# Of ten records, the offsets that are read from there.
STARTS = {
    "beginning": (Offset.beginning, (), range(10)),
    "end": (Offset.end, (), range(0)),
    "absolute, the first": (Offset.absolute, (0,), range(10)),
    "absolute": (Offset.absolute, (4,), range(4, 10)),
    "absolute, the last": (Offset.absolute, (9,), range(9, 10)),
    "absolute, where the next one will be": (Offset.absolute, (10,), range(0)),
    "from_beginning 0": (Offset.from_beginning, (0,), range(10)),
    "from_beginning + n": (Offset.from_beginning, (3,), range(3, 10)),
    "from_beginning + more than there are": (Offset.from_beginning, (99,), range(0)),
    "from_end 0": (Offset.from_end, (0,), range(0)),
    "from_end - n": (Offset.from_end, (3,), range(7, 10)),
    "from_end - more than there are": (Offset.from_end, (99,), range(10)),
}

for name, (offset, arguments, expected) in STARTS.items():

    @case(f"start {name}: the right records")
    def _(world: World, offset=offset, arguments=arguments, expected=expected):
        topic = world.topic()
        # In two batches: a start in the middle of each is among the offsets.
        fill(world, topic, 6)
        fill(world, topic, 4)
        found = consume(world.client, topic, offset(*arguments))
        assert [record.offset for record in found] == list(expected)
        assert [record.value for record in found] == [str(n if n < 6 else n - 6).encode() for n in expected]


@case("start absolute, negative: refused by the official client itself")
def _(world: World):
    raises(lambda: Offset.absolute(-1), "negative offset")


@case("start beyond the end: Fluvio's error, with both offsets")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 5)
    stream = world.client.partition_consumer(topic, 0).stream(Offset.absolute(100))
    raises(lambda: next(stream), "start offset: 100 is greater than leo: 5")


# The official client takes the refusal for a trouble that passes, and asks again every second or so. It holds Python's
# lock meanwhile, so another process must send the records.
@case("start beyond the end: the official client asks again until there is a record")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 5)
    stream = consumer(world.client, topic, Offset.absolute(7), ends=False)
    words = ["sh", "-c", 'sleep 0.3; seq 5 | "$0" produce "$1"', world.executables / "fluvio-cat", topic]
    with subprocess.Popen(words, env=world.cluster.environment):
        assert [record.offset for record in take(stream, 3)] == [7, 8, 9]


@case("start at the end: new records, and none of the old ones")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 5)
    stream = world.client.partition_consumer(topic, 0).stream(Offset.end())
    # The stream's place is fixed when it is made, not when it is read first.
    send(world.client.topic_producer(topic), [(b"", b"new"), (b"", b"newer")])
    assert [(r.offset, r.value) for r in take(stream, 2)] == [(5, b"new"), (6, b"newer")]


@case("continuous: records that are sent while the stream is open, one after the other")
def _(world: World):
    topic = world.topic()
    stream = consumer(world.client, topic, ends=False)
    producer = world.client.topic_producer(topic)
    for number in range(50):
        send(producer, [(b"", str(number).encode())])
        assert take(stream, 1)[0].value == str(number).encode()


@case("disable_continuous: an empty topic ends at once")
def _(world: World):
    assert consume(world.client, world.topic()) == []


@case("disable_continuous: can be switched off again")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 2)
    made = builder(topic)
    made.disable_continuous(False)
    stream = world.client.consumer_with_config(made.build())
    take(stream, 2)
    send(world.client.topic_producer(topic), [(b"", b"later")])
    assert take(stream, 1)[0].value == b"later"


@case("record: key and value as strings, offset and timestamp")
def _(world: World):
    topic = world.topic()
    send(world.client.topic_producer(topic), [("Schlüssel".encode(), "Wert".encode())])
    [record] = list(consumer(world.client, topic))
    assert (record.key_string(), record.value_string(), record.offset()) == ("Schlüssel", "Wert", 0)
    assert record.timestamp() > 1_600_000_000_000


@case("record: bytes that are no UTF-8 are an error as a string only")
def _(world: World):
    topic = world.topic()
    send(world.client.topic_producer(topic), [(b"\xff", b"\xfe")])
    [record] = list(consumer(world.client, topic))
    raises(record.value_string, "invalid utf-8")
    raises(record.key_string, "invalid utf-8")
    assert (bytes(record.key()), bytes(record.value())) == (b"\xff", b"\xfe")


# `No key` is what the official client answers for it; the record has none.
@case("record without a key: the official client calls it `No key`, an empty key is empty")
def _(world: World):
    topic = world.topic()
    world.tool("fluvio-cat", "produce", topic, input=b"without\n")
    world.tool("fluvio-cat", "produce", "-k", "", topic, input=b"empty\n")
    assert [(r.key, r.value) for r in consume(world.client, topic)] == [(NO_KEY, b"without"), (b"", b"empty")]


@case("max_bytes: a small one loses no record, though batches are larger")
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer_with_config(topic, TopicProducerConfigBuilder().linger(1000).build())
    sent = [os.urandom(2000) for _ in range(300)]
    send(producer, [(b"", value) for value in sent])
    for size in [1, 1000, 20_000, 100_000]:
        assert values(world.client, topic, max_bytes=size) == sent


@case("max_bytes: loses nothing of compressed batches either")
def _(world: World):
    topic = world.topic()
    settings = TopicProducerConfigBuilder().linger(1000).batch_size(100_000).compression(Compression.Gzip)
    sent = [os.urandom(500) for _ in range(1000)]
    send(world.client.topic_producer_with_config(topic, settings.build()), [(b"", value) for value in sent])
    assert values(world.client, topic, max_bytes=1000) == sent


@case("partition_consumer: stream, stream_with_config")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 10)
    partition = world.client.partition_consumer(topic, 0)
    assert [r.value for r in take(partition.stream(Offset.beginning()), 10)] == sent
    config = ConsumerConfig()
    config.disable_continuous()
    config._inner.max_bytes(100)
    assert [seen(r).value for r in partition.stream_with_config(Offset.from_end(4), config)] == sent[6:]


@case("partition_consumer, async: async_stream, async_stream_with_config")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 10)

    async def read(stream, count: int) -> list[bytes]:
        return [seen(await anext(stream)).value for _ in range(count)]

    async def run():
        partition = world.client.partition_consumer(topic, 0)
        assert await read(await partition.async_stream(Offset.beginning()), 10) == sent
        config = ConsumerConfig()
        config._inner.max_bytes(100)
        assert await read(await partition.async_stream_with_config(Offset.absolute(5), config), 5) == sent[5:]

    asyncio.run(run())


# Its Rust part panics where a stream ends; a stream that goes on for ever is fine.
@case("partition_consumer, async: the end of a stream is a panic of the official client")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 10)

    async def run():
        config = ConsumerConfig()
        config.disable_continuous()
        stream = await world.client.partition_consumer(topic, 0).async_stream_with_config(Offset.beginning(), config)
        assert [seen(await anext(stream)).value for _ in range(10)] == sent
        try:
            await anext(stream)
        except Exception as error:
            assert type(error).__name__ == "RustPanic", error
        else:
            raise AssertionError("no panic")

    asyncio.run(run())


@case("two streams of one client read at their own pace")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 20)
    first, second = (consumer(world.client, topic, ends=False) for _ in range(2))
    assert [r.offset for r in take(first, 15)] == list(range(15))
    assert [r.offset for r in take(second, 20)] == list(range(20))
    assert [r.offset for r in take(first, 5)] == list(range(15, 20))


@case("a stream that nobody reads holds up nobody else on its connection")
def _(world: World):
    slow, other = world.topic(), world.topic()
    sent = [os.urandom(10_000) for _ in range(500)]
    send(world.client.topic_producer(slow), [(b"", value) for value in sent])
    stream = world.client.partition_consumer(slow, 0).stream(Offset.beginning())
    next(stream)
    for number in range(20):
        fill(world, other, 1)
        assert len(values(world.client, other)) == number + 1
    assert [seen(next(stream)).value for _ in range(499)] == sent[1:]


@case("ten consumers of one topic all see everything")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 500)
    found = []
    threads = [threading.Thread(target=lambda: found.append(values(world.client, topic))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [sent] * 10


@case("evicted: a start in records that are gone continues where the log begins")
def _(world: World):
    spec = RawTopicSpec.new_computed(1, 1, False)
    spec.set_storage(4096, 2048)
    topic = world.topic(spec=spec)
    producer = world.client.topic_producer(topic)
    for number in range(40):
        send(producer, [(b"", b"%04d" % number * 100)])
    directory = world.cluster.partition_directory(topic)

    def is_short() -> bool:
        """Nothing more is to go: the next look at it, which may come at any time, leaves all there is."""
        sizes = [path.stat().st_size for path in directory.glob("*.log")]
        return sum(sizes) <= 4096

    wait_until(is_short, "the oldest segments are removed")
    start = min(int(path.stem) for path in directory.glob("*.log"))
    assert start > 0
    # The official client is told where the log begins, and begins there.
    stream = consumer(world.client, topic, Offset.absolute(0), ends=False)
    assert [r.offset for r in take(stream, 40 - start)] == list(range(start, 40))
    assert consume(world.client, topic)[0].offset == start
    assert consume(world.client, topic, Offset.from_beginning(1))[0].offset == start + 1
