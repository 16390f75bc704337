"""The plan as the public Plan JSON, and as a few plain sentences."""

from typing import Any

from api.planning.burden import ASSUMPTIONS
from api.planning.catalogue import Catalogue
from api.planning.flow import Plan, Step
from api.planning.particles import and_then, with_particle

PLAN_FORMAT = 1
_NATIVE = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_MOST_TOLD = 8


def plan_document(plan: Plan, catalogue: Catalogue) -> dict[str, Any]:
    """Return Plan JSON: the members of the public contract, and beside them labels and notes that a page needs."""
    return {
        "version": PLAN_FORMAT,
        "catalog_version": plan.catalog_version,
        "goal": plan.goal,
        "steps": [_step(step, catalogue) for step in plan.steps],
        "visits": [
            {"id": v.id, "day": v.day, "mode": v.mode, "place": v.place, "steps": list(v.steps), "minutes": v.minutes}
            for v in plan.visits
        ],
        "branches": [
            {
                "after": b.after,
                "when": b.when,
                "label": b.label,
                "adds": list(b.adds),
                "add_labels": [catalogue.services[added].label for added in b.adds],
                "drops": list(b.drops),
            }
            for b in plan.branches
        ],
        "unmet": [{"need": u.need, "reason": u.reason, "suggestion": u.suggestion} for u in plan.unmet],
        "partly": [{"need": u.need, "reason": u.reason, "suggestion": u.suggestion} for u in plan.partly],
        "left_out": [{"service": service, "reason": reason} for service, reason in sorted(plan.left_out.items())],
        "open_questions": list(plan.open_questions),
        "burden": {
            "visits": plan.burden.visits,
            "minutes": plan.burden.minutes,
            "handoffs": plan.burden.handoffs,
            "questions_asked": plan.burden.questions,
            "papers": plan.burden.papers,
            "days": plan.burden.days,
            "one_stop": {
                "visits": plan.one_stop.visits,
                "minutes": plan.one_stop.minutes,
                "repeated_questions": plan.one_stop.repeated_questions,
                "questions": plan.one_stop.questions,
                "handoffs": plan.one_stop.handoffs,
                "papers": plan.one_stop.papers,
                "repeated_papers": plan.one_stop.repeated_papers,
                "days": plan.one_stop.days,
            },
            "assumptions": list(ASSUMPTIONS),
        },
        "sentences": plan_sentences(plan, catalogue),
        "optimal": plan.optimal,
    }


def _step(step: Step, catalogue: Catalogue) -> dict[str, Any]:
    service = catalogue.services[step.service]
    return {
        "id": step.id,
        "service": step.service,
        "label": step.label,
        "stage": step.stage,
        "role": step.role,
        "role_label": catalogue.roles[step.role].label if step.role in catalogue.roles else step.role,
        "partner": service.partner,
        "addresses": list(step.addresses),
        "why": step.why,
        "depends_on": list(step.depends_on),
        "order_reasons": [{"step": wait.step, "reason": wait.reason} for wait in step.waits],
        "mode": step.mode,
        "visit": step.visit,
        "reuses": list(step.reuses),
        "provides": list(step.provides),
        "documents": list(step.documents),
        "documents_to_check": list(step.documents_to_check),
        "document_labels": {
            paper: catalogue.documents[paper].label
            for paper in (*step.documents, *step.documents_to_check)
            if paper in catalogue.documents
        },
        "earliest_day": step.earliest_day,
        "minutes": step.minutes,
        "sessions": step.sessions,
        "days": step.days,
        "times": list(step.times),
        "indicators": list(step.indicators),
        "confirm": list(step.confirm),
        "notes": list(step.notes),
        "status": step.status,
        "outcome": step.outcome,
    }


def plan_sentences(plan: Plan, catalogue: Catalogue) -> list[str]:
    """Return the plan in three to six plain sentences, in the order of the steps.

    The registration on the way and aftercare go unsaid; the first talk is said only where the plan is short.
    """
    planned = [step for step in plan.steps if step.status != "done"]
    told = [step for step in planned if step.addresses or (step.stage != "intake" and not _always(step, catalogue))]
    if len(told) < 3 and not any(step.stage == "safety" for step in told):
        told = [step for step in planned if step in told or (step.stage == "intake" and _always(step, catalogue))]
    told = told or planned
    shown = told[:_MOST_TOLD]
    sentences = []
    chunks = _chunks(shown)
    for number, chunk in enumerate(chunks):
        lead = _lead(number, len(chunks), complete=len(shown) == len(told))
        phrases = [catalogue.services[step.service].chat.rstrip(".") for step in chunk]
        joined = [and_then(phrase) for phrase in phrases[:-1]] + phrases[-1:]
        text = ", ".join(phrase + _caveat(step) for phrase, step in zip(joined, chunk, strict=True))
        sentences.append(f"{lead} {text}.")
    if len(told) > len(shown):
        sentences.append(f"나머지 {len(told) - len(shown)}가지는 계획표에서 볼 수 있어요.")
    if trips := _own_trips(plan):
        sentences.append(f"센터에는 {_times(trips)} 오시면 돼요.")
    elif planned:
        sentences.append("센터에는 오지 않아도 돼요.")
    if plan.unmet:
        labels = "·".join(catalogue.needs[one.need].label for one in plan.unmet[:2])
        sentences.append(f"{with_particle(labels, '은')} 상담사와 더 찾아봐요.")
    return sentences


def _caveat(step: Step) -> str:
    """A service that may turn out to be closed is never told as if it were granted."""
    return "(확인 필요)" if "확인 필요" in step.why else ""


def _lead(number: int, count: int, *, complete: bool) -> str:
    if number == 0:
        return "먼저"
    if number == count - 1 and count > 2 and complete:
        return "마지막으로"
    return ("그다음", "이어서")[(number - 1) % 2]


def _always(step: Step, catalogue: Catalogue) -> bool:
    return catalogue.services[step.service].always


def _chunks(steps: list[Step]) -> list[list[Step]]:
    """Cut steps into at most four sentences of one or two steps; later ones share first, so that the start is clear."""
    singles = max(0, min(len(steps), 8 - len(steps))) if len(steps) > 4 else len(steps)
    chunks = [[step] for step in steps[:singles]]
    rest = steps[singles:]
    return chunks + [rest[index : index + 2] for index in range(0, len(rest), 2)]


def _own_trips(plan: Plan) -> int:
    return sum(1 for visit in plan.visits if visit.mode == "visit" and visit.place == "own")


def _times(number: int) -> str:
    return f"{_NATIVE[number]} 번" if number < len(_NATIVE) else f"{number}번"
