"""Positions that consumers store."""

import time

from fluvio import Fluvio, Offset, OffsetManagementStrategy

from support.cluster import wait_until
from support.records import consume, consumer, fill, lines, raises, take
from support.runner import case
from support.world import World

MANUAL, AUTO = OffsetManagementStrategy.MANUAL, OffsetManagementStrategy.AUTO


def _stored(world: World, name: str) -> dict[tuple[str, int], int]:
    return {(o.topic, o.partition): o.offset for o in world.client.consumer_offsets() if o.consumer_id == name}


def _offsets(world: World, topic: str, name: str, start: Offset | None = None, **options) -> list[int]:
    """What the consumer reads when it comes again; it stores nothing."""
    return [r.offset for r in consume(world.client, topic, start, strategy=MANUAL, consumer=name, **options)]


def _commit(world: World, topic: str, name: str, count: int, **options) -> None:
    """Reads some records and stores how far it came."""
    stream = consumer(world.client, topic, strategy=MANUAL, consumer=name, ends=False, **options)
    take(stream, count)
    stream.offset_commit()
    stream.offset_flush()


@case("manual: the position is listed, and the next stream continues behind it")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    before = int(time.time())
    _commit(world, topic, name, 4)
    [stored] = [o for o in world.client.consumer_offsets() if o.consumer_id == name]
    assert (stored.topic, stored.partition, stored.offset) == (topic, 0, 3)
    assert before <= stored.modified_time <= int(time.time())
    assert _offsets(world, topic, name) == list(range(4, 10))


@case("manual: another client sees the position at once")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    _commit(world, topic, name, 4)
    other = Fluvio.connect()
    assert [o.offset for o in other.consumer_offsets() if o.consumer_id == name] == [3]
    assert consume(other, topic, strategy=MANUAL, consumer=name)[0].offset == 4


@case("manual: nothing is stored without a commit")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    stream = consumer(world.client, topic, strategy=MANUAL, consumer=name)
    take(stream, 5)
    stream.offset_flush()
    assert _stored(world, name) == {}
    assert _offsets(world, topic, name) == list(range(10))


@case("manual: a commit names the last record that was handed out")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    stream = consumer(world.client, topic, strategy=MANUAL, consumer=name)
    for count in [1, 2, 3]:
        take(stream, count)
        stream.offset_commit()
        stream.offset_flush()
    assert _stored(world, name) == {(topic, 0): 5}
    # Again, with nothing new: no error, nothing changes.
    stream.offset_commit()
    stream.offset_flush()
    assert _stored(world, name) == {(topic, 0): 5}


@case("manual: a consumer that read to the end gets new records only")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    _commit(world, topic, name, 10)
    assert _offsets(world, topic, name) == []
    fill(world, topic, 3)
    assert _offsets(world, topic, name) == [10, 11, 12]


@case("manual: commit and flush without a strategy are errors of the official client")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 1)
    stream = consumer(world.client, topic)
    take(stream, 1)
    raises(stream.offset_commit, "the offset management is disabled for the stream")
    raises(stream.offset_flush, "the offset management is disabled for the stream")


@case("a strategy without a consumer id is an error of the official client")
def _(world: World):
    topic = world.topic()
    raises(lambda: consumer(world.client, topic, strategy=MANUAL), "Consumer id is required")
    raises(lambda: consumer(world.client, topic, strategy=AUTO), "Consumer id is required")


@case("a consumer id without a strategy begins behind the position, and stores nothing")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    _commit(world, topic, name, 4)
    found = consume(world.client, topic, consumer=name, strategy=OffsetManagementStrategy.NONE)
    assert [record.offset for record in found] == list(range(4, 10))
    assert _stored(world, name) == {(topic, 0): 3}


@case("auto: what was handed out is stored when the stream goes away")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    stream = consumer(world.client, topic, strategy=AUTO, consumer=name, ends=False)
    take(stream, 7)
    del stream
    wait_until(lambda: _stored(world, name) == {(topic, 0): 6}, "the position is 6")
    assert _offsets(world, topic, name) == [7, 8, 9]


@case("auto: the first record's position is stored at once")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    stream = consumer(world.client, topic, strategy=AUTO, consumer=name, ends=False)
    take(stream, 1)
    wait_until(lambda: _stored(world, name) == {(topic, 0): 0}, "the position is 0")
    take(stream, 1)


@case("auto: streams one after the other read everything once")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 30)
    found = []
    for count in range(1, 8):
        stream = consumer(world.client, topic, strategy=AUTO, consumer=name, ends=False)
        found += [record.offset for record in take(stream, min(count, 30 - len(found)))]
        last = found[-1]
        del stream
        wait_until(lambda: _stored(world, name) == {(topic, 0): last}, f"the position is {last}")
    assert found == list(range(28))


@case("auto: commit and flush by hand work too")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    stream = consumer(world.client, topic, strategy=AUTO, consumer=name, ends=False)
    take(stream, 5)
    stream.offset_commit()
    stream.offset_flush()
    assert _stored(world, name) == {(topic, 0): 4}


