"""The gateway's own sentences, read once from sentences.yml."""

from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("sentences.yml")


@cache
def _all() -> dict[str, object]:
    loaded = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def say(name: str) -> str:
    """Return the sentence called `name`; a name that is not in the file raises KeyError."""
    sentence = _all()[name]
    assert isinstance(sentence, str)
    return sentence


def problem_text(name: str, **values: object) -> str:
    """Return the plain Korean detail of the problem called `name`, its blanks filled from `values`."""
    problems = _all()["problems"]
    assert isinstance(problems, dict)
    return str(problems[name]).format(**values)
