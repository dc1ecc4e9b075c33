"""Local clusters, as fluvio-admin starts and stops them."""

import json
import os
import pathlib
import signal
import subprocess
import time


class Cluster:
    """A cluster with a directory and a profile of its own."""

    def __init__(self, directory: pathlib.Path, executables: pathlib.Path, options: tuple[str, ...] = ()):
        self.directory = directory
        self.executables = executables
        self.data = directory / "data"
        self.profile = directory / "config"
        # Of every start.
        self.options = options
        self._ports = ("0", "0")

    @staticmethod
    def all(directory: pathlib.Path, executables: pathlib.Path) -> list["Cluster"]:
        """All clusters that were ever started below the directory."""
        return [Cluster(path.parent, executables) for path in directory.glob("cluster-*/data")]

    def start(self) -> None:
        """On free ports; on the same ones when started again."""
        self.directory.mkdir(exist_ok=True)
        control, records = self._ports
        self._admin("start", "--port", control, "--spu-port", records, *self.options)
        status = self.status()
        self._ports = (status["endpoint"].split(":")[-1], status["spus"][0]["endpoint"].split(":")[-1])

    def stop(self) -> None:
        """Does nothing if it does not run."""
        self._admin("stop", check=False)

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """Its process dies without a word."""
        pid = self.status()["pid"]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists(), "the cluster's process is gone")

    def status(self) -> dict:
        return json.loads(self._admin("status", "-O", "json").stdout)

    @property
    def endpoint(self) -> str:
        return self.status()["endpoint"]

    def partition_directory(self, topic: str, partition: int = 0) -> pathlib.Path:
        return self.data / "spu-logs-5001" / f"{topic}-{partition}"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "FLV_PROFILE_PATH": str(self.profile)}

    def _admin(self, command: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        words = [self.executables / "fluvio-admin", "cluster", command, "--data-dir", self.data, *arguments]
        done = subprocess.run(
            words, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100
        )
        if check and done.returncode != 0:
            raise RuntimeError(f"cluster {command}: exit status {done.returncode}: {done.stderr.strip()}")
        return done


def wait_until(condition, what: str, seconds: float = 60):
    """Waits until the condition is true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)
