"""How long one line takes."""

import subprocess
import time


def latency(bench, count=200):
    """Milliseconds from a line written into an open pipe to its record read from a waiting consumer's pipe."""
    topic = bench.fresh_topic()
    producer = subprocess.Popen(["fluvio-cat", "produce", topic], stdin=subprocess.PIPE, env=bench.env)
    consumer = subprocess.Popen(["fluvio-cat", "consume", topic], stdout=subprocess.PIPE, env=bench.env)
    samples = []
    for index in range(count):
        start = time.monotonic()
        producer.stdin.write(b"line %d\n" % index)
        producer.stdin.flush()
        consumer.stdout.readline()
        samples.append((time.monotonic() - start) * 1000)
        time.sleep(0.002)
    producer.stdin.close()
    producer.wait()
    consumer.terminate()
    consumer.wait()
    samples.sort()
    return samples[len(samples) // 2], samples[int(len(samples) * 0.99)]


def run(bench):
    median, worst = latency(bench)
    bench.row("one line, pipe to pipe", "median", f"{median:.2f} ms", "20 ms", f"p99 {worst:.2f} ms")
