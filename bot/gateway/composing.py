"""Decides what a turn says: the dialogue's bubbles, or the crisis sentences before them.  Pure but for the speaker."""

from dataclasses import dataclass

from bot.gateway.conversation import Turn
from bot.gateway.crisis import Alert, CrisisSpeaker, Step
from bot.gateway.messages import Draft
from bot.gateway.rasa import CrisisReading, Part, join_bubbles

NEEDS_ALERT: frozenset[str] = frozenset({"first", "unsafe"})
PAST: frozenset[str] = frozenset({"continue", "not_meant"})


@dataclass(frozen=True)
class Crisis:
    """The crisis step of one turn: the guard's reading and the dialogue's, laid together."""

    step: Step
    risks: tuple[str, ...]
    words: str = ""
    for_another: bool = False

    @property
    def needs_alert(self) -> bool:
        """Whether a person of the centre must hear of it."""
        return self.step in NEEDS_ALERT


def read_crisis(
    dangers: list[dict[str, str]],
    reading: CrisisReading | None,
    *,
    asked: frozenset[str] = frozenset(),
    handled: frozenset[str] = frozenset(),
) -> Crisis | None:
    """Lay what the guard saw in this message beside what the dialogue makes of it.

    The dialogue may raise what the guard saw, and may say that a doubtful word was not meant; it may never make a
    sure danger smaller.

    Args:
        dangers: The guard's, each with risk, certainty and evidence.
        reading: The dialogue's `turn.crisis`; None if it saw nothing or has not answered.
        asked: Risks whose doubt has been asked before; given only when the dialogue has answered.  If it raises
            nothing then, it knows that the doubt is cleared.
        handled: Risks whose card has been given and with which the conversation goes on at once; likewise.
    """
    silent = reading is None
    sure = [d["risk"] for d in dangers if d["certainty"] == "sure" and not (silent and d["risk"] in handled)]
    doubt = [d["risk"] for d in dangers if d["certainty"] == "doubt" and not (silent and d["risk"] in asked)]
    words = dangers[0]["evidence"] if dangers else ""
    raised = list(reading.risks) if reading and reading.step in ("first", "doubt", "unsafe") else []
    if sure:
        step: Step = "unsafe" if reading and reading.step == "unsafe" else "first"
        return Crisis(step, _once([*sure, *raised]), words, bool(reading and reading.for_another))
    if reading and (reading.step in ("first", "unsafe", "not_meant", "doubt") or not doubt):
        words = words or reading.evidence
        return Crisis(reading.step, _once([*reading.risks, *(doubt if raised else [])]), words, reading.for_another)
    if doubt:
        return Crisis("doubt", _once(doubt), words)
    return None


def compose(
    parts: list[Part], crisis: Crisis | None, alert: Alert | None, speaker: CrisisSpeaker, turn: Turn, channel: str
) -> list[Draft]:
    """Return the bubbles of a turn.

    In a danger the gateway speaks first and only what belongs to it follows: a hand-over, or what the dialogue marks
    with `belongs`.  Once the danger is past, its sentence is joined to what comes next.  A crisis answer that has gone
    out before the dialogue answered is not said twice, unless the dialogue saw more.
    """
    if crisis is None:
        if turn.slot.spoken:
            return []
        return join_bubbles([part.draft for part in parts])
    said = speaker.say(
        crisis.step, crisis.risks, alert=alert, words=crisis.words, for_another=crisis.for_another, channel=channel
    )
    if crisis.step in PAST:
        bridge = said.model_copy(update={"kind": "info", "text": said.text.replace("\n", " "), "quick_replies": ()})
        return join_bubbles([bridge, *(part.draft for part in parts)])
    kept = [part.draft for part in parts if part.belongs or part.draft.kind == "handoff"]
    if turn.slot.spoken and _covers(turn.slot.spoken, crisis):
        return join_bubbles(kept)
    return join_bubbles([said, *kept])


def _covers(spoken: tuple[str, tuple[str, ...]], crisis: Crisis) -> bool:
    strength = {"doubt": 0, "safe": 0, "first": 1, "unsafe": 2}
    step, risks = spoken
    return strength.get(step, 0) >= strength.get(crisis.step, 0) and set(crisis.risks) <= set(risks)


def _once(risks: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(risks))
