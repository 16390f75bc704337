"""From the dialogue's memory to what others take: the core's Intake and the body of the intake PUT.

The only Python that knows both vocabularies.
"""

from __future__ import annotations

from typing import Any

from actions.memory import Memory
from actions.turn import Turn
from api.planning.intake import Intake, Need, infer

CONSENT_VERSION = "2026-11-24"


def stated_facts(memory: Memory) -> dict[str, Any]:
    """Facts as the record keeps them; groups that follow from others are filled in where groups were told."""
    facts = {fact: value for fact, value in memory.facts.items() if fact != "contact"}
    if isinstance(facts.get("target_groups"), list):
        groups = infer(facts)["target_groups"]
        facts["target_groups"] = sorted(groups) if isinstance(groups, frozenset) else facts["target_groups"]
    return facts


def to_intake(memory: Memory) -> Intake:
    """The core's view of this conversation.  That a contact was given is enough for it."""
    facts = {f: frozenset(v) if isinstance(v, list) else v for f, v in memory.facts.items()}
    return Intake(
        needs=tuple(Need(n["id"], state=n["state"], evidence=n["evidence"]) for n in memory.needs),
        risks=frozenset(r["id"] for r in memory.risks),
        facts=facts,
        refused=frozenset(f for f, why in memory.withheld.items() if why == "refused"),
        unknown=frozenset(f for f, why in memory.withheld.items() if why == "unknown"),
        goal=str(memory.facts.get("goal", "")),
        questions_asked=len(set(memory.asked)),
    )


def intake_body(turn: Turn) -> dict[str, Any]:
    """Body of `PUT /api/v1/conversations/{id}/intake` (docs/architecture.md, seam 4).

    The contact itself is not in it: the gateway alone knows what its token stands for.
    """
    memory = turn.memory
    facts: dict[str, Any] = {}
    for fact, value in stated_facts(memory).items():
        facts[fact] = {"value": value, "state": "told", "message_id": memory.sources.get(fact)}
    contact = memory.facts.get("contact")
    if isinstance(contact, str) and not contact.startswith("⟦"):
        facts["contact"] = {"value": contact, "state": "told", "message_id": memory.sources.get("contact")}
    for fact, state in memory.withheld.items():
        facts[fact] = {"value": None, "state": state, "message_id": memory.sources.get(fact)}
    needs = [dict(n) for n in memory.needs]
    if memory.summary_confirmed:
        needs = [{**n, "state": "confirmed"} for n in needs]
    private = set(memory.pending.get("message_ids", []))
    needs = [{**n, "evidence": ""} if n["message_id"] in private else n for n in needs]
    declined = [
        {"id": n, "state": "declined", "evidence": "", "score": None, "message_id": None} for n in memory.declined
    ]
    return {
        "turn": turn.heard.turn,
        "channel": turn.heard.channel,
        "center": turn.center.id,
        "client_ref": None,
        "consent": {
            "general": _consent(memory.consent),
            "sensitive": _consent(memory.sensitive_consent),
        },
        "needs": needs + declined,
        "facts": facts,
        "risks": [{"id": r["id"], "evidence": "", "message_id": r["message_id"]} for r in memory.risks],
        "goal": str(memory.facts.get("goal", "")),
        "status": _status(memory),
        "questions_asked": len(set(memory.asked)),
    }


def _consent(given: dict[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {"answer": given["answer"], "message_id": given["message_id"], "version": CONSENT_VERSION}


def _status(memory: Memory) -> str:
    if memory.stage in {"confirmed", "planned", "finished"} and memory.summary_confirmed:
        return "submitted"
    return "handoff" if memory.handed_over else "in_progress"
