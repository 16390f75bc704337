"""`action_open` and `action_hear`: the turns that tell something and the turns that answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import consenting, danger_talk, leaving, reflecting
from actions.cues import PERSON, QUESTION, ROBOT, SECRET, SWEARING, fact_named, is_other_language, is_under_14
from actions.hearing import CONTROL, FREE_TEXT, is_plain_answer, take_in
from actions.turn import Turn

SHORT_STORY = 8
# A message of this length that does not answer the question tells something else: it is not asked in other words.
TELLS_SOMETHING = 24
NO = {"deny", "refuse"}


class ActionOpen(Action):
    """Opens a conversation; a greeting later on is only a greeting."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_open"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Greet at the very start; otherwise hear what came with the greeting."""
        turn = Turn.begin(dispatcher, tracker)
        if turn.memory.asks is None and not turn.memory.story_heard and turn.heard.asks is None:
            turn.moment["opening"] = True
            return turn.events()
        hear(turn)
        return turn.events()


class ActionHear(Action):
    """Takes in a message and answers it in the light of what was asked."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_hear"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Hear one turn."""
        turn = Turn.begin(dispatcher, tracker)
        hear(turn)
        return turn.events()


def hear(turn: Turn) -> None:
    """Take the message in, then answer by what had been asked."""
    memory, heard = turn.memory, turn.heard
    take_in(turn)
    if turn.moment.get("crisis"):
        memory.story_heard = True
        return
    if memory.paused and danger_talk.answer(turn):
        return
    if turn.memory.stage == "ended":
        turn.say("say_under_14", **turn.center_values())
        turn.moment["silent"] = True
        return
    if not heard.is_quick_reply and asides_first(turn):
        return
    young = heard.asks in {"age", "consent", "needs", None} and is_under_14(heard.text) and "age" not in heard.facts
    if heard.facts.get("under_14") or young:
        consenting.under_14(turn)
        return
    if heard.intent == "take_back" and memory.has_consent:
        _undo(turn)
        return
    if memory.consent is None:
        _before_consent(turn)
    elif not memory.has_consent:
        consenting.after_refusal(turn)
    elif heard.asks == "sensitive_consent":
        consenting.hear_sensitive(turn)
    elif heard.asks == "needs":
        _more_needs(turn)
    elif heard.asks == "confirm_summary":
        _summary_answer(turn)
    elif heard.asks and heard.asks not in CONTROL:
        _fact_answer(turn)
    else:
        _free_turn(turn)


def asides_first(turn: Turn) -> bool:
    """Answer what the words themselves ask for, whatever the turn was taken for; True when that was the turn."""
    heard, memory = turn.heard, turn.memory
    if is_other_language(heard.text) and not heard.identifiers:
        turn.say("say_other_language")
    elif PERSON.search(heard.text):
        leaving.hand_over(turn)
        return True
    elif SWEARING.search(heard.text):
        memory.complaints += 1
        turn.say("say_complaint" if memory.complaints == 1 else "say_complaint_again")
    elif ROBOT.search(heard.text) and QUESTION.search(heard.text):
        turn.say("say_robot")
    elif SECRET.search(heard.text) and QUESTION.search(heard.text):
        turn.say("say_secret")
    else:
        return False
    turn.moment["same_question"] = True
    return True


def _before_consent(turn: Turn) -> None:
    memory, heard = turn.memory, turn.heard
    if heard.asks == "consent":
        consenting.hear(turn)
        return
    told = turn.moment.get("added") or turn.moment.get("noted") or memory.pending
    long_enough = len(heard.text.replace(" ", "")) >= SHORT_STORY and heard.intent in {
        "state_needs",
        "answer",
        "correct",
        "nlu_fallback",
        "unsure",
        "ask_service",
        "refuse",
        "deny",
    }
    if told or long_enough:
        memory.story_heard = True
    elif not turn.moment.get("opening"):
        turn.moment["open_again"] = True


def _more_needs(turn: Turn) -> None:
    """The answer to «더 있을까요?», which is asked once."""
    memory, heard = turn.memory, turn.heard
    if turn.moment.get("added") or turn.moment.get("dropped") or turn.moment.get("noted") or turn.moment.get("fixed"):
        reflecting.changes(turn)
    elif heard.intent == "affirm" and memory.misses.get("needs", 0) == 0:
        memory.misses["needs"] = 1
        turn.moment["which_need"] = True
        return
    elif heard.intent in NO | {"unsure", "thanks"}:
        turn.say("say_nothing_more")
    elif not memory.pending:
        turn.say("say_heard")
    memory.more_asked = True


def _summary_answer(turn: Turn) -> None:
    memory, heard = turn.memory, turn.heard
    if any(turn.moment.get(k) for k in ("added", "dropped", "noted", "fixed")):
        reflecting.changes(turn)
    elif heard.intent in {"affirm", "thanks"} or (
        heard.intent in {"unsure", "refuse", "nlu_fallback", "state_needs"} and memory.misses.get("confirm_summary")
    ):
        memory.summary_confirmed = True
        memory.stage = "confirmed"
    elif heard.intent == "correct" and (fact := fact_named(heard.text)):
        memory.facts.pop(fact, None)
        turn.moment["ask"] = fact
    else:
        memory.misses["confirm_summary"] = memory.misses.get("confirm_summary", 0) + 1
        turn.moment["which_to_fix"] = True


def _fact_answer(turn: Turn) -> None:
    memory, heard = turn.memory, turn.heard
    asked = str(heard.asks)
    reflecting.changes(turn)
    if memory.knows(asked):
        return
    if heard.intent == "refuse":
        memory.withheld[asked] = "refused"
        turn.say(f"passed_{asked}")
    elif heard.intent == "unsure":
        memory.withheld[asked] = "unknown"
        turn.say("say_unknown_ok")
    elif asked in FREE_TEXT and is_plain_answer(turn) and not heard.is_quick_reply:
        _keep_text(turn, asked)
    elif asked == "contact" and heard.intent in NO:
        memory.withheld[asked] = "refused"
        turn.say("passed_contact")
    elif asked in FREE_TEXT | {"target_groups"} and heard.intent == "deny":
        memory.withheld[asked] = "unknown"
        turn.say("say_nothing_more")
    elif heard.ambiguous.get(asked):
        turn.moment["ambiguous"] = heard.ambiguous[asked]
    elif _only_told_something_else(turn):
        if not turn.moment.get("spoken") and not memory.pending:
            turn.say("say_heard")
        turn.moment["same_question"] = True
    else:
        _missed(turn, asked)


def _only_told_something_else(turn: Turn) -> bool:
    told = any(turn.moment.get(k) for k in ("added", "dropped", "noted", "fixed"))
    told = told or len(turn.heard.text) >= TELLS_SOMETHING or bool(turn.memory.pending)
    return told and turn.heard.intent in {"state_needs", "correct", "answer", "greet", "resume", "nlu_fallback"}


def _keep_text(turn: Turn, fact: str) -> None:
    """Keep a free answer as it was said."""
    text = " ".join(turn.heard.text.split())[:200]
    turn.memory.facts[fact] = text
    turn.memory.sources[fact] = turn.heard.message_id
    turn.say("say_nothing_more")


def _missed(turn: Turn, asked: str) -> None:
    """Not understood: once in other words, then on to the next question."""
    memory = turn.memory
    misses = memory.misses.get(asked, 0) + 1
    memory.misses[asked] = misses
    if turn.heard.intent in {"resume", "greet", "thanks"}:
        memory.misses[asked] = misses - 1
        if turn.heard.intent == "resume":
            reflecting.welcome_back(turn)
        turn.moment["same_question"] = True
    elif misses == 1:
        turn.moment["other_words"] = True
    else:
        memory.withheld[asked] = "unknown"
        memory.skipped += 1
        if memory.skipped == 1:
            turn.say("say_skip_after_two")
        else:
            turn.say("say_not_understood_thrice")
            turn.moment["offer_person"] = True


def _free_turn(turn: Turn) -> None:
    """Nothing had been asked: after the plan, after a rest, after a hand-over."""
    memory, heard = turn.memory, turn.heard
    if memory.stage in {"planned", "finished"}:
        _after_plan(turn)
        return
    if heard.intent == "resume":
        if not turn.moment.get("lifted"):
            reflecting.welcome_back(turn)
    elif heard.intent in NO | {"wait", "stop"} and memory.handed_over:
        turn.say("say_resting")
        turn.moment["silent"] = True
    else:
        reflecting.changes(turn)


def _after_plan(turn: Turn) -> None:
    memory, heard = turn.memory, turn.heard
    if any(turn.moment.get(k) for k in ("added", "dropped", "fixed", "noted")):
        reflecting.changes(turn)
        memory.stage = "listening" if turn.moment.get("added") else "confirmed"
        memory.summary_confirmed = memory.stage == "confirmed"
        return
    turn.moment["silent"] = True
    if heard.intent == "resume":
        reflecting.welcome_back(turn)
    elif heard.is_quick_reply and heard.intent == "correct":
        turn.say("say_plan_change_how")
    elif heard.intent in {"correct", "state_needs", "answer", "unsure", "refuse", "nlu_fallback"}:
        turn.say("say_wish_passed_on")
    else:
        if heard.intent == "deny" and memory.stage == "planned":
            turn.say("say_plan_stays")
        memory.stage = "finished"
        turn.moment["goodbye"] = True


def _undo(turn: Turn) -> None:
    memory = turn.memory
    if not memory.undo:
        turn.say("say_nothing_to_undo")
        turn.moment["same_question"] = True
        return
    for fact, old in memory.undo.items():
        if old is None:
            memory.facts.pop(fact, None)
        else:
            memory.facts[fact] = old
    again = next(iter(memory.undo))
    memory.undo = {}
    turn.say("say_undone")
    if again in memory.facts:
        turn.say("say_noted", noted=reflecting.facts_to(turn, [again]))
    else:
        turn.moment["ask"] = again
