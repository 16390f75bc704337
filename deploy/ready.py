"""Makes this checkout ready: does the steps of deploy/steps.py that something has changed for, and tells how it goes.

usage: python -m deploy.ready GOAL...        (called by deploy/bootstrap.sh, for every goal of `make`)

Runs on the standard library of any Python from 3.10 on. Says nothing when there is nothing to do. Everything it says
goes to stderr; what the commands say goes to .tools/logs. Two at once take turns. Stopped half-way, it goes on next
time: a step's stamp is written only when the step is done.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from deploy.steps import GOALS, ROOT, STEPS, TOOLS, Shell, Step, StepFailed

_GENERATED = {"__pycache__", "node_modules", "dist", "vendor", "models", ".rasa"}
_HEARTBEAT_SECONDS = 20
_LOG_LINES_SHOWN = 15


def fingerprint(step: Step, root: Path = ROOT) -> str:
    """Hash the names and bytes of a step's inputs; generated files and hidden files do not count."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in step.inputs for path in root.glob(pattern)}):
        parts = path.relative_to(root).parts
        if path.is_file() and not _GENERATED.intersection(parts) and not path.name.startswith("."):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{'/'.join(parts)}\0{content}\n".encode())
    return digest.hexdigest()


def is_due(step: Step, stamps: Path) -> bool:
    """Tell whether a step has to run: never done, an input changed, or an output gone."""
    if step.wanted is not None:
        return step.wanted()
    stamp = stamps / step.name
    if not stamp.exists() or stamp.read_text(encoding="ascii") != fingerprint(step):
        return True
    return not all(path.exists() for path in step.outputs)


