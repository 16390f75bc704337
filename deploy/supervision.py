"""Starts the processes of one instance under supervisord, watches them, and stops exactly them.

Supervisord starts again what dies, with a growing pause after failed starts. What this module adds: a configuration
per instance, a state file that survives us and is never fooled by a re-used process id, and a sweep for what is left
over when supervisord itself was killed.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from deploy.house_settings import ROOT, HouseSettings, write_private
from deploy.launch import die_with_parent

MARK = "MULGIL_HOUSE_ID"
STOP_SECONDS = 10
# The kernel allows 107 bytes for a socket's path, and supervisord adds its process id while it creates it.
_LONGEST_SOCKET_PATH = 90

_CONFIGURATION = """\
[supervisord]
nodaemon=true
silent=true
umask=077
logfile={logs}/supervisord.log
logfile_maxbytes=2MB
logfile_backups=2
pidfile={run}/supervisord.pid
childlogdir={logs}
minfds=64
minprocs=16

[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
# A death within startsecs counts as a failed start: the pause before the next one grows by a second each time.
_PROGRAM = """
[program:{name}]
command={command}
directory={root}
priority={priority}
autorestart=true
startsecs=10
startretries=1000000
stopwaitsecs={stop_seconds}
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{name}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=3
"""


@dataclass(frozen=True)
class Program:
    """One process to supervise.

    Attributes:
        name: Short and unique; names its log.
        argv: The command, its first word a full path.
        env: Its whole environment.
        priority: Lower starts first and stops last.
        patience: Seconds it may take to stop before it is killed.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    priority: int
    patience: int = STOP_SECONDS


@dataclass(frozen=True)
class State:
    """What runs, as written in `run/house.json`. A process is named by its id and the moment it started."""

    mode: str
    supervisor: int
    supervisor_started: int
    owner: int
    owner_started: int
    socket: str
    temporary: str | None
    url: str


def started_at(pid: int) -> int | None:
    """Tell when a process started, in clock ticks since boot (field 22 of /proc/PID/stat); None when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


class Supervision:
    """The processes of one instance (one data folder)."""

    def __init__(self, settings: HouseSettings) -> None:
        self._settings = settings
        self._run = settings.data_dir / "run"
        self.logs = settings.data_dir / "logs"
        self._state_file = self._run / "house.json"
        self._child: subprocess.Popen[bytes] | None = None

    def state(self) -> State | None:
        """Read what runs; None when nothing does (a state file left by a crash does not count)."""
        try:
            state = State(**json.loads(self._state_file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            # Written by another version, or cut off by a full disk: the sweep finds the processes without it.
            return None
        return state if started_at(state.supervisor) == state.supervisor_started else None

    def start(self, programs: Sequence[Program], *, mode: str) -> None:
        """Start supervisord with these programs; in mode ``run`` it ends with this process, however that ends."""
        self.sweep()
        socket_path, temporary = self._place_for_socket()
        processes = {program.name: {"argv": list(program.argv), "env": dict(program.env)} for program in programs}
        write_private(self._run / "processes.json", json.dumps(processes))
        configuration = self._run / "supervisord.conf"
        write_private(configuration, self._configuration(programs, socket_path))
        with (self.logs / "supervisord.out").open("wb") as out:
            child = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
                cwd=ROOT,
                env={**_without_settings(os.environ), MARK: self._settings.house_id},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches only us, and we stop everything in order.
                preexec_fn=(lambda: die_with_parent(signal.SIGTERM)) if mode == "run" else None,
            )
        self._child = child
        state = State(
            mode=mode,
            supervisor=child.pid,
            supervisor_started=started_at(child.pid) or 0,
            owner=os.getpid(),
            owner_started=started_at(os.getpid()) or 0,
            socket=str(socket_path),
            temporary=str(temporary) if temporary else None,
            url=self._settings.public_url,
        )
        write_private(self._state_file, json.dumps(asdict(state)))

    def has_ended(self) -> bool:
        """Tell whether the supervisord that this object started is gone."""
        return self._child is not None and self._child.poll() is not None

    def processes(self) -> list[dict[str, Any]]:
        """Ask supervisord about every process: name, statename, pid, start (Unix time); empty without an answer."""
        state = self.state()
        if state is None:
            return []
        server = xmlrpc.client.ServerProxy(
            "http://127.0.0.1", transport=SupervisorTransport(None, None, f"unix://{state.socket}")
        )
        try:
            answer: Any = server.supervisor.getAllProcessInfo()
            return list(answer)
        except (OSError, xmlrpc.client.Error):
            return []

    def stop(self) -> None:
        """Stop every process of this instance and remove what the running left behind; harmless when nothing runs."""
        state = self.state()
        if state is not None:
            patience = STOP_SECONDS * (len(self._program_names()) + 1)
            _signal(state.supervisor, state.supervisor_started, signal.SIGTERM)
            self._wait_for_end(state, patience)
        self.sweep()
        left = json.loads(self._state_file.read_text(encoding="utf-8")) if self._state_file.exists() else {}
        if left.get("temporary"):
            shutil.rmtree(left["temporary"], ignore_errors=True)
        for name in ("house.json", "processes.json", "supervisord.conf", "supervisord.pid", "house.sock"):
            (self._run / name).unlink(missing_ok=True)

    def sweep(self) -> None:
        """End processes of this instance that nobody supervises any more: those that carry its mark, and no others."""
        for signal_number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            left = self._marked()
            for pid, started in left:
                _signal(pid, started, signal_number)
            deadline = time.monotonic() + seconds
            while left and time.monotonic() < deadline:
                time.sleep(0.05)
                left = [(pid, started) for pid, started in left if started_at(pid) == started]
            if not left:
                return

    def _marked(self) -> list[tuple[int, int]]:
        mark = f"{MARK}={self._settings.house_id}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit() or int(folder.name) == os.getpid():
                continue
            try:
                if folder.stat().st_uid != os.geteuid() or mark not in (folder / "environ").read_bytes().split(b"\0"):
                    continue
            except OSError:
                # It ended while we looked, or belongs to somebody else.
                continue
            started = started_at(int(folder.name))
            if started is not None:
                found.append((int(folder.name), started))
        return found

    def _wait_for_end(self, state: State, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._child is not None:
                self._child.poll()  # Otherwise our own child would stay a zombie.
            if started_at(state.supervisor) != state.supervisor_started:
                return
            time.sleep(0.05)

    def _program_names(self) -> list[str]:
        try:
            return list(json.loads((self._run / "processes.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return []

    def _place_for_socket(self) -> tuple[Path, Path | None]:
        path = self._run / "house.sock"
        path.unlink(missing_ok=True)
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path, None
        temporary = Path(tempfile.mkdtemp(prefix="mulgil-"))
        return temporary / "house.sock", temporary

    def _configuration(self, programs: Sequence[Program], socket_path: Path) -> str:
        text = _CONFIGURATION.format(logs=_escaped(self.logs), run=_escaped(self._run), socket=_escaped(socket_path))
        for program in programs:
            words = [sys.executable, "-m", "deploy.launch", str(self._run / "processes.json"), program.name]
            text += _PROGRAM.format(
                name=program.name,
                command=_escaped(shlex.join(words)),
                root=_escaped(ROOT),
                priority=program.priority,
                stop_seconds=program.patience,
                logs=_escaped(self.logs),
            )
        return text


def _escaped(value: str | Path) -> str:
    return str(value).replace("%", "%%")


def _without_settings(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("MULGIL_")}


def _signal(pid: int, started: int, signal_number: int) -> None:
    """Signal a process only if it still is the one that started then; a file descriptor holds it while we look."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if started_at(pid) == started:
            signal.pidfd_send_signal(handle, signal_number)
    except ProcessLookupError:
        return
    finally:
        os.close(handle)


def is_taken(host: str, port: int) -> bool:
    """Tell whether another program already listens on an address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
