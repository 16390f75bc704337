"""Gathers what a page shows into plain values, so that templates only show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.console import formatters
from api.models import Alert, Event, Intake, IntakeFact, IntakeNeed, Plan
from api.planning.catalogue import Catalogue, FactType
from api.plans.documents import live_document

HIDDEN_FACTS = ("consent", "sensitive_consent", "contact")
#: Facts that the head of the page shows already.
HEAD_FACTS = ("goal", "contact", "contact_channel", "preferred_time", "urgency")


@dataclass(frozen=True)
class Chip:
    """A short state in words; ``tone`` only colours it."""

    words: str
    tone: str = ""


@dataclass(frozen=True)
class QueueItem:
    """One intake in the list."""

    id: str
    title: str
    chips: tuple[Chip, ...]
    needs: tuple[str, ...]
    goal: str
    channel: str
    status: str
    taken_by: str | None
    mine: bool
    free: bool
    danger: bool


@dataclass(frozen=True)
class AlertItem:
    """One alert in the strip above the list, or in an intake's danger box."""

    id: str
    risks: tuple[str, ...]
    channel: str
    at: datetime
    intake_id: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None


@dataclass(frozen=True)
class NeedItem:
    """One need with its evidence. ``sure`` is false where the counselor should ask again."""

    id: str
    label: str
    state: str
    evidence: str
    message_id: str | None
    corrected: bool


@dataclass(frozen=True)
class FactItem:
    """One fact in words, with what the form to correct it needs. ``state`` is told, refused, unknown or unasked."""

    id: str
    label: str
    state: str
    words: str
    value: Any
    kind: FactType
    message_id: str | None
    corrected: bool


@dataclass(frozen=True)
class StepItem:
    """One step of the plan in words."""

    id: str
    number: int
    label: str
    stage: str
    role: str
    why: str
    when: int
    mode: str
    minutes: int
    sessions: int
    status: str
    danger: bool
    place: str
    answers: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    reuses: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    documents_checked: tuple[str, ...] = ()
    done_when: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    cost: str = ""
    outcomes: tuple[tuple[str, str], ...] = ()
    outcome: str | None = None


@dataclass(frozen=True)
class PlanView:
    """The plan beside its picture."""

    version: int
    made_at: datetime
    document: dict[str, Any]
    steps: tuple[StepItem, ...]
    branches: tuple[dict[str, Any], ...]
    unmet: tuple[dict[str, str], ...]
    partly: tuple[dict[str, str], ...]
    visits: tuple[dict[str, Any], ...]
    open_questions: tuple[str, ...]
    burden: dict[str, Any] = field(default_factory=dict)
    optimal: bool = False


def queue_item(intake: Intake, catalogue: Catalogue, user_id: str, now: datetime) -> QueueItem:
    """One row of the list."""
    standing = [risk.risk for risk in intake.risks if risk.lifted_at is None]
    chips = [Chip(f"위험 신호: {_label(catalogue.risks, risk)}", "danger") for risk in standing]
    if intake.danger and not standing:
        chips.append(Chip("위험 신호", "danger"))
    if intake.urgency in formatters.URGENCY_CHIPS:
        tone = "urgent" if intake.urgency in ("today", "this_week") else ""
        chips.append(Chip(formatters.URGENCY_CHIPS[intake.urgency], tone))
    if intake.status in ("closed", "withdrawn"):
        chips.append(Chip(formatters.seoul_time(intake.updated_at)))
    elif intake.waiting_since is not None and intake.taken_by_id is None:
        chips.append(Chip(formatters.waited_words(intake.waiting_since, now), "wait"))
    else:
        chips.append(Chip(f"{formatters.seoul_time(intake.waiting_since or intake.created_at)} 들어옴", "wait"))
    wanted = [_label(catalogue.needs, need.need) for need in intake.needs if need.state != "declined"]
    return QueueItem(
        id=intake.id,
        title=short_name(intake.id),
        chips=tuple(chips),
        needs=tuple(wanted),
        goal=intake.goal,
        channel=intake.conversation.channel,
        status=intake.status,
        taken_by=intake.taken_by.name if intake.taken_by else None,
        mine=intake.taken_by_id == user_id,
        free=intake.taken_by_id is None,
        danger=bool(standing or intake.danger),
    )


def short_name(intake_id: str) -> str:
    """What staff call an intake on the phone: no name of a person is kept, so the first letters of its id stand in."""
    return f"접수 {intake_id.replace('-', '')[:6].upper()}"


def alert_item(alert: Alert, catalogue: Catalogue, intake_id: str | None = None) -> AlertItem:
    """One alert."""
    return AlertItem(
        alert.id,
        tuple(_label(catalogue.risks, risk) for risk in alert.risks),
        alert.channel,
        alert.at,
        intake_id,
        alert.acknowledged_at,
        alert.acknowledged_by.name if alert.acknowledged_by else None,
    )


def need_items(needs: Sequence[IntakeNeed], catalogue: Catalogue) -> list[NeedItem]:
    """All needs in the order they were heard."""
    return [
        NeedItem(
            need.need, _label(catalogue.needs, need.need), need.state, need.evidence, need.message_id,
            need.corrected_by_id is not None,
        )
        for need in needs
    ]  # fmt: skip


