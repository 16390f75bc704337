"""Handing over to a person, resting, and erasing: the ways out of the conversation, all of them open at any time."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import consenting, danger_talk, reflecting
from actions.center_words import is_open, next_opening
from actions.cues import RESTS
from actions.hearing import take_in
from actions.turn import Turn
from actions.wording import word
from api.planning.particles import with_particle


class ActionHandOver(Action):
    """A person is asked for: they are told at once, with what is known."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_hand_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Hand over; without consent only the phone can be offered, and consent is asked for."""
        turn = Turn.begin(dispatcher, tracker)
        take_in(turn)
        if not turn.moment.get("crisis"):
            hand_over(turn)
        return turn.events()


def hand_over(turn: Turn) -> None:
    """Fetch a person: in danger first what helps now, without consent the phone, otherwise the counselor."""
    memory, now = turn.memory, turn.heard.now
    if memory.risks:
        _hand_over_in_danger(turn)
        return
    memory.paused = None
    if not memory.has_consent:
        if now is not None and not is_open(turn.center, now):
            turn.say("say_person_by_phone_closed", opens=next_opening(turn.center, now), **turn.center_values())
        else:
            turn.say("say_person_by_phone", **turn.center_values())
        if memory.consent is None:
            memory.story_heard = True
            turn.moment["same_question"] = turn.heard.asks == "consent"
        else:
            turn.moment["silent"] = True
        return
    reflecting.changes(turn)
    if memory.handed_over:
        turn.say("say_person_already", **turn.center_values())
        turn.moment["silent"] = memory.knows("contact")
    else:
        memory.handed_over = True
        turn.moment["hand_over"] = True


def _hand_over_in_danger(turn: Turn) -> None:
    """Somebody in danger who wants a person is told what is true now, and where somebody answers at once."""
    memory, now = turn.memory, turn.heard.now
    numbers = with_particle(word(f"word_numbers_{memory.risks[0]['id']}"), "로")
    if now is not None and not is_open(turn.center, now):
        turn.say("say_person_in_danger_closed", numbers=numbers, opens=next_opening(turn.center, now))
    else:
        turn.say("say_person_in_danger", numbers=numbers)
    memory.paused = memory.paused or {"step": "safe", "risks": [r["id"] for r in memory.risks]}
    if memory.has_consent and not memory.handed_over:
        memory.handed_over = True
    turn.moment["silent"] = True


def say_hand_over(turn: Turn, *, delivered: bool) -> None:
    """Say what is true of the hand-over: told, told but closed, or not yet told."""
    now = turn.heard.now
    if not delivered:
        turn.say("say_handed_over_pending", **turn.center_values())
    elif now is not None and not is_open(turn.center, now):
        turn.say("say_handed_over_closed", opens=next_opening(turn.center, now))
    else:
        turn.say("say_handed_over")


class ActionRest(Action):
    """A pause.  «그만» is unclear: resting and erasing are both offered."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_rest"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Wait, rest, or ask which of the two was meant."""
        turn = Turn.begin(dispatcher, tracker)
        take_in(turn)
        if turn.moment.get("crisis") or (turn.memory.paused and danger_talk.answer(turn)):
            return turn.events()
        stored = turn.memory.has_consent
        if stored:
            reflecting.changes(turn)
        if turn.heard.intent == "wait":
            turn.say("say_waiting" if stored else "say_waiting_unstored")
        elif turn.heard.is_quick_reply or not stored or RESTS.search(turn.heard.text):
            turn.say("say_resting" if stored else "say_resting_unstored")
        else:
            rest, erase = word("word_button_rest"), word("word_button_erase")
            turn.say("say_rest_or_erase", buttons=[(rest, "/stop"), (erase, "/erase_data")])
        turn.moment["silent"] = True
        return turn.events()


class ActionErase(Action):
    """Withdrawal is done at once; nobody asks whether it is meant."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_erase"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Forget everything and end."""
        turn = Turn.begin(dispatcher, tracker)
        take_in(turn)
        if turn.moment.get("crisis"):
            return turn.events()
        if turn.memory.stage == "refused":
            consenting.after_refusal(turn)
            return turn.events()
        if turn.memory.consent is None and turn.heard.asks == "consent":
            consenting.refuse(turn)
            return turn.events()
        alert_stays = bool(turn.memory.risks)
        turn.memory.clear()
        turn.memory.stage = "ended"
        turn.say("say_erased_alert_stays" if alert_stays else "say_erased")
        turn.moment.update(silent=True, end="erased")
        return turn.events()
