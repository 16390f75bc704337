"""Waits until the house answers, and says early and in plain words why it will not."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from deploy.supervision import Supervision

USUAL_SECONDS = 20
_LONGEST_SECONDS = 240
# A process that has died this often while starting will die the next time too.
_TOO_MANY_DEATHS = 3
_LOG_LINES_SHOWN = 15
# Without a proxy: this is a question to our own machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NotHealthy(Exception):
    """The house did not become healthy; the message names the part and shows the end of its log."""


def ask_readiness(url: str, seconds: float = 12) -> tuple[bool, str]:
    """Ask `GET /readyz` once: (whether it answered 200, what it said)."""
    try:
        with _opener.open(f"{url}/readyz", timeout=seconds) as answer:
            return answer.status == 200, answer.read(2000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return False, error.read(2000).decode("utf-8", "replace")
    except OSError:
        return False, ""


def is_ready(url: str) -> bool:
    """Tell whether every part answers."""
    return ask_readiness(url)[0]


def wait_until_ready(
    supervision: Supervision, url: str, *, is_stopped: Callable[[], bool], tell: Callable[[str], None]
) -> None:
    """Return when every part answers.

    Raises:
        NotHealthy: A part keeps failing, the time is over, or somebody asked to stop.
    """
    began = time.monotonic()
    tell(f"Starting the parts; usually ready within {USUAL_SECONDS} s.")
    starts: dict[str, set[int]] = {}
    names: list[str] = []
    shown = ""
    while True:
        if is_stopped():
            raise NotHealthy("Stopped before everything was ready.")
        ready, said = ask_readiness(url)
        if ready:
            tell(f"Everything is healthy after {time.monotonic() - began:.0f} s.")
            return
        if supervision.has_ended():
            raise NotHealthy(f"The supervisor ended.\n{log_end(supervision.logs / 'supervisord.out')}")
        for info in supervision.processes():
            name = str(info["name"])
            if name not in names:
                names.append(name)
            if info["start"]:
                starts.setdefault(name, set()).add(int(info["start"]))
            deaths = len(starts.get(name, ())) - (info["statename"] in ("STARTING", "RUNNING"))
            if deaths >= _TOO_MANY_DEATHS:
                raise NotHealthy(f"'{name}' does not start.\n{log_end(supervision.logs / f'{name}.log')}")
        waiting = [name for name in names if name in said] or [name for name in names if name not in starts]
        line = f"  waiting for {', '.join(waiting)}" if waiting else shown
        if line != shown:
            tell(line)
            shown = line
        if time.monotonic() - began > _LONGEST_SECONDS:
            guilty = waiting or names
            ends = "\n".join(log_end(supervision.logs / f"{name}.log") for name in guilty)
            reason = f"Not ready after {_LONGEST_SECONDS} s; waiting for: {', '.join(guilty)}."
            raise NotHealthy(f"{reason}\n{_plain(said)}\n{ends}")
        time.sleep(0.25)


def log_end(path: Path) -> str:
    """Show the last lines of a log, indented, below its path."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ["(no log)"]
    return "\n".join([f"The end of {path}:", *(f"    {line}" for line in lines[-_LOG_LINES_SHOWN:])])


def _plain(said: str) -> str:
    try:
        return json.dumps(json.loads(said), ensure_ascii=False)
    except ValueError:
        return said.strip()
