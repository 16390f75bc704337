"""Runs the whole suite under both Pythons and ends with one summary.

usage: python -m deploy.run_tests [PYTEST ARGUMENTS]

`tests/engine` runs where Rasa lives (Python 3.10), everything else in the app environment. The last line counts both
together, as 'N passed, N failed', and the exit status is 0 only when tests ran in both and none failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.steps import APP_PYTHON, ENGINE_PYTHON, ROOT, engine_environment

_ENGINE_TESTS = "tests/engine"
_SLOWEST_SHOWN = 15


@dataclass(frozen=True)
class Outcome:
    """What one run of pytest found. `status` is pytest's own exit status."""

    passed: int
    failed: int
    skipped: int
    status: int


def run_pytest(python: Path, arguments: Sequence[str]) -> Outcome:
    """Run pytest in one environment, its output going straight to ours."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        words = ["-m", "pytest", "-q", f"--durations={_SLOWEST_SHOWN}", f"--junitxml={report}", *arguments]
        process = subprocess.run(
            [str(python), *words],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return read_report(report, process.returncode)


def read_report(report: Path, status: int) -> Outcome:
    """Count a JUnit report; without one (pytest died) nothing passed and the run counts as one failure."""
    if not report.exists():
        return Outcome(passed=0, failed=1, skipped=0, status=status or 1)
    # Our own pytest wrote this file a moment ago.
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314
    total, failed, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites for name in names)
        for names in (("tests",), ("failures", "errors"), ("skipped",))
    )
    return Outcome(passed=total - failed - skipped, failed=failed, skipped=skipped, status=status)


def total_status(outcomes: Sequence[Outcome]) -> int:
    """Tell the exit status of the whole: 0 only when every run went well and found tests."""
    return 0 if all(outcome.status == 0 and outcome.failed == 0 for outcome in outcomes) else 1


def _environment() -> dict[str, str]:
    # The tests start instances of their own: what the operator set for his must not reach them.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MULGIL_", "MAKE", "MFLAGS"))}
    return kept | engine_environment()


def main(arguments: Sequence[str]) -> int:
    """Run both suites; returns the exit status."""
    began = time.monotonic()
    outcomes = [run_pytest(APP_PYTHON, ["tests", f"--ignore={_ENGINE_TESTS}", *arguments])]
    if (ROOT / _ENGINE_TESTS).is_dir():
        outcomes.append(run_pytest(ENGINE_PYTHON, [_ENGINE_TESTS, *arguments]))
    status = total_status(outcomes)
    passed, failed, skipped = (
        sum(getattr(outcome, name) for outcome in outcomes) for name in ("passed", "failed", "skipped")
    )
    # A run that broke off without a failed test must not read like a success.
    failed = max(failed, status)
    print(f"\nBoth suites took {time.monotonic() - began:.0f} s.")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
