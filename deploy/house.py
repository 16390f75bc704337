"""The one module that knows every process of the house.

usage: python -m deploy.house run | up | down | status

`run` keeps the house in the foreground until Ctrl-C, `up` starts it in the background and returns when every part is
healthy, `down` stops exactly what `up` started.  All state is in the data folder, so instances with different
MULGIL_PORT and MULGIL_DATA_DIR live side by side.
"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from deploy.health import NotHealthy, is_ready, wait_until_ready
from deploy.house_settings import ROOT, HouseSettings, SettingsError, read_settings, values_for_processes
from deploy.supervision import MARK, STOP_SECONDS, Program, Supervision, is_taken, started_at

APP = str(ROOT / ".venv" / "bin" / "python")
ENGINE = str(ROOT / ".venv-engine" / "bin" / "python")
_WATCH_SECONDS = 0.5
# Below the range from which the kernel takes ports for outgoing connections, so that none is taken between two starts.
_LOOPBACK_PORTS = (20000, 32000)


@dataclass(frozen=True)
class Part:
    """One process of the house, as a rule: `settings` names the secret settings it may see.

    Attributes:
        name: Names its log.
        argv: Its command.
        priority: Lower starts first and stops last; all are started together and wait for each other by themselves.
        secrets: The settings of SECRETS that it gets; everything that is no secret every process gets.
        needs: A setting without which the part is left out.
        port_of: The address whose port it is told as `--port`; the others read theirs from the environment.
        patience: Seconds it may take to stop. Rasa keeps nothing but a cache, so nobody waits long for it.
    """

    name: str
    argv: tuple[str, ...]
    priority: int
    secrets: tuple[str, ...] = ()
    needs: str | None = None
    port_of: str | None = None
    patience: int = STOP_SECONDS


PARTS: tuple[Part, ...] = (
    Part("actions", (APP, "-m", "actions"), 10, ("SERVICE_TOKEN",)),
    Part("api", (APP, "-m", "api"), 20, ("SERVICE_TOKEN", "SECRET_KEY", "KEYSET_FILE", "DATABASE_URL")),
    Part("rasa", (ENGINE, "-m", "bot.engine.serve"), 30, port_of="RASA_URL", patience=4),
    Part("gateway", (APP, "-m", "bot.gateway"), 40, ("SERVICE_TOKEN", "SECRET_KEY", "KEYSET_FILE", "JOURNAL_URL")),
    Part("telegram", (APP, "-m", "bot.telegram_door"), 50, ("TELEGRAM_TOKEN",), needs="TELEGRAM_TOKEN"),
)
SECRETS = {"SERVICE_TOKEN", "SECRET_KEY", "KEYSET_FILE", "DATABASE_URL", "JOURNAL_URL", "TELEGRAM_TOKEN"}

# One thread for each numeric library and two memory arenas: five processes share two cores and 1.8 GB.
_QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore::DeprecationWarning",
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "ERROR",
    "SANIC_WORKERS": "1",
    "SANIC_GRACEFUL_SHUTDOWN_TIMEOUT": "2",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


class CannotStart(Exception):
    """The house cannot start; the message says why and what to do."""


def programs(settings: HouseSettings, values: Mapping[str, str], parts: Sequence[Part]) -> list[Program]:
    """Work out the command and the whole environment of every process that these settings want."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("MULGIL_")}
    base |= _QUIET | {MARK: settings.house_id}
    # The parts talk over loopback; a proxy for the world outside must not stand between them.
    for name in ("NO_PROXY", "no_proxy"):
        base[name] = ",".join(filter(None, (base.get(name, ""), "127.0.0.1,localhost,::1")))
    found = []
    for part in parts:
        if part.needs is None or values.get(part.needs):
            seen = {
                f"MULGIL_{name}": value for name, value in values.items() if name not in SECRETS or name in part.secrets
            }
            port = ("--port", str(urlsplit(values[part.port_of]).port)) if part.port_of else ()
            argv = (*part.argv, *port)
            found.append(Program(part.name, argv, base | seen, part.priority, part.patience))
    return found


def free_ports(count: int) -> list[int]:
    """Choose different free ports on loopback."""
    chosen: list[int] = []
    dice = random.SystemRandom()
    for _ in range(1000):
        port = dice.randint(*_LOOPBACK_PORTS)
        if port not in chosen and not is_taken("127.0.0.1", port):
            chosen.append(port)
            if len(chosen) == count:
                return chosen
    raise CannotStart("No free port was found on 127.0.0.1.")


