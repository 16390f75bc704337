"""How Rasa is started: what is missing is said, and nothing but loopback and REST is opened."""

import os
import subprocess
import sys

import pytest

from bot.engine import paths, serve

COMMAND = [sys.executable, "-m", "bot.engine.serve"]


def run(**environment: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MULGIL_")}
    return subprocess.run(
        COMMAND, cwd=paths.ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False
    )


def test_without_a_port_it_says_so() -> None:
    ended = run()
    assert ended.returncode == 2
    assert "MULGIL_RASA_URL" in ended.stderr


def test_rasa_is_told_loopback_rest_only_and_no_api() -> None:
    arguments = serve.rasa_arguments(5005)
    assert arguments[arguments.index("--interface") + 1] == "127.0.0.1"
    assert "--enable-api" not in arguments
    assert paths.CREDENTIALS.read_text(encoding="utf-8").split("\n")[-2] == "rest:"


@pytest.mark.parametrize(("given_url", "expected"), [("http://127.0.0.1:5005", 5005), ("", None), ("http://x:y", None)])
def test_the_port_is_read_from_the_house(given_url: str, expected: object) -> None:
    assert serve._port_of(given_url) == expected