class Progress:
    """Tells on stderr what is being done and how long it usually takes."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._numbers: dict[str, int] = {}
        self._started: dict[str, float] = {}
        self._steps: dict[str, Step] = {}
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._is_terminal = sys.stderr.isatty()

    def begin(self, step: Step) -> None:
        """Say that a step begins."""
        with self._lock:
            self._numbers[step.name] = len(self._numbers) + 1
            self._started[step.name] = time.monotonic()
            self._steps[step.name] = step
            self._say(f"{self._mark(step)} {step.label}: usually about {step.usual_seconds} s")

    def end(self, step: Step, outcome: str) -> None:
        """Say how a step ended."""
        with self._lock:
            seconds = time.monotonic() - self._started.pop(step.name)
            self._say(f"{self._mark(step)} {step.label}: {outcome} after {seconds:.0f} s")

    def keep_telling(self) -> None:
        """Show what is under way, every second on a terminal and now and then elsewhere, until `stop` is called."""
        while not self._finished.wait(1 if self._is_terminal else _HEARTBEAT_SECONDS):
            with self._lock:
                now = time.monotonic()
                parts = [_how_far(self._steps[name], now - began) for name, began in self._started.items()]
                if parts:
                    line = "      … " + " · ".join(parts)
                    sys.stderr.write(f"\r\033[K{line[:118]}" if self._is_terminal else f"{line}\n")
                    sys.stderr.flush()

    def stop(self) -> None:
        """End `keep_telling`."""
        self._finished.set()

    def _mark(self, step: Step) -> str:
        return f"[{self._numbers[step.name]}/{self._total}]"

    def _say(self, line: str) -> None:
        sys.stderr.write(f"\r\033[K{line}\n" if self._is_terminal else f"{line}\n")
        sys.stderr.flush()


def _how_far(step: Step, seconds: float) -> str:
    name = step.label.partition(" (")[0]
    if seconds > step.usual_seconds:
        return f"{name} {seconds:.0f} s, longer than usual"
    return f"{name} {seconds:.0f} s of about {step.usual_seconds} s"


class SetUp:
    """One pass over the steps that are due; steps that do not wait for each other run side by side, two at a time."""

    def __init__(self, due: list[Step], tools: Path) -> None:
        self._due = due
        self._tools = tools
        self._progress = Progress(len(due))
        self._done = {step.name: threading.Event() for step in due}
        self._shells: dict[str, Shell] = {}
        self._failed = threading.Event()
        self._failures: list[str] = []
        self.was_stopped = False

    def run(self) -> int:
        """Do the steps; returns the exit status, after saying what failed and where its log is."""
        for folder in ("logs", "stamps"):
            (self._tools / folder).mkdir(parents=True, exist_ok=True)
        teller = threading.Thread(target=self._progress.keep_telling, daemon=True)
        teller.start()
        # Two cores: a third step at the same time would only slow the two others down.
        with ThreadPoolExecutor(max_workers=2) as pool:
            futures = [pool.submit(self._do, step) for step in self._due]
            for future in futures:
                future.result()
        self._progress.stop()
        teller.join()
        for failure in self._failures:
            print(failure, file=sys.stderr)
        return 1 if self._failures else 0

    def interrupt(self) -> None:
        """Stop because somebody asked for it."""
        self.was_stopped = True
        self.stop()

    def stop(self) -> None:
        """Stop every command under way; the steps not begun are left undone."""
        self._failed.set()
        for event in self._done.values():
            event.set()
        for shell in list(self._shells.values()):
            shell.stopped = True
            for process in list(shell.running):
                with suppress(ProcessLookupError):
                    # The whole session of the command ends with it, compilers and downloads included.
                    os.killpg(process.pid, signal.SIGTERM)

    def _do(self, step: Step) -> None:
        for name in step.after:
            if name in self._done:
                self._done[name].wait()
        if self._failed.is_set():
            return
        log_path = self._tools / "logs" / f"{step.name}.log"
        before = fingerprint(step)
        self._progress.begin(step)
        with log_path.open("wb") as log:
            shell = self._shells[step.name] = Shell(log)
            try:
                step.work(shell)
            except (StepFailed, OSError) as failure:
                self._progress.end(step, "stopped" if self._failed.is_set() else "FAILED")
                if not self._failed.is_set():
                    self._failures.append(_explain(step, failure, log_path))
                self.stop()
                return
        (self._tools / "stamps" / step.name).write_text(before, encoding="ascii")
        self._progress.end(step, "done")
        self._done[step.name].set()


def _explain(step: Step, failure: Exception, log: Path) -> str:
    tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
    shown = "\n".join(f"    {line}" for line in tail)
    return f"{step.label} failed. The end of {os.path.relpath(log, ROOT)}:\n{shown}\n{failure}"


@contextmanager
def taking_turns(tools: Path) -> Iterator[None]:
    """Let only one set-up at a time work on this checkout; the second waits and then finds everything done."""
    tools.mkdir(exist_ok=True)
    with (tools / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make is setting up this checkout; waiting for it.", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def steps_for(goals: Iterable[str]) -> list[Step]:
    """Name the steps of some goals, in the order of deploy/steps.py; an unknown goal raises SystemExit."""
    names: set[str] = set()
    for goal in goals:
        if goal not in GOALS:
            raise SystemExit(f"Unknown goal '{goal}'; there are: {', '.join(GOALS)}")
        names.update(GOALS[goal])
    return [step for step in STEPS if step.name in names]


def main(goals: list[str]) -> int:
    """Do what is due for some goals; returns the exit status."""
    steps = steps_for(goals)
    stamps = TOOLS / "stamps"
    # The usual case: nothing changed. It needs no lock.
    if not any(is_due(step, stamps) for step in steps):
        return 0
    with taking_turns(TOOLS):
        due = [step for step in steps if is_due(step, stamps)]
        if not due:
            return 0
        set_up = SetUp(due, TOOLS)

        def stop(number: int, frame: FrameType | None) -> None:
            print("\nStopping the set-up; the next make goes on from here.", file=sys.stderr)
            set_up.interrupt()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        status = set_up.run()
        return status or (130 if set_up.was_stopped else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
