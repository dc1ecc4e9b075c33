"""What is refused, and with which of Fluvio's errors."""

import asyncio

from fluvio import Offset, TopicSpec
from fluvio._fluvio_python import PartitionMap as RawPartitionMap
from fluvio._fluvio_python import TopicSpec as RawTopicSpec

from support.records import fill, lines, raises, values
from support.runner import case
from support.world import World

BAD_NAMES = ["", "A", "Topic", "a_b", "a.b", "a b", "-a", "a-", "ä", "a/b", "../a", "a\n", "x" * 64]


@case("a topic that there is: Topic already exists")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 3)
    raises(lambda: world.admin.create_topic(topic), "Topic already exists")
    # It is as it was.
    assert values(world.client, topic) == sent


@case("bad topic names: Invalid topic name")
def _(world: World):
    for name in BAD_NAMES:
        raises(lambda: world.admin.create_topic(name), "Invalid topic name")


@case("the longest and the shortest topic name")
def _(world: World):
    for name in ["x" * 63, "z"]:
        world.create(name)
        assert values(world.client, name) == []
        world.admin.delete_topic(name)


@case("a topic that there is not cannot be deleted: Topic not found")
def _(world: World):
    raises(lambda: world.admin.delete_topic("not-there"), "Topic not found")
    raises(lambda: world.admin.delete_topic("No Name"), "Topic not found")


@case("system topics cannot be deleted without force")
def _(world: World):
    name = world.name()
    world.admin.create_topic(name, TopicSpec.create().as_system_topic().build())
    for topic in [name, "consumer-offset"]:
        raises(lambda: world.admin.delete_topic(topic), f"system topic '{topic}' can only be deleted forcibly")
    raises(lambda: world.admin.create_topic("consumer-offset"), "Topic already exists")


@case("no partitions, no replicas: refused, nothing is created")
def _(world: World):
    name = world.name()
    raises(lambda: world.admin.create_topic(name, TopicSpec.create().with_partitions(0).build()), "partitions")
    raises(lambda: world.admin.create_topic(name, TopicSpec.create().with_replications(0).build()), "eplication")
    assert world.admin.list_topics([name]) == []


@case("negative numbers are refused by the official client itself")
def _(world: World):
    raises(lambda: TopicSpec.create().with_partitions(-1), "positive")
    raises(lambda: TopicSpec.create().with_replications(-1), "positive")


@case("more replicas than SPUs: told how many there are; the topic is kept and waits, as in a real cluster")
def _(world: World):
    name = world.name()
    error = TopicSpec.create().with_replications(3).build()
    raises(lambda: world.admin.create_topic(name, error), "3 SPUs", "1 is online")
    assert world.describe(name)["status"]["resolution"] == "InsufficientResources"
    raises(lambda: world.client.topic_producer(name), "Topic not found")
    world.admin.delete_topic(name)
    assert world.admin.list_topics([name]) == []


@case("retention below 10 seconds is refused")
def _(world: World):
    raises(lambda: _create(world, TopicSpec.create().with_retention_time(9)), "etention", "10 s")
    _create(world, TopicSpec.create().with_retention_time(10))


@case("segments below 1,024 bytes are refused")
def _(world: World):
    raises(lambda: _create(world, TopicSpec.create().with_segment_size(1023)), "egment size", "1024")
    _create(world, TopicSpec.create().with_segment_size(1024).with_max_partition_size(2048))


@case("a maximum partition size below 2,048 bytes, or below the segment size, is refused")
def _(world: World):
    spec = TopicSpec.create().with_segment_size(1024)
    raises(lambda: _create(world, spec.with_max_partition_size(2047)), "artition size", "2048")
    raises(lambda: _create(world, spec.with_segment_size(5000).with_max_partition_size(4999)), "segment size")
    _create(world, spec.with_segment_size(5000).with_max_partition_size(5000))


@case("assigned replicas that make no sense are refused")
def _(world: World):
    for assignment in [[], [(0, [])], [(0, [1])], [(1, [5001])], [(0, [5001]), (0, [5001])], [(0, [5001, 5001])],
                       [(0, [-1])], [(0, [5001]), (1, [5001, 5002])]]:
        spec = RawTopicSpec.new_assigned([RawPartitionMap.new(*entry) for entry in assignment])
        raises(lambda: world.admin.create_topic(world.name(), spec))
        assert world.admin.list_topics([f"c{world.number}-"]) == []


# The official consumer would ask again for ever; its partition_consumer tells.
@case("a topic that is deleted while it is read: the topic was deleted")
def _(world: World):
    topic = world.topic()
    fill(world, topic, 5)
    stream = world.client.partition_consumer(topic, 0).stream(Offset.beginning())
    assert [next(stream).offset() for _ in range(5)] == list(range(5))
    world.admin.delete_topic(topic)
    raises(lambda: next(stream), "the topic was deleted")


# Where the official client hears of the deletion from the SC before its request is answered, its producer waits for ever
# on a partition that is not there any more: its own fault, so waiting is let pass.
@case("a topic that is deleted while it is written: the producer is told or waits, and other topics go on")
def _(world: World):
    topic, other = world.topic(), world.topic()
    producer, second = world.client.topic_producer(topic), world.client.topic_producer(other)
    producer.send(b"", b"value").wait()
    world.admin.delete_topic(topic)
    taken = []

    async def send():
        for _ in range(100):
            await (await producer.async_send(b"", b"value")).async_wait()
            taken.append(True)

    async def try_for_a_while():
        try:
            await asyncio.wait_for(send(), 5)
        except Exception:
            pass  # Told, or still waiting.
        await (await second.async_send(b"", b"value")).async_wait()

    asyncio.run(try_for_a_while())
    assert len(taken) < 100, "a deleted topic takes records"
    # Not with the official client: it waits with Python's lock held, which the end of what was given up wants as well.
    assert [line["value"] for line in lines(world, other)] == [b"value"]


def _create(world: World, spec: TopicSpec) -> None:
    world.admin.create_topic(world.name(), spec.build())
