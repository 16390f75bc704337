"""A plain twin of a message: one ASCII or Hangul character for each thing a reader sees, with the way back.

Clients write numbers in full-width digits, keycap emoji, decomposed Hangul or with invisible characters in
between.  Patterns run on the plain twin; what they find is cut out of the message as it was typed.
"""

import unicodedata
from dataclasses import dataclass

_DASHES = frozenset("‐‑‒–—―−－﹣ー~～〜_∼⁓ㅡ")
_DOTS = frozenset("·•∙⋅․。．・")
_LEAD, _VOWEL, _TAIL = 0x1100, 0x1161, 0x11A7


@dataclass(frozen=True)
class Shadow:
    """The plain text, and for each of its characters where it stood in the message (`starts`, `ends`)."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def shadow_of(text: str) -> Shadow:
    """Write `text` plainly, in one pass.

    Decimal digits of any script become 0–9, full-width letters become ASCII, dashes become "-", middle dots
    ".", every kind of space or control character " ".  Invisible characters and marks are left out, and
    decomposed Hangul is put together.
    """
    plain: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, char in enumerate(text):
        if " " <= char <= "~" or "가" <= char <= "힣":
            twin = "-" if char in "~_" and not _inside_word(text, at) else char
        else:
            code = ord(char)
            if plain and _VOWEL <= code <= 0x1175 and "\u1100" <= plain[-1] <= "\u1112":
                plain[-1] = chr(0xAC00 + ((ord(plain[-1]) - _LEAD) * 21 + code - _VOWEL) * 28)
                ends[-1] = at + 1
                continue
            if plain and _TAIL < code <= 0x11C2 and "가" <= plain[-1] <= "힣" and (ord(plain[-1]) - 0xAC00) % 28 == 0:
                plain[-1] = chr(ord(plain[-1]) + code - _TAIL)
                ends[-1] = at + 1
                continue
            twin = _twin(char)
            if not twin:
                if plain:
                    ends[-1] = at + 1
                continue
        plain.append(twin)
        starts.append(at)
        ends.append(at + 1)
    return Shadow("".join(plain), tuple(starts), tuple(ends))


def _inside_word(text: str, at: int) -> bool:
    """Whether the "_" or "~" at `at` belongs to a written name such as sol_tree, not to a number."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())


def _twin(char: str) -> str:
    """The plain character for one outside ASCII and Hangul syllables; "" for one that shows nothing."""
    if char in _DASHES:
        return "-"
    if char in _DOTS:
        return "."
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf"):
        return ""
    if category.startswith("Z") or category in ("Cc", "Cs"):
        return "" if char == "\x00" else " "
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return char
