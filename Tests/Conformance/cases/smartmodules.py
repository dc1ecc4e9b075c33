"""SmartModules: kept as objects; their use is refused with Fluvio's own errors."""

import os

from fluvio import ConsumerConfig, Offset, SmartModuleKind

from support.records import fill, raises, seen
from support.runner import case
from support.world import World

MODULE = b"\0asm\1\0\0\0"


def _names(world: World, *filters: str) -> list[str]:
    return sorted(module.name() for module in world.admin.list_smartmodules(list(filters)))


def _create(world: World, content: bytes = MODULE) -> str:
    name = world.name("module")
    world.admin.create_smartmodule(name, str(world.file("module.wasm", content)), False)
    return name


def _read(world: World, **module) -> list[bytes]:
    """What a consumer with this SmartModule reads."""
    topic = world.topic()
    fill(world, topic, 3)
    config = ConsumerConfig()
    config.disable_continuous()
    config.smartmodule(**module)
    stream = world.client.partition_consumer(topic, 0).stream_with_config(Offset.beginning(), config)
    return [seen(record).value for record in stream]


@case("SmartModule: created, listed, deleted")
def _(world: World):
    first, second = _create(world), _create(world)
    assert {first, second} <= set(_names(world))
    assert _names(world, first) == [first]
    world.admin.delete_smartmodule(first)
    assert first not in _names(world) and second in _names(world)


@case("SmartModule: created again, it is replaced")
def _(world: World):
    name = _create(world)
    world.admin.create_smartmodule(name, str(world.file("other.wasm", MODULE + b"\0")), False)
    assert _names(world, name) == [name]


@case("SmartModule: a large one is kept")
def _(world: World):
    name = _create(world, MODULE + os.urandom(3_000_000))
    assert _names(world, name) == [name]
    world.admin.delete_smartmodule(name)


@case("SmartModule: one that there is not cannot be deleted: SmartModule not found")
def _(world: World):
    raises(lambda: world.admin.delete_smartmodule("not-there"), "SmartModule not found")


@case("SmartModule: a file that there is not is an error of the official client")
def _(world: World):
    raises(lambda: world.admin.create_smartmodule("module", "/not/there.wasm", False), "No such file")
    raises(lambda: ConsumerConfig().smartmodule(path="/not/there.wasm"), "No such file")


@case("SmartModule: kept over a restart of the cluster")
def _(world: World):
    cluster = world.own_cluster()
    name = _create(world)
    cluster.restart()
    world._admin = None
    assert _names(world) == [name]


@case("consuming with a SmartModule by name: refused, and the name is told")
def _(world: World):
    raises(lambda: _read(world, name="not-there"), "SmartModule not-there was not found")
    # Kept, but not run.
    raises(lambda: _read(world, name=_create(world)), "SmartModule")


@case("consuming with a SmartModule of its own: refused, and told why")
def _(world: World):
    path = str(world.file("module.wasm", MODULE))
    raises(lambda: _read(world, path=path), "SmartModule is invalid", "runs no SmartModules")


@case("consuming with a SmartModule of each kind, with parameters: refused")
def _(world: World):
    path = str(world.file("module.wasm", MODULE))
    for kind in SmartModuleKind:
        aggregate = [b"start"] if kind is SmartModuleKind.Aggregate else None
        raises(lambda: _read(world, path=path, kind=kind, params={"a": "b", "c": ""}, aggregate=None), "SmartModule")
        raises(lambda: _read(world, name="not-there", kind=kind, params={"a": "b"}), "not-there")


@case("consuming with a SmartModule that is refused harms nobody else on the connection")
def _(world: World):
    topic = world.topic()
    sent = fill(world, topic, 5)
    stream = world.client.partition_consumer(topic, 0).stream(Offset.beginning())
    assert seen(next(stream)).value == sent[0]
    raises(lambda: _read(world, name="not-there"))
    assert [seen(next(stream)).value for _ in range(4)] == sent[1:]


@case("a SmartModule needs either a name or a path, says the official client")
def _(world: World):
    raises(lambda: ConsumerConfig().smartmodule(), "Require either a path or a name")
    raises(lambda: ConsumerConfig().smartmodule(name="a", path="b"), "Only specify one")
