"""One rule of the danger guard.

Rules are read over the tight view (no spaces, "." between sentences).  A rule holds where its pattern
matches and its `unless` does not match nearby.  `words` are literals of which every match contains at
least one: they make long harmless messages cheap.  All gaps are bounded, so no text can make a pattern slow.

The rules were written on half of the danger messages and measured on the other half; tests/nlu holds figures.
"""

import re
from typing import Literal, NamedTuple, Optional, Pattern, Tuple

Certainty = Literal["sure", "doubt"]


class Rule(NamedTuple):
    """One way in which words speak of one risk."""

    risk: str
    certainty: Certainty
    words: Tuple[str, ...]
    pattern: Pattern[str]
    unless: Optional[Pattern[str]]


def make_rule(risk: str, certainty: Certainty, words: str, pattern: str, unless: str = "") -> Rule:
    """A rule from plain strings; `words` are separated by spaces, an empty `unless` excuses nothing."""
    return Rule(risk, certainty, tuple(words.split()), re.compile(pattern), re.compile(unless) if unless else None)
