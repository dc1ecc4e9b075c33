"""Creating topics: every setting that the official client can name, as our own client then describes it."""

from fluvio import CommonCreateRequest, Compression, CompressionType, PartitionMap, TopicMode, TopicSpec
from fluvio._fluvio_python import PartitionMap as RawPartitionMap
from fluvio._fluvio_python import TopicSpec as RawTopicSpec

from support.cluster import wait_until
from support.records import fill, raises, values
from support.runner import case
from support.world import World


def _spec(world: World, spec: RawTopicSpec | None) -> dict:
    """Creates a topic like this; what it is kept as."""
    name = world.name()
    world.admin.create_topic(name, spec)
    return world.describe(name)["spec"]


def _computed(spec: dict) -> tuple:
    return tuple(spec["replicas"]["computed"].values())


def _names(world: World, word: str) -> list[str]:
    return sorted(topic.name() for topic in world.admin.list_topics([word]))


@case("create_topic without a specification: one partition, one replica, any codec, racks ignored")
def _(world: World):
    spec = _spec(world, None)
    assert _computed(spec) == (1, 1, True)
    assert (spec["compressionType"], spec["system"]) == ("Any", False)


@case("TopicSpec.create: the defaults of the official client's builder")
def _(world: World):
    assert _computed(_spec(world, TopicSpec.create().build())) == (1, 1, True)


# It takes what it is given for another of its fields.
@case("TopicSpec.new: the official client forgets its arguments")
def _(world: World):
    assert _computed(_spec(world, TopicSpec.new(2, 1, False).build())) == (1, 1, True)


@case("partitions: 1, 3 and 64, all of them ready when create_topic returns")
def _(world: World):
    for count in [1, 3, 64]:
        name = world.name()
        world.admin.create_topic(name, TopicSpec.create().with_partitions(count).build())
        topic = world.describe(name)
        assert _computed(topic["spec"])[0] == count
        assert topic["status"]["resolution"] == "Provisioned"
        assert topic["status"]["replicaMap"] == {str(partition): [5001] for partition in range(count)}
        ours = [p.name() for p in world.admin.list_partitions([]) if p.name().rpartition("-")[0] == name]
        assert len(ours) == count


@case("ignore rack: both ways")
def _(world: World):
    for ignore in [True, False]:
        assert _computed(_spec(world, TopicSpec.create().with_ignore_rack(ignore).build())) == (1, 1, ignore)


@case("retention time, segment size and maximum partition size as numbers")
def _(world: World):
    made = TopicSpec.create().with_retention_time(3600).with_segment_size(10_000).with_max_partition_size(50_000)
    spec = _spec(world, made.build())
    assert spec["cleanupPolicy"] == {"segment": {"timeInSeconds": 3600}}
    assert spec["storage"] == {"segmentSize": 10_000, "maxPartitionSize": 50_000}


@case("segment size and maximum partition size as texts")
def _(world: World):
    spec = _spec(world, TopicSpec.create().with_segment_size("10MB").with_max_partition_size("1GiB").build())
    assert spec["storage"] == {"segmentSize": 10_000_000, "maxPartitionSize": 1 << 30}


@case("maximum partition size above 4 GiB")
def _(world: World):
    spec = _spec(world, TopicSpec.create().with_max_partition_size(1 << 40).build())
    assert spec["storage"]["maxPartitionSize"] == 1 << 40


# It makes a fraction of the text, and then wants a whole number.
@case("retention time as a text: fails in the official client")
def _(world: World):
    raises(lambda: TopicSpec.create().with_retention_time("1h").build(), "float")


@case("retention time: the longest")
def _(world: World):
    spec = _spec(world, TopicSpec.create().with_retention_time((1 << 32) - 1).build())
    assert spec["cleanupPolicy"] == {"segment": {"timeInSeconds": (1 << 32) - 1}}


@case("compression: each codec, below the official client's Python part")
def _(world: World):
    for codec in ["None_", "Gzip", "Snappy", "Lz4", "Zstd"]:
        spec = RawTopicSpec.new_computed(1, 1, False)
        spec.set_compression_type(getattr(Compression, codec))
        assert _spec(world, spec)["compressionType"] == codec.rstrip("_")


