"""The readers the gateway is given: danger and masking, each kept off the event loop where it is long."""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from structlog import get_logger

from bot.masking.identifiers import normal_contact

log = get_logger("gateway")

FindDanger = Callable[[str, str], Sequence[Any]]
Mask = Callable[[str, str], Any]

_WINDOW_CHARS = 4_000
_OVERLAP_CHARS = 300
_SHORT_CHARS = 600
_SLASHED = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]*/[\s/\u200b-\u200f\u2060\ufeff]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Only these may be a way to reach the client; everything else that is masked is never kept, not even sealed.
CONTACT_KINDS = frozenset({"phone", "email", "kakao", "messenger", "telegram", "contact"})


class MaskFailed(Exception):
    """The masker could not promise anything about this text: it goes nowhere."""


@dataclass(frozen=True)
class MaskedText:
    """Words without identifiers, and the identifiers: kind, token, value."""

    text: str
    identifiers: list[dict[str, str]]


def without_broken_characters(text: str) -> str:
    """Return the text without NUL, other controls and halves of surrogate pairs; nothing else changes."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", "")
    return _CONTROLS.sub("", whole)


def without_slash(text: str) -> str:
    """Take away a leading slash: to Rasa it would be a command.

    >>> without_slash(" //goodbye")
    'goodbye'
    """
    return _SLASHED.sub("", text)


def says_nothing(text: str) -> bool:
    """Return whether only blanks, invisible marks or slashes are there."""
    return all(unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cc", "Cf") for char in without_slash(text))


class Readers:
    """Runs the two readers for the gateway."""

    def __init__(self, find_danger: FindDanger, mask: Mask) -> None:
        self._find_danger = find_danger
        self._mask = mask

    async def danger(self, text: str, previous: str) -> list[dict[str, str]]:
        """Read all of the text, however long, window by window; risks once each, "sure" before "doubt".

        A reader that breaks is logged and does not stop the turn: the dialogue reads danger as well.
        """
        found: dict[str, dict[str, str]] = {}
        start = 0
        before = previous[-_OVERLAP_CHARS:]
        while True:
            window = text[start : start + _WINDOW_CHARS]
            try:
                if len(window) <= _SHORT_CHARS:
                    dangers = self._find_danger(window, before)
                else:
                    dangers = await asyncio.to_thread(self._find_danger, window, before)
            except Exception as error:
                log.error("danger_reader_failed", error=type(error).__name__)
                dangers = ()
            for danger in dangers:
                known = found.get(danger.risk)
                if known is None or (known["certainty"] == "doubt" and danger.certainty == "sure"):
                    found[danger.risk] = {
                        "risk": danger.risk, "certainty": danger.certainty, "evidence": danger.evidence[:120],
                    }  # fmt: skip
            # Of a very long text the first sure danger is enough: the answer must not wait for the rest.
            seen_enough = start > 5 * _WINDOW_CHARS and any(d["certainty"] == "sure" for d in found.values())
            if seen_enough or start + _WINDOW_CHARS >= len(text):
                return list(found.values())
            start += _WINDOW_CHARS - _OVERLAP_CHARS
            before = ""

    async def mask(self, text: str, previous: str) -> MaskedText:
        """Mask one message.

        Raises:
            MaskFailed: Whatever went wrong; the text must not be forwarded or kept.
        """
        try:
            masked = await asyncio.to_thread(self._mask, text, previous[-_OVERLAP_CHARS:])
            identifiers = [
                {"kind": str(item.kind), "token": str(item.token), "value": _kept_form(item)}
                for item in masked.identifiers
            ]
            return MaskedText(str(masked.text), identifiers)
        except Exception as error:
            log.error("masking_failed", error=type(error).__name__)
            raise MaskFailed from None

    async def masked_evidence(self, dangers: list[dict[str, str]]) -> list[dict[str, str]]:
        """Return the dangers with their evidence masked; evidence that cannot be masked is left out."""
        result = []
        for danger in dangers:
            try:
                evidence = (await self.mask(danger["evidence"], "")).text
            except MaskFailed:
                evidence = ""
            result.append({**danger, "evidence": evidence})
        return result


def _kept_form(item: Any) -> str:
    """A contact as the record keeps it; any other identifier as it was written."""
    return normal_contact(item) if item.kind in CONTACT_KINDS else str(item.value)
