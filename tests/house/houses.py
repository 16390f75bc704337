"""Makers for the tests of deploy/house.py: instances with their own port and data folder, run as real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.house_settings import ROOT, read_settings
from deploy.supervision import MARK, Supervision


def free_port() -> int:
    """Choose a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], object], seconds: float = 20) -> bool:
    """Wait until something is true; returns whether it became so in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False


@dataclass
class Instance:
    """One instance of the house with stand-ins for its parts."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Its public address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """The operator's environment."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("MULGIL_", "MAKE"))}
        return clean | {"MULGIL_PORT": str(self.port), "MULGIL_DATA_DIR": str(self.data_dir)} | dict(self.settings)

    def call(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end, as `make` would."""
        return subprocess.run(
            self._argv(command), cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=60, check=False
        )

    def begin(self, command: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            self._argv(command),
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def answers(self) -> bool:
        """Tell whether every part is healthy."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=3) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def pids(self) -> dict[str, int]:
        """The process ids of the parts, by name, as supervisord tells them."""
        return {str(info["name"]): int(info["pid"]) for info in self._supervision().processes() if info["pid"]}

    def supervisor(self) -> int:
        """The process id of supervisord."""
        state = self._supervision().state()
        assert state is not None
        return state.supervisor

    def seen_by(self, part: str) -> dict[str, str]:
        """The MULGIL_ settings a part was given."""
        return dict(json.loads((self.data_dir / f"seen-{part}.json").read_text(encoding="utf-8")))

    def left(self) -> list[int]:
        """Every process that carries the mark of this instance."""
        mark = f"{MARK}={read_settings(self.environ).house_id}".encode()
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _carries(folder, mark)]

    def _supervision(self) -> Supervision:
        return Supervision(read_settings(self.environ))

    @staticmethod
    def _argv(command: str) -> list[str]:
        return [sys.executable, "-m", "tests.house.tiny_house", command]


def _carries(folder: Path, mark: bytes) -> bool:
    try:
        return mark in (folder / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def end(process: subprocess.Popen[str], signal_number: int = signal.SIGINT) -> str:
    """Signal a command, wait for it, and return what it printed."""
    process.send_signal(signal_number)
    return process.communicate(timeout=60)[0]
