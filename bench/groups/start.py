"""Start-up of the programs."""

import statistics


def run(bench):
    for command in ("fluvio-cat --version", "fluvio-tee --version", "kcat -V", "true"):
        samples = [bench.timed(command + " >/dev/null") * 1000 for _ in range(21)]
        bench.row("start-up", command, f"{statistics.median(samples):.1f} ms", "", "bash included")
