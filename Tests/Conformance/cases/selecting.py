"""Reading several partitions, and several topics."""

import asyncio

from fluvio import ConsumerConfig, ConsumerConfigExtBuilder, Offset

from support.records import builder, consume, raises, seen, send, take
from support.runner import case
from support.world import World


def _filled(world: World, partitions: int = 4) -> tuple[str, dict[int, list[bytes]]]:
    """A topic with records in every partition, and what is in each."""
    topic = world.topic(partitions=partitions)
    records = [(str(number % 40).encode(), str(number).encode()) for number in range(400)]
    places = send(world.client.topic_producer(topic), records)
    found: dict[int, list[bytes]] = {partition: [] for partition in range(partitions)}
    for (partition, _), (_, value) in zip(places, records):
        found[partition].append(value)
    assert all(found.values())
    return topic, found


def _check(records, expected: list[list[bytes]]) -> None:
    """Every partition's records are there, in its order."""
    found = [record.value for record in records]
    assert sorted(found) == sorted(sum(expected, []))
    for values in expected:
        assert [value for value in found if value in set(values)] == values


@case("partitions: all of them without a choice")
def _(world: World):
    topic, sent = _filled(world)
    _check(consume(world.client, topic), list(sent.values()))


@case("partitions: one, two and all by number")
def _(world: World):
    topic, sent = _filled(world)
    for choice in [[0], [3], [1, 2], [3, 0], [0, 1, 2, 3]]:
        _check(consume(world.client, topic, partitions=choice), [sent[partition] for partition in choice])


@case("partitions: offsets count in each of them")
def _(world: World):
    topic, sent = _filled(world)
    for start, first in [(Offset.absolute(5), lambda _: 5), (Offset.from_end(5), lambda count: count - 5)]:
        for partition, values in sent.items():
            found = consume(world.client, topic, start, partitions=[partition])
            assert [record.offset for record in found] == list(range(first(len(values)), len(values)))
    found = consume(world.client, topic, Offset.from_end(2))
    _check(found, [values[-2:] for values in sent.values()])


@case("partitions: new records of each arrive in one stream")
def _(world: World):
    topic = world.topic(partitions=3)
    stream = world.client.consumer_with_config(builder(topic, Offset.end(), ends=False).build())
    places = send(world.client.topic_producer(topic), [(str(n).encode(), str(n).encode()) for n in range(30)])
    assert {partition for partition, _ in places} == {0, 1, 2}
    assert sorted(int(record.value) for record in take(stream, 30)) == list(range(30))


@case("partitions: one that there is not is an error")
def _(world: World):
    topic = world.topic(partitions=2)
    raises(lambda: consume(world.client, topic, partitions=[2]), f"Partition not found: {topic}-2")
    stream = world.client.partition_consumer(topic, 9).stream
    raises(lambda: stream(Offset.beginning()), f"Partition not found: {topic}-9")


@case("topic: one that there is not is an error of consumer and producer")
def _(world: World):
    raises(lambda: consume(world.client, "not-there"), "Topic not found: not-there")
    raises(lambda: world.client.topic_producer("not-there"), "Topic not found: not-there")
    raises(lambda: world.client.multi_partition_consumer("not-there").stream(Offset.beginning()), "not-there")


@case("topic: the builder's topic may be changed")
def _(world: World):
    topic, sent = _filled(world, partitions=1)
    made = ConsumerConfigExtBuilder("not-there")
    made.topic(topic)
    made.disable_continuous()
    made.offset_start(Offset.beginning())
    found = [seen(record) for record in world.client.consumer_with_config(made.build())]
    _check(found, list(sent.values()))


@case("multi_partition_consumer: all partitions of a topic")
def _(world: World):
    topic, sent = _filled(world)
    stream = world.client.multi_partition_consumer(topic).stream(Offset.beginning())
    _check(take(stream, 400), list(sent.values()))


@case("multi_partition_consumer, async")
def _(world: World):
    topic, sent = _filled(world)

    async def read():
        found = []
        async for record in await world.client.multi_partition_consumer(topic).async_stream(Offset.beginning()):
            found.append(seen(record))
            if len(found) == 400:
                return found

    _check(asyncio.run(read()), list(sent.values()))


@case("multi_topic_partition_consumer: chosen partitions of two topics")
def _(world: World):
    first, first_sent = _filled(world)
    second, _ = _filled(world, partitions=1)
    choice = [(first, 1), (first, 2), (second, 0)]
    stream = world.client.multi_topic_partition_consumer(choice).stream(Offset.beginning())
    count = len(first_sent[1]) + len(first_sent[2]) + 400
    found = [record.value for record in take(stream, count)]
    expected = first_sent[1] + first_sent[2] + [str(number).encode() for number in range(400)]
    assert sorted(found) == sorted(expected)


# Its Python part looks for a member that Offset has not: only the part below it can be used.
@case("multi_partition_consumer.stream_with_config: fails in the official client, works below its Python part")
def _(world: World):
    topic, sent = _filled(world)
    config = ConsumerConfig()
    config.disable_continuous()
    selection = world.client.multi_partition_consumer(topic)
    raises(lambda: list(selection.stream_with_config(Offset.beginning(), config)), "_inner")
    stream = selection._inner.stream_with_config(Offset.beginning(), config._inner)
    _check([seen(record) for record in iter(stream.next, None)], list(sent.values()))
