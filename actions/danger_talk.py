"""The few turns after a danger was seen.  The gateway speaks them (bot/crisis.yml); here the step is chosen.

first / doubt → (client answers) → safe / unsafe, or it was not meant so.  Until the client says 이어서, or a person
releases, no question of the intake is asked; after a scam or an empty cupboard, help goes on at once.
"""

from __future__ import annotations

from actions.cues import NO_SHELTER, NOT_MEANT, NOT_SENT, SENT, SOMEBODY_ELSE, says_safe
from actions.turn import Turn

GOES_ON_AT_ONCE = {"job_scam", "destitution"}
TELLS = {"state_needs", "answer", "correct", "ask_service", "ask_human", "nlu_fallback"}
LONG_REPLY = 20


def answer(turn: Turn) -> bool:
    """Answer a client who is in a danger talk.

    Returns:
        True when this turn belongs to the danger talk; False when the intake may go on.
    """
    memory, heard = turn.memory, turn.heard
    paused = memory.paused or {}
    step, risks = paused.get("step"), list(paused.get("risks", []))
    if heard.intent == "resume":
        return _lift(turn)
    if step == "doubt":
        return _after_doubt(turn, risks)
    if NOT_MEANT.search(heard.text) and not heard.guard:
        memory.paused = None
        turn.say("say_not_meant")
        return False
    if set(risks) <= GOES_ON_AT_ONCE:
        return _after_what_help_goes_on(turn, risks)
    if heard.is_quick_reply and heard.intent == "affirm" and step == "safe":
        return _lift(turn)
    if heard.intent in {"stop", "wait"} and step == "safe":
        turn.say("say_resting" if memory.has_consent else "say_resting_unstored")
        turn.moment["silent"] = True
        return True
    _step(turn, "safe" if says_safe(heard.text, heard.intent) or step == "safe" else "unsafe", risks)
    return True


def _after_doubt(turn: Turn, risks: list[str]) -> bool:
    memory, heard = turn.memory, turn.heard
    for_another = bool(SOMEBODY_ELSE.search(heard.text))
    if heard.intent == "deny" and not for_another:
        _clear_doubt(turn, risks, "say_not_meant")
        return False
    if _speaks_of_something_else(turn) and not for_another:
        _clear_doubt(turn, risks, "say_doubt_left_open")
        return False
    for risk in risks:
        if risk not in {r["id"] for r in memory.risks}:
            memory.risks.append({"id": risk, "message_id": heard.message_id})
    _step(turn, "first", risks, for_another=for_another)
    return True


def _after_what_help_goes_on(turn: Turn, risks: list[str]) -> bool:
    """After a scam («이미 보낸 것이 있으세요?») or for tonight («지낼 곳이 있으세요?»): first what is urgent in it."""
    heard = turn.heard
    if risks[0] == "job_scam":
        sent = heard.intent == "affirm" or bool(SENT.search(heard.text))
        urgent = sent and not NOT_SENT.search(heard.text)
    else:
        urgent = heard.intent in {"deny", "refuse", "complaint"} or bool(NO_SHELTER.search(heard.text))
    if (urgent and not heard.is_quick_reply) or (urgent and (turn.memory.paused or {}).get("step") == "first"):
        _step(turn, "unsafe", risks)
        return True
    turn.memory.paused = None
    turn.say("say_danger_noted")
    return False


def _clear_doubt(turn: Turn, risks: list[str], response: str) -> None:
    turn.memory.doubts_cleared = sorted({*turn.memory.doubts_cleared, *risks})
    turn.memory.paused = None
    turn.say(response)


def _speaks_of_something_else(turn: Turn) -> bool:
    """A longer message without any danger in it, about something told: the doubt was not answered, nor confirmed."""
    heard = turn.heard
    told = any(turn.moment.get(k) for k in ("added", "dropped", "noted", "fixed")) or heard.needs or heard.facts
    return bool(told or len(heard.text) >= LONG_REPLY) and not heard.risks and not heard.guard and heard.intent in TELLS


def _step(turn: Turn, step: str, risks: list[str], *, for_another: bool = False) -> None:
    turn.memory.paused = {"step": step, "risks": risks}
    turn.moment["crisis"] = {"step": step, "risks": risks, "for_another": for_another}


def _lift(turn: Turn) -> bool:
    turn.memory.paused = None
    turn.say("say_danger_lifted")
    turn.moment["lifted"] = True
    return False