# It hands a text to a part that wants a value.
@case("with_compression: fails in the official client")
def _(world: World):
    for codec in CompressionType:
        raises(lambda: TopicSpec.create().with_compression(codec).build(), "cannot be converted")


@case("assigned replicas, below the official client's Python part")
def _(world: World):
    spec = _spec(world, RawTopicSpec.new_assigned([RawPartitionMap.new(number, [5001]) for number in range(3)]))
    assert [(m["id"], m["replicas"]) for m in spec["replicas"]["assigned"]] == [(n, [5001]) for n in range(3)]


# It hands its own kind of map to a part that wants the one inside.
@case("with_assignment: fails in the official client")
def _(world: World):
    raises(lambda: TopicSpec.create().with_assignment([PartitionMap.new(0, [5001])]).build(), "PartitionMap")


@case("system topic: described and usable, not listed")
def _(world: World):
    name = world.name()
    world.create(name, TopicSpec.create().as_system_topic().build())
    assert _names(world, name) == []
    sent = fill(world, name, 3)
    assert values(world.client, name) == sent


@case("mirror topic: refused, with a text that says so")
def _(world: World):
    made = TopicSpec.create().as_mirror_topic()
    assert made.mode is TopicMode.MIRROR
    raises(lambda: world.admin.create_topic(world.name(), made.build()), "mirror topics are not kept by this cluster")


@case("dry run: checks, and creates nothing")
def _(world: World):
    name, spec = world.name(), RawTopicSpec.new_computed(1, 1, False)
    world.admin._inner.create_topic(name, True, spec)
    assert _names(world, name) == []
    world.admin.create_topic(name)
    raises(lambda: world.admin._inner.create_topic(name, True, spec), "Topic already exists")
    raises(lambda: world.admin._inner.create_topic("No", True, spec), "Invalid topic name")


# Its Python part passes one argument too many.
@case("create_topic_with_config: fails in the official client, works below its Python part")
def _(world: World):
    name, dry, spec = world.name(), world.name("dry"), RawTopicSpec.new_computed(2, 1, False)
    request = CommonCreateRequest.new(name, False, 1000)
    raises(lambda: world.admin.create_topic_with_config(name, request, spec), "arguments")
    world.admin._inner.create_topic_with_config(request._inner, spec)
    world.admin._inner.create_topic_with_config(CommonCreateRequest.new(dry, True, 1000)._inner, spec)
    assert _names(world, name) == [name] and _names(world, dry) == []


@case("delete_topic: it is gone, with its records")
def _(world: World):
    topic = world.topic(partitions=2)
    fill(world, topic, 10)
    assert world.cluster.partition_directory(topic).exists()
    world.admin.delete_topic(topic)
    assert _names(world, topic) == []
    wait_until(lambda: not world.cluster.partition_directory(topic, 1).exists(), "the files are gone")
    wait_until(lambda: not world.cluster.partition_directory(topic, 0).exists(), "the files are gone")


@case("delete_topic and create_topic again: the new one is empty, and begins at 0")
def _(world: World):
    topic = world.topic()
    for _ in range(3):
        sent = fill(world, topic, 5)
        assert values(world.client, topic) == sent
        world.delete(topic)
        world.create(topic)
        assert values(world.client, topic) == []


@case("a client that was there before hears of a new topic")
def _(world: World):
    world.client.topic_producer("consumer-offset")
    name = world.name()
    world.tool("fluvio-admin", "topic", "create", name)
    wait_until(lambda: world.knows(name), "the official client knows the topic")
    assert fill(world, name, 3) == values(world.client, name)


@case("100 topics: created, listed, used, deleted")
def _(world: World):
    names = [world.name("many") for _ in range(100)]
    for name in names:
        world.admin.create_topic(name)
    word = f"c{world.number}-many-"
    assert _names(world, word) == sorted(names)
    for name in names[::10]:
        wait_until(lambda: world.knows(name), "the official client knows the topic")
        assert fill(world, name, 2) == values(world.client, name)
    for name in names:
        world.admin.delete_topic(name)
    assert _names(world, word) == []
