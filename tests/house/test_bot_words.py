"""What the bot says: every response an action names exists, and no particle is glued to a slot."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.house.checkout import ROOT, texts

GLUED = re.compile(r"\}['\"]?(을|를|이|가|은|는|과|와|로|으로)(?=[\s.,!?]|$)")
SPEAKING = {"say", "ask", "word", "utter_message", "has_response"}


@lru_cache(maxsize=1)
def domain() -> dict[str, Any]:
    """The whole of domain.yml."""
    return dict(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8")))


def spoken_names(path: Path, source: str) -> set[str]:
    """Every response a file names outright: the first word of a speaking call, or its `response=`."""
    found = set()
    for node in ast.walk(ast.parse(source, str(path))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "response")]
            if called in SPEAKING:
                found |= {w.value for w in words if isinstance(w, ast.Constant) and isinstance(w.value, str)}
    return found


def test_every_response_an_action_names_exists() -> None:
    # GIVEN the responses that actions name outright
    given_names = {
        name: path
        for path, source in texts(".py").items()
        if path.parts[0] == "actions"
        for name in spoken_names(path, source)
    }
    assert given_names, "no action names a response"
    # THEN domain.yml has each
    missing = {name: str(path) for name, path in given_names.items() if name not in domain()["responses"]}
    assert missing == {}


def test_no_particle_is_glued_to_a_slot() -> None:
    # GIVEN every sentence of the bot, the crisis sentences included
    given_files = [path for path in (ROOT / "domain.yml", ROOT / "bot" / "crisis.yml") if path.exists()]
    # THEN none has a particle that would be wrong after half of all words
    for path in given_files:
        lines = path.read_text(encoding="utf-8").splitlines()
        glued = [f"{path.name}:{number} {line.strip()}" for number, line in enumerate(lines, 1) if GLUED.search(line)]
        assert glued == []


def test_every_custom_action_of_the_domain_exists() -> None:
    # GIVEN the actions that domain.yml declares
    given_names = set(domain()["actions"])
    # WHEN the actions in code are read
    code = "\n".join(source for path, source in texts(".py").items() if path.parts[0] == "actions")
    actual_names = set(re.findall(r"(?:return|name =)\s+\"(action_\w+)\"", code))
    # THEN they are the same
    assert {name for name in given_names if name.startswith("action_")} == actual_names
