"""Calls every function of the C library once: what stands here is what wrappers in Python are made of.

    python3 everything.py [HOST:PORT [TOPIC [LIBRARY]]]
"""

import ctypes
import json
import sys

from records import Record, Selection, load

VISITOR = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Record), ctypes.c_void_p)


def load_all(path):
    """The library with the functions that records.py has no use for, and the type of its errors."""
    library = load(path)
    handle, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32
    error = library.fluvio_connect_address.argtypes[1]
    library.fluvio_version.restype = text
    library.fluvio_connect.argtypes, library.fluvio_connect.restype = [text, error], handle
    library.fluvio_producer_flush.argtypes = [handle, error]
    library.fluvio_fetch.argtypes = [
        handle, text, size, ctypes.c_int64, ctypes.c_int64, VISITOR, ctypes.c_void_p, error]
    library.fluvio_fetch.restype = ctypes.c_int64
    library.fluvio_topic_create.argtypes = [handle, text, size, size, error]
    library.fluvio_topic_delete.argtypes = [handle, text, error]
    # Not a c_char_p: Python would copy the text and lose the pointer that is to be freed.
    library.fluvio_topic_list.argtypes, library.fluvio_topic_list.restype = [handle, error], handle
    library.fluvio_free.argtypes, library.fluvio_free.restype = [handle], None
    return library, error._type_()


def main(address=None, topic="everything", path="libfluvioclient.so.0"):
    fluvio, error = load_all(path)
    name = topic.encode()

    def checked(result):
        if result is None or result < 0:
            sys.exit(f"everything: {error.message.decode()} ({error.code})")
        return result

    # Without an address, the current profile's cluster.
    client = checked(
        fluvio.fluvio_connect_address(address.encode(), error) if address else fluvio.fluvio_connect(None, error))
    checked(fluvio.fluvio_topic_create(client, name, 2, 1, error))
    topics = checked(fluvio.fluvio_topic_list(client, error))
    described = [entry for entry in json.loads(ctypes.string_at(topics)) if entry["name"] == topic]
    fluvio.fluvio_free(topics)
    print("listed", described[0]["spec"]["replicas"]["computed"]["partitions"])

    producer = checked(fluvio.fluvio_producer_open(client, name, error))
    for line in (b"one", b"two", b"three", b"four"):
        checked(fluvio.fluvio_producer_send(producer, None, 0, line, len(line), error))
    checked(fluvio.fluvio_producer_flush(producer, error))
    checked(fluvio.fluvio_producer_close(producer, error))

    consumer = checked(fluvio.fluvio_consumer_open(
        client, name, Selection(stops_at_end=1, reads_uncommitted=1), error))
    record, count = Record(), 0
    while checked(fluvio.fluvio_consumer_next(consumer, 10000, record, error)) == 1:
        count += 1
    fluvio.fluvio_consumer_close(consumer)
    print("read", count)

    fetched = []

    def visit(record, _):
        fetched.append(ctypes.string_at(record[0].value, record[0].value_length).decode())
        return 0

    # Records without keys go round the partitions.
    checked(fluvio.fluvio_fetch(client, name, 1, 0, 10, VISITOR(visit), None, error))
    print("fetched", *fetched)
    checked(fluvio.fluvio_topic_delete(client, name, error))
    fluvio.fluvio_close(client)
    print("version", fluvio.fluvio_version().decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
