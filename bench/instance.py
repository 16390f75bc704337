"""An instance of the house for measuring: its own port and data folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.house_settings import ROOT, read_settings
from deploy.supervision import Supervision

# All clients of a benchmark come from one address, which the limits would take for one client.
_NO_LIMITS = {
    "MULGIL_MESSAGES_PER_MINUTE": "1000000",
    "MULGIL_MESSAGES_PER_MINUTE_PER_ADDRESS": "1000000",
    "MULGIL_CONVERSATIONS_PER_MINUTE_PER_ADDRESS": "1000000",
}


@dataclass(frozen=True)
class Instance:
    """One instance, named by its data folder and port."""

    data_dir: Path
    port: int

    @property
    def url(self) -> str:
        """Its public address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its commands."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("MULGIL_", "MAKE"))}
        return clean | _NO_LIMITS | {"MULGIL_PORT": str(self.port), "MULGIL_DATA_DIR": str(self.data_dir)}

    def call(self, command: str) -> float:
        """Run a command of the house; returns its seconds. CalledProcessError when it fails."""
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "deploy.house", command],
            cwd=ROOT,
            env=self.environ,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        return time.monotonic() - began

    def pids(self) -> dict[str, int]:
        """The process ids of its parts and of supervisord, by name."""
        supervision = Supervision(read_settings(self.environ))
        state = supervision.state()
        found = {str(info["name"]): int(info["pid"]) for info in supervision.processes() if info["pid"]}
        return found | ({"supervisord": state.supervisor} if state else {})


def free_port() -> int:
    """Choose a port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def fresh_instance() -> Iterator[Instance]:
    """Lend an instance with an empty data folder; stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mulgil-bench-"))
    instance = Instance(folder / "data", free_port())
    try:
        yield instance
    finally:
        instance.call("down")
        shutil.rmtree(folder, ignore_errors=True)
