"""Sends lines of standard input to a topic and writes what it holds then, through the C library.

    python3 records.py HOST:PORT TOPIC [LIBRARY] < lines
"""

import ctypes
import sys


class Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int32), ("message", ctypes.c_char * 1020)]


class Selection(ctypes.Structure):
    _fields_ = [
        ("position", ctypes.c_int32), ("has_partition", ctypes.c_int32), ("partition", ctypes.c_uint32),
        ("stops_at_end", ctypes.c_int32), ("reads_uncommitted", ctypes.c_int32), ("maximum_bytes", ctypes.c_int32),
        ("offset", ctypes.c_int64),
    ]


class Record(ctypes.Structure):
    _fields_ = [
        ("offset", ctypes.c_int64), ("timestamp", ctypes.c_int64), ("partition", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32), ("key", ctypes.c_void_p), ("key_length", ctypes.c_size_t),
        ("value", ctypes.c_void_p), ("value_length", ctypes.c_size_t),
    ]


def load(path: str) -> ctypes.CDLL:
    library = ctypes.CDLL(path)
    handle, text, error = ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(Error)
    library.fluvio_connect_address.argtypes, library.fluvio_connect_address.restype = [text, error], handle
    library.fluvio_close.argtypes, library.fluvio_close.restype = [handle], None
    library.fluvio_producer_open.argtypes, library.fluvio_producer_open.restype = [handle, text, error], handle
    library.fluvio_producer_send.argtypes = [
        handle, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, error]
    library.fluvio_producer_close.argtypes = [handle, error]
    library.fluvio_consumer_open.argtypes = [handle, text, ctypes.POINTER(Selection), error]
    library.fluvio_consumer_open.restype = handle
    library.fluvio_consumer_next.argtypes = [handle, ctypes.c_int, ctypes.POINTER(Record), error]
    library.fluvio_consumer_close.argtypes, library.fluvio_consumer_close.restype = [handle], None
    return library


def main(address: str, topic: str, path: str = "libfluvioclient.so.0") -> None:
    fluvio, error = load(path), Error()

    def checked(result):
        if result in (None, -1):
            sys.exit(error.message.decode())
        return result

    client = checked(fluvio.fluvio_connect_address(address.encode(), error))
    producer = checked(fluvio.fluvio_producer_open(client, topic.encode(), error))
    for line in sys.stdin.buffer:
        value = line.rstrip(b"\n")
        checked(fluvio.fluvio_producer_send(producer, None, 0, value, len(value), error))
    checked(fluvio.fluvio_producer_close(producer, error))
    consumer = checked(fluvio.fluvio_consumer_open(client, topic.encode(), Selection(stops_at_end=1), error))
    record = Record()
    while checked(fluvio.fluvio_consumer_next(consumer, 10000, record, error)) == 1:
        print(record.offset, ctypes.string_at(record.value, record.value_length).decode())
    fluvio.fluvio_consumer_close(consumer)
    fluvio.fluvio_close(client)


if __name__ == "__main__":
    main(*sys.argv[1:])
