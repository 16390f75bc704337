"""The few turns after a danger was seen.  The gateway speaks them (bot/crisis.yml); here the step is chosen.

first / doubt → (client answers) → safe / unsafe, or it was not meant so.  Until the client says 이어서, or a person
releases, no question of the intake is asked; after a scam or an empty cupboard, help goes on at once.
"""

from __future__ import annotations

import re

from actions.turn import Turn

GOES_ON_AT_ONCE = {"job_scam", "destitution"}
TELLS = {"state_needs", "answer", "correct", "ask_service", "ask_human", "nlu_fallback"}
LONG_REPLY = 20
# What the crisis question's answer means, where help goes on at once: «보낸 것이 있으세요?», «지낼 곳이 있으세요?».
STILL_IN_DANGER = {
    "job_scam": ({"affirm"}, re.compile(r"보냈|넘겼|줬어|줬는|줬습|입금했|부쳤|찍어 ?줬|알려 ?줬")),
    "destitution": (
        {"deny", "refuse", "complaint"},
        re.compile(r"없|어디|못 ?(?:자|가|들어)|노숙|길에서|밖에서|밖에 ?있"),
    ),
}


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
        if heard.intent == "deny":
            memory.doubts_cleared = sorted({*memory.doubts_cleared, *risks})
            memory.paused = None
            turn.say("say_not_meant")
            return False
        if _speaks_of_something_else(turn):
            memory.doubts_cleared = sorted({*memory.doubts_cleared, *risks})
            memory.paused = None
            turn.say("say_doubt_left_open")
            return False
        for risk in risks:
            if risk not in {r["id"] for r in memory.risks}:
                memory.risks.append({"id": risk, "message_id": heard.message_id})
        _step(turn, "first", risks)
        return True
    if set(risks) <= GOES_ON_AT_ONCE:
        intents, words = STILL_IN_DANGER[risks[0]]
        if step == "first" and (heard.intent in intents or words.search(heard.text)):
            _step(turn, "unsafe", risks)
            return True
        memory.paused = None
        turn.say("say_danger_noted")
        return False
    if step == "first":
        _step(turn, "unsafe" if heard.intent == "deny" else "safe", risks)
        return True
    if heard.intent in {"affirm"} and step == "safe" and memory.has_consent and heard.is_quick_reply:
        return _lift(turn)
    _step(turn, "safe" if step == "unsafe" and heard.intent != "deny" else step or "safe", risks)
    return True


def _speaks_of_something_else(turn: Turn) -> bool:
    """A longer message without any danger in it, about something told: the doubt was not answered, nor confirmed."""
    heard = turn.heard
    told = any(turn.moment.get(k) for k in ("added", "dropped", "noted", "fixed")) or heard.needs or heard.facts
    return bool(told or len(heard.text) >= LONG_REPLY) and not heard.risks and not heard.guard and heard.intent in TELLS


def _step(turn: Turn, step: str, risks: list[str]) -> None:
    turn.memory.paused = {"step": step, "risks": risks}
    turn.moment["crisis"] = {"step": step, "risks": risks}


def _lift(turn: Turn) -> bool:
    turn.memory.paused = None
    turn.say("say_danger_lifted")
    return False