def fact_items(facts: Sequence[IntakeFact], catalogue: Catalogue) -> dict[str, FactItem]:
    """Every fact of the profile, in its order: what was told, refused, not known, or never asked."""
    held = {fact.fact: fact for fact in facts}
    items = {}
    for kind in catalogue.facts.values():
        if kind.id in HIDDEN_FACTS:
            continue
        fact = held.get(kind.id)
        state = fact.state if fact else "unasked"
        value = fact.value if fact and fact.state == "told" else None
        words = {
            "told": formatters.fact_words(kind, value),
            "refused": "말하지 않겠다고 함",
            "unknown": "모른다고 함",
            "unasked": "묻지 않음",
        }[state]
        items[kind.id] = FactItem(
            kind.id, kind.label, state, words, value, kind,
            fact.message_id if fact else None, bool(fact and fact.corrected_by_id),
        )  # fmt: skip
    return items


def plan_view(plan: Plan, catalogue: Catalogue) -> PlanView:
    """The plan of record in words, with the live state of each step."""
    document = {"steps": [], **live_document(plan)}
    numbers = {step["id"]: number for number, step in enumerate(document["steps"], start=1)}
    names = {step["id"]: _label(catalogue.services, step["service"]) for step in document["steps"]}
    return PlanView(
        version=plan.version,
        made_at=plan.made_at,
        document=document,
        steps=tuple(_step_item(step, numbers, names, catalogue) for step in document["steps"]),
        branches=tuple(_branch(branch, numbers, names, catalogue) for branch in document.get("branches", ())),
        unmet=tuple(_unmet(entry, catalogue) for entry in document.get("unmet", ())),
        partly=tuple(_unmet(entry, catalogue) for entry in document.get("partly", ())),
        visits=tuple(
            {**visit, "numbers": [numbers[step] for step in visit.get("steps", ()) if step in numbers]}
            for visit in document.get("visits", ())
        ),
        open_questions=tuple(_label(catalogue.facts, fact) for fact in document.get("open_questions", ())),
        burden=document.get("burden") or {},
        optimal=bool(document.get("optimal")),
    )


def _step_item(step: dict[str, Any], numbers: dict[str, int], names: dict[str, str], catalogue: Catalogue) -> StepItem:
    service = catalogue.services.get(step["service"])
    confirm = [str(text) for text in step.get("confirm", ())]
    if service is not None and not confirm:
        confirm = [entry.what for entry in service.confirm]
    if service is not None and service.verify and not confirm:
        confirm = ["이 서비스의 조건과 시간은 확인이 필요해요."]
    cost = "" if service is None or service.cost == 0 else str(service.cost)
    return StepItem(
        id=step["id"],
        number=numbers[step["id"]],
        label=names[step["id"]],
        stage=_label(catalogue.stages, step["stage"]),
        role=_label(catalogue.roles, step["role"]),
        why=str(step.get("why", "")),
        when=int(step.get("earliest_day") or 0),
        mode=str(step.get("mode", "")),
        minutes=int(step.get("minutes") or 0),
        sessions=int(step.get("sessions") or (service.sessions if service else 1)),
        status=str(step.get("status") or "planned"),
        danger=step["stage"] == "safety",
        place="" if service is None or service.partner is None else _label(catalogue.partners, service.partner),
        answers=tuple(_label(catalogue.needs, need) for need in step.get("addresses", ())),
        waits_for=tuple(
            f"{numbers[before]}. {names[before]}" for before in step.get("depends_on", ()) if before in numbers
        ),
        reuses=tuple(catalogue.label_of(item) for item in step.get("reuses", ())),
        documents=tuple(_label(catalogue.documents, paper) for paper in step.get("documents", ())),
        documents_checked=tuple(_label(catalogue.documents, paper) for paper in step.get("documents_to_check", ())),
        done_when=tuple(outcome.label for outcome in service.outcomes) if service else (),
        gives=tuple(catalogue.label_of(item) for item in step.get("provides", ())),
        confirm=tuple(confirm),
        indicators=tuple(_label(catalogue.indicators, indicator) for indicator in step.get("indicators", ())),
        cost=cost,
        outcomes=tuple((outcome.id, outcome.label) for outcome in service.outcomes) if service else (),
        outcome=step.get("outcome"),
    )


def _branch(
    branch: dict[str, Any], numbers: dict[str, int], names: dict[str, str], catalogue: Catalogue
) -> dict[str, Any]:
    after = branch.get("after", "")
    return {
        "after": f"{numbers[after]}. {names[after]}" if after in numbers else after,
        "label": branch.get("label", ""),
        "adds": [_label(catalogue.services, service) for service in branch.get("adds", ())],
        "drops": [f"{numbers[step]}. {names[step]}" for step in branch.get("drops", ()) if step in numbers],
    }


def _unmet(entry: dict[str, Any], catalogue: Catalogue) -> dict[str, str]:
    return {
        "need": _label(catalogue.needs, str(entry.get("need", ""))),
        "reason": str(entry.get("reason", "")),
        "suggestion": str(entry.get("suggestion", "")),
    }


def event_line(event: Event, names: dict[str, str], catalogue: Catalogue) -> dict[str, Any]:
    """One line of the history: when, who, what, and about which need, fact or step."""
    detail = event.detail or {}
    about = ""
    for key, known in (("need", catalogue.needs), ("fact", catalogue.facts), ("risk", catalogue.risks)):
        if isinstance(detail.get(key), str):
            about = _label(known, detail[key])
    return {
        "at": event.at,
        "who": names.get(event.actor_id or "", "")
        or {"client": "이용자", "system": "시스템"}.get(event.actor, "시스템"),
        "what": formatters.event_words(event.action),
        "about": about,
    }


def _label(entries: Any, id_: str) -> str:
    return str(entries[id_].label) if id_ in entries else id_
