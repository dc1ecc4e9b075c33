"""What a case has: a cluster, the official client, the tools, a topic of its own."""

import json
import os
import pathlib
import subprocess

from fluvio import Fluvio, FluvioAdmin
from fluvio._fluvio_python import TopicSpec as RawTopicSpec

from support.cluster import Cluster, wait_until


class World:
    def __init__(self, executables: pathlib.Path, directory: pathlib.Path):
        self.executables = executables
        self.directory = directory
        self.number = 0
        # The one that all cases share. A case that stops its cluster takes one of its own.
        self.cluster = Cluster(directory / "cluster-shared", executables)
        self._topics = 0
        self._client = None
        self._admin = None

    def begin(self, number: int) -> None:
        """In the case's own process."""
        self.number = number
        os.environ["FLV_PROFILE_PATH"] = str(self.cluster.profile)

    def own_cluster(self, *options: str) -> Cluster:
        """Starts a cluster for this case alone, which is the one of the profile from now on."""
        self.cluster = Cluster(self.directory / f"cluster-{self.number}", self.executables, options)
        self.cluster.start()
        os.environ["FLV_PROFILE_PATH"] = str(self.cluster.profile)
        return self.cluster

    @property
    def client(self) -> Fluvio:
        self._client = self._client or Fluvio.connect()
        return self._client

    @property
    def admin(self) -> FluvioAdmin:
        self._admin = self._admin or FluvioAdmin.connect()
        return self._admin

    def name(self, word: str = "topic") -> str:
        """A name that no other case has."""
        self._topics += 1
        return f"c{self.number}-{word}-{self._topics}"

    def topic(self, partitions: int = 1, spec: RawTopicSpec | None = None) -> str:
        """Creates a topic of this case; its name."""
        name = self.name()
        self.create(name, spec or RawTopicSpec.new_computed(partitions, 1, False))
        return name

    def create(self, topic: str, spec: RawTopicSpec | None = None) -> None:
        """Creates a topic that the official client can use at once."""
        self.admin.create_topic(topic, spec)
        wait_until(lambda: self.knows(topic), f"the official client knows {topic}")

    def delete(self, topic: str) -> None:
        """Deletes a topic; the official client knows that it is gone."""
        self.admin.delete_topic(topic)
        wait_until(lambda: not self.knows(topic), f"the official client forgets {topic}")

    def knows(self, topic: str) -> bool:
        """Whether the official client has heard of the topic: it looks in what its watch brought, which may be late."""
        try:
            self.client.topic_producer(topic)
        except Exception as error:
            if "Topic not found" in str(error):
                return False
            raise
        return True

    def file(self, name: str, content: bytes) -> pathlib.Path:
        path = self.directory / f"case-{self.number}-{name}"
        path.write_bytes(content)
        return path

    def tool(
        self, *words: object, input: bytes = b"", status: int | None = 0, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess:
        """Runs a tool to its end, which must be this exit status; None: any."""
        name, *arguments = map(str, words)
        done = subprocess.run(
            [self.executables / name, *arguments],
            env={**self.cluster.environment, **(environment or {})}, input=input, capture_output=True, timeout=100,
        )
        if status is not None and done.returncode != status:
            text = done.stderr.decode(errors="replace").strip()
            raise AssertionError(f"{' '.join(map(str, words))}: exit status {done.returncode}: {text}")
        return done

    def describe(self, topic: str) -> dict:
        """The topic, as our own client sees it."""
        objects = json.loads(self.tool("fluvio-admin", "topic", "describe", "-O", "json", topic).stdout)
        return objects[0] if isinstance(objects, list) else objects
