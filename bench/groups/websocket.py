"""What a WebSocket costs beside plain TCP."""


def run(bench):
    data = f"{bench.directory}/ws"
    bench.shell(f"fluvio-admin cluster start --data-dir {data} --port 0 --spu-port 0 --ws-port 0 -P ws")
    try:
        bench.group("WebSocket: produce < FILE", [
            ("WebSocket", lambda: bench.fresh_topic("ws-ws"), "fluvio-cat produce -P ws-ws {topic} < {input}"),
            ("plain", bench.fresh_topic, "fluvio-cat produce {topic} < {input}"),
        ], {"plain": "0.5x"})
        topics = [bench.fresh_topic("ws-ws"), bench.fresh_topic()]
        bench.shell(f"fluvio-cat produce -P ws-ws {topics[0]} < {bench.input}")
        bench.shell(f"fluvio-cat produce {topics[1]} < {bench.input}")
        bench.group("WebSocket: consume --raw | cat", [
            ("WebSocket", lambda: topics[0], "fluvio-cat consume -e --raw -P ws-ws {topic} | cat >/dev/null"),
            ("plain", lambda: topics[1], "fluvio-cat consume -e --raw {topic} | cat >/dev/null"),
        ], {"plain": "0.5x"})
    finally:
        bench.shell(f"fluvio-admin -q cluster stop --data-dir {data}", check=False)
