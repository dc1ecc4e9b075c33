"""Which partition a key belongs to."""

from support.records import consume, send
from support.runner import case
from support.world import World

# Partition of a key, of 3, 7 and 10 partitions (protocol: partitioner).
KNOWN = {
    b"": (2, 3, 9), b"a": (1, 2, 7), b"key": (2, 6, 6), b"hello": (2, 2, 4), b"user-42": (0, 6, 9),
    b"0123456789abcdef": (0, 4, 3),
}


@case("keys: known keys are in the partitions that every client puts them in")
def _(world: World):
    for index, count in enumerate([3, 7, 10]):
        topic = world.topic(partitions=count)
        places = send(world.client.topic_producer(topic), [(key, key) for key in KNOWN])
        assert [place[0] for place in places] == [partitions[index] for partitions in KNOWN.values()]
        for partition in range(count):
            found = [record.key for record in consume(world.client, topic, partitions=[partition])]
            assert found == [key for key in KNOWN if KNOWN[key][index] == partition]


@case("keys: one key's records stay in order")
def _(world: World):
    topic = world.topic(partitions=5)
    records = [(f"key-{number % 7}".encode(), str(number).encode()) for number in range(700)]
    send(world.client.topic_producer(topic), records)
    found: dict[bytes, list[bytes]] = {}
    for record in consume(world.client, topic):
        found.setdefault(record.key, []).append(record.value)
    assert found == {f"key-{key}".encode(): [str(n).encode() for n in range(key, 700, 7)] for key in range(7)}
