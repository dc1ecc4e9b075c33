"""Every option of the official producer, judged by what stands in the log."""

import os
import time

from fluvio import Compression, DeliverySemantic, Isolation, TopicProducerConfigBuilder
from fluvio._fluvio_python import TopicSpec as RawTopicSpec

from support.cluster import wait_until
from support.records import raises, send, values
from support.runner import case
from support.stored import CODECS, batches
from support.world import World

CODEC_OPTIONS = dict(zip(CODECS, [
    Compression.None_, Compression.Gzip, Compression.Snappy, Compression.Lz4, Compression.Zstd,
]))


def _producer(world: World, topic: str, **options):
    builder = TopicProducerConfigBuilder()
    for name, value in options.items():
        getattr(builder, name)(value)
    return world.client.topic_producer_with_config(topic, builder.build())


def _stored(world: World, topic: str, partition: int = 0):
    return batches(world.cluster.partition_directory(topic, partition))


@case("batch_size: no stored batch is larger")
def _(world: World):
    topic = world.topic()
    sent = [os.urandom(100) for _ in range(200)]
    send(_producer(world, topic, batch_size=1000, linger=1000), [(b"", value) for value in sent])
    stored = _stored(world, topic)
    assert sum(batch.count for batch in stored) == 200
    assert all(batch.size <= 1000 for batch in stored) and max(batch.count for batch in stored) > 5, stored
    assert values(world.client, topic) == sent


@case("batch_size: a larger record goes alone")
def _(world: World):
    topic = world.topic()
    sent = [b"small", os.urandom(5000), b"small"]
    send(_producer(world, topic, batch_size=1000, linger=1000), [(b"", value) for value in sent])
    assert [batch.count for batch in _stored(world, topic)] == [1, 1, 1]
    assert values(world.client, topic) == sent


@case("linger: records that are sent meanwhile share a batch, without a flush")
def _(world: World):
    topic = world.topic()
    for linger in [2, 4, 8, 16]:
        producer = _producer(world, topic, linger=linger * 1000)
        before = len(_stored(world, topic))
        begin = time.monotonic()
        outputs = [producer.send(b"", b"value") for _ in range(50)]
        took = time.monotonic() - begin
        first = outputs[0].wait().offset()
        assert [output.wait().offset() for output in outputs[1:]] == list(range(first + 1, first + 50))
        # Where sending took longer, it says nothing of who shares a batch.
        if took < linger:
            assert [batch.count for batch in _stored(world, topic)[before:]] == [50]
            return
    raise AssertionError(f"50 records were not sent within {linger} s")


@case("linger 0: a record leaves at once, without a flush")
def _(world: World):
    topic = world.topic()
    producer = _producer(world, topic, linger=0)
    assert [producer.send(b"", b"value").wait().offset() for _ in range(5)] == [0, 1, 2, 3, 4]


for codec, option in CODEC_OPTIONS.items():

    @case(f"compression {codec}: stored with it, read as it was sent")
    def _(world: World, codec=codec, option=option):
        topic = world.topic()
        sent = [f"line {number} ".encode() * 20 for number in range(300)]
        send(_producer(world, topic, compression=option, linger=1000), [(b"", value) for value in sent])
        stored = _stored(world, topic)
        assert {batch.codec for batch in stored} == {codec}
        assert codec == "none" or sum(batch.size for batch in stored) < sum(map(len, sent)) / 2
        assert values(world.client, topic) == sent


@case("compression: batches of all codecs in one partition are read in a row")
def _(world: World):
    topic = world.topic()
    for codec, option in CODEC_OPTIONS.items():
        send(_producer(world, topic, compression=option), [(b"", codec.encode() * 50)] * 3)
    assert {batch.codec for batch in _stored(world, topic)} == set(CODECS)
    assert values(world.client, topic) == [codec.encode() * 50 for codec in CODECS for _ in range(3)]


