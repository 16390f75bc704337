"""The targets of `make`, as a person or a program calls them."""

from __future__ import annotations

import json
import subprocess

from tests.house.checkout import ROOT

TARGETS = {"run", "up", "down", "test", "check", "understand", "plan", "bench"}


def make(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Call make in the checkout with this on its standard input."""
    return subprocess.run(
        ["make", "-s", *words], cwd=ROOT, input=given, capture_output=True, text=True, timeout=120, check=False
    )


def test_make_alone_shows_every_target() -> None:
    # WHEN somebody types make
    actual = make()
    # THEN every target stands there with a sentence
    shown = {line.split()[1] for line in actual.stdout.splitlines() if len(line.split()) > 2}
    assert shown >= TARGETS


def test_plan_writes_one_json_document_and_nothing_else() -> None:
    # GIVEN an intake
    given_intake = json.dumps({"needs": ["childcare"], "risks": [], "facts": {}, "outcomes": {}})
    # WHEN it is planned
    actual = make("plan", given=given_intake)
    # THEN standard output is the plan, and nothing is said beside it
    assert actual.returncode == 0, actual.stderr
    assert json.loads(actual.stdout)["version"] == 1
    assert actual.stderr == ""


def test_plan_says_in_one_line_what_does_not_fit() -> None:
    # GIVEN an intake with a need nobody knows
    # WHEN it is planned
    actual = make("plan", given='{"needs": ["no_such_need"]}')
    # THEN the caller sees status 2 and one line that names the field; the other line is make's own
    lines = [line for line in actual.stderr.splitlines() if not line.startswith("make")]
    assert (actual.returncode, actual.stdout) == (2, "")
    assert len(lines) == 1
    assert "needs" in lines[0]