class House:
    """One instance: what its four commands do."""

    def __init__(self, settings: HouseSettings, parts: Sequence[Part] = PARTS) -> None:
        self._settings = settings
        self._parts = parts
        self._supervision = Supervision(settings)
        self._stop = threading.Event()
        self._parent = os.getppid()

    def run(self) -> int:
        """Start everything, print the addresses, stop everything on Ctrl-C, TERM or a closed terminal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        with self._taking_turns():
            state = self._supervision.state()
            if state is not None:
                raise CannotStart(f"This data folder is already in use ({state.url}); stop that first: make down")
            self._start(mode="run")
        self._print_addresses("Ctrl-C stops everything.")
        try:
            while not self._stop.wait(_WATCH_SECONDS):
                if self._supervision.has_ended():
                    tell(f"The supervisor ended by itself; see {self._supervision.logs / 'supervisord.log'}")
                    return 1
                if self._is_orphaned():
                    break
        finally:
            tell("Stopping …")
            self._supervision.stop()
        tell("Everything is stopped.")
        return 0

    def up(self) -> int:
        """Start everything in the background; 0 when every part is healthy, also when it already was."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        with self._taking_turns():
            state = self._supervision.state()
            if state is not None and is_ready(state.url):
                tell(f"Already running: {state.url}")
                return 0
            if state is not None and state.mode == "run":
                raise CannotStart("`make run` runs with this data folder in another window and is not healthy.")
            if state is not None:
                tell("Running but not healthy; starting again.")
                self._supervision.stop()
            self._start(mode="up")
        self._print_addresses("make down stops everything.")
        return 0

    def down(self) -> int:
        """Stop what `up` started; 0 also when nothing runs."""
        with self._taking_turns():
            state = self._supervision.state()
            if state is not None and state.mode == "run" and started_at(state.owner) == state.owner_started:
                tell("`make run` runs in another window with this data folder; press Ctrl-C there.")
                return 0
            was_running = state is not None
            self._supervision.stop()
        tell("Stopped." if was_running else "Nothing was running.")
        return 0

    def status(self) -> int:
        """Print every process with its state; 0 when healthy, 3 when nothing runs, 1 otherwise."""
        state = self._supervision.state()
        if state is None:
            print("Nothing runs with this data folder.")
            return 3
        for info in self._supervision.processes():
            age = max(0, int(info["now"]) - int(info["start"]))
            print(f"{info['name']:<10} {info['statename']:<9} pid {info['pid']:<8} since {age} s")
        healthy = is_ready(state.url)
        print(f"{state.url}  {'healthy' if healthy else 'not healthy'}")
        return 0 if healthy else 1

    def _start(self, *, mode: str) -> None:
        settings = self._settings
        values = values_for_processes(settings)
        self._supervision.sweep()
        if is_taken(settings.host, settings.port):
            raise CannotStart(
                f"Another program listens on {settings.host}:{settings.port}. "
                "Stop it, or set MULGIL_PORT to a free port."
            )
        api, rasa, actions = free_ports(3)
        values |= {
            "API_URL": f"http://127.0.0.1:{api}",
            "RASA_URL": f"http://127.0.0.1:{rasa}",
            "ACTIONS_URL": f"http://127.0.0.1:{actions}",
            "GATEWAY_URL": settings.public_url,
        }
        wanted = programs(settings, values, self._parts)
        try:
            for part in wanted:
                _prepare(part)
            self._supervision.start(wanted, mode=mode)
            wait_until_ready(self._supervision, settings.public_url, is_stopped=self._should_stop, tell=tell)
        except NotHealthy as reason:
            self._supervision.stop()
            raise CannotStart(str(reason)) from reason
        except BaseException:
            self._supervision.stop()
            raise

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _should_stop(self) -> bool:
        return self._stop.is_set() or self._is_orphaned()

    def _is_orphaned(self) -> bool:
        # When the make that called us is killed, nobody could press Ctrl-C any more.
        return "MAKELEVEL" in os.environ and os.getppid() != self._parent

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        """Let only one command at a time change what runs in a data folder; the second waits for the first."""
        run = self._settings.data_dir / "run"
        self._settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        run.mkdir(mode=0o700, exist_ok=True)
        with (run / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _print_addresses(self, last_line: str) -> None:
        url = self._settings.public_url
        rows = (("demo page", "/"), ("console", "/console"), ("API docs", "/api/v1/docs"))
        lines = [f"  {name:<11} {url}{path}" for name, path in rows]
        print("", *lines, "", last_line, sep="\n", flush=True)


def _prepare(part: Program) -> None:
    """Refuse early, with a sentence, what would only fail in a log."""
    if not Path(part.argv[0]).exists():
        raise CannotStart(f"{part.argv[0]} is missing; run `make run`, which sets it up.")


def tell(line: str) -> None:
    """Tell the person who started us something, without mixing it into the output."""
    print(line, file=sys.stderr, flush=True)


def main(argv: Sequence[str], parts: Sequence[Part] = PARTS) -> int:
    """Run one command; returns its exit status."""
    commands = ("run", "up", "down", "status")
    if len(argv) != 1 or argv[0] not in commands:
        tell(f"usage: python -m deploy.house {' | '.join(commands)}")
        return 2
    try:
        house = House(read_settings(), parts)
        command: Callable[[], int] = getattr(house, argv[0])
        return command()
    except (SettingsError, CannotStart) as reason:
        tell(str(reason))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
