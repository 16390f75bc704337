"""Types of fields that several bodies share: ids, short codes, and text that every database can hold."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import AwareDatetime, BeforeValidator, StringConstraints

# What PostgreSQL cannot hold is taken out instead of refused: a client's message must not be lost for one odd byte.
_REPLACED = {0: None, **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


def clean(text: str) -> str:
    """The text without NUL, and with lone surrogates replaced, so that it can be stored and sent as UTF-8."""
    return text.translate(_REPLACED)


def clean_value(value: Any) -> Any:
    """As `clean`, for every text within a JSON value of at most a few levels."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_value(one) for one in value]
    if isinstance(value, dict):
        return {clean(str(key)): clean_value(one) for key, one in value.items()}
    return value


ID = r"^[A-Za-z0-9_.:-]{1,64}$"
CODE = r"^[a-z][a-z0-9_-]{0,63}$"
# Messages' ids are made by clients' devices, within what the gateway lets through.
MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,128}$")]
ObjectId = Annotated[str, StringConstraints(pattern=ID)]
PathId = Annotated[str, Path(pattern=ID)]
# Channels and centres, as the gateway takes them.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,64}$")]
CodeText = Annotated[str, StringConstraints(pattern=CODE)]
Version = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Pseudonym = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$")]
# Cleaned first: pydantic itself refuses a text with a lone surrogate.
Words = Annotated[str, StringConstraints(max_length=20_000), BeforeValidator(clean_value)]
Moment = AwareDatetime
