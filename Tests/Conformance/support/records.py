"""Producing and consuming with the official client in one call each."""

import base64
import dataclasses
import json

from fluvio import ConsumerConfigExtBuilder, Fluvio, Offset

from support.world import World

# What the official client says is the key of a record without one.
NO_KEY = b"No key"


@dataclasses.dataclass(frozen=True)
class Seen:
    """A record that was read."""

    offset: int
    key: bytes | None
    value: bytes
    timestamp: int = dataclasses.field(compare=False, default=-1)


def seen(record) -> Seen:
    return Seen(record.offset(), bytes(record.key()), bytes(record.value()), record.timestamp())


def builder(
    topic: str, start: Offset | None = None, partitions: list[int] = [], strategy=None, consumer: str | None = None,
    ends: bool = True, max_bytes: int | None = None,
) -> ConsumerConfigExtBuilder:
    made = ConsumerConfigExtBuilder(topic)
    made.offset_start(start or Offset.beginning())
    for partition in partitions:
        made.partition(partition)
    if ends:
        made.disable_continuous()
    if strategy is not None:
        made.offset_strategy(strategy)
    if consumer is not None:
        made.offset_consumer(consumer)
    if max_bytes is not None:
        made.max_bytes(max_bytes)
    return made


def consumer(client: Fluvio, topic: str, start: Offset | None = None, **options):
    return client.consumer_with_config(builder(topic, start, **options).build())


def consume(client: Fluvio, topic: str, start: Offset | None = None, **options) -> list[Seen]:
    """What there is now."""
    return [seen(record) for record in consumer(client, topic, start, **options)]


def values(client: Fluvio, topic: str, start: Offset | None = None, **options) -> list[bytes]:
    return [record.value for record in consume(client, topic, start, **options)]


def take(stream, count: int) -> list[Seen]:
    return [seen(next(stream)) for _ in range(count)]


def send(producer, records: list[tuple[bytes, bytes]]) -> list[tuple[int, int]]:
    """Sends keys and values and waits until they are stored; their partitions and offsets."""
    outputs = producer.send_all(records)
    producer.flush()
    places = [output.wait() for output in outputs]
    return [(place.partition_id(), place.offset()) for place in places]


def fill(world: World, topic: str, count: int, key: bytes = b"") -> list[bytes]:
    """Sends the values 0, 1, 2, … with one key, so to one partition."""
    sent = [str(number).encode() for number in range(count)]
    send(world.client.topic_producer(topic), [(key, value) for value in sent])
    return sent


def lines(world: World, topic: str, *options: object) -> list[dict]:
    """What `fluvio-cat consume` reads, with keys and values as bytes."""
    output = world.tool("fluvio-cat", "consume", "-e", *options, topic).stdout
    found = [json.loads(line) for line in output.splitlines()]
    for line in found:
        for member in ("key", "value"):
            if line.get(member) is not None:
                is_base64 = line.get(f"{member}_enc") == "base64"
                line[member] = base64.b64decode(line[member]) if is_base64 else line[member].encode()
    return found


def raises(body, *words: str) -> Exception:
    """The error that the body must end with; its text must contain the words."""
    try:
        result = body()
    except Exception as error:
        missing = [word for word in words if word not in str(error)]
        assert not missing, f"{type(error).__name__}: {error!s} lacks {missing}"
        return error
    raise AssertionError(f"no error but {result!r}")
