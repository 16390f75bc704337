"""What the readers of identifiers hand on."""

from typing import NamedTuple


class Found(NamedTuple):
    """A span of the plain text, the kind of identifier in it, and its value without separators."""

    kind: str
    start: int
    end: int
    value: str
