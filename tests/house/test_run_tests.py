"""The one summary of both suites."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.run_tests import Outcome, read_report, total_status

GOOD = Outcome(passed=3, failed=0, skipped=0, status=0)


def test_a_report_is_counted(tmp_path: Path) -> None:
    # GIVEN a report of ten tests with a failure, an error and a skipped one
    given_report = tmp_path / "report.xml"
    given_report.write_text('<testsuites><testsuite tests="10" failures="1" errors="1" skipped="1"/></testsuites>')
    # THEN the rest passed
    assert read_report(given_report, 1) == Outcome(passed=7, failed=2, skipped=1, status=1)


def test_a_run_without_a_report_failed(tmp_path: Path) -> None:
    assert read_report(tmp_path / "none.xml", 0) == Outcome(passed=0, failed=1, skipped=0, status=1)


@pytest.mark.parametrize(
    ("other", "status"),
    [
        (GOOD, 0),
        (Outcome(passed=3, failed=1, skipped=0, status=1), 1),
        # pytest ends with 5 when it found no test, with 4 when it could not even begin.
        (Outcome(passed=0, failed=0, skipped=0, status=5), 1),
        (Outcome(passed=0, failed=0, skipped=0, status=4), 1),
    ],
)
def test_the_whole_is_good_only_when_both_are(other: Outcome, status: int) -> None:
    assert total_status([GOOD, other]) == status
