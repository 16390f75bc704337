"""`action_ask_next` ends every turn: next question or plan, hand over to the record, say what may be written."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import consenting, reflecting
from actions.answers import intake_body, to_intake
from actions.leaving import say_hand_over
from actions.plan_making import show_plan
from actions.records_client import RecordsClient
from actions.turn import Turn
from actions.wording import has_response, list_words, need_word, topics, word
from api.planning.particles import with_particle
from api.planning.questions import questions_to_ask

CONTACT_FACTS = {"contact_channel", "contact", "preferred_time"}
# An answer to these may bring a further question, so that «하나 남았어요» would not be true.
OPENS_MORE = {"contact_channel", "contact", "employment_status", "care_duty", "household"}
ONCE = 1


class ActionAskNext(Action):
    """The one author of what is asked next, and of the turn's report to the gateway."""

    def __init__(self, records: RecordsClient) -> None:
        self._records = records

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_ask_next"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """End the turn."""
        turn = Turn.begin(dispatcher, tracker)
        memory, moment = turn.memory, turn.moment
        delivery: dict[str, Any] | None = None
        if moment.get("identifier"):
            turn.say("say_identifier_masked")
        if moment.get("crisis"):
            memory.asks = None
        if memory.has_consent:
            delivery = await self._deliver(turn, tracker.sender_id.split(".")[0])
        delivered = delivery is None or delivery["state"] == "delivered"
        if not moment.get("crisis"):
            self._speak(turn, delivered=delivered)
        state, held = memory.split()
        report = {
            "state": state,
            "held": held,
            "consent": (memory.consent or {}).get("answer"),
            "sensitive_consent": (memory.sensitive_consent or {}).get("answer"),
            "crisis": moment.get("crisis"),
            "hold": moment.get("hold", []),
            "release": moment.get("release", []),
            "redact": moment.get("redact", []),
            "contact": moment.get("contact"),
            "delivery": delivery,
            "end": moment.get("end"),
        }
        dispatcher.utter_message(json_message={"turn": report})
        memory.moment = {}
        events: list[EventType] = [SlotSet("memory", memory.to_json())]
        if moment.get("end"):
            events.append(SlotSet("forget", True))
        return events

    async def _deliver(self, turn: Turn, conversation_id: str) -> dict[str, Any]:
        body = intake_body(turn)
        answer = await self._records.put_intake(conversation_id, body)
        if answer is not None:
            turn.moment["plan"] = answer.get("plan")
        return {"state": "delivered" if answer is not None else "pending", "turn": body["turn"], "body": body}

    def _speak(self, turn: Turn, *, delivered: bool) -> None:
        """Say what this turn owes the client: hand-over, plan, goodbye, or the next question."""
        memory, moment = turn.memory, turn.moment
        if moment.get("hand_over"):
            say_hand_over(turn, delivered=delivered)
            self._ask_contact_after_hand_over(turn)
        elif memory.stage == "confirmed":
            show_plan(turn, delivered=delivered)
            memory.stage = "planned"
            memory.asks = None
        elif moment.get("goodbye"):
            _say_goodbye(turn)
            memory.asks = None
        elif moment.get("silent"):
            if not moment.get("keep_asks"):
                memory.asks = None
        else:
            self._ask(turn)

    def _ask_contact_after_hand_over(self, turn: Turn) -> None:
        """A person can call back only when they know where; nothing else is asked now."""
        if not turn.memory.knows("contact"):
            self._ask_fact(turn, "contact")
        else:
            turn.memory.asks = None

    def _ask(self, turn: Turn) -> None:
        memory, moment, asked = turn.memory, turn.moment, turn.heard.asks
        if moment.get("opening") or (memory.consent is None and not memory.story_heard):
            again = moment.get("open_again") or moment.get("same_question") or moment.get("other_words")
            turn.say("ask_needs_open_again" if again else "ask_needs_opening", **turn.center_values())
            memory.asks = "needs"
        elif memory.consent is None:
            _ask_consent(turn)
        elif memory.pending and memory.sensitive_consent is None:
            _ask_sensitive_consent(turn)
        elif moment.get("tell_again"):
            turn.say("ask_needs_after_refusal")
            memory.asks = "needs"
        elif moment.get("ambiguous"):
            self._ask_which_region(turn, moment["ambiguous"])
        elif moment.get("ask"):
            self._ask_fact(turn, moment["ask"])
        elif memory.handed_over and memory.stage == "listening" and asked in CONTACT_FACTS:
            self._after_hand_over(turn)
        elif not memory.more_asked:
            _ask_more(turn)
        elif moment.get("other_words") and asked and has_response(f"again_{asked}") and not memory.knows(asked):
            self._ask_fact(turn, asked, again=True)
        elif moment.get("same_question") and asked and has_response(f"ask_{asked}") and not memory.knows(asked):
            self._ask_same(turn, asked)
        else:
            self._ask_new(turn)

    def _ask_same(self, turn: Turn, asked: str) -> None:
        if asked == "confirm_summary":
            _ask_summary(turn)
        else:
            self._ask_fact(turn, asked)

    def _ask_new(self, turn: Turn) -> None:
        memory = turn.memory
        if memory.stage in {"planned", "finished"}:
            memory.asks = None
            return
        questions = [q.fact for q in questions_to_ask(to_intake(memory), turn.catalogue)]
        open_questions = [q for q in questions if memory.asked.count(q) < ONCE and not memory.knows(q)]
        if "disability" in open_questions and not memory.has_sensitive_consent:
            open_questions.remove("disability")
        if open_questions:
            self._ask_fact(turn, open_questions[0], left=len(open_questions))
        else:
            _ask_summary(turn)

    def _after_hand_over(self, turn: Turn) -> None:
        memory = turn.memory
        if not memory.knows("preferred_time") and "preferred_time" not in memory.asked and "contact" in memory.facts:
            self._ask_fact(turn, "preferred_time")
            return
        buttons = [(word("word_button_go_on"), "/resume"), (word("word_button_stop_today"), "/stop")]
        turn.say("say_stop_or_go_on", buttons=buttons)
        memory.asks = None

    def _ask_fact(self, turn: Turn, fact: str, *, again: bool = False, left: int = 0) -> None:
        memory = turn.memory
        if left == ONCE and fact not in OPENS_MORE and len(memory.asked) > 2:
            turn.say("say_last_question")
        memory.asked.append(fact)
        memory.asks = fact
        if fact == "confirm_summary":
            _ask_summary(turn)
            return
        response = f"again_{fact}" if again else f"ask_{fact}"
        if fact == "availability" and not again and memory.facts.get("employment_status") in {"employed", "on_leave"}:
            response = "ask_availability_employed"
        if fact == "contact" and not again and any(r["id"] == "violence" for r in memory.risks):
            response = "ask_contact_safe"
        buttons = [(word("word_button_skip"), "/refuse"), (word("word_button_why"), "/ask_why")]
        if turn.moment.get("offer_person"):
            buttons.append((word("word_button_person"), "/ask_human"))
        turn.say(response, buttons=buttons)

    def _ask_which_region(self, turn: Turn, candidates: list[str]) -> None:
        name = candidates[0].split()[-1]
        buttons = [(c, "/answer" + json.dumps({"region": c}, ensure_ascii=False)) for c in candidates[:5]]
        turn.say("say_region_which", place=with_particle(name, "은"), buttons=buttons)
        turn.memory.asks = "region"


def _ask_consent(turn: Turn) -> None:
    memory, moment = turn.memory, turn.moment
    values = turn.center_values()
    yes, no = word("word_button_agree"), word("word_button_disagree")
    buttons = [
        (yes, "/affirm"),
        (no, "/deny"),
        (word("word_button_details"), '/ask_why{"detail": true}'),
        (word("word_button_under_14"), '/answer{"under_14": true}'),
    ]
    if moment.get("consent_unclear"):
        short = [(word("word_button_yes"), "/affirm"), (word("word_button_no"), "/deny")]
        turn.say("ask_consent_unclear", buttons=short)
    elif "consent" in memory.asked:
        turn.say("ask_consent_short", buttons=buttons, **values)
    else:
        told = [*memory.need_ids(), *(n["id"] for n in memory.pending.get("needs", []))]
        heard = word("word_heard", topics=topics(told)) if told else word("word_heard_plain")
        turn.say("ask_consent", heard=heard, buttons=buttons, **values)
        memory.asked.append("consent")
    memory.asks = "consent"


def _ask_sensitive_consent(turn: Turn) -> None:
    memory = turn.memory
    buttons = [(word("word_button_yes"), "/affirm"), (word("word_button_leave_out"), "/deny")]
    if turn.moment.get("sensitive_unclear"):
        turn.say("ask_sensitive_unclear", buttons=buttons)
    else:
        name = consenting.category(turn)
        period = turn.center_values()["period"]
        turn.say("ask_sensitive_consent", category=name, period=period, buttons=buttons)
    memory.asks = "sensitive_consent"


def _ask_more(turn: Turn) -> None:
    memory = turn.memory
    no_more = [(word("word_button_no_more"), "/deny")]
    if not memory.reflected:
        reflecting.understood(turn)
    if turn.moment.get("which_need"):
        turn.say("ask_needs_which", buttons=no_more)
    else:
        turn.say("ask_needs_more_areas" if len(memory.needs) <= 1 else "ask_needs_more", buttons=no_more)
    memory.asks = "needs"


def _ask_summary(turn: Turn) -> None:
    memory = turn.memory
    memory.asks = "confirm_summary"
    buttons = [(word("word_button_yes"), "/affirm"), (word("word_button_no"), "/deny")]
    if turn.moment.get("which_to_fix"):
        turn.say("ask_confirm_which", buttons=buttons[:1])
        return
    values = {"known": reflecting.known(turn), "withheld": reflecting.withheld(turn)}
    if memory.needs:
        needs = list_words(need_word(n) for n in memory.need_ids())
        turn.say("ask_confirm_summary", needs=needs, buttons=buttons, **values)
    else:
        turn.say("ask_confirm_summary_no_needs", buttons=buttons, **values)


def _say_goodbye(turn: Turn) -> None:
    channel = turn.memory.facts.get("contact_channel")
    name = f"word_channel_{channel}"
    if channel and has_response(name):
        turn.say("say_goodbye", channel=with_particle(word(name), "로"), **turn.center_values())
    else:
        turn.say("say_goodbye_no_contact", **turn.center_values())
