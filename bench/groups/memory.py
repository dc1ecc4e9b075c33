"""Peak resident memory of more than a gigabyte on its way."""

import os

from bench import KCAT


def run(bench):
    copies = max(1, -(-10**9 // bench.bytes))
    big = os.path.join(bench.directory, "big.log")
    bench.shell(f"for i in $(seq {copies}); do cat {bench.input}; done > {big}")
    topic = bench.fresh_topic()
    size = f"{os.path.getsize(big) / 1e9:.1f} GB"
    for what, command, goal, remark in (
            (f"produce {size}", f"fluvio-cat produce {topic} < {big}", "64 MiB", "peak resident"),
            (f"consume {size}", f"fluvio-cat consume -e {topic} > /dev/null", "64 MiB", "peak resident"),
            (f"tee {size}", f"fluvio-tee {topic} < {big} > /dev/null", "64 MiB", "peak resident"),
            (f"kcat -P {size}", f"{KCAT} -l {big} 2>/dev/null", "", "peak resident, with its mock")):
        bench.row("memory", what, f"{bench.peak_memory(command):.0f} MiB", goal, remark)
    os.remove(big)
