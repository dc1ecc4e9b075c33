"""Profiles: ours in the official client, the official ones in our tools, and settings without a profile."""

import os

from fluvio import Fluvio, FluvioAdmin, FluvioConfig, Offset

from support.records import fill, raises, seen, send, values
from support.runner import case
from support.world import World

OFFICIAL = """version = "2.0"
current_profile = "{current}"

[profile.bench]
cluster = "bench"

[profile.other]
cluster = "gone"

[cluster.bench]
endpoint = "{endpoint}"
use_spu_local_address = false

[cluster.bench.tls]
tls_policy = "disabled"

[cluster.bench.metadata]
installation = "local"

[cluster.gone]
endpoint = "localhost:1"
use_spu_local_address = false

[cluster.gone.tls]
tls_policy = "disabled"
"""


@case("profile: the one that `cluster start` made is the one that the official client takes")
def _(world: World):
    topic = world.topic()
    assert FluvioConfig.load() is not None
    client = Fluvio.connect_with_config(FluvioConfig.load())
    send(client.topic_producer(topic), [(b"", b"value")])
    assert values(Fluvio.connect(), topic) == [b"value"]


@case("profile: one in the official format is used by the official client and by our tools")
def _(world: World):
    text = OFFICIAL.format(current="bench", endpoint=world.cluster.endpoint)
    profile = str(world.file("config", text.encode()))
    os.environ["FLV_PROFILE_PATH"] = profile
    topic = world.topic()
    sent = fill(world, topic, 3)
    environment = {"FLV_PROFILE_PATH": profile}
    output = world.tool("fluvio-cat", "consume", "-e", "--raw", topic, environment=environment).stdout
    assert output.split() == sent


@case("profile: one that `profile add` wrote in an empty home leads the official client to what we made, and back")
def _(world: World):
    home = world.directory / f"case-{world.number}-home"
    home.mkdir()
    environment = {"HOME": str(home), "FLV_PROFILE_PATH": ""}
    topic = world.name()

    def tool(*words, **more):
        return world.tool(*words, environment=environment, **more).stdout

    tool("fluvio-admin", "profile", "add", "far", "localhost:1")
    tool("fluvio-admin", "profile", "add", "mine", world.cluster.endpoint, "local")
    tool("fluvio-admin", "profile", "rename", "mine", "ours")
    tool("fluvio-admin", "profile", "delete", "--yes", "far")
    tool("fluvio-admin", "topic", "create", "-p", "2", topic)
    tool("fluvio-cat", "produce", topic, input=b"1\n2\n")
    os.environ["FLV_PROFILE_PATH"] = str(home / ".fluvio" / "config")
    assert [found.name() for found in FluvioAdmin.connect().list_topics([topic])] == [topic]
    partitions = {found.name() for found in FluvioAdmin.connect().list_partitions([topic])}
    assert {f"{topic}-0", f"{topic}-1"} <= partitions
    assert sorted(values(Fluvio.connect(), topic, partitions=[0, 1])) == [b"1", b"2"]
    send(Fluvio.connect().topic_producer(topic), [(b"", b"3")])
    assert sorted(tool("fluvio-cat", "consume", "-e", "--raw", topic).split()) == [b"1", b"2", b"3"]


@case("profile: another than the current one can be chosen; the file stays as it is")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 3)
    path = world.file("config", OFFICIAL.format(current="other", endpoint=world.cluster.endpoint).encode())
    before = path.read_bytes()
    words = ["fluvio-cat", "consume", "-e", "--raw", topic]
    environment = {"FLV_PROFILE_PATH": str(path)}
    world.tool(*words, "--retry-for", "0", environment=environment, status=3)
    assert world.tool(*words, "-P", "bench", environment=environment).stdout.split() == sent
    environment["FLUVIO_PROFILE"] = "bench"
    assert world.tool(*words, environment=environment).stdout.split() == sent
    assert path.read_bytes() == before
    os.environ["FLV_PROFILE_PATH"] = str(path)
    raises(Fluvio.connect, "localhost:1")


@case("profile: none, or a broken one, is an error of the official client")
def _(world: World):
    for path in ["/not/there", str(world.file("config", b"no profile at all"))]:
        os.environ["FLV_PROFILE_PATH"] = path
        raises(Fluvio.connect, "no active profile")
        raises(FluvioAdmin.connect, "no active profile")


@case("FluvioConfig: an address alone, a client id, the SPU's local address")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 3)
    config = FluvioConfig.new("localhost:1")
    config.set_endpoint(world.cluster.endpoint)
    config.disable_tls()
    for local in [False, True]:
        config.set_use_spu_local_address(local)
        for change in [lambda: config.set_client_id("judge ünicode"), config.unset_client_id]:
            change()
            stream = Fluvio.connect_with_config(config).partition_consumer(topic, 0).stream(Offset.beginning())
            assert [seen(next(stream)).value for _ in range(3)] == sent
            assert FluvioAdmin.connect_with_config(config).list_topics([topic])[0].name() == topic


@case("FluvioConfig: nobody at the address is an error at once")
def _(world: World):
    config = FluvioConfig.new("localhost:1")
    raises(lambda: Fluvio.connect_with_config(config), "Connection refused")
    raises(lambda: FluvioAdmin.connect_with_config(config), "Connection refused")


@case("FluvioConfig: TLS towards a cluster without is an error, not a wait")
def _(world: World):
    config = FluvioConfig.new(world.cluster.endpoint)
    config.set_anonymous_tls()
    raises(lambda: Fluvio.connect_with_config(config), "handshake failed")
    # And the cluster is none the worse.
    assert values(world.client, world.topic()) == []


@case("100 clients one after the other, and 50 at once")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 2)
    for _ in range(100):
        FluvioAdmin.connect()
    clients = [Fluvio.connect() for _ in range(50)]
    for client in clients:
        assert values(client, topic) == sent
