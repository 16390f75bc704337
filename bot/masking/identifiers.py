"""Find personal identifiers in a message and put tokens in their place, before anything else reads it.

The gateway calls `mask` on every message.  It fails closed: where masking cannot be vouched for it raises
`MaskingError`, and the gateway then forwards nothing.  Only the standard library, under 3.10 and 3.12.
"""

from dataclasses import dataclass

from bot.masking import patterns
from bot.masking.shadow import shadow_of

_LABELS = {
    "phone": "전화",
    "email": "메일",
    "rrn": "주민번호",
    "foreigner": "외국인번호",
    "account": "계좌",
    "card": "카드",
    "passport": "여권",
    "licence": "면허",
    "address": "주소",
    "messenger": "아이디",
}
# A client must not be able to write a token by hand: the brackets of tokens become plain ones.
_FORGED = str.maketrans({"⟦": "[", "⟧": "]"})
# Enough of the message before to hold the first half of a number and the words that name it.
_TAIL_LENGTH = 60


class MaskingError(Exception):
    """The message could not be masked and must not be forwarded.  Says why, never what was written."""


@dataclass(frozen=True)
class Identifier:
    """One identifier: its kind, the token in its place, its plain value, and where it stood in the message.

    `start` and `end` count characters of the message as typed.  Where a number began in the message before,
    `value` is the whole number and the span only the part in this message.
    """

    kind: str
    token: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Masked:
    """The text that may be forwarded, and what was taken out of it, in order."""

    text: str
    identifiers: tuple[Identifier, ...]


def mask(text: str, previous: str = "") -> Masked:
    """Replace each personal identifier in `text` with a token such as ⟦전화1⟧, numbered per kind and message.

    Args:
        text: The message as typed; any characters, any length.
        previous: The client's message before this one; a number that began there is found too.

    Raises:
        MaskingError: `text` or `previous` is no text, or an identifier would be left after masking.

    >>> mask("010-0000-0041로 주세요").text
    '⟦전화1⟧로 주세요'
    """
    if not isinstance(text, str) or not isinstance(previous, str):
        raise MaskingError("Only text can be masked.")
    try:
        masked = _mask(text, previous)
        left = patterns.find(shadow_of(masked.text).text)
    except (ArithmeticError, LookupError, RecursionError, ValueError) as error:
        raise MaskingError(f"Masking stopped with {type(error).__name__}.") from None
    if any(found.kind in patterns.NEVER_LEFT for found in left):
        raise MaskingError("An identifier was left after masking.")
    return masked


def normal_contact(identifier: Identifier) -> str:
    """The form a contact is kept in: "010-0000-0041" for a Korean number, lower case for an address or id."""
    if identifier.kind == "phone":
        return patterns.normal_phone(identifier.value)
    return identifier.value.lower()


def _mask(text: str, previous: str) -> Masked:
    text = text.translate(_FORGED)
    here = shadow_of(text)
    before = shadow_of(previous[-_TAIL_LENGTH:]).text.rstrip(" .,-") if previous else ""
    joined = f"{before} {here.text}" if before else here.text
    boundary = len(joined) - len(here.text)
    pieces: list[str] = []
    identifiers: list[Identifier] = []
    count: dict[str, int] = {}
    done = 0
    for found in patterns.find(joined):
        if found.end <= boundary or found.start >= found.end:
            continue
        first = max(found.start - boundary, 0)
        start, end = here.starts[first], here.ends[found.end - boundary - 1]
        count[found.kind] = count.get(found.kind, 0) + 1
        token = f"⟦{_LABELS[found.kind]}{count[found.kind]}⟧"
        identifiers.append(Identifier(found.kind, token, found.value, start, end))
        pieces += (text[done:start], token)
        done = end
    pieces.append(text[done:])
    return Masked("".join(pieces), tuple(identifiers))
