"""WebSocket: an independent implementation judges both sides."""

import asyncio
import os
import subprocess
import urllib.parse

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from support.cluster import wait_until
from support.records import values
from support.runner import case
from support.websocket import Proxy, answer, versions_request
from support.world import World

NUMBERS = b"".join(b"%d\n" % number for number in range(50_000))


def _address(world: World, proxy: Proxy) -> str:
    """That of the cluster behind the proxy goes into the query, as in a profile that somebody wrote."""
    return f"ws://127.0.0.1:{proxy.port}/path?addr={urllib.parse.quote(world.cluster.endpoint)}"


def _through(world: World, proxy: Proxy, **environment: str) -> str:
    """The main job through a proxy in front of a cluster: what went in comes out, here and for the official client. The
    topic."""
    topic = world.topic()
    address = _address(world, proxy)
    big = os.urandom(700_000).replace(b"\n", b" ") + b"\n"
    for part in (NUMBERS, big):
        world.tool("fluvio-cat", "produce", "-q", "-c", address, topic, input=part, environment=environment)
    read = world.tool("fluvio-cat", "consume", "-e", "--raw", "-c", address, topic, environment=environment).stdout
    assert read == NUMBERS + big, f"{len(read)} bytes"
    listed = world.tool("fluvio-admin", "topic", "list", "-O", "name", "-c", address, environment=environment).stdout
    assert topic.encode() in listed.splitlines(), listed
    assert values(world.client, topic)[:3] == [b"0", b"1", b"2"]
    assert not proxy.wrong, proxy.wrong
    return topic


@case("WebSocket: the main job through a proxy that is as strict as Fluvio's own")
def _(world: World):
    world.own_cluster()
    with Proxy() as proxy:
        _through(world, proxy)
        servers = {query["addr"][0] for query in proxy.queries}
        spu = world.cluster.status()["spus"][0]["endpoint"]
        assert servers == {world.cluster.endpoint, spu}, servers
        for query in proxy.queries:
            domain = query.get("domain")
            assert domain == (["custom-spu-5001.127.0.0.1"] if query["addr"] == [spu] else None), query


@case("WebSocket: a proxy that sends parts, asks for signs of life, and closes")
def _(world: World):
    world.own_cluster()
    with Proxy(ping=0.01, parts=1000, closes=True) as proxy:
        topic = _through(world, proxy)
        # One that goes on is asked, and answers, for as long as it takes.
        words = [world.executables / "fluvio-cat", "consume", "--new", "-c", _address(world, proxy), topic]
        consumer = subprocess.Popen(words, env=world.cluster.environment, stdout=subprocess.DEVNULL)
        wait_until(lambda: proxy.pongs > 10, "ten signs of life")
        consumer.kill()
        consumer.wait()


@case("WebSocket: a token is sent with every connection, and its want is told")
def _(world: World):
    world.own_cluster()
    with Proxy(token="t+/=") as proxy:
        _through(world, proxy, FLUVIO_WS_TOKEN="t+/=")
        refused = world.tool(
            "fluvio-cat", "consume", "-e", "-c", f"ws://127.0.0.1:{proxy.port}", "--retry-for", "0", "t", status=2,
            environment={"FLUVIO_WS_TOKEN": "wrong-token"}).stderr
        assert b"403 Forbidden" in refused and b"wrong-token" not in refused, refused


