"""Writes frames, answers and requests as inputs of the fuzzer: corpus.py CORPUS."""

import os
import sys

(corpus,) = sys.argv[1:]
os.makedirs(corpus, exist_ok=True)


def frame(opcode, body=b"", final=True, mask=None):
    size = bytes([len(body)]) if len(body) < 126 else b"\x7e" + len(body).to_bytes(2, "big")
    if mask:
        size = bytes([size[0] | 0x80]) + size[1:] + mask
        body = bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))
    return bytes([opcode | (0x80 if final else 0)]) + size + body


STREAMS = [
    [(2, b"hello")], [(2, b"a", False), (9, b"ping"), (0, b"b", False), (0, b"c")], [(2, b"x" * 300), (2, b"")],
    [(8, b"\x03\xe8bye")], [(8, b"")], [(1, b"text")], [(10, b"x"), (2, b"y" * 126)], [(2, b"", False), (0, b"")],
]
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
ANSWERS = [
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + ACCEPT
    + b"\r\n\r\n\x82\x01x", b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.0 200 OK\n\nhello",
]
REQUESTS = [
    b"GET /x?token=a%2Bb&addr=h:1 HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://h:8\r\n\r\nmore",
    b"POST / HTTP/1.1\r\nHost: h\r\n\r\n",
]
inputs = []
for frames in STREAMS:
    inputs.append(b"\0\x04" + b"".join(frame(*one) for one in frames))
    inputs.append(b"\1\x04" + b"".join(frame(*one[:2], *(one[2:] or (True,)), mask=b"\1\2\3\4") for one in frames))
inputs += [b"\2\x40\1some bytes", b"\3\x40\1some bytes", b"\2\x40\x20others"]
inputs += [b"\4\x10" + answer for answer in ANSWERS] + [b"\5\x10" + request for request in REQUESTS]
for number, data in enumerate(inputs):
    with open(os.path.join(corpus, f"{number:03}"), "wb") as out:
        out.write(data)
