"""What tools send to the controller: a relay in front of a cluster, and the requests of the recordings beside it."""

import json
import pathlib
import socket
import struct
import threading

CAPTURES = pathlib.Path(__file__).parent.parent.parent / "Captures"

# The controller's APIs for people who manage a cluster: create, delete, list, update.
ADMIN = {1001: "create", 1002: "delete", 1003: "list", 1005: "update"}
# Those of an SPU for the same people.
OFFSETS = {1007: "delete offset", 1008: "offsets"}


def split(frame: bytes) -> tuple[int, int, bytes]:
    """API key, version and body of a request without its length: correlation id and client's name left out."""
    api, version, _, name = struct.unpack(">HhIh", frame[:10])
    return api, version, frame[10 + max(0, name):]


def recorded(name: str) -> set[tuple[str, int, bytes]]:
    """The requests of a recording that manage the cluster, as (what, version, body)."""
    requests = set()
    for line in (CAPTURES / f"{name}.jsonl").read_text().splitlines():
        frame = json.loads(line)
        names = {9003: ADMIN, 9010: OFFSETS}.get(frame.get("port"), {})
        if frame.get("dir") == ">" and frame.get("api") in names and not frame.get("cut"):
            api, version, body = split(bytes.fromhex(frame["hex"])[4:])
            requests.add((names[api], version, body))
    return requests


class Relay:
    """Passes connections on to the controller, and those to its first SPU, and keeps the requests."""

    def __init__(self, endpoint: str, names: dict[int, str] = ADMIN, spu: str | None = None):
        host, port = endpoint.rsplit(":", 1)
        self.target = (host, int(port))
        self.names = names
        self.spu = Relay(spu, OFFSETS) if spu else None
        self.requests: list[tuple[str, int, bytes]] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()
        if self.spu:
            self.spu.server.close()

    @property
    def all(self) -> list[tuple[str, int, bytes]]:
        return self.requests + (self.spu.requests if self.spu else [])

    def _accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            upstream = socket.create_connection(self.target)
            threading.Thread(target=self._requests, args=(client, upstream), daemon=True).start()
            threading.Thread(target=self._pass, args=(upstream, client), daemon=True).start()

    def _requests(self, client, upstream):
        pending = b""
        while data := _receive(client):
            pending += data
            while len(pending) >= 4 and len(pending) >= 4 + (size := struct.unpack(">i", pending[:4])[0]):
                api, version, body = split(pending[4:4 + size])
                pending = pending[4 + size:]
                if api in self.names:
                    self.requests.append((self.names[api], version, body))
            # After it is kept: the tool may end, and be judged, as soon as the answer is there.
            upstream.sendall(data)
        _shut(upstream)

    def _pass(self, upstream, client):
        while data := _receive(upstream):
            client.sendall(self._named(data))
        _shut(client)

    def _named(self, data: bytes) -> bytes:
        """The controller's words with the relay's port in place of the SPU's: before a list of one address."""
        if not self.spu:
            return data

        def address(port: int) -> bytes:
            return struct.pack(">HIB", port, 1, 1)

        return data.replace(address(self.spu.target[1]), address(int(self.spu.endpoint.rsplit(":", 1)[1])))


def _receive(connection) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def _shut(connection):
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass
