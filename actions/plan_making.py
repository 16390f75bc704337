"""Maps the confirmed needs onto the service flow and tells it.

The plan of record is made by the api in the transaction that stores the intake; here the same pure function makes
the same plan, so that the client hears it at once, also when the record is out of reach.
"""

from __future__ import annotations

from actions.answers import to_intake
from actions.turn import Turn
from actions.wording import word
from api.planning.document import plan_document, plan_sentences
from api.planning.plan import make_plan


def show_plan(turn: Turn, *, delivered: bool) -> None:
    """Say the plan in plain sentences; its document goes along for the widget's cards."""
    plan = make_plan(to_intake(turn.memory), turn.catalogue, today=turn.today)
    document = turn.moment.get("plan") or plan_document(plan, turn.catalogue)
    buttons = [
        (word("word_button_good"), "/affirm"),
        (word("word_button_change"), "/correct"),
        (word("word_button_why_order"), "/ask_why"),
    ]
    response = "say_plan" if delivered else "say_plan_undelivered"
    turn.say(response, plan=" ".join(plan_sentences(plan, turn.catalogue)), buttons=buttons)
    turn.describe(kind="plan", asks=None, data={"plan": document})
