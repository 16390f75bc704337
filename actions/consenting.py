"""Consent: asked once in full, never assumed, taken back at any time."""

from __future__ import annotations

from actions import reflecting
from actions.cues import is_no, is_yes_to_consent
from actions.hearing import keep_pending, leave_pending_out
from actions.turn import Turn
from actions.wording import word

LONG_STORY = 30


def hear(turn: Turn) -> None:
    """The answer to the question for consent."""
    heard, memory = turn.heard, turn.memory
    if heard.facts.get("detail"):
        turn.say("why_consent", **turn.center_values())
        turn.moment["same_question"] = True
    elif heard.is_quick_reply and heard.intent == "affirm":
        _grant(turn)
    elif (
        is_no(heard.text) and heard.intent in {"deny", "refuse", "erase_data", "stop"} and not _goes_on_telling(turn)
    ) or (heard.is_quick_reply and heard.intent == "deny"):
        refuse(turn)
    elif heard.intent == "affirm" and is_yes_to_consent(heard.text):
        _grant(turn)
    elif heard.intent in {"unsure", "affirm"}:
        if memory.misses.get("consent", 0) >= 2:
            refuse(turn)
            return
        memory.misses["consent"] = memory.misses.get("consent", 0) + 1
        turn.moment["consent_unclear"] = True
    else:
        turn.moment["same_question"] = True


def _goes_on_telling(turn: Turn) -> bool:
    """True when a message that looks like a no tells more of the story, without a word of refusing."""
    heard = turn.heard
    told = bool(heard.needs or turn.moment.get("added")) or len(heard.text) >= LONG_STORY
    return told and "동의" not in heard.text and "저장" not in heard.text


def _grant(turn: Turn) -> None:
    memory = turn.memory
    memory.consent = {"answer": "yes", "message_id": turn.heard.message_id}
    turn.hold_back("hold", *memory.pending.get("message_ids", []))
    if not memory.pending:
        reflecting.understood(turn)


def refuse(turn: Turn) -> None:
    """Everything told so far is dropped at once; the talk may go on, unstored."""
    memory = turn.memory
    memory.clear()
    memory.consent = {"answer": "no", "message_id": turn.heard.message_id}
    memory.stage = "refused"
    turn.say("say_consent_refused", **turn.center_values())
    turn.moment.update(silent=True, end="refused")


def after_refusal(turn: Turn) -> None:
    """A message of someone who said no: a changed mind is welcome, nothing else is kept."""
    heard, memory = turn.heard, turn.memory
    changed = "동의" in heard.text and heard.intent not in {"deny", "refuse", "ask_why"}
    told_no = is_no(heard.text) or "?" in heard.text
    memory.needs, memory.facts, memory.pending, memory.sources = [], {}, {}, {}
    if changed and not told_no:
        memory.consent = {"answer": "yes", "message_id": heard.message_id}
        memory.stage, memory.story_heard, memory.reflected = "listening", True, True
        turn.moment["tell_again"] = True
        return
    turn.say("say_not_stored_reminder", **turn.center_values())
    turn.moment["silent"] = True


def hear_sensitive(turn: Turn) -> None:
    """The answer to the second question, on sensitive matters."""
    heard, memory = turn.heard, turn.memory
    if heard.intent == "affirm" and (heard.is_quick_reply or is_yes_to_consent(heard.text)):
        memory.sensitive_consent = {"answer": "yes", "message_id": heard.message_id}
        keep_pending(turn)
        turn.say("say_sensitive_kept")
    elif memory.misses.get("sensitive_consent") or (
        heard.intent in {"deny", "refuse", "correct"} and (heard.is_quick_reply or is_no(heard.text))
    ):
        memory.sensitive_consent = {"answer": "no", "message_id": heard.message_id}
        leave_pending_out(turn)
        turn.say("say_sensitive_left_out")
    else:
        memory.misses["sensitive_consent"] = 1
        turn.moment["sensitive_unclear"] = True
        return
    if not memory.reflected:
        reflecting.understood(turn)


def category(turn: Turn) -> str:
    """What the second question calls the matter, without quoting it."""
    pending = turn.memory.pending
    kinds = {"health" for _ in pending.get("needs", [])}
    for fact, value in pending.get("facts", {}).items():
        if fact == "disability" or (isinstance(value, list) and "disability" in value):
            kinds.add("disability")
        if isinstance(value, list) and set(value) & {"ex_offender", "north_korean_defector"}:
            kinds.add("status")
    return word(f"word_category_{kinds.pop()}" if len(kinds) == 1 else "word_category_several")


def under_14(turn: Turn) -> None:
    """Under 14 a guardian's consent comes first: nothing is kept, a person takes over."""
    turn.memory.clear()
    turn.memory.stage = "ended"
    turn.say("say_under_14", **turn.center_values())
    turn.moment.update(silent=True, end="under_14")
