"""Listing and watching."""

from fluvio import FluvioAdmin

from support.records import fill
from support.runner import case
from support.world import World


def _watcher() -> FluvioAdmin:
    """A connection for a watch alone: in the official client, a watch with ten messages that nobody has read holds up
    every answer on its connection."""
    return FluvioAdmin.connect()


def _next(watch):
    """The watch's next message: its names, its changes, its number."""
    update = next(watch)
    changes = [_change(change) for change in update.changes()]
    return {item.name() for item in update.all()}, changes, update.epoch()


def _change(change) -> tuple[str, str]:
    topic = getattr(change, "metadata_topic_spec", None) or change.metadata_smart_module_spec
    assert change.is_update() != change.is_delete()
    return ("update" if change.is_update() else "delete", topic().name())


def _wait(watch, *expected: tuple[str, str]) -> None:
    """Reads on until these changes have come, in this order. Others' come between."""
    missing = list(expected)
    while missing:
        for change in _next(watch)[1]:
            if missing and change == missing[0]:
                missing.pop(0)


@case("all_topics: names every topic but the system's")
def _(world: World):
    topics = [world.topic() for _ in range(3)]
    names = [topic.name() for topic in world.admin.all_topics()]
    assert set(topics) <= set(names) and "consumer-offset" not in names
    assert len(names) == len(set(names))


@case("list_topics: a filter is a part of the name, several are alternatives, none is all")
def _(world: World):
    one, two = world.name("list-one"), world.name("list-two")
    for name in [one, two]:
        world.admin.create_topic(name)

    def names(*filters: str) -> set[str]:
        return {topic.name() for topic in world.admin.list_topics(list(filters))}

    prefix = f"c{world.number}-list-"
    assert names(one) == {one}
    assert names(prefix) == {one, two}
    assert names(one, two) == {one, two}
    assert names("not-there") == set()
    assert names(prefix + "o", "not-there") == {one}
    assert {one, two} <= names() and {one, two} <= names("")


@case("list_topics_with_params: with and without a summary")
def _(world: World):
    topic = world.topic()
    for summary in [True, False]:
        assert [t.name() for t in world.admin.list_topics_with_params([topic], summary)] == [topic]


@case("list_partitions: all of a topic's, whatever the filter, as in a real cluster")
def _(world: World):
    topic = world.topic(partitions=3)
    for filters in [[], [topic], ["not-there"]]:
        names = [partition.name() for partition in world.admin.list_partitions(filters)]
        assert {f"{topic}-{number}" for number in range(3)} <= set(names)


@case("watch_topic: everything at first, the system's topic too, then each change")
def _(world: World):
    topic, new = world.topic(), world.name()
    watch = _watcher().watch_topic()
    names, changes, epoch = _next(watch)
    assert {topic, "consumer-offset"} <= names and changes == []
    world.admin.create_topic(new)
    _wait(watch, ("update", new))
    world.admin.delete_topic(new)
    _wait(watch, ("delete", new))
    world.admin.create_topic(new)
    _wait(watch, ("update", new))
    world.admin.delete_topic(topic)
    _wait(watch, ("delete", topic))


@case("watch_topic: messages are numbered upwards")
def _(world: World):
    watch = _watcher().watch_topic()
    last = _next(watch)[2]
    for _ in range(5):
        world.topic()
        _, _, epoch = _next(watch)
        assert epoch > last
        last = epoch


@case("watch_topic: two watches see the same")
def _(world: World):
    watches = [_watcher().watch_topic() for _ in range(2)]
    topics = [world.topic() for _ in range(3)]
    for topic in topics:
        world.admin.delete_topic(topic)
    for watch in watches:
        _wait(watch, *[("delete", topic) for topic in topics])


@case("watch_topic: a watch that nobody reads holds up nobody")
def _(world: World):
    watch = _watcher().watch_topic()
    for _ in range(30):
        topic = world.topic()
        fill(world, topic, 1)
        world.admin.delete_topic(topic)
    _wait(watch, ("delete", topic))


@case("watch_smartmodule: everything at first, then each change")
def _(world: World):
    old, new = world.name(), world.name()
    path = str(world.file("module.wasm", b"\0asm\1\0\0\0"))
    world.admin.create_smartmodule(old, path, False)
    watch = _watcher().watch_smartmodule()
    assert old in _next(watch)[0]
    world.admin.create_smartmodule(new, path, False)
    _wait(watch, ("update", new))
    world.admin.delete_smartmodule(old)
    _wait(watch, ("delete", old))


@case("watch_smartmodule: where there are none, the first one is told")
def _(world: World):
    world.own_cluster()
    watch = _watcher().watch_smartmodule()
    assert _next(watch)[:2] == (set(), [])
    world.admin.create_smartmodule("first", str(world.file("module.wasm", b"\0asm\1\0\0\0")), False)
    _wait(watch, ("update", "first"))
