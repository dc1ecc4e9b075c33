"""Named cases, each in a process of its own: the official client waits for ever in places, with Python's lock held."""

import dataclasses
import faulthandler
import os
import select
import signal
import sys
import time
import traceback
from typing import Callable

from support.world import World

# Cases spend much of their time waiting for each other's side.
AT_ONCE = 3


@dataclasses.dataclass
class Case:
    name: str
    body: Callable[[World], None]
    deadline: float


@dataclasses.dataclass
class Running:
    case: Case
    pid: int
    handle: int
    log: str
    begin: float


CASES: list[Case] = []


def case(name: str, deadline: float = 120):
    """Declares a case: a sentence that holds if the function returns. The deadline is in seconds; none takes ten, but on
    a machine that has other things to do."""

    def add(body):
        if any(other.name == name for other in CASES):
            raise ValueError(f"two cases are called {name!r}")
        CASES.append(Case(name, body, deadline))
        return body

    return add


def run(cases: list[Case], world: World) -> int:
    """Runs the cases, several at once, and prints what became of them. How many failed."""
    waiting = list(enumerate(cases))[::-1]
    running: list[Running] = []
    failed = 0
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                running.append(_start(*waiting.pop(), world))
            left = min(one.begin + one.case.deadline for one in running) - time.monotonic()
            ended, _, _ = select.select([one.handle for one in running], [], [], max(0, left))
            for one in [one for one in running if one.handle in ended or _is_late(one)]:
                running.remove(one)
                failed += not _finish(one)
    finally:
        for one in running:
            _end(one)
    return failed


def _is_late(one: Running) -> bool:
    return time.monotonic() >= one.begin + one.case.deadline


def _start(number: int, case: Case, world: World) -> Running:
    log = str(world.directory / f"case-{number}.log")
    sys.stdout.flush()
    begin = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _be(number, case, world, log)
    try:
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):
        pass  # It has done so itself, or is gone.
    return Running(case, pid, os.pidfd_open(pid), log, begin)


def _be(number: int, case: Case, world: World, log: str) -> None:
    """The life of a case's process. What it prints goes to its log."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setpgid(0, 0)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        # Where it waits is told shortly before its end.
        faulthandler.dump_traceback_later(case.deadline - 1)
        world.begin(number)
        case.body(world)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Not sys.exit: the client's threads do not end by themselves.
        os._exit(status)


def _end(one: Running) -> int:
    """Ends what is left of a case, its children too. The exit status of the case itself."""
    try:
        os.killpg(one.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.close(one.handle)
    return os.waitstatus_to_exitcode(os.waitpid(one.pid, 0)[1])


def _finish(one: Running) -> bool:
    seconds = time.monotonic() - one.begin
    late = _is_late(one) and not select.select([one.handle], [], [], 0)[0]
    status = _end(one)
    if status == 0 and not late:
        print(f"ok    {one.case.name} ({seconds:.1f} s)", flush=True)
        return True
    reason = f"no end after {one.case.deadline:.0f} s" if late else f"exit status {status}"
    print(f"FAIL  {one.case.name} ({seconds:.1f} s): {reason}", flush=True)
    with open(one.log, errors="replace") as log:
        for line in log.read().splitlines()[-20:]:
            print(f"      {line}", flush=True)
    return False
