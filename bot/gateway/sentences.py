"""The gateway's own sentences, read once from sentences.yml."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel

_FILE = Path(__file__).with_name("sentences.yml")


class _Sentences(BaseModel):
    said: dict[str, str]
    problems: dict[str, str]


@cache
def _all() -> _Sentences:
    return _Sentences.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def say(name: str) -> str:
    """Return the sentence called `name`; a name that is not in the file raises KeyError."""
    return _all().said[name]


def problem_text(name: str, **values: object) -> str:
    """Return the plain Korean detail of the problem called `name`, its blanks filled from `values`."""
    return _all().problems[name].format(**values)
