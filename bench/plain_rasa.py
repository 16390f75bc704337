"""The bot that `rasa init` makes, trained with its default pipeline: what our figures are to be read beside."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.instance import free_port
from deploy.steps import ENGINE_PYTHON, engine_environment

_START_SECONDS = 300
_STOP_SECONDS = 20


@dataclass(frozen=True)
class PlainBot:
    """A running plain bot.

    Attributes:
        url: Where its REST channel listens.
        pid: Its process.
        train_s: Seconds that `rasa init` took, training included.
        start_s: Seconds from its start to the first answered turn.
    """

    url: str
    pid: int
    train_s: float
    start_s: float


@contextmanager
def plain_bot() -> Iterator[PlainBot]:
    """Make, train and start the plain bot in a folder of its own; stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mulgil-plain-"))
    env = {**os.environ, **engine_environment(), "MALLOC_ARENA_MAX": "2", "SANIC_WORKERS": "1", "LOG_LEVEL": "ERROR"}
    rasa = [str(ENGINE_PYTHON), "-m", "rasa"]
    # `rasa init` refuses a folder that is not there yet.
    (folder / "bot").mkdir()
    log = (folder / "log").open("wb")
    process: subprocess.Popen[bytes] | None = None
    try:
        began = time.monotonic()
        subprocess.run(
            [*rasa, "init", "--no-prompt", "--init-dir", str(folder / "bot")],
            env=env,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        trained, port = time.monotonic(), free_port()
        process = subprocess.Popen(
            [*rasa, "run", "--interface", "127.0.0.1", "--port", str(port)],
            cwd=folder / "bot",
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        url = f"http://127.0.0.1:{port}"
        _wait_for_answer(process, url)
        yield PlainBot(url, process.pid, round(trained - began, 1), round(time.monotonic() - trained, 1))
    finally:
        if process is not None:
            _stop(process)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_answer(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    last: Exception | None = None
    while process.poll() is None and time.monotonic() < deadline:
        try:
            body = {"sender": "warm-up", "message": "hi"}
            if httpx.post(f"{url}/webhooks/rest/webhook", json=body, timeout=60, trust_env=False).json():
                return
        except (httpx.HTTPError, ValueError) as not_yet:
            last = not_yet
        time.sleep(0.5)
    raise RuntimeError("The plain Rasa bot did not answer.") from last


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
