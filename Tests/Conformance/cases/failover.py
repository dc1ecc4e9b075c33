"""A cluster of several SPUs: replicated topics, and the loss of a leader."""

from fluvio import Fluvio
from fluvio._fluvio_python import TopicSpec as RawTopicSpec

from support.cluster import wait_until
from support.records import fill, send, values
from support.runner import case
from support.world import World


def _topic(world: World) -> str:
    """On three SPUs, which all have a copy."""
    world.own_cluster("--spus", "3")
    topic = world.name()
    world.create(topic, RawTopicSpec.new_computed(1, 3, False))
    return topic


def _wait_for_equal_copies(world: World, topic: str) -> None:
    def are_equal() -> bool:
        copies = [path.read_bytes() for path in world.cluster.data.glob(f"spu-logs-*/{topic}-0/*.log")]
        return len(copies) == 3 and len(set(copies)) == 1 and copies[0] != b""

    wait_until(are_equal, "three equal copies")


def _wait_for_status(world: World, topic: str, leo: int) -> None:
    """What the controller knows of the copies is up to 0.4 s old, and elections go by it; and who is elected goes by what
    it knows itself of what all of them have."""

    def is_known() -> bool:
        shown = world.tool("fluvio-admin", "partition", "list", "--live", "-O", "json", topic).stdout
        return shown.count(b'"leo": %d' % leo) == 3 == shown.count(b'"hw": %d' % leo)

    wait_until(is_known, "the controller knows of all copies")


@case("a replicated topic takes the official client's records, on all SPUs alike")
def _(world: World):
    topic = _topic(world)
    sent = fill(world, topic, 500)
    _wait_for_equal_copies(world, topic)
    # The official client's producer does not wait for the copies, and its consumer ends at what all of them have.
    _wait_for_status(world, topic, 500)
    assert values(world.client, topic) == sent


@case("after a leader was killed, a new official client reads all, and writes on")
def _(world: World):
    topic = _topic(world)
    sent = fill(world, topic, 200)
    _wait_for_equal_copies(world, topic)
    _wait_for_status(world, topic, 200)
    leader = world.describe(topic)["status"]["replicaMap"]["0"][0]
    world.tool("fluvio-admin", "cluster", "spu", "kill", leader)
    client = Fluvio.connect()
    assert values(client, topic) == sent
    assert send(client.topic_producer(topic), [(b"", b"later")]) == [(0, 200)]
    world.tool("fluvio-admin", "cluster", "spu", "start", leader)
    _wait_for_equal_copies(world, topic)
    _wait_for_status(world, topic, 201)
    assert values(Fluvio.connect(), topic) == [*sent, b"later"]
