"""One real house for all whole conversations: Rasa, actions, api and gateway as `make up` starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from tests.dialogue.clients import Client

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class RunningHouse:
    """A running instance: its address, its data folder, and how to hurt its processes."""

    base: str
    data: Path
    environ: dict[str, str]

    def processes(self, module: str) -> list[psutil.Process]:
        """Processes of this instance that run `-m <module>`."""
        found = []
        for process in psutil.process_iter():
            try:
                argv, environ = process.cmdline(), process.environ()
            except psutil.Error:
                continue
            if module in argv and environ.get("MULGIL_DATA_DIR") == str(self.data):
                found.append(process)
        return found

    def kill(self, module: str) -> None:
        """kill -9 every process that runs this module."""
        victims = self.processes(module)
        assert victims, f"no process runs {module}"
        for victim in victims:
            victim.send_signal(signal.SIGKILL)

    def stop_for(self, module: str) -> Callable[[], None]:
        """Freeze a part (SIGSTOP); the returned function lets it go on."""
        victims = self.processes(module)
        assert victims, f"no process runs {module}"
        for victim in victims:
            victim.suspend()
        return lambda: [v.resume() for v in victims]

    def wait_ready(self, seconds: float = 90) -> None:
        """Wait until every part answers again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.base}/readyz", timeout=10).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.5)
        raise AssertionError(f"not ready within {seconds} s")

    def files_that_hold(self, words: str) -> list[str]:
        """Names of all files of the data folder whose bytes hold these words."""
        needle = words.encode()
        return [str(p.relative_to(self.data)) for p in self.data.rglob("*") if p.is_file() and needle in p.read_bytes()]


def wait_until(true: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until something is true; fail with its name otherwise."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.2)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_house(**settings: str) -> Iterator[RunningHouse]:
    """`python -m deploy.house up` in a folder of its own; `down` and a look for left-overs afterwards."""
    with tempfile.TemporaryDirectory(prefix="mulgil-") as folder:
        data, port = Path(folder) / "data", free_port()
        environ = {k: v for k, v in os.environ.items() if not k.startswith("MULGIL_")}
        environ |= {"MULGIL_DATA_DIR": str(data), "MULGIL_PORT": str(port), **settings}
        command = [sys.executable, "-m", "deploy.house"]
        up = subprocess.run(
            [*command, "up"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=240, check=False
        )
        assert up.returncode == 0, up.stdout + up.stderr
        try:
            yield RunningHouse(f"http://127.0.0.1:{port}", data, environ)
        finally:
            subprocess.run([*command, "down"], cwd=ROOT, env=environ, capture_output=True, timeout=120, check=True)


@pytest.fixture(scope="session")
def house() -> Iterator[RunningHouse]:
    """The shared house of the suite."""
    yield from start_house()


@pytest.fixture
def client(house: RunningHouse) -> Client:
    """A client who has just opened a conversation."""
    return Client(house.base).opens()
