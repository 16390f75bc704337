"""The input of `make understand`: what fits is read, what does not is named."""

import io
import json
import subprocess
import sys

import pytest

from bot.engine.paths import ROOT
from bot.engine.understand import BadLine, read_lines

GOOD = json.dumps({"id": "1", "text": "이력서를 써야 해요"})


def test_lines_that_fit_are_read_in_order() -> None:
    given = io.StringIO(
        f'{GOOD}\n{{"id": 2, "text": "", "asks": "age"}}\n{{"id": "3", "text": "\\ud800", "asks": null}}'
    )
    actual = read_lines(given)
    assert [line.id for line in actual] == ["1", 2, "3"]
    assert [line.asks for line in actual] == [None, "age", None]
    assert actual[2].text == "\ufffd"


@pytest.mark.parametrize(
    "given_line",
    [
        "",
        "   ",
        "[]",
        "not json",
        '{"id": "1"}',
        '{"text": "a"}',
        '{"id": null, "text": "a"}',
        '{"id": "1", "text": 3}',
        '{"id": "1", "text": "a", "asks": 3}',
        "[" * 100_000,
    ],
)
def test_a_line_that_does_not_fit_is_named_by_its_number(given_line: str) -> None:
    with pytest.raises(BadLine, match="line 2: "):
        read_lines(io.StringIO(f"{GOOD}\n{given_line}\n{GOOD}\n"))


def test_the_command_ends_with_2_and_prints_nothing_on_stdout() -> None:
    # WHEN the command gets an odd second line
    ended = subprocess.run(
        [sys.executable, "-m", "bot.engine.understand"],
        cwd=ROOT,
        input=f"{GOOD}\nodd 010-1234-5678\n",
        capture_output=True,
        text=True,
        check=False,
    )
    # THEN it says which, without quoting it
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "line 2" in ended.stderr
    assert "010" not in ended.stderr
