"""Lists in pages: `limit` and an opaque `cursor`, stable while rows are added."""

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from api.errors import BadValue

LONGEST_PAGE = 200


class Page[Item](BaseModel):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(None, description="Pass it as `cursor` for the next page; null on the last page.")


class Wanted(BaseModel):
    """Which page was asked for. `after` is the position the cursor points to, or None for the first page."""

    limit: int
    after: list[Any] | None


def wanted_page(
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=400, pattern=r"^[A-Za-z0-9_=-]+$")] = None,
) -> Wanted:
    """Dependency: the wanted page.

    Raises:
        BadValue: The cursor is not one of ours.
    """
    return Wanted(limit=limit, after=None if cursor is None else _read(cursor))


WantedPage = Annotated[Wanted, Depends(wanted_page)]


def cursor_of(*position: str | int) -> str:
    """The cursor that points behind the row at this position."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def position_of(wanted: Wanted, *kinds: type) -> tuple[Any, ...] | None:
    """The cursor's position, checked to be of these kinds; None for the first page.

    Raises:
        BadValue: It is a cursor of another list.
    """
    if wanted.after is None:
        return None
    if len(wanted.after) != len(kinds) or not all(type(v) is k for v, k in zip(wanted.after, kinds, strict=True)):
        raise BadValue("The cursor belongs to another list. Start again without one.")
    return tuple(wanted.after)


def moment_and_id(wanted: Wanted) -> tuple[datetime, str] | None:
    """The position of a list that is ordered by time and id; None for the first page.

    Raises:
        BadValue: It is a cursor of another list.
    """
    position = position_of(wanted, str, str)
    if position is None:
        return None
    try:
        moment = datetime.fromisoformat(position[0])
    except ValueError:
        raise BadValue("The cursor belongs to another list. Start again without one.") from None
    if moment.tzinfo is None:
        raise BadValue("The cursor belongs to another list. Start again without one.")
    return moment, position[1]


def _read(cursor: str) -> list[Any]:
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, RecursionError):
        raise BadValue("The cursor cannot be read. Pass one from 'next_cursor', or none.") from None
    if not isinstance(position, list) or not all(_sound(one) for one in position):
        raise BadValue("The cursor cannot be read. Pass one from 'next_cursor', or none.")
    return position


def _sound(value: Any) -> bool:
    """Whether every database can compare with it; a cursor may have been written by anyone."""
    return value.isprintable() if isinstance(value, str) else isinstance(value, int) and abs(value) < 2**62
