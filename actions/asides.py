"""Turns that are not about the intake: each gets a short honest answer, then the question stands again."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import danger_talk, reflecting
from actions.hear import asides_first, hear
from actions.hearing import take_in
from actions.services_named import find_service
from actions.turn import Turn
from actions.wording import list_words, need_word, word


class _Aside(Action):
    """Shared course: take in, mind danger, answer, let the question stand."""

    def answer(self, turn: Turn) -> None:
        """Say the answer."""
        raise NotImplementedError

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Answer aside; what the message told besides is said back."""
        turn = Turn.begin(dispatcher, tracker)
        take_in(turn)
        if turn.moment.get("crisis") or (turn.memory.paused and danger_talk.answer(turn)):
            return turn.events()
        if turn.heard.is_quick_reply or not asides_first(turn):
            self.answer(turn)
        return turn.events()


class ActionTell(_Aside):
    """Tells about a service, the centre, or how things stand."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_tell"

    def answer(self, turn: Turn) -> None:
        """Answer from the catalogue; what is not known there is not made up."""
        memory, intent = turn.memory, turn.heard.intent
        if memory.has_consent:
            reflecting.changes(turn)
        if not memory.story_heard and turn.moment.get("added"):
            memory.story_heard = True
        turn.moment["same_question"] = True
        if intent == "ask_center":
            turn.say("say_center", **turn.center_values())
        elif intent == "ask_status":
            waiting = memory.stage in {"planned", "finished"} or memory.handed_over
            turn.say("say_status_waiting" if waiting else "say_status_none")
        else:
            _tell_service(turn)


def _tell_service(turn: Turn) -> None:
    found = find_service(turn.heard.text, turn.catalogue)
    if found is None:
        turn.say("say_service_unknown", **turn.center_values())
        return
    service = turn.catalogue.services[found]
    partner = turn.catalogue.partners.get(service.partner or "")
    turn.say(
        "say_service",
        service=service.label,
        plain=f"{service.chat}.",
        who=partner.label if partner else turn.center.label,
    )


class ActionAnswerAside(_Aside):
    """Small talk, thanks, complaints, other matters."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_answer_aside"

    def answer(self, turn: Turn) -> None:
        """Answer in one clause."""
        memory, intent = turn.memory, turn.heard.intent
        if intent == "thanks" and turn.heard.asks is None and memory.stage in {"planned", "finished"}:
            turn.say("say_thanks")
            if memory.stage == "planned":
                memory.stage = "finished"
                turn.moment["goodbye"] = True
            turn.moment["silent"] = True
            return
        if turn.moment.get("added") and memory.consent is None:
            hear(turn)
            return
        turn.moment["same_question"] = True
        if memory.has_consent:
            reflecting.changes(turn)
        if intent == "complaint":
            memory.complaints += 1
            person = [(word("word_button_person"), "/ask_human")]
            if memory.complaints == 1:
                turn.say("say_complaint", buttons=person)
                turn.describe(kind="info", asks=turn.heard.asks)
                turn.moment["silent"] = True
                turn.moment["keep_asks"] = True
            else:
                turn.say("say_complaint_again")
        else:
            turn.say({"thanks": "say_thanks", "off_topic": "say_off_topic"}.get(intent, "say_small_talk"))


class ActionRepeat(_Aside):
    """The same question in other words."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_repeat"

    def answer(self, turn: Turn) -> None:
        """Ask again, shorter."""
        turn.moment["other_words"] = True


class ActionShowRecord(_Aside):
    """What is written down about the client."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_show_record"

    def answer(self, turn: Turn) -> None:
        """Read the record out; before the yes there is none."""
        memory = turn.memory
        turn.moment["same_question"] = True
        if not memory.has_consent or not (memory.needs or memory.facts):
            turn.say("say_record_empty")
            return
        needs = list_words(need_word(n) for n in memory.need_ids()) or "-"
        turn.say("say_record", needs=needs, known=reflecting.known(turn), withheld=reflecting.withheld(turn))
