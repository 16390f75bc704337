"""`make understand`: messages as JSON lines in, what the system reads in them as JSON lines out.

    .venv-engine/bin/python -m bot.engine.understand < messages.jsonl

A line is {"id", "text"} and may hold "asks", what the bot had just asked.  The trained model does the
reading; no service runs.  Stdout carries only the answers.  A line that does not fit ends the command
with status 2 before anything is read, naming the line.
"""

import asyncio
import json
import os
import re
import sys
from typing import Any, Dict, List, NamedTuple, Optional, TextIO

from bot.engine import paths
from bot.engine.quiet import describe_error, keep_quiet, set_environment
from bot.engine.rows import PUBLIC_NAMES

NOTHING_SAID = "off_topic"
CONTACT_QUESTIONS = frozenset({"contact", "contact_channel"})
CONTACT_KINDS = ("phone", "email", "messenger")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Line(NamedTuple):
    """One message to read."""

    id: Any
    text: str
    asks: Optional[str]


class BadLine(ValueError):
    """A line of the input does not fit; says which and why, never what it held."""


def read_lines(source: TextIO) -> List[Line]:
    """The messages of the input, in order.

    Raises:
        BadLine: A line is empty, is no JSON object, or lacks an id or a text.
    """
    lines = []
    for number, raw in enumerate(source, start=1):
        if not raw.strip():
            raise BadLine(f'line {number}: is empty; expected an object with "id" and "text"')
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            raise BadLine(f"line {number}: is not valid JSON") from None
        if not isinstance(found, dict):
            raise BadLine(f"line {number}: is not a JSON object")
        if not isinstance(found.get("id"), (str, int)) or isinstance(found.get("id"), bool):
            raise BadLine(f'line {number}: "id" is missing or is neither text nor a whole number')
        if not isinstance(found.get("text"), str):
            raise BadLine(f'line {number}: "text" is missing or is not text')
        if not isinstance(found.get("asks"), (str, type(None))):
            raise BadLine(f'line {number}: "asks" is neither text nor null')
        lines.append(Line(_without_surrogates(found["id"]), _without_surrogates(found["text"]), found.get("asks")))
    return lines


def _without_surrogates(value: Any) -> Any:
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


def _empty(line: Line) -> Dict[str, Any]:
    return {"id": line.id, "intent": NOTHING_SAID, "needs": [], "risks": [], "facts": {}, "negated": []}


def _brief(items: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    return [{key: item[key] for key in ("id", "score", "evidence")} for item in items]


def _intent_of(reading: Dict[str, Any]) -> str:
    """The move; where none was certain the likeliest, because this command names one of the known moves."""
    ranked = [reading.get("intent") or {}, *(reading.get("intent_ranking") or [])]
    for candidate in ranked:
        if candidate.get("name") and candidate["name"] != "nlu_fallback":
            return PUBLIC_NAMES.get(candidate["name"], str(candidate["name"]))
    return NOTHING_SAID


class Understanding:
    """The trained model, ready to read messages."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent

    @classmethod
    def load(cls) -> "Understanding":
        """Load the model; takes some ten seconds."""
        from rasa.core.agent import Agent

        return cls(Agent.load(str(paths.MODEL)))

    async def read(self, line: Line) -> Dict[str, Any]:
        """Read one message the way a turn does: masked first, in the light of what was asked."""
        from rasa.core.channels.channel import UserMessage

        from bot.guard.danger import find_danger
        from bot.masking.identifiers import MaskingError, mask

        try:
            masked = mask(line.text)
        except MaskingError:
            # What cannot be masked is not read on, here as in the gateway.
            return _empty(line)
        text = masked.text.lstrip().lstrip("/")
        if not text.strip():
            return _empty(line)
        message = UserMessage(text, metadata={"asks": line.asks})
        reading = await self._agent.processor.parse_message(message)
        risks = _brief(reading.get("risks", []))
        known = {risk["id"] for risk in risks}
        for danger in find_danger(line.text):
            if danger.certainty == "sure" and danger.risk not in known:
                risks.append({"id": danger.risk, "score": 0.99, "evidence": danger.evidence})
        facts = dict(reading.get("facts", {}))
        tokens = {found.token: found.value for found in masked.identifiers}
        if facts.get("contact") in tokens:
            facts["contact"] = tokens[facts["contact"]]
        if line.asks in CONTACT_QUESTIONS and "contact" not in facts:
            # The answer to "where can we reach you?" is an identifier, so it was masked; the last one counts.
            given = [found.value for found in masked.identifiers if found.kind in CONTACT_KINDS]
            if given:
                facts["contact"] = given[-1]
        return {
            "id": line.id,
            "intent": _intent_of(reading),
            "needs": _brief(reading.get("needs", [])),
            "risks": risks,
            "facts": facts,
            "negated": list(reading.get("negated", [])),
        }


async def answer_all(lines: List[Line], understanding: Understanding, out: TextIO) -> None:
    """Write one JSON line for each message, in order."""
    for number, line in enumerate(lines, start=1):
        try:
            answer = await understanding.read(line)
        except Exception as error:  # One odd message must not cost the others their answer.
            print(f"understand: line {number} could not be read: {describe_error(error)}", file=sys.stderr)
            answer = _empty(line)
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


def main() -> int:
    """The command."""
    # Libraries print where they like: the real stdout is set aside, and theirs becomes stderr.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    source = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115 - stdin stays open.
    try:
        lines = read_lines(source)
    except BadLine as bad:
        print(f"understand: {bad}", file=sys.stderr)
        return 2
    if not paths.MODEL.is_file():
        print(
            f"understand: there is no model at {paths.MODEL.relative_to(paths.ROOT)}; run bot.engine.train first",
            file=sys.stderr,
        )
        return 1
    set_environment()
    os.chdir(paths.ROOT)
    keep_quiet()
    print(f"understand: {len(lines)} messages; loading the model", file=sys.stderr)
    understanding = Understanding.load()
    asyncio.run(answer_all(lines, understanding, out))
    print("understand: done", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
