"""A topic beside a pipe."""

from bench import KCAT


def run(bench):
    # kcat reads a FIFO that is waited for: with tee >(kcat) the pipeline would be over before it is.
    bench.group("cat FILE | tee | cat", [
        ("fluvio-tee", bench.fresh_topic, "cat {input} | fluvio-tee {topic} | cat >/dev/null"),
        ("tee and kcat", None,
         f"rm -f f; mkfifo f; {KCAT} <f 2>/dev/null & cat {{input}} | tee f | cat >/dev/null; wait"),
        ("tee to a file", None, "cat {input} | tee copy.log | cat >/dev/null"),
        ("fluvio-tee --spool", bench.fresh_topic,
         "cat {input} | fluvio-tee --spool spool {topic} | cat >/dev/null"),
    ], {"tee and kcat": "1.5x"})
