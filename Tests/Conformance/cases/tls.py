"""TLS: the profile that `cluster start --tls auto` made is all that the official client needs."""

from fluvio import Fluvio

from support.records import fill, lines, raises, send, values
from support.runner import case
from support.world import World


@case("TLS: the official client and our tools read what the other wrote, with the profile of `--tls auto`")
def _(world: World):
    world.own_cluster("--tls", "auto")
    text = world.cluster.profile.read_text()
    assert 'tls_policy = "verified"' in text and 'domain = "fluvio.local"' in text, text
    topic = world.topic(partitions=3)
    sent = fill(world, topic, 500)
    assert values(world.client, topic) == sent
    assert [line["value"] for line in lines(world, topic)] == sent
    world.tool("fluvio-cat", "produce", "-q", topic, input=b"ours\n" * 2000)
    assert sorted(values(world.client, topic)) == sorted(sent + [b"ours"] * 2000)


@case("TLS: 20 MB from the official client and back")
def _(world: World):
    world.own_cluster("--tls", "auto")
    topic = world.topic()
    sent = [bytes([number % 251]) * 1000 for number in range(20_000)]
    send(world.client.topic_producer(topic), [(b"", value) for value in sent])
    assert values(world.client, topic, max_bytes=8_000_000) == sent


@case("TLS: the official client is told when it lacks the authority")
def _(world: World):
    world.own_cluster("--tls", "auto")
    world.cluster.profile.write_text(
        world.cluster.profile.read_text().replace("data/tls/ca.crt", "data/tls/client.crt"))
    raises(lambda: Fluvio.connect(), "certificate")