@case("WebSocket: the cluster is lost behind the proxy while a producer waits, and nothing with it")
def _(world: World):
    world.own_cluster()
    topic = world.topic()
    with Proxy() as proxy:
        address = f"ws://127.0.0.1:{proxy.port}?addr={world.cluster.endpoint}"
        words = [world.executables / "fluvio-cat", "produce", "-q", "-c", address, topic]
        producer = subprocess.Popen(
            words, env=world.cluster.environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        producer.stdin.write(b"".join(b"%d\n" % number for number in range(1, 1001)))
        producer.stdin.flush()
        wait_until(lambda: len(values(world.client, topic)) == 1000, "the first thousand records")
        world.cluster.kill()
        world.cluster.start()
        _, errors = producer.communicate(b"".join(b"%d\n" % number for number in range(1001, 2001)), timeout=100)
        assert producer.returncode == 0, errors
        read = world.tool("fluvio-cat", "consume", "-e", "--raw", topic).stdout
        assert read == b"".join(b"%d\n" % number for number in range(1, 2001)), f"{len(read)} bytes"


def _port(world: World) -> str:
    world.own_cluster("--ws-port", "0")
    return world.cluster.status()["webSocket"].split("?")[0]


def _connect(address: str, **options):
    return connect(address, compression=None, ping_interval=None, **options)


@case("WebSocket: `--ws-port` answers a client of the independent implementation, whatever its messages are")
def _(world: World):
    address = _port(world)
    spu = world.cluster.status()["spus"][0]["endpoint"]
    request = versions_request()

    async def judge():
        for server in (world.cluster.endpoint, spu):
            async with _connect(f"{address}?addr={server}") as socket:
                await socket.send(request)
                assert (await answer(socket))[4:8] == request[8:12]
                # A byte at a time; in parts, with pings in between; two in one.
                for byte in request:
                    await socket.send(bytes([byte]))
                await answer(socket)
                await socket.send(request[start:start + 3] for start in range(0, len(request), 3))
                await answer(socket)
                await (await socket.ping(b"x" * 125))
                await socket.send(request + request)
                both = await answer(socket)
                if len(both) == len(await_one := both[:4 + int.from_bytes(both[:4], "big")]):
                    both += await answer(socket)
                assert len(both) == 2 * len(await_one)
            assert socket.close_code == 1000, socket.close_code

    asyncio.run(judge())


@case("WebSocket: `--ws-port` offers nothing that was not asked for, and takes nothing that it offers not")
def _(world: World):
    address = _port(world)

    async def judge():
        # The client offers compression and a subprotocol; neither may be taken.
        async with connect(address, subprotocols=["fluvio"]) as socket:
            assert socket.subprotocol is None and not socket.protocol.extensions
            await socket.send(versions_request())
            await answer(socket)

    asyncio.run(judge())


@case("WebSocket: `--ws-port` ends a connection for what must not be sent, and says why")
def _(world: World):
    address = _port(world)

    async def ended(send) -> int:
        async with _connect(address) as socket:
            await send(socket)
            try:
                while True:
                    await asyncio.wait_for(socket.recv(), 60)
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006

    async def text(socket):
        await socket.send("text")

    def raw(frame: bytes):
        """What the library itself would not send."""
        async def send(socket):
            async with socket.send_context():
                socket.protocol.writes.append(frame)

        return send

    async def judge():
        assert await ended(text) == 1003
        assert await ended(raw(b"\xc2\x81\0\0\0\0x")) == 1002, "bits of an extension"
        assert await ended(raw(b"\x80\x81\0\0\0\0x")) == 1002, "nothing to go on with"
        assert await ended(raw(b"\x82\x01x")) == 1002, "not masked"
        # A message without a byte is the end of what this side has to say: the cluster says the same, and closes.
        async with _connect(address) as socket:
            await socket.send(versions_request())
            await answer(socket)
            await socket.send(b"")
            assert await asyncio.wait_for(socket.recv(), 60) == b""
            try:
                await asyncio.wait_for(socket.recv(), 60)
            except ConnectionClosed as closed:
                assert closed.rcvd.code == 1000, closed

    asyncio.run(judge())


@case("WebSocket: `--ws-port` is no open relay, and no door for pages of other sites")
def _(world: World):
    address = _port(world)

    async def status(query: str, **options) -> int:
        try:
            async with _connect(address + query, **options):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    async def judge():
        assert await status("?addr=example.org:80") == 403
        assert await status("?addr=localhost:22") == 403
        assert await status("?addr=") == 403
        assert await status("", origin="http://evil.example") == 403
        assert await status("", origin="http://localhost:3000") == 101
        assert await status("") == 101

    asyncio.run(judge())
