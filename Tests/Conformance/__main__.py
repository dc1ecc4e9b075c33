"""The official Fluvio client judges the local cluster and the tools.

    python Tests/Conformance DIRECTORY [WORD]...

DIRECTORY holds fluvio-admin and fluvio-cat. Only cases whose names contain one of the WORDs run; all without. Prints a
line per case and closes with `N passed, N failed`; exit status 1 if one failed.
"""

import importlib
import pathlib
import signal
import sys
import tempfile

from support.cluster import Cluster
from support.runner import CASES, run
from support.world import World

ORDER = [
    "producing", "options", "keys", "consuming", "selecting", "positions", "topics", "errors", "listing",
    "smartmodules", "profiles", "reading", "writing", "volume", "restart", "failover", "realdata", "tls", "frames",
    "websocket",
]


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    for name in ORDER:
        importlib.import_module(f"cases.{name}")
    words = sys.argv[2:]
    cases = [case for case in CASES if not words or any(word in case.name for word in words)]
    # An end by a signal stops the clusters too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="conformance-") as directory:
        world = World(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(directory))
        try:
            world.cluster.start()
            failed = run(cases, world)
        finally:
            for cluster in Cluster.all(world.directory, world.executables):
                cluster.stop()
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
