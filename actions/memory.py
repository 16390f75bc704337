"""What the dialogue remembers of one conversation, and which half of it may be written down.

`Memory` is the only thing that travels between turns: it fills Rasa's slot `memory`, goes to the gateway as
`state` and `held` (docs/architecture.md, seams 1 and 2) and comes back when a tracker is rebuilt.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass
class Memory:
    """One conversation as the dialogue knows it.  Plain JSON values only.

    Attributes:
        needs: `{"id", "state", "evidence", "score", "message_id"}`, in the order they were told, each id once.
        declined: Ids of needs that the client does not want.
        facts: Canonical values by fact id (profile.yml).
        sources: Fact id to the id of the message that told it.
        withheld: Fact id to `refused` or `unknown`; such a fact is never asked again.
        risks: `{"id", "message_id"}`; a danger once seen stays.
        consent, sensitive_consent: None until asked and answered, then `{"answer", "message_id"}`.
        asks: What the last bot message asked for.
        asked: Fact ids asked so far, in order; a second asking appears twice.
        pending: Sensitive needs and facts that wait for the second consent:
            `{"needs": [...], "facts": {...}, "message_ids": [...]}`.
        paused: The step of the danger talk the client is in, `{"step", "risks"}`, else None.
        stage: `listening`, `confirmed`, `planned`, `finished`, `refused` or `ended`.
    """

    needs: list[dict[str, Any]] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    risks: list[dict[str, Any]] = field(default_factory=list)
    consent: dict[str, Any] | None = None
    sensitive_consent: dict[str, Any] | None = None
    asks: str | None = None
    asked: list[str] = field(default_factory=list)
    misses: dict[str, int] = field(default_factory=dict)
    pending: dict[str, Any] = field(default_factory=dict)
    paused: dict[str, Any] | None = None
    stage: str = "listening"
    story_heard: bool = False
    more_asked: bool = False
    reflected: bool = False
    summary_confirmed: bool = False
    handed_over: bool = False
    complaints: int = 0
    skipped: int = 0
    doubts_cleared: list[str] = field(default_factory=list)
    undo: dict[str, Any] = field(default_factory=dict)
    moment: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: dict[str, Any] | None) -> Memory:
        """Build a memory from what an earlier turn left; unknown keys of another version are dropped."""
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in (value or {}).items() if k in known})

    def to_json(self) -> dict[str, Any]:
        """All of it, as plain JSON values."""
        return asdict(self)

    @property
    def has_consent(self) -> bool:
        """True once the client has said yes to keeping what was told."""
        return (self.consent or {}).get("answer") == "yes"

    @property
    def has_sensitive_consent(self) -> bool:
        """True once the client has said yes to keeping sensitive matters too."""
        return (self.sensitive_consent or {}).get("answer") == "yes"

    def clear(self) -> None:
        """Forget everything that was told, danger and the moment excepted."""
        kept = {"risks": self.risks, "paused": self.paused, "moment": self.moment}
        for f in fields(self):
            setattr(self, f.name, kept.get(f.name, getattr(type(self)(), f.name)))

    def need_ids(self) -> list[str]:
        """Ids of the needs that stand, in the order they were told."""
        return [need["id"] for need in self.needs]

    def knows(self, fact: str) -> bool:
        """True when a fact is told, refused or said to be unknown: nothing is left to ask."""
        return fact in self.facts or fact in self.withheld or fact in self.pending.get("facts", {})

    def split(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Return (state, held): the half that may be written, and the half that stays in memory.

        Before the yes nothing may be written.  After it, what waits for the second consent, and the words of
        the messages it was told in, are held.
        """
        everything = {k: v for k, v in self.to_json().items() if k != "moment"}
        if not self.has_consent:
            return None, everything
        if not self.pending:
            return everything, None
        private = set(self.pending.get("message_ids", []))
        words = {n["id"]: n["evidence"] for n in self.needs if n["message_id"] in private and n["evidence"]}
        state = {**everything, "pending": {}}
        state["needs"] = [{**n, "evidence": ""} if n["id"] in words else n for n in self.needs]
        return state, {"pending": self.pending, "words": words}

    @classmethod
    def join(cls, state: dict[str, Any] | None, held: dict[str, Any] | None) -> Memory:
        """The inverse of `split`; a held half that was lost in a crash is simply missing."""
        if state is None:
            return cls.from_json(held)
        memory = cls.from_json(state)
        if held:
            memory.pending = held.get("pending", {})
            for need in memory.needs:
                need["evidence"] = held.get("words", {}).get(need["id"], need["evidence"])
        return memory
