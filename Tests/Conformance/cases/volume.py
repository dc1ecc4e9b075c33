"""Large records and many of them."""

import os

from fluvio import Compression, Isolation, TopicProducerConfigBuilder

from support.records import consume, lines, raises, send, values
from support.runner import case
from support.world import World

LIMIT = 33_554_432


def _producer(world: World, topic: str, compression=Compression.None_, limit: int = LIMIT):
    builder = TopicProducerConfigBuilder().max_request_size(limit).compression(compression)
    return world.client.topic_producer_with_config(topic, builder.build())


for megabytes in [1, 5]:

    @case(f"records of {megabytes} MB from the official client, read by it and by fluvio-cat", deadline=240)
    def _(world: World, megabytes=megabytes):
        topic = world.topic()
        sent = []
        for codec in [Compression.None_, Compression.Gzip, Compression.Zstd, Compression.Lz4, Compression.Snappy]:
            value = os.urandom(megabytes << 19) + bytes(megabytes << 19)
            send(_producer(world, topic, codec), [(b"key", value)])
            sent.append(value)
        assert values(world.client, topic) == sent
        assert world.tool("fluvio-cat", "consume", "-e", "--raw", "-d", "", topic).stdout == b"".join(sent)

    @case(f"records of {megabytes} MB from fluvio-cat, read by the official client", deadline=240)
    def _(world: World, megabytes=megabytes):
        topic = world.topic()
        value = os.urandom(megabytes << 20)
        for codec in ["none", "zstd"]:
            world.tool("fluvio-cat", "produce", "--raw", "--max-record", "31M", "-z", codec, topic, input=value)
        assert values(world.client, topic) == [value, value]
        assert values(world.client, topic, max_bytes=1000) == [value, value]


@case("a record above the largest batch is refused with Fluvio's error, and the next one goes through")
def _(world: World):
    topic = world.topic()
    producer = _producer(world, topic, limit=100_000_000)
    output = producer.send(b"", bytes(40_000_000))
    producer.flush()
    raises(output.wait, "message is too large")
    assert send(producer, [(b"", b"small")]) == [(0, 0)]
    assert values(world.client, topic) == [b"small"]


@case("small and large records mixed keep their order")
def _(world: World):
    topic = world.topic()
    sent = [os.urandom(1_000_000 if number % 10 == 5 else number) for number in range(60)]
    send(_producer(world, topic), [(b"", value) for value in sent])
    assert values(world.client, topic) == sent
    assert [line["value"] for line in lines(world, topic)] == sent


@case("100,000 small records from the official client, read by it and by fluvio-cat", deadline=240)
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer(topic)
    for start in range(0, 100_000, 1000):
        producer.send_all([(b"", b"record %d" % number) for number in range(start, start + 1000)])
    producer.flush()
    found = consume(world.client, topic)
    assert [record.offset for record in found] == list(range(100_000))
    assert all(record.value == b"record %d" % record.offset for record in found)
    output = world.tool("fluvio-cat", "consume", "-e", "--raw", topic).stdout
    assert output == b"".join(b"record %d\n" % number for number in range(100_000))


@case("100,000 lines from fluvio-cat over 4 partitions, read by the official client", deadline=240)
def _(world: World):
    topic = world.topic(partitions=4)
    text = b"".join(b"%d,line %d\n" % (number % 1000, number) for number in range(100_000))
    world.tool("fluvio-cat", "produce", "-K", ",", "-z", "lz4", topic, input=text)
    last: dict[bytes, int] = {}
    count = 0
    for record in consume(world.client, topic):
        number = int(record.value.split()[1])
        assert record.key == b"%d" % (number % 1000)
        # One key's records are in one partition, so in order, and none is missing.
        assert number - last.get(record.key, number - 1000) == 1000
        last[record.key] = number
        count += 1
    assert count == 100_000


@case("1,000 records one by one, each awaited")
def _(world: World):
    topic = world.topic()
    builder = TopicProducerConfigBuilder().isolation(Isolation.ReadCommitted)
    producer = world.client.topic_producer_with_config(topic, builder.build())
    for number in range(1000):
        output = producer.send(b"", b"%d" % number)
        assert output.wait().offset() == number
    assert values(world.client, topic) == [b"%d" % number for number in range(1000)]
