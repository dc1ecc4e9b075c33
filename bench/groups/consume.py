"""A topic into a pipe, as JSON lines and as bytes."""

from bench import PYTHON

OFFICIAL = """
import sys
from fluvio import Fluvio, Offset
out = sys.stdout.buffer
stream = Fluvio.connect().partition_consumer(sys.argv[1], 0).stream(Offset.beginning())
for index, record in enumerate(stream, 1):
    out.write(bytes(record.value())); out.write(b"\\n")
    if index == int(sys.argv[2]): break
"""


def run(bench):
    bench.script("consume.py", OFFICIAL)
    topic = bench.fresh_topic()
    bench.shell(f"fluvio-cat produce {topic} < {bench.input}")
    same = lambda: topic
    bench.group("consume | cat, JSON lines", [
        ("fluvio-cat", same, "fluvio-cat consume -e {topic} | cat >/dev/null"),
        ("cat | cat", None, "cat {input} | cat >/dev/null"),
        ("official Python client", same, f"{PYTHON} consume.py {{topic}} {bench.lines} | cat >/dev/null"),
    ], {"cat | cat": "0.7x", "official Python client": "5x"})
    bench.group("consume --raw | cat", [
        ("fluvio-cat", same, "fluvio-cat consume -e --raw {topic} | cat >/dev/null"),
        ("cat | cat", None, "cat {input} | cat >/dev/null"),
    ], {"cat | cat": "1x"})
