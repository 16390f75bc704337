"""Imports walk one way (docs/architecture.md, Rooms); import-linter holds the same arrows in `make check`."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, texts

OURS = ("actions", "api", "bot", "deploy", "bench")
MAY_SEE = {
    "api/planning/": ("api.planning",),
    "actions/": ("actions", "api.planning", "api.catalogue.files"),
    "api/": ("api",),
    "bot/guard/": ("bot.guard",),
    "bot/masking/": ("bot.masking",),
    "bot/": ("bot",),
    "deploy/": ("deploy",),
}
# The one file of the core that may know the solver.
SOLVER = ("api/planning/", "ortools")
STANDARD_LIBRARY_ONLY = ("api/planning/", "bot/guard/")


def imported_names(path: Path, source: str) -> Iterator[str]:
    """Every module a file imports, `from a import b` as both `a` and `a.b`."""
    for node in ast.walk(ast.parse(source, str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively; say the whole name"
            yield str(node.module)


@pytest.mark.parametrize("room", MAY_SEE)
def test_a_room_sees_only_what_it_may(room: str) -> None:
    # GIVEN every file of a room (the narrowest room that holds a file counts)
    given_files = {
        path: source
        for path, source in texts(".py").items()
        if str(path).startswith(room) and max((r for r in MAY_SEE if str(path).startswith(r)), key=len) == room
    }
    # WHEN its imports are read
    # THEN those of our own are among what the room may see
    for path, source in given_files.items():
        for name in imported_names(path, source):
            ours = name.partition(".")[0] in OURS
            assert not ours or any(f"{name}.".startswith(f"{seen}.") for seen in MAY_SEE[room]), f"{path} sees {name}"


@pytest.mark.parametrize("room", STANDARD_LIBRARY_ONLY)
def test_the_core_and_the_guard_need_no_library(room: str) -> None:
    # GIVEN the files of the pure core, or of the rules that must work when all else is broken
    knows_solver = set()
    for path, source in texts(".py").items():
        if not str(path).startswith(room):
            continue
        # WHEN their imports are read
        for name in imported_names(path, source):
            top = name.partition(".")[0]
            if room == SOLVER[0] and top == SOLVER[1]:
                knows_solver.add(path)
            # THEN they are our own or the standard library's
            elif top not in OURS:
                assert top in sys.stdlib_module_names, f"{path} needs {name}"
    assert len(knows_solver) <= 1, f"only one file may know the solver: {knows_solver}"


@pytest.mark.parametrize("room", ["bot/guard", "bot/masking"])
def test_the_guards_rooms_also_compile_under_the_older_python(room: str) -> None:
    # GIVEN the interpreter Rasa runs on
    given_python = ROOT / ".venv-engine" / "bin" / "python"
    given_files = [str(path) for path in texts(".py") if str(path).startswith(room)]
    # WHEN it reads the rooms both processes share
    script = "import ast, sys; [ast.parse(open(name, encoding='utf-8').read(), name) for name in sys.argv[1:]]"
    actual = subprocess.run(
        [str(given_python), "-c", script, *given_files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    # THEN it understands them
    assert actual.returncode == 0, actual.stderr