@case("start absolute ignores the position")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    _commit(world, topic, name, 4)
    assert _offsets(world, topic, name, Offset.absolute(1)) == list(range(1, 10))


@case("start from_beginning counts from the position")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    _commit(world, topic, name, 4)
    assert _offsets(world, topic, name, Offset.from_beginning(2)) == list(range(6, 10))


@case("start from_end counts back from the position")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    _commit(world, topic, name, 4)
    assert _offsets(world, topic, name, Offset.from_end(2)) == list(range(2, 10))
    assert _offsets(world, topic, name, Offset.end()) == list(range(4, 10))


@case("consumers have positions of their own")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 10)
    names = [world.name("reader") for _ in range(3)]
    for index, name in enumerate(names):
        _commit(world, topic, name, index + 1)
    for index, name in enumerate(names):
        assert _stored(world, name) == {(topic, 0): index}
        assert _offsets(world, topic, name)[0] == index + 1


@case("partitions and topics have positions of their own")
def _(world: World):
    name = world.name()
    topics = [world.topic(partitions=3), world.topic()]
    # "a" is in partition 1 of 3, "user-42" in 0.
    for key in [b"a", b"user-42"]:
        fill(world, topics[0], 10, key)
    fill(world, topics[1], 10)
    _commit(world, topics[0], name, 3, partitions=[1])
    _commit(world, topics[0], name, 5, partitions=[0])
    _commit(world, topics[1], name, 7)
    assert _stored(world, name) == {(topics[0], 1): 2, (topics[0], 0): 4, (topics[1], 0): 6}
    assert _offsets(world, topics[0], name, partitions=[1]) == list(range(3, 10))


@case("one stream over several partitions stores a position in each")
def _(world: World):
    topic, name = world.topic(partitions=3), world.name()
    for key in [b"a", b"user-42", b"key"]:
        fill(world, topic, 5, key)
    _commit(world, topic, name, 15)
    assert _stored(world, name) == {(topic, partition): 4 for partition in range(3)}
    assert _offsets(world, topic, name) == []


@case("delete_consumer_offset: the consumer begins anew")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    _commit(world, topic, name, 4)
    world.client.delete_consumer_offset(name, topic, 0)
    assert _stored(world, name) == {}
    assert _offsets(world, topic, name) == list(range(10))


@case("delete_consumer_offset: one that there is not is no error")
def _(world: World):
    topic = world.topic()
    world.client.delete_consumer_offset(world.name(), topic, 0)
    world.client.delete_consumer_offset(world.name(), "not-there", 7)


@case("a topic that is deleted and made again has no positions")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    _commit(world, topic, name, 4)
    world.delete(topic)
    assert _stored(world, name) == {}
    world.create(topic)
    fill(world, topic, 3)
    assert _offsets(world, topic, name) == [0, 1, 2]


@case("500 commits in a row: the last one counts")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 500)
    stream = consumer(world.client, topic, strategy=MANUAL, consumer=name)
    for _ in range(500):
        take(stream, 1)
        stream.offset_commit()
        stream.offset_flush()
    assert _stored(world, name) == {(topic, 0): 499}


# The same positions from the command line.


@case("tools: the official client goes on where fluvio-cat consume -g was")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 10)
    output = world.tool("fluvio-cat", "consume", "--raw", "-g", name, "-n", 4, topic).stdout
    assert output.split() == [b"0", b"1", b"2", b"3"]
    assert _stored(world, name) == {(topic, 0): 3}
    assert _offsets(world, topic, name) == list(range(4, 10))


@case("tools: fluvio-cat consume -g goes on where the official client was, in every partition")
def _(world: World):
    topic, name = world.topic(3), world.name()
    for key in [b"a", b"b", b"c", b"d", b"e"]:
        fill(world, topic, 6, key)
    ends = {p: len(consume(world.client, topic, partitions=[p])) for p in range(3)}
    used = [p for p in range(3) if ends[p] > 2]
    for partition in used:
        _commit(world, topic, name, 2, partitions=[partition])
    left = lines(world, topic, "-g", name)
    expected = {(p, o) for p in range(3) for o in range(2 if p in used else 0, ends[p])}
    assert {(line["partition"], line["offset"]) for line in left} == expected
    assert _stored(world, name) == {(topic, p): ends[p] - 1 for p in range(3) if ends[p]}
    assert lines(world, topic, "-g", name) == []


@case("tools: fluvio-cat and the official client take turns with one consumer")
def _(world: World):
    topic, name = world.topic(), world.name()
    fill(world, topic, 12)
    for start in (0, 6):
        assert [line["offset"] for line in lines(world, topic, "-g", name, "-n", 3)] == list(range(start, start + 3))
        stream = consumer(world.client, topic, strategy=MANUAL, consumer=name, ends=False)
        assert [record.offset for record in take(stream, 3)] == list(range(start + 3, start + 6))
        stream.offset_commit()
        stream.offset_flush()
    assert lines(world, topic, "-g", name) == []
