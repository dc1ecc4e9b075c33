"""A cluster that is stopped or killed, and started again on its directory and its ports."""

from fluvio import Fluvio, FluvioAdmin, Offset, OffsetManagementStrategy

from support.cluster import Cluster
from support.records import builder, consumer, fill, lines, raises, seen, send, take, values
from support.runner import case
from support.world import World

WAYS = {"stop": Cluster.stop, "kill -9": Cluster.kill}


def _again(world: World, way: str) -> None:
    """Ends the cluster and starts it. The world's clients go, as their connections have."""
    WAYS[way](world.cluster)
    world.cluster.start()
    world._client = world._admin = None


for way in WAYS:

    @case(f"{way} and start: topics, records and their settings are there, offsets go on")
    def _(world: World, way=way):
        world.own_cluster()
        topics = [world.topic(), world.topic(partitions=3)]
        sent = {topic: fill(world, topic, 100) for topic in topics}
        before = [world.describe(topic)["spec"] for topic in topics]
        for number in range(1, 4):
            _again(world, way)
            assert sorted(topic.name() for topic in world.admin.all_topics()) == sorted(topics)
            assert [world.describe(topic)["spec"] for topic in topics] == before
            for topic in topics:
                assert values(world.client, topic) == sent[topic]
                place = send(world.client.topic_producer(topic), [(b"", b"later")])
                assert place[0][1] == 99 + number
                sent[topic].append(b"later")
        assert [line["value"] for line in lines(world, topics[0])] == sent[topics[0]]

    @case(f"{way} and start: positions of consumers are there, those that were deleted are not")
    def _(world: World, way=way):
        world.own_cluster()
        topic = world.topic()
        fill(world, topic, 50)
        for name, count in [("one", 10), ("two", 20), ("gone", 30)]:
            stream = consumer(world.client, topic, strategy=OffsetManagementStrategy.MANUAL, consumer=name, ends=False)
            take(stream, count)
            stream.offset_commit()
            stream.offset_flush()
        world.client.delete_consumer_offset("gone", topic, 0)
        before = _positions(world)
        assert [(position[0], position[3]) for position in before] == [("one", 9), ("two", 19)]
        for _ in range(2):
            _again(world, way)
            assert _positions(world) == before
        stream = consumer(world.client, topic, strategy=OffsetManagementStrategy.MANUAL, consumer="two")
        assert [record.offset for record in take(stream, 30)] == list(range(20, 50))

    # The official consumer notices the end of its connection, and comes back after a second.
    @case(f"{way} and start: an open consumer goes on where it was")
    def _(world: World, way=way):
        world.own_cluster()
        topic = world.topic()
        fill(world, topic, 10)
        stream = consumer(world.client, topic, ends=False)
        assert [record.offset for record in take(stream, 10)] == list(range(10))
        WAYS[way](world.cluster)
        world.cluster.start()
        world.tool("fluvio-cat", "produce", topic, input=b"one\ntwo\n")
        assert [(r.offset, r.value) for r in take(stream, 2)] == [(10, b"one"), (11, b"two")]

    # It finds the new server by itself as long as nothing was under way. What is under way while a server goes, the
    # official producer waits for until its deadline of 60 s, then loses, and takes nothing more.
    @case(f"{way} and start: a producer with nothing under way goes on")
    def _(world: World, way=way):
        world.own_cluster()
        topic = world.topic()
        producer = world.client.topic_producer(topic)
        send(producer, [(b"", b"before")])
        WAYS[way](world.cluster)
        world.cluster.start()
        assert send(producer, [(b"", b"after")]) == [(0, 1)]
        assert values(Fluvio.connect(), topic) == [b"before", b"after"]

    # Neither partition_consumer nor watches try again; that is left to who uses them.
    @case(f"{way} and start: streams that do not try again end with an error, not with silence")
    def _(world: World, way=way):
        world.own_cluster()
        topic = world.topic()
        fill(world, topic, 3)
        stream = world.client.partition_consumer(topic, 0).stream(Offset.beginning())
        assert [seen(next(stream)).offset for _ in range(3)] == [0, 1, 2]
        watch = FluvioAdmin.connect().watch_topic()
        next(watch)
        WAYS[way](world.cluster)
        world.cluster.start()
        raises(lambda: next(stream), "Socket closed")
        raises(lambda: next(watch), "Socket closed")
        # A FluvioAdmin from before would wait for 60 s now, with Python's lock held: the official client's own.
        assert [topic.name() for topic in FluvioAdmin.connect().all_topics()] == [topic]


@case("a cluster that is down is an error at once; when it is up again, clients connect")
def _(world: World):
    cluster = world.own_cluster()
    topic = world.topic()
    cluster.stop()
    raises(Fluvio.connect, "Connection refused")
    raises(FluvioAdmin.connect, "Connection refused")
    cluster.start()
    assert values(Fluvio.connect(), topic) == []


@case("an official consumer with a consumer id goes on over two restarts, and reads nothing twice")
def _(world: World):
    world.own_cluster()
    topic = world.topic()
    fill(world, topic, 5)
    auto = OffsetManagementStrategy.AUTO
    made = builder(topic, ends=False, strategy=auto, consumer="reader")
    stream = world.client.consumer_with_config(made.build())
    found = [record.offset for record in take(stream, 5)]
    for number in range(2):
        world.cluster.restart()
        world.tool("fluvio-cat", "produce", topic, input=b"later\n")
        found += [record.offset for record in take(stream, 1)]
    assert found == list(range(7))


@case("a directory with a hundred partitions is there again after a kill -9")
def _(world: World):
    world.own_cluster()
    topics = [world.topic(partitions=20) for _ in range(5)]
    records = [(b"%d" % number, b"%d" % number) for number in range(500)]
    for topic in topics:
        send(world.client.topic_producer(topic), records)
    _again(world, "kill -9")
    for topic in topics:
        assert sorted(values(world.client, topic), key=int) == [value for _, value in records]


def _positions(world: World) -> list[tuple]:
    return sorted((o.consumer_id, o.topic, o.partition, o.offset, o.modified_time) for o in world.client.consumer_offsets())
