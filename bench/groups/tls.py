"""What TLS costs beside plain TCP."""


def run(bench):
    data = f"{bench.directory}/tls"
    bench.shell(f"fluvio-admin cluster start --data-dir {data} --port 0 --spu-port 0 --tls auto -P tls")
    try:
        bench.group("TLS: produce < FILE", [
            ("TLS", lambda: bench.fresh_topic("tls"), "fluvio-cat produce -P tls {topic} < {input}"),
            ("plain", bench.fresh_topic, "fluvio-cat produce {topic} < {input}"),
        ])
        topics = [bench.fresh_topic("tls"), bench.fresh_topic()]
        bench.shell(f"fluvio-cat produce -P tls {topics[0]} < {bench.input}")
        bench.shell(f"fluvio-cat produce {topics[1]} < {bench.input}")
        bench.group("TLS: consume --raw | cat", [
            ("TLS", lambda: topics[0], "fluvio-cat consume -e --raw -P tls {topic} | cat >/dev/null"),
            ("plain", lambda: topics[1], "fluvio-cat consume -e --raw {topic} | cat >/dev/null"),
        ])
    finally:
        bench.shell(f"fluvio-admin -q cluster stop --data-dir {data}", check=False)
