"""Sending: each way the official client has, and what it says of what it sent."""

import asyncio
import threading
import time

from fluvio import Fluvio

from support.records import consume, raises, send, values
from support.runner import case
from support.world import World


@case("send: a record has the partition and the offset that its output says")
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer(topic)
    output = producer.send(b"key", b"value")
    producer.flush()
    place = output.wait()
    assert (place.partition_id(), place.offset()) == (0, 0)
    [record] = consume(world.client, topic)
    assert (record.offset, record.key, record.value) == (0, b"key", b"value")


@case("send: an output says where its record is once only")
def _(world: World):
    producer = world.client.topic_producer(world.topic())
    output = producer.send(b"", b"value")
    producer.flush()
    assert output.wait() is not None
    assert output.wait() is None


@case("send_string: UTF-8, with an empty key (the official client has no way to send none)")
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer(topic)
    producer.send_string("Grüße, 世界 🌍")
    producer.flush()
    [record] = consume(world.client, topic)
    assert (record.key, record.value) == (b"", "Grüße, 世界 🌍".encode())


@case("send_all: records keep their order, outputs count the offsets")
def _(world: World):
    topic = world.topic()
    sent = [str(number).encode() for number in range(500)]
    places = send(world.client.topic_producer(topic), [(b"", value) for value in sent])
    assert places == [(0, number) for number in range(500)]
    assert values(world.client, topic) == sent


@case("send: keys and values may be lists of numbers")
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer(topic)
    producer.send([107, 0], [118, 255])
    producer.flush()
    [record] = consume(world.client, topic)
    assert (record.key, record.value) == (b"k\0", b"v\xff")


@case("send: every byte in keys and values arrives as it is")
def _(world: World):
    topic = world.topic()
    every = bytes(range(256))
    send(world.client.topic_producer(topic), [(every, every[::-1]), (b"\0", b"\n"), (b"\r\n", b"\xff\xfe")])
    found = consume(world.client, topic)
    assert [(r.key, r.value) for r in found] == [(every, every[::-1]), (b"\0", b"\n"), (b"\r\n", b"\xff\xfe")]


@case("send: an empty value is a record")
def _(world: World):
    topic = world.topic()
    send(world.client.topic_producer(topic), [(b"key", b""), (b"", b"")])
    assert [(r.key, r.value) for r in consume(world.client, topic)] == [(b"key", b""), (b"", b"")]


@case("send: None is refused by the official client itself")
def _(world: World):
    producer = world.client.topic_producer(world.topic())
    raises(lambda: producer.send(None, b"value"), "NoneType")
    raises(lambda: producer.send(b"", None), "NoneType")


@case("flush: nothing is pending, and it returns")
def _(world: World):
    topic = world.topic(partitions=3)
    producer = world.client.topic_producer(topic)
    producer.flush()
    send(producer, [(b"", b"value")])
    producer.flush()
    producer.flush()
    assert values(world.client, topic) == [b"value"]


@case("flush: what was sent before it can be read after it")
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer(topic)
    for round in range(5):
        for number in range(20):
            producer.send(b"", f"{round}-{number}".encode())
        producer.flush()
        assert len(values(world.client, topic)) == 20 * (round + 1)


@case("async: async_send, async_send_string, async_send_all, async_flush and async_wait")
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer(topic)

    async def produce():
        one = await producer.async_send(b"key", b"one")
        two = await producer.async_send_string("two")
        rest = await producer.async_send_all([(b"", b"three"), (b"", b"four")])
        await producer.async_flush()
        places = [await output.async_wait() for output in [one, two, *rest]]
        return [(place.partition_id(), place.offset()) for place in places]

    assert asyncio.run(produce()) == [(0, 0), (0, 1), (0, 2), (0, 3)]
    assert values(world.client, topic) == [b"one", b"two", b"three", b"four"]


@case("async: many sends at once keep the order in which they were begun")
def _(world: World):
    topic = world.topic()
    producer = world.client.topic_producer(topic)

    async def produce():
        for number in range(300):
            await producer.async_send(b"", str(number).encode())
        await producer.async_flush()

    asyncio.run(produce())
    assert values(world.client, topic) == [str(number).encode() for number in range(300)]


@case("two producers of one client take turns in one partition")
def _(world: World):
    topic = world.topic()
    first, second = world.client.topic_producer(topic), world.client.topic_producer(topic)
    places = [send(producer, [(b"", b"value")]) for producer in [first, second] * 5]
    assert places == [[(0, number)] for number in range(10)]


@case("producers of several topics share a client")
def _(world: World):
    topics = [world.topic(), world.topic(partitions=2), world.topic()]
    producers = [world.client.topic_producer(topic) for topic in topics]
    for number in range(10):
        for topic, producer in zip(topics, producers):
            producer.send(b"", f"{topic} {number}".encode())
    for producer in producers:
        producer.flush()
    for topic in topics:
        assert values(world.client, topic) == [f"{topic} {number}".encode() for number in range(10)]


@case("20 producers at once, each with a connection of its own, lose and mix up nothing")
def _(world: World):
    topic = world.topic(partitions=3)
    failures = []

    def produce(number: int):
        try:
            producer = Fluvio.connect().topic_producer(topic)
            for index in range(100):
                producer.send(f"key-{number}".encode(), f"{number} {index}".encode())
            producer.flush()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=produce, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    found: dict[int, list[int]] = {}
    for record in consume(world.client, topic):
        number, index = record.value.split()
        assert record.key == b"key-" + number
        found.setdefault(int(number), []).append(int(index))
    assert found == {number: list(range(100)) for number in range(20)}


@case("a record's timestamp is the time at which it was sent")
def _(world: World):
    topic = world.topic()
    before = int(time.time() * 1000)
    send(world.client.topic_producer(topic), [(b"", b"one"), (b"", b"two")])
    after = int(time.time() * 1000)
    records = consume(world.client, topic)
    assert len(records) == 2
    assert all(before <= record.timestamp <= after for record in records), (before, records, after)
