"""What every group of benchmarks works with: a cluster, a log file, contenders that take turns, rows of the table."""

import os
import statistics
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.path.join(ROOT, ".build", "release")
PYTHON = os.path.join(ROOT, ".build", "python", "bin", "python")
LINE = 138  # bytes of a log line, its newline included
KCAT = "kcat -b x -X test.mock.num.brokers=1 -P -t t"  # a producer into the broker mock inside its own process


class Bench:
    def __init__(self, lines, rounds, directory):
        self.lines, self.rounds, self.directory = lines, rounds, directory
        self.input = os.path.join(directory, "input.log")
        self.env = dict(os.environ, FLV_PROFILE_PATH=os.path.join(directory, "config"), FLUVIO_PROFILE="bench",
                        PATH=BIN + os.pathsep + os.environ["PATH"])
        self.rows = []
        self.topic = 0
        self.topics = {}

    def write_input(self):
        with open(self.input, "wb") as out:
            for start in range(0, self.lines, 10_000):
                out.write(b"".join(
                    b"2026-11-25T10:00:00.%09dZ INFO request id=%012d " % (i % 10**9, i) + b"x" * (LINE - 61) + b"\n"
                    for i in range(start, min(start + 10_000, self.lines))))
        self.bytes = os.path.getsize(self.input)

    def script(self, name, text):
        """Puts a program of a peer into the working directory, where commands run."""
        with open(os.path.join(self.directory, name), "w") as out:
            out.write(text)

    def row(self, title, what, result, goal="", remark=""):
        self.rows.append((title, what, result, goal, remark))
        print("  ".join(self.rows[-1]), flush=True)

    def shell(self, command, check=True):
        return subprocess.run(["bash", "-c", "set -o pipefail; " + command], env=self.env, cwd=self.directory,
                              check=check, stdin=subprocess.DEVNULL)

    def output(self, command):
        """What a command writes."""
        return subprocess.run(["bash", "-c", command], env=self.env, cwd=self.directory, check=True,
                              stdout=subprocess.PIPE).stdout

    def timed(self, command):
        start = time.monotonic()
        self.shell(command)
        return time.monotonic() - start

    def peak_memory(self, command):
        """Peak resident memory in MiB of a single command (no pipeline)."""
        process = subprocess.Popen(["bash", "-c", "exec " + command], env=self.env, cwd=self.directory)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"bench: failed: {command}")
        return usage.ru_maxrss / 1024

    def fresh_topic(self, profile="bench"):
        if profile in self.topics:
            self.shell(f"fluvio-admin -P {profile} topic delete --yes {self.topics[profile]} 2>/dev/null")
        self.topic += 1
        self.topics[profile] = f"bench-{self.topic}"
        self.shell(f"fluvio-admin -P {profile} topic create {self.topics[profile]} 2>/dev/null")
        return self.topics[profile]

    def group(self, title, contenders, goal_of=None):
        """Runs the contenders in turn; each is (name, prepare or None, command with {topic}). The first is ours."""
        times = {name: [] for name, _, _ in contenders}
        for turn in range(self.rounds + 1):
            for name, prepare, command in contenders:
                topic = prepare() if prepare else None
                seconds = self.timed(command.format(topic=topic, input=self.input))
                if turn:  # the first turn warms caches and memory up
                    times[name].append(seconds)
        medians = {name: statistics.median(values) for name, values in times.items()}
        ours = contenders[0][0]
        for name, _, _ in contenders[1:]:
            goal = (goal_of or {}).get(name, "")
            self.row(title, f"{ours} / {name}", f"{medians[name] / medians[ours]:.2f}x", goal,
                     f"{self.lines / medians[ours] / 1e6:.2f} M lines/s")
