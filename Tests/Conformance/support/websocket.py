"""WebSocket by an independent implementation, the `websockets` of PyPI: a proxy in front of a cluster, and a client."""

import asyncio
import struct
import threading
import urllib.parse

import websockets
from websockets.asyncio.server import serve


class Proxy:
    """Speaks WebSocket in front of a cluster as Fluvio's own proxy is known to: binary messages of up to 65,536 bytes, not
    in parts; anything else ends the connection with 1007; the end of the cluster's side comes as messages without a
    byte, one after the other. With `ping` it asks for signs of life all the time."""

    def __init__(self, token: str | None = None, ping: float | None = None, parts: int = 0, closes: bool = False):
        self.token, self.parts, self.closes, self.ping = token, parts, closes, ping
        self.queries: list[dict[str, list[str]]] = []
        self.wrong: list[str] = []
        self.pongs = 0
        self.ends = 0
        self.loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self._stop.set_result, None)
        self._thread.join(20)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve())

    async def _serve(self):
        self._stop = self.loop.create_future()
        async with serve(
            self._connection, "127.0.0.1", 0, process_request=self._admit, compression=None, max_size=65_536,
            ping_interval=None,
        ) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stop

    def _admit(self, connection, request):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.path).query, keep_blank_values=True)
        self.queries.append(query)
        for field in ("Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", "Origin"):
            if field in request.headers:
                self.wrong.append(field)
        if self.token is not None and query.get("token") != [self.token]:
            return connection.respond(403, "no token\n")
        return None

    async def _connection(self, socket):
        host, port = urllib.parse.parse_qs(urllib.parse.urlsplit(socket.request.path).query)["addr"][0].rsplit(":", 1)
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            return await socket.close(1011, "upstream")
        pinging = asyncio.create_task(self._pings(socket)) if self.ping else None
        up = asyncio.create_task(self._up(socket, writer))
        down = asyncio.create_task(self._down(socket, reader))
        await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        for task in (up, down, pinging):
            if task:
                task.cancel()
        writer.close()

    async def _pings(self, socket):
        while True:
            await (await socket.ping())
            self.pongs += 1
            await asyncio.sleep(self.ping)

    async def _up(self, socket, writer):
        try:
            # In parts as they come: a message in one part is one item.
            while True:
                parts = [part async for part in socket.recv_streaming()]
                if len([part for part in parts if part]) > 1 or any(isinstance(part, str) for part in parts):
                    self.wrong.append("text or parts")
                    return await socket.close(1007)
                if not b"".join(parts):
                    self.ends += 1
                    if writer.can_write_eof():
                        writer.write_eof()
                    await asyncio.sleep(3600)
                writer.write(parts[0])
                await writer.drain()
        except (websockets.ConnectionClosed, OSError):
            pass

    async def _down(self, socket, reader):
        try:
            while data := await reader.read(65_536):
                if self.parts:
                    await socket.send(data[start:start + self.parts] for start in range(0, len(data), self.parts))
                else:
                    await socket.send(data)
            if self.closes:
                return await socket.close()
            while True:
                await socket.send(b"")
                await asyncio.sleep(0)
        except (websockets.ConnectionClosed, OSError):
            pass


def versions_request() -> bytes:
    """The first request of a connection: ApiVersions, as the official client sends it."""
    def text(value: str) -> bytes:
        return struct.pack(">h", len(value)) + value.encode()

    body = struct.pack(">Hhi", 18, 2, 1) + text("judge") + text("0.18.1") + text("linux") + text("x86_64")
    return struct.pack(">i", len(body)) + body


async def answer(socket) -> bytes:
    """One whole answer, whatever messages it comes in; checks that none is text or longer than 65,536 bytes."""
    data = b""
    while len(data) < 4 or len(data) < 4 + struct.unpack(">i", data[:4])[0]:
        message = await asyncio.wait_for(socket.recv(), 60)
        assert isinstance(message, bytes) and 0 < len(message) <= 65_536, message
        data += message
    return data

