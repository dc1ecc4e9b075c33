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


def _profile(world: World, tls: str) -> None:
    """Writes the profile file as the official CLI writes it, with this in the place of its TLS tables."""
    world.cluster.profile.write_text(
        'version = "2.0"\ncurrent_profile = "vault"\n\n[profile.vault]\ncluster = "vault"\n\n[cluster.vault]\n'
        f'endpoint = "{world.cluster.endpoint}"\nuse_spu_local_address = false\n\n[cluster.vault.tls]\n{tls}\n')


def _both_ways(world: World) -> None:
    """The official client and our tools read what the other wrote."""
    topic = world.topic(partitions=2)
    sent = fill(world, topic, 300)
    assert [line["value"] for line in lines(world, topic)] == sent
    world.tool("fluvio-cat", "produce", "-q", topic, input=b"ours\n")
    assert sorted(values(world.client, topic)) == sorted(sent + [b"ours"])


@case("TLS: a profile in the form of the official CLI, with files")
def _(world: World):
    data = world.own_cluster("--tls", "auto").data / "tls"
    _profile(
        world, 'tls_policy = "verified"\ntls_source = "files"\n\n[cluster.vault.tls.certs]\ndomain = "fluvio.local"\n'
        f'key = "{data}/client.key"\ncert = "{data}/client.crt"\nca_cert = "{data}/ca.crt"')
    _both_ways(world)


@case("TLS: a profile in the form of the official CLI, with the certificates in it")
def _(world: World):
    data = world.own_cluster("--tls", "auto").data / "tls"
    read = lambda name: f'"""\n{(data / name).read_text()}"""'
    _profile(
        world, 'tls_policy = "verified"\ntls_source = "inline"\n\n[cluster.vault.tls.certs]\ndomain = "fluvio.local"\n'
        f'key = {read("client.key")}\ncert = {read("client.crt")}\nca_cert = {read("ca.crt")}')
    for name in ["client.key", "client.crt", "ca.crt"]:
        (data / name).rename(data / f"{name}.gone")
    _both_ways(world)


# The official client looks for the authority among those of the system even then.
@case("TLS: an anonymous profile is encrypted; our tools check nothing and warn, once")
def _(world: World):
    maker = world.own_cluster("--tls", "auto")
    maker.stop()
    world.number += 1_000
    world.own_cluster("--tls-cert", f"{maker.data}/tls/server.crt", "--tls-key", f"{maker.data}/tls/server.key")
    _profile(world, 'tls_policy = "anonymous"')
    raises(Fluvio.connect, "certificate verify failed")
    world.tool("fluvio-admin", "topic", "create", "t")
    world.tool("fluvio-cat", "produce", "t", input=b"ours\n")
    done = world.tool("fluvio-cat", "consume", "-e", "--raw", "t")
    assert done.stdout == b"ours\n"
    warning = done.stderr.decode()
    assert warning.count("\n") == 1 and "need not prove who they are" in warning, warning
