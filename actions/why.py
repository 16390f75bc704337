"""`action_explain_why`: why a question is asked, why a step stands where it stands, why a service is missing."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import danger_talk
from actions.answers import to_intake
from actions.hearing import take_in
from actions.services_named import find_service
from actions.turn import Turn
from actions.wording import has_response, word
from api.planning.plan import make_plan
from api.planning.reasons import explain_order, why_not

WHOLE_SENTENCES = {"consent", "sensitive_consent"}


class ActionExplainWhy(Action):
    """A why is always answered, and the question stands."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_explain_why"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Explain, then ask again."""
        turn = Turn.begin(dispatcher, tracker)
        take_in(turn)
        if turn.moment.get("crisis") or (turn.memory.paused and danger_talk.answer(turn)):
            return turn.events()
        asks = turn.heard.asks
        if turn.memory.stage in {"planned", "finished"} and asks is None:
            turn.say("say_order_reason", reason=_about_the_plan(turn))
            turn.moment["silent"] = True
        elif asks in WHOLE_SENTENCES:
            turn.say(f"why_{asks}", **turn.center_values())
            turn.moment["same_question"] = True
        elif asks and has_response(f"why_{asks}"):
            turn.say("say_why", why=word(f"why_{asks}"))
            turn.moment["same_question"] = True
        else:
            turn.say("why_needs")
            turn.moment["same_question"] = True
        return turn.events()


def _about_the_plan(turn: Turn) -> str:
    """Why a step stands where it stands, or why a service is not in the plan."""
    intake = to_intake(turn.memory)
    plan = make_plan(intake, turn.catalogue, today=turn.today)
    named = find_service(turn.heard.text, turn.catalogue)
    steps = {step.service: step for step in plan.steps}
    if named and named not in steps:
        return why_not(named, intake, turn.catalogue)
    # Without a service named, the step that waits for most others is the one worth explaining.
    waiting = [s for s in plan.steps if s.stage != "aftercare"]
    step = steps.get(named) if named else max(waiting, key=lambda s: len(s.waits), default=None)
    return explain_order(plan, step) if step else word("why_needs")