@case("compression: a producer without one takes the topic's")
def _(world: World):
    for codec, option in CODEC_OPTIONS.items():
        spec = RawTopicSpec.new_computed(1, 1, False)
        spec.set_compression_type(option)
        topic = world.topic(spec=spec)
        send(world.client.topic_producer(topic), [(b"", b"value" * 100)])
        assert [batch.codec for batch in _stored(world, topic)] == [codec]
        assert values(world.client, topic) == [b"value" * 100]


@case("compression: another than the topic's is refused (by the official client itself)")
def _(world: World):
    spec = RawTopicSpec.new_computed(1, 1, False)
    spec.set_compression_type(Compression.Gzip)
    topic = world.topic(spec=spec)
    raises(lambda: _producer(world, topic, compression=Compression.Zstd), "does not match with topic level compression")


@case("delivery_semantic AtLeastOnce: every record is acknowledged")
def _(world: World):
    producer = _producer(world, world.topic(), delivery_semantic=DeliverySemantic.AtLeastOnce)
    assert send(producer, [(b"", b"value")] * 10) == [(0, number) for number in range(10)]


@case("delivery_semantic AtMostOnce: records arrive, though nobody waits for the answer")
def _(world: World):
    topic = world.topic()
    producer = _producer(world, topic, delivery_semantic=DeliverySemantic.AtMostOnce)
    for number in range(10):
        producer.send(b"", str(number).encode())
    producer.flush()
    wait_until(lambda: len(values(world.client, topic)) == 10, "10 records")


for isolation in [Isolation.ReadCommitted, Isolation.ReadUncommitted]:

    @case(f"isolation {str(isolation).split('.')[-1]}: records are acknowledged, and can be read")
    def _(world: World, isolation=isolation):
        topic = world.topic()
        sent = [str(number).encode() for number in range(10)]
        places = send(_producer(world, topic, isolation=isolation), [(b"", value) for value in sent])
        assert places == [(0, number) for number in range(10)]
        assert values(world.client, topic) == sent


@case("set_specific_partitioner: records go to this partition, whatever their keys")
def _(world: World):
    topic = world.topic(partitions=4)
    producer = _producer(world, topic, set_specific_partitioner=2)
    places = send(producer, [(str(number).encode(), b"value") for number in range(20)])
    assert places == [(2, number) for number in range(20)]
    assert len(values(world.client, topic, partitions=[2])) == 20
    assert values(world.client, topic, partitions=[0, 1, 3]) == []


@case("timeout: a long one and a short one are both acknowledged")
def _(world: World):
    topic = world.topic()
    for timeout in [600_000, 1]:
        producer = _producer(world, topic, timeout=timeout, isolation=Isolation.ReadCommitted)
        send(producer, [(b"", b"value")] * 5)
    assert len(values(world.client, topic)) == 10


@case("max_request_size: a larger record is refused by the official client, the next one goes through")
def _(world: World):
    topic = world.topic()
    producer = _producer(world, topic, max_request_size=500)
    raises(lambda: producer.send(b"", b"x" * 600), "exceeded maximum request size")
    send(producer, [(b"", b"small")])
    assert values(world.client, topic) == [b"small"]


@case("batch_queue_size: a queue of one batch takes 1,000 records, one after the other")
def _(world: World):
    topic = world.topic()
    producer = _producer(world, topic, batch_queue_size=1, batch_size=500)
    sent = [str(number).encode() * 10 for number in range(1000)]
    for value in sent:
        producer.send(b"", value)
    producer.flush()
    assert values(world.client, topic) == sent


@case("all options together")
def _(world: World):
    topic = world.topic(partitions=2)
    producer = _producer(
        world, topic, batch_size=32_768, batch_queue_size=10, linger=100, compression=Compression.Gzip,
        max_request_size=33_554_432, timeout=600_000, isolation=Isolation.ReadCommitted,
        delivery_semantic=DeliverySemantic.AtLeastOnce, set_specific_partitioner=1,
    )
    assert send(producer, [(b"", b"value")] * 100) == [(1, number) for number in range(100)]
    assert {batch.codec for batch in _stored(world, topic, 1)} == {"gzip"}
