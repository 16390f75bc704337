"""Intakes as the API tells them, with the catalogue's labels."""

from typing import Any

from sqlalchemy.orm import Session

from api.catalogue.usecases import catalogue_of
from api.conversations.records import latest_consent
from api.intakes.facts import told_value
from api.intakes.schemas import ConsentOut, FactOut, IntakeOut, IntakeRow, NeedOut, RiskOut
from api.intakes.usecases import current_plan
from api.models import Intake
from api.plans.documents import live_document


def intake_row(intake: Intake) -> IntakeRow:
    """One line of a list. Needs what `records.IN_A_LIST` loads."""
    plan = current_plan(intake)
    return IntakeRow(
        id=intake.id,
        conversation_id=intake.conversation_id,
        client_ref=intake.client.ref,
        center=intake.center_id,
        status=intake.status,
        turn=intake.turn,
        urgency=intake.urgency,
        max_risk=intake.max_risk,
        needs=[need.need for need in intake.needs if need.state != "declined"],
        plan_version=plan.version if plan else None,
        waiting_since=intake.waiting_since,
        taken_by=intake.taken_by_id,
        created_at=intake.created_at,
        updated_at=intake.updated_at,
    )


def intake_out(db: Session, intake: Intake) -> IntakeOut:
    """All that is known of one intake. Needs what `records.WHOLE` loads."""
    catalogue = catalogue_of(intake.center_id)
    plan = current_plan(intake)
    return IntakeOut(
        id=intake.id,
        conversation_id=intake.conversation_id,
        client_ref=intake.client.ref,
        center=intake.center_id,
        channel=intake.conversation.channel,
        status=intake.status,
        turn=intake.turn,
        goal=intake.goal,
        urgency=intake.urgency,
        questions_asked=intake.questions_asked,
        needs=[
            NeedOut(
                id=row.need,
                label=_label(catalogue.needs, row.need),
                state=row.state,
                evidence=row.evidence,
                score=row.score,
                message_id=row.message_id,
                corrected_by=row.corrected_by_id,
            )
            for row in intake.needs
        ],
        facts={
            row.fact: FactOut(
                label=_label(catalogue.facts, row.fact),
                value=told_value(db, row),
                state=row.state,
                message_id=row.message_id,
                corrected_by=row.corrected_by_id,
            )
            for row in intake.facts
        },
        risks=[
            RiskOut(
                id=row.risk,
                label=_label(catalogue.risks, row.risk),
                evidence=row.evidence,
                message_id=row.message_id,
                raised_at=row.raised_at,
                lifted_at=row.lifted_at,
            )
            for row in intake.risks
        ],
        consent={
            "general": _consent(db, intake.conversation_id, "general"),
            "sensitive": _consent(db, intake.conversation_id, "sensitive"),
        },
        plan=live_document(plan) if plan else None,
        waiting_since=intake.waiting_since,
        taken_by=intake.taken_by_id,
        taken_at=intake.taken_at,
        created_at=intake.created_at,
        updated_at=intake.updated_at,
    )


def _consent(db: Session, conversation_id: str, purpose: str) -> ConsentOut | None:
    row = latest_consent(db, conversation_id, purpose)
    if row is None:
        return None
    return ConsentOut(answer=row.answer, version=row.version, message_id=row.message_id, at=row.at)


def _label(entries: Any, entry_id: str) -> str:
    """The entry's label; its id where a later catalogue no longer has it."""
    return str(entries[entry_id].label) if entry_id in entries else entry_id
