"""What stands in the cluster's files: the headers of the batches."""

import dataclasses
import pathlib
import struct

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


@dataclasses.dataclass
class Batch:
    base: int
    count: int
    codec: str
    # With its header.
    size: int
    first_timestamp: int
    max_timestamp: int


def batches(directory: pathlib.Path) -> list[Batch]:
    """All batches of a partition, oldest first (protocol: record batch, header)."""
    found = []
    for path in sorted(directory.glob("*.log")):
        data = path.read_bytes()
        position = 0
        while position < len(data):
            base, length = struct.unpack_from(">qi", data, position)
            attributes, delta, first, last = struct.unpack_from(">hiqq", data, position + 21)
            found.append(Batch(base, delta + 1, CODECS[attributes & 7], 12 + length, first, last))
            position += 12 + length
    return found
