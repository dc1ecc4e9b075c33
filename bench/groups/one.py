"""One line from a process of its own to a reader that waits: beside kcat, whose broker mock serves two other kcats."""

import re
import statistics
import subprocess
import time


def arrivals(env, produce, consume, count=21):
    """Milliseconds from the start of a producer with one line to its arrival at the waiting consumer."""
    with subprocess.Popen(consume, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env) as reader:
        samples = []
        # The reader says when it is there: with the first line that it sees.
        send = lambda: subprocess.run(produce, input=b"line\n", env=env, check=True, stderr=subprocess.DEVNULL)
        time.sleep(2)
        send()
        reader.stdout.readline()
        for _ in range(count):
            start = time.monotonic()
            send()
            reader.stdout.readline()
            samples.append((time.monotonic() - start) * 1000)
        reader.terminate()
    return statistics.median(samples)


def run(bench):
    topic = bench.fresh_topic()
    ours = arrivals(bench.env, ["fluvio-cat", "produce", topic], ["fluvio-cat", "consume", "--new", topic])
    mock = subprocess.Popen(["kcat", "-b", "x", "-X", "test.mock.num.brokers=1", "-d", "mock", "-P", "-t", "none"],
                            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        broker = None
        while not broker:
            broker = re.search(r"bootstrap\.servers=([0-9.:]+)", mock.stderr.readline())
        where = ["-b", broker[1], "-t", "t", "-p", "0"]
        peer = arrivals(bench.env, ["kcat", "-P", *where], ["kcat", "-C", "-u", "-q", "-o", "end", *where])
    finally:
        mock.kill()
        mock.wait()
    title = "echo | produce to a waiting consume"
    bench.row(title, "fluvio-cat", f"{ours:.1f} ms", "", "both processes started per line")
    bench.row(title, "kcat", f"{peer:.1f} ms", "", "its broker is a mock; from an open pipe it sends at the end only")
