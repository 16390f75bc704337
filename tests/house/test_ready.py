"""The set-up: what makes a step due, which Python is found, and what is said when a step fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.pythons import find_python
from deploy.ready import SetUp, fingerprint, is_due, steps_for
from deploy.steps import ROOT, Shell, Step, StepFailed, missing_services

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def make_step(name: str = "step", work: Callable[[Shell], None] = lambda shell: None, **more: object) -> Step:
    step = Step(name=name, label=name, usual_seconds=1, inputs=(), outputs=(), after=(), work=work)
    return replace(step, **more)  # type: ignore[arg-type]


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_fingerprint_changes_with_a_byte_a_name_and_a_new_file(tmp_path: Path) -> None:
    # GIVEN a step that reads a folder
    given_step = make_step(inputs=("data/**/*",))
    write(tmp_path / "data" / "a.yml", "one")
    seen = {fingerprint(given_step, tmp_path)}
    # WHEN a byte, a name and the number of files change
    write(tmp_path / "data" / "a.yml", "two")
    seen.add(fingerprint(given_step, tmp_path))
    (tmp_path / "data" / "a.yml").rename(tmp_path / "data" / "b.yml")
    seen.add(fingerprint(given_step, tmp_path))
    write(tmp_path / "data" / "deep" / "c.yml", "three")
    seen.add(fingerprint(given_step, tmp_path))
    # THEN each makes another fingerprint, and what is generated does not count
    assert len(seen) == 4
    write(tmp_path / "data" / "__pycache__" / "c.pyc", "generated")
    write(tmp_path / "data" / "dist" / "c.js", "generated")
    assert fingerprint(given_step, tmp_path) in seen


def test_a_step_is_due_until_done_and_again_when_an_output_is_gone(tmp_path: Path) -> None:
    # GIVEN a step that leaves a file
    output = tmp_path / "out"
    given_step = make_step(outputs=(output,), work=lambda shell: output.write_text("done") and None)
    stamps = tmp_path / "tools" / "stamps"
    assert is_due(given_step, stamps)
    # WHEN it is done
    assert SetUp([given_step], tmp_path / "tools").run() == 0
    # THEN it is not due, until somebody removes what it left
    assert not is_due(given_step, stamps)
    output.unlink()
    assert is_due(given_step, stamps)


def test_a_failed_step_says_why_and_stops_what_waits_for_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # GIVEN a step that fails, and one after it
    done: list[str] = []
    given_fails = make_step(
        "first", lambda shell: shell.run("sh", "-c", "echo no route to the mill; exit 3", cure="Build a bridge.")
    )
    given_waits = make_step("second", lambda shell: done.append("second"), after=("first",))
    # WHEN both are due
    actual = SetUp([given_fails, given_waits], tmp_path).run()
    # THEN the end of the log and the cure are shown, and the second was not tried
    said = capfd.readouterr().err
    assert actual == 1
    assert "no route to the mill" in said
    assert "Build a bridge." in said
    assert done == []
    assert is_due(given_fails, tmp_path / "stamps")


def test_steps_wait_for_what_they_need(tmp_path: Path) -> None:
    # GIVEN three steps of which the last needs both others
    done: list[str] = []
    given_steps = [
        make_step(name, lambda shell, name=name: done.append(name), after=after)  # type: ignore[misc]
        for name, after in (("a", ()), ("b", ()), ("c", ("a", "b")))
    ]
    # WHEN they run side by side
    assert SetUp(given_steps, tmp_path).run() == 0
    # THEN the last came last
    assert sorted(done[:2]) == ["a", "b"]
    assert done[2] == "c"


def test_a_command_that_fails_without_a_cure_names_itself(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log, pytest.raises(StepFailed, match="'false' ended with status 1"):
        Shell(log).run("false")


def fake_python(path: Path, runs: str) -> Path:
    """A program that behaves like an interpreter: the real one, or a shim that fails."""
    write(path, f"#!/bin/sh\n{runs}\n").chmod(0o755)
    return path


def test_a_python_is_found_that_only_pyenv_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a PATH whose python is a pyenv shim without a chosen version, and two installations, the newer one broken
    name = f"python{HERE}"
    fake_python(tmp_path / "shims" / name, "echo 'pyenv: command not found' >&2; exit 127")
    fake_python(tmp_path / "pyenv" / "versions" / f"{HERE}.10" / "bin" / name, "exit 1")
    fake_python(tmp_path / "pyenv" / "versions" / f"{HERE}.9" / "bin" / name, f'exec {sys.executable} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'shims'}:/nowhere")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path))
    # WHEN it is looked for
    actual = find_python(HERE)
    # THEN the shim and the broken one are passed over, and what is named is the real interpreter
    assert actual == Path(sys.executable)


def test_no_python_of_a_version_is_no_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN an interpreter that calls itself another version
    fake_python(tmp_path / "bin" / "python3.99", f'exec {sys.executable} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    # THEN it is not taken for what its name says
    assert find_python("3.99") is None


def test_understanding_needs_no_front_end_and_planning_no_rasa() -> None:
    assert [step.name for step in steps_for(["app"])] == ["tools", "app"]
    assert [step.name for step in steps_for(["model"])] == ["tools", "engine", "model"]


def test_the_programs_the_tests_need_are_here() -> None:
    # The suite drives a real browser, a real PostgreSQL and a real Redis; `make test` installs them as root.
    assert missing_services() == []
    assert (ROOT / "deploy" / "bootstrap.sh").exists()
