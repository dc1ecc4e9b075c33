"""Lines of a file and of a pipe into a topic."""

from bench import KCAT, PYTHON

OFFICIAL = """
import sys
from fluvio import Fluvio
producer = Fluvio.connect().topic_producer(sys.argv[1])
batch = []
for line in open(sys.argv[2], "rb"):
    batch.append((b"", line[:-1]))
    if len(batch) == 1000: producer.send_all(batch); batch = []
producer.send_all(batch)
producer.flush()
"""


def run(bench):
    bench.script("produce.py", OFFICIAL)
    bench.group("produce < FILE", [
        ("fluvio-cat", bench.fresh_topic, "fluvio-cat produce {topic} < {input}"),
        ("kcat", None, KCAT + " -l {input} 2>/dev/null"),
        ("official Python client", bench.fresh_topic, f"{PYTHON} produce.py {{topic}} {{input}}"),
        ("fluvio-cat FILE", bench.fresh_topic, "fluvio-cat produce {topic} {input}"),
        ("wc -l", None, "wc -l < {input} >/dev/null"),
    ], {"kcat": "3x", "fluvio-cat FILE": "0.9x"})
    bench.group("cat FILE | produce", [
        ("fluvio-cat", bench.fresh_topic, "cat {input} | fluvio-cat produce {topic}"),
        ("kcat", None, "cat {input} | " + KCAT + " 2>/dev/null"),
        ("cat | cat", None, "cat {input} | cat >/dev/null"),
    ], {"kcat": "2x"})
