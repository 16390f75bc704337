"""`make plan` as a process: plan JSON on stdout, one line on stderr and status 2 for what does not fit."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.plan_command"], cwd=ROOT, input=text, capture_output=True, text=True, timeout=120
    )


def test_an_intake_becomes_a_plan_and_twice_the_same():
    given_intake = json.dumps(
        {"needs": ["debt", "job_matching"], "risks": [], "facts": {"age": 41}}, ensure_ascii=False
    )
    first, second = run(given_intake), run(given_intake)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == second.stdout
    assert {"debt", "job_matching"} <= {
        need for step in json.loads(first.stdout)["steps"] for need in step["addresses"]
    }


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "intake"),
        ("{", "intake"),
        ("[]", "intake"),
        ('{"needs": "debt"}', "needs"),
        ('{"needs": ["no_such_need"]}', "needs"),
        ('{"needs": ["debt"], "facts": {"age": "old"}}', "facts.age"),
        ('{"needs": ["debt"], "facts": {"no_such_fact": 1}}', "facts.no_such_fact"),
        ('{"needs": ["debt"], "outcomes": {"nothing": "x"}}', "outcomes.nothing"),
    ],
)
def test_bad_input_is_refused_with_the_field_in_one_line(text, field):
    actual = run(text)
    assert actual.returncode == 2
    assert actual.stdout == ""
    assert actual.stderr.startswith(f"{field}: ")
    assert len(actual.stderr.splitlines()) == 1


def test_bytes_that_are_no_text_are_refused():
    actual = subprocess.run(
        [sys.executable, "-m", "api.plan_command"], cwd=ROOT, input=b"\xff\xfe", capture_output=True, timeout=120
    )
    assert actual.returncode == 2
    assert actual.stderr.startswith(b"intake: ")


def test_it_starts_without_the_web_the_database_or_the_solver():
    heavy = ("fastapi", "sqlalchemy", "ortools", "pydantic")
    code = f"import sys, api.plan_command; print([name for name in {heavy} if name in sys.modules])"
    actual = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert actual.stdout.strip() == "[]"


def test_it_spends_little_time_of_its_own():
    # GIVEN what child processes of this test run have used so far
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # WHEN one plan is made
    run('{"needs": ["debt"]}')
    # THEN it used about half a second, whatever else the machine is doing
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2
