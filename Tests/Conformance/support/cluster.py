"""Local clusters, as fluvio-admin starts and stops them."""

import json
import os
import pathlib
import random
import signal
import socket
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
        self._ports: tuple[str, str] | None = None

    @staticmethod
    def all(directory: pathlib.Path, executables: pathlib.Path) -> list["Cluster"]:
        """All clusters that were ever started below the directory."""
        return [Cluster(path.parent, executables) for path in directory.glob("cluster-*/data")]

    def start(self) -> None:
        """On free ports; on the same ones when started again."""
        self.directory.mkdir(exist_ok=True)
        attempts = 1 if self._ports else 5
        while True:
            ports = self._ports or (_lonely_port(), _lonely_port())
            attempts -= 1
            try:
                self._admin("start", "--port", ports[0], "--spu-port", ports[1], *self.options)
                self._ports = ports
                return
            except RuntimeError as error:
                # Somebody may have taken it since the look at it.
                if attempts == 0 or "Address already in use" not in str(error):
                    raise

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


def _lonely_port() -> str:
    """One that is free, below those that the system gives to who asks for any: a cluster that was away finds it free."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return str(port)
            except OSError:
                pass


def wait_until(condition, what: str, seconds: float = 60):
    """Waits until the condition is true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)
