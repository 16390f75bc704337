"""What the house does with plans: make the plan of record, record what came of a step, and plan again."""

import hashlib
import json
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from api.catalogue.usecases import catalogue_of
from api.errors import BadValue, Conflict, NotFound
from api.events.records import record_event
from api.intakes import records as intakes
from api.intakes.facts import CONTACT
from api.models import Intake, Plan, PlanStep, utc_now
from api.models.plan_step import STEP_STATUSES
from api.planning import intake as core
from api.planning.catalogue import Catalogue
from api.planning.document import plan_document
from api.planning.plan import make_plan
from api.plans import records
from api.scope import Caller, Scope

# The planner needs to know that there is a contact, never what it is.
CONTACT_IS_HELD = "held"


def plan_of_record(
    db: Session, intake: Intake, catalogue: Catalogue, caller: Caller, *, today: date, force: bool = False
) -> Plan:
    """Make the intake's plan from what the record holds, as its next version.

    Needs everything around the intake loaded. Results of finished steps go into the new plan, which keeps those steps.

    Args:
        today: The day the plan starts, in Asia/Seoul.
        force: Make a version even if nothing it is made from has changed.

    Returns:
        The plan that stands now: the present one when nothing has changed.
    """
    document = planning_input(intake)
    fingerprint = _fingerprint(document, catalogue)
    present = next((plan for plan in intake.plans if plan.status == "current"), None)
    if present is not None and present.fingerprint == fingerprint and not force:
        return present
    made = make_plan(core.Intake.from_document(document, catalogue), catalogue, today=today)
    plan = Plan(
        version=max((p.version for p in intake.plans), default=0) + 1,
        catalogue_version=catalogue.version,
        document=plan_document(made, catalogue),
        fingerprint=fingerprint,
        made_by_id=caller.user_id,
    )
    plan.steps = _steps(plan.document, {row.step: row for row in present.steps} if present else {})
    if present is not None:
        present.status = "superseded"
    intake.plans.append(plan)
    db.flush()
    record_event(
        db, caller, "plan.made", "plan", plan.id, center_id=intake.center_id, intake=intake.id, version=plan.version
    )
    return plan


def planning_input(intake: Intake) -> dict[str, Any]:
    """The intake as the planner's public form takes it: standing risks, told facts, results of finished steps."""
    present = next((plan for plan in intake.plans if plan.status == "current"), None)
    done = [row for row in present.steps if row.status == "done" and row.outcome] if present else []
    told = {row.fact: row.value for row in intake.facts if row.state == "told" and row.fact != CONTACT}
    if any(row.fact == CONTACT and row.sealed is not None for row in intake.facts):
        told[CONTACT] = CONTACT_IS_HELD
    return {
        "needs": [
            {"id": row.need, "state": row.state, "evidence": row.evidence}
            for row in sorted(intake.needs, key=lambda row: row.need)
        ],
        "risks": sorted(row.risk for row in intake.risks if row.lifted_at is None),
        "facts": dict(sorted(told.items())),
        "refused": sorted(row.fact for row in intake.facts if row.state == "refused"),
        "unknown": sorted(row.fact for row in intake.facts if row.state == "unknown"),
        "outcomes": {row.service: row.outcome for row in sorted(done, key=lambda row: row.service)},
        "goal": intake.goal,
        "questions_asked": intake.questions_asked,
    }


def find_plan(db: Session, scope: Scope, plan_id: str) -> tuple[Plan, str]:
    """One plan of the scope with its steps, and its centre's id.

    Raises:
        NotFound: There is none, or it is another centre's.
    """
    row = records.find(db, scope, plan_id)
    if row is None:
        raise NotFound("There is no such plan.")
    return row[0], row[1]


def record_step(
    db: Session, caller: Caller, intake_id: str, step_id: str, *, status: str, outcome: str | None = None
) -> PlanStep:
    """Write down how a step of the current plan stands, and its result when it is done.

    The plan itself stays as it is; `replan` makes the next version with the results.

    Raises:
        NotFound: No such intake, plan or step in the caller's scope.
        BadValue: No such status, or no such result of the step's service.
        Conflict: A finished step is changed; what has happened stays.
    """
    intake = _open_intake(db, caller, intake_id)
    plan = next((p for p in intake.plans if p.status == "current"), None)
    row = next((s for s in plan.steps if s.step == step_id), None) if plan else None
    if row is None:
        raise NotFound("The current plan has no such step.")
    if status not in STEP_STATUSES:
        raise BadValue(f"status: one of {', '.join(STEP_STATUSES)}.")
    service = catalogue_of(intake.center_id).services.get(row.service)
    results = [o.id for o in service.outcomes] if service else []
    if status == "done" and results and outcome not in results:
        raise BadValue(f"outcome: a finished step needs one of {', '.join(results)}.")
    if outcome is not None and (status != "done" or outcome not in results):
        raise BadValue("outcome: only a finished step has a result, and only one that its service lists.")
    if row.status == "done" and row.outcome and (status, outcome) != (row.status, row.outcome):
        raise Conflict("This step is finished and its result recorded; what happened is not rewritten.")
    row.status, row.outcome = status, outcome
    row.changed_at, row.changed_by_id = utc_now(), caller.user_id
    intake.updated_at = utc_now()
    record_event(
        db, caller, "step.recorded", "plan", row.plan_id, center_id=intake.center_id,
        intake=intake.id, step=step_id, status=status, outcome=outcome,
    )  # fmt: skip
    return row


def replan(db: Session, caller: Caller, intake_id: str, *, today: date) -> Plan:
    """Make the next version of the plan from the intake as corrected and the results so far; finished steps stay.

    Raises:
        NotFound: No such intake in the caller's scope.
    """
    intake = _open_intake(db, caller, intake_id)
    return plan_of_record(db, intake, catalogue_of(intake.center_id), caller, today=today)


def _open_intake(db: Session, caller: Caller, intake_id: str) -> Intake:
    intake = intakes.find(db, caller.scope, intake_id, lock=True)
    if intake is None:
        raise NotFound("There is no such intake.")
    return intake


def _steps(document: dict[str, Any], before: dict[str, PlanStep]) -> list[PlanStep]:
    """A row for each step. A step of the version before keeps its state, who changed it and when."""
    rows = []
    for position, step in enumerate(document["steps"]):
        old = before.get(step["id"])
        row = PlanStep(
            step=step["id"],
            position=position,
            service=step["service"],
            role=step["role"],
            stage=step["stage"],
            day=step.get("earliest_day") or 0,
            status=step.get("status", "planned"),
            outcome=step.get("outcome"),
        )
        if old is not None and old.status != "planned":
            row.status, row.outcome = old.status, old.outcome
            row.changed_at, row.changed_by_id = old.changed_at, old.changed_by_id
        rows.append(row)
    return rows


def _fingerprint(document: dict[str, Any], catalogue: Catalogue) -> str:
    # What changes nothing in a plan makes no new version: how many questions were asked, whether a need was only said
    # or confirmed since, and the contact, which comes on its own way a moment later.
    wanted = [(need["id"], need["evidence"]) for need in document["needs"] if need["state"] != "declined"]
    facts = {fact: value for fact, value in document["facts"].items() if fact != CONTACT}
    telling = {**document, "needs": wanted, "facts": facts, "questions_asked": None}
    center = catalogue.center.id if catalogue.center else ""
    return hashlib.sha256(json.dumps([catalogue.version, center, telling], sort_keys=True).encode()).hexdigest()
