"""Gathers one intake's page: the two-minute summary first, then everything behind it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.console import formatters, records, views
from api.console.plan_picture import plan_svg
from api.console.views import Chip, FactItem, PlanView
from api.intakes.facts import CONTACT, told_value
from api.models import Consent, Intake, Message
from api.planning.catalogue import Catalogue
from api.security import SignedIn

LONGEST_FIRST_WORDS = 240
CONSENTS = {"general": "개인정보", "sensitive": "민감정보(건강 등)"}


def intake_context(db: Session, user: SignedIn, intake: Intake, catalogue: Catalogue, now: datetime) -> dict[str, Any]:
    """Everything ``pages/intake.html`` shows of this intake."""
    plan = records.read_current_plan(db, intake.id)
    shown = views.plan_view(plan, catalogue) if plan else None
    talk = records.read_talk(db, intake.conversation_id)
    alerts = records.read_alerts(db, user.scope, intake.conversation_id)
    history = records.read_history(db, user.scope, intake, plan, alerts)
    names = records.names_of(db, [event.actor_id for event in history])
    needs = views.need_items(intake.needs, catalogue)
    facts = views.fact_items(intake.facts, catalogue)
    head = {name: facts.get(name) for name in views.HEAD_FACTS}
    listed = [fact for fact in facts.values() if fact.id not in ("goal",)]
    mine = intake.taken_by_id == user.user_id
    item = views.queue_item(intake, catalogue, user.user_id, now)
    dangers = _dangers(intake, catalogue)
    return {
        "intake": intake,
        "title": item.title,
        "here": f"/console/intakes/{intake.id}",
        "open": intake.status in records.OPEN,
        "mine": mine,
        "head_chips": [*item.chips, Chip(formatters.STATUSES.get(intake.status, intake.status))],
        "dangers": dangers,
        "alerts": [views.alert_item(alert, catalogue, intake.id) for alert in alerts],
        "unanswered": any(alert.acknowledged_at is None for alert in alerts),
        "first_words": _first_words(talk),
        "wanted": [need for need in needs if need.state != "declined"],
        "addable": [
            (need.id, need.label) for need in catalogue.needs.values() if need.id not in {held.id for held in needs}
        ],
        "declined": [need for need in needs if need.state == "declined"],
        "facts": head,
        "told": [fact for fact in listed if fact.state == "told"],
        "held_back": [fact for fact in listed if fact.state in ("refused", "unknown")],
        "unasked": [fact for fact in listed if fact.state == "unasked"],
        "contact_held": any(fact.fact == CONTACT and fact.sealed is not None for fact in intake.facts),
        "contact": _contact(db, intake) if mine or dangers else None,
        "guesses": [need.label for need in needs if need.state == "inferred"],
        "questions": _questions(facts, shown),
        "consents": _consents(records.read_consents(db, intake.conversation_id)),
        "messages": talk,
        "message_ids": {message.id for message in talk},
        "plan": shown,
        "picture": plan_svg(shown.document, catalogue) if shown else "",
        "history": [views.event_line(event, names, catalogue) for event in history],
    }


def _contact(db: Session, intake: Intake) -> str | None:
    fact = next((fact for fact in intake.facts if fact.fact == CONTACT and fact.state == "told"), None)
    return str(told_value(db, fact)) if fact else None


def _dangers(intake: Intake, catalogue: Catalogue) -> list[dict[str, Any]]:
    """The standing risks, each with the client's words, the officer's duty and the numbers of its safety service."""
    found = []
    for risk in intake.risks:
        if risk.lifted_at is not None:
            continue
        services = [service for service in catalogue.services.values() if risk.risk in service.risks]
        numbers = dict.fromkeys(number for service in services for number in service.hotlines)
        found.append(
            {
                "id": risk.risk,
                "label": catalogue.risks[risk.risk].label if risk.risk in catalogue.risks else risk.risk,
                "evidence": risk.evidence,
                "message_id": risk.message_id,
                "duty": formatters.DANGER_DUTIES.get(risk.risk, "지금 바로 직접 연락해 주세요."),
                "hotlines": [catalogue.hotlines[number] for number in numbers if number in catalogue.hotlines],
            }
        )
    return found


def _first_words(talk: Sequence[Message]) -> str:
    """What the client said first: the nearest to "why I came" in their own words."""
    for message in talk:
        if message.role == "client" and not message.redacted and len(message.text.strip()) > 3:
            text = message.text.strip()
            return text if len(text) <= LONGEST_FIRST_WORDS else f"{text[:LONGEST_FIRST_WORDS]}…"
    return ""


def _questions(facts: dict[str, FactItem], plan: PlanView | None) -> list[str]:
    """Facts to ask when meeting; nothing that the client did not want to say."""
    refused = {fact.label for fact in facts.values() if fact.state == "refused"}
    return [label for label in plan.open_questions if label not in refused] if plan else []


def _consents(held: dict[str, Consent]) -> list[dict[str, Any]]:
    shown = []
    for purpose, label in CONSENTS.items():
        consent = held.get(purpose)
        words = formatters.CONSENT_ANSWERS.get(consent.answer, consent.answer) if consent else "묻지 않음"
        shown.append({
            "label": label, "words": words,
            "at": consent.at if consent else None, "version": consent.version if consent else "",
        })  # fmt: skip
    return shown
