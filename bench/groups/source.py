"""Files into a topic: what is there, what is appended, and many files that are idle or grow."""

import os
import shutil
import signal
import statistics
import subprocess
import time

SOURCE = "fluvio-source-file"


def run(bench):
    bench.group("a log file into a topic", [
        (f"{SOURCE} --once", bench.fresh_topic, f"rm -rf state; {SOURCE} --once -q --state-dir state {{topic}} {{input}}"),
        ("fluvio-cat produce", bench.fresh_topic, "fluvio-cat -q produce {topic} <{input}"),
        ("wc -l", None, "wc -l <{input} >/dev/null"),
    ], {"fluvio-cat produce": "0.9x"})
    backlog(bench, 1_000)
    latency(bench)
    idle(bench, 10_000)
    growing(bench, 1_000)


class Source:
    """A source that follows all files of a directory."""

    def __init__(self, bench, options=""):
        self.directory = os.path.join(bench.directory, "logs")
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.rmtree(os.path.join(bench.directory, "state"), ignore_errors=True)
        os.mkdir(self.directory)
        self.bench, self.options = bench, options
        self.topic = bench.fresh_topic()

    def __enter__(self):
        self.process = subprocess.Popen(
            ["bash", "-c", f"exec {SOURCE} -q --state-dir state {self.options} {self.topic} 'logs/*.log'"],
            env=self.bench.env, cwd=self.bench.directory)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "a") as out:
            out.write(text)

    def wait(self, records):
        """Until the topic has so many records."""
        while int(self.bench.output(f"fluvio-cat consume -q -e --raw {self.topic} | wc -l")) < records:
            time.sleep(0.05)

    def processor(self):
        """Seconds of the processor that were used."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """Peak resident memory in MiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024


def backlog(bench, count):
    """A log that was rotated many times before the source is started: one file after the other."""
    directory = os.path.join(bench.directory, "backlog")
    os.mkdir(directory)
    bench.shell(f"split -n l/{count} -a 5 {bench.input} backlog/part.")
    for number, name in enumerate(sorted(os.listdir(directory))):
        os.rename(os.path.join(directory, name), os.path.join(directory, f"app.log.{count - number}"))
    oldest_first = " ".join(f"backlog/app.log.{number}" for number in range(count, 0, -1))
    bench.group(f"a log in {count} rotated files", [
        (f"{SOURCE} --once", bench.fresh_topic,
         f"rm -rf state; {SOURCE} --once -q --state-dir state {{topic}} 'backlog/app.log*'"),
        ("cat | fluvio-cat produce", bench.fresh_topic, f"cat {oldest_first} | fluvio-cat -q produce {{topic}}"),
    ])
    shutil.rmtree(directory)


def latency(bench):
    """From write(2) to the reader's output."""
    with Source(bench) as source:
        source.write("a.log", "first\n")
        source.wait(1)
        reader = subprocess.Popen(
            ["bash", "-c", f"exec fluvio-cat consume -q --raw {source.topic}"], env=bench.env,
            cwd=bench.directory, stdout=subprocess.PIPE)
        reader.stdout.readline()
        times = []
        for number in range(200):
            time.sleep(0.01)
            start = time.monotonic()
            source.write("a.log", f"{number}\n")
            reader.stdout.readline()
            times.append(time.monotonic() - start)
        reader.kill()
        reader.wait()
    times.sort()
    bench.row("an appended line, to the reader", "median", f"{1000 * statistics.median(times):.1f} ms", "20 ms",
              f"99 of 100: {1000 * times[197]:.1f} ms")


def idle(bench, count):
    source = Source(bench)
    for number in range(count):
        source.write(f"{number}.log", f"line {number}\n")
    with source:
        source.wait(count)
        time.sleep(12)  # the first looks are over, and what is left is what goes on
        start, before = time.monotonic(), source.processor()
        time.sleep(30)
        share = (source.processor() - before) / (time.monotonic() - start)
        bench.row(f"{count} idle files", "processor", f"{100 * share:.2f} %", "1 %")
        bench.row(f"{count} idle files", "memory", f"{source.memory():.0f} MiB", "64 MiB")


def growing(bench, count):
    source = Source(bench)
    for number in range(count):
        source.write(f"{number}.log", f"line {number}\n")
    rounds = 100
    with source:
        source.wait(count)
        start, before = time.monotonic(), source.processor()
        for turn in range(rounds):
            for number in range(count):
                source.write(f"{number}.log", f"line {number} of turn {turn}\n")
        source.wait(count * (rounds + 1))
        seconds = time.monotonic() - start
        bench.row(f"{count} growing files", "lines", f"{count * rounds / seconds:.0f} /s", "",
                  f"{100 * (source.processor() - before) / seconds:.0f} % of a core, {source.memory():.0f} MiB")
