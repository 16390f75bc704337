"""Which facts are still worth asking, best first.

A question is worth its cost when the answer can still change the plan: a condition of a chosen or nearly chosen
service, a rule that only this fact keeps from firing, the way a client can come, or something a window would ask
again.  The weights are set by judgement (docs/planning.md); they order questions and decide nothing else.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from api.planning.catalogue import FULL, Catalogue, Service
from api.planning.choice import Choice, choose
from api.planning.conditions import Condition, Truth, judge, undecided
from api.planning.intake import Intake
from api.planning.situation import Situation

MOST_QUESTIONS = 10
MOST_WHEN_IN_DANGER = 4
LEAST_WORTH = 0.8
LEAST_WORTH_IF_RARE = 1.2
_AT_HOME_WITH_DEVICES_UNTIL = 45  # Younger clients are rarely asked about devices (정보화 수준: 55+ 71.4, 2024).

_CHOSEN, _NEARLY, _RULE, _ASKS, _WINDOW, _MODE = 3.0, 1.2, 2.0, 1.6, 0.7, 0.4
_MOST_FROM_WINDOWS, _MOST_FROM_NEARLY, _MOST_FROM_MODES = 2.1, 3.6, 1.2
_RARE = 0.2  # Groups and disability are rare; a rule or service for them alone does not justify the question.
_RARE_FACTS = ("target_groups", "disability", "welfare_status")
_PRICE = {1: 1.0, 2: 1.6, 3: 2.6}
_SENSITIVE_PRICE = 1.4

_RELIEF_NEEDS = frozenset({
    "income_support", "housing", "debt", "unemployment_benefit", "labor_rights", "legal_status", "business_closure",
    "physical_health",
})  # fmt: skip
_JOB_NEEDS = frozenset({
    "job_matching", "job_search_strategy", "application_documents", "interview_preparation", "flexible_work",
    "work_experience", "return_to_work", "career_transition", "vocational_training", "qualification",
    "workplace_accommodation", "entrepreneurship",
})  # fmt: skip
_TIME_NEEDS = frozenset({
    "job_matching", "flexible_work", "vocational_training", "childcare", "family_care", "return_to_work",
    "work_experience", "workplace_accommodation",
})  # fmt: skip
_NO_DIRECTION_NEEDS = frozenset({"career_direction", "later_life_planning", "entrepreneurship", "social_isolation"})
_CHANNELS_WITH_ADDRESS = ("phone", "kakao", "email")
_NEVER_ASKED = frozenset({"consent", "sensitive_consent", "contact_channel", "contact", "preferred_time", "confidence"})

_WHY = {
    "age": "나이 기준이 있는 곳이 있어서요.",
    "employment_status": "일하는 중이면 순서가 달라져서요.",
    "region": "가까운 곳을 찾으려고요.",
    "last_job_end": "신청 기한이 있는 게 있어서요.",
    "insured_months": "실업급여를 볼 때 쓰여요.",
    "job_loss_reason": "그에 따라 신청할 게 달라져서요.",
    "household": "소득 기준이 식구 수로 갈려서요.",
    "care_duty": "돌봄 시간을 먼저 마련하려고요.",
    "youngest_child_age": "나이마다 맡길 곳이 달라서요.",
    "income_band": "소득 기준이 있는 지원을 보려고요.",
    "welfare_status": "먼저 되는 게 있어서요.",
    "target_groups": "따로 마련된 도움이 있어서요.",
    "disability": "몸에 맞는 일과 도구를 찾으려고요.",
    "availability": "시간에 맞춰 찾으려고요.",
    "mobility": "힘들면 전화로 바꾸려고요.",
    "digital": "어려우면 옆에서 도우려고요.",
    "urgency": "급한 것을 앞에 두려고요.",
    "desired_job": "그 일에 맞춰 준비하려고요.",
    "goal": "나중에 그 말에 견줘 보려고요.",
    "confidence": "나아졌는지 보려고 한 번만 여쭤요.",
    "contact_channel": "계획을 확인하면 알리려고요.",
    "contact": "이 일에만 쓰고 암호로 둬요.",
    "preferred_time": "곤란한 때를 피하려고요.",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A fact worth asking.  `why` says in one short 해요체 sentence what the answer is for."""

    fact: str
    why: str


def questions_to_ask(intake: Intake, catalogue: Catalogue) -> tuple[Question, ...]:
    """Return the open questions, best first.

    Facts that are known, refused or unknown, or that follow from another fact, are never among them.  Contact comes
    after what can change the plan, and the one scale question (confidence) last.  The list grows shorter with
    `intake.questions_asked`, so that a whole conversation stays at about ten questions.
    """
    at = Situation(intake, catalogue)
    if not at.needs:
        return ()
    closing = [fact for fact in _closing(at) if _may_ask(fact, at)]
    limit = MOST_WHEN_IN_DANGER if at.risks else MOST_QUESTIONS
    room = max(0, limit - intake.questions_asked - len(closing))
    worth = _worth(at, choose(at))
    ranked = sorted(
        (fact for fact in worth if worth[fact] >= _least(fact) and fact not in _NEVER_ASKED and _may_ask(fact, at)),
        key=lambda fact: (-round(worth[fact], 6), fact),
    )
    if intake.questions_asked >= limit:
        closing = [fact for fact in closing if fact != "confidence"]
    return tuple(Question(fact, _WHY.get(fact, "계획을 맞추려고요.")) for fact in [*ranked[:room], *closing])


def _least(fact: str) -> float:
    return LEAST_WORTH_IF_RARE if fact in _RARE_FACTS else LEAST_WORTH


def _worth(at: Situation, choice: Choice) -> dict[str, float]:
    """Return the expected change of the plan by one more answer, per effort of the client."""
    gain: dict[str, float] = defaultdict(float)
    for fact, value in _from_needs(at):
        gain[fact] += value
    for fact, value in _from_chosen(at, choice):
        gain[fact] += value
    nearly: dict[str, float] = defaultdict(float)
    for fact, value in _from_nearly_chosen(at, choice):
        nearly[fact] = min(nearly[fact] + value, _MOST_FROM_NEARLY)
    for fact, value in nearly.items():
        gain[fact] += value
    for fact, value in _from_rules(at):
        gain[fact] += value
    age = at.intake.facts.get("age")
    if isinstance(age, int) and age < _AT_HOME_WITH_DEVICES_UNTIL and "digital_skills" not in at.needs:
        gain["digital"] *= _RARE
    return {fact: value / _price(fact, at.catalogue) for fact, value in gain.items() if fact in at.catalogue.facts}


def _price(fact: str, catalogue: Catalogue) -> float:
    kind = catalogue.facts[fact]
    return _PRICE.get(kind.effort, 1.0) * (_SENSITIVE_PRICE if kind.sensitive else 1.0)


def _from_needs(at: Situation) -> Iterator[tuple[str, float]]:
    needs = set(at.needs)
    if needs & _RELIEF_NEEDS:
        yield "urgency", 4.0
    elif needs & {"job_matching", "childcare", "family_care"}:
        yield "urgency", 1.0
    yield "age", 2.0
    yield "employment_status", 2.0
    yield "region", 2.6
    if needs & _TIME_NEEDS:
        yield "availability", 2.0
    if needs & _JOB_NEEDS and "career_direction" not in needs:
        yield "desired_job", 2.4
    if "workplace_accommodation" in needs:
        yield "disability", 4.5  # What is adjusted, and who pays for it, hinges on it; still asked late.
    if needs & _NO_DIRECTION_NEEDS:
        yield "goal", 2.0


def _from_chosen(at: Situation, choice: Choice) -> Iterator[tuple[str, float]]:
    windows: dict[str, float] = defaultdict(float)
    modes: dict[str, float] = defaultdict(float)
    for name in choice.services:
        if name in at.done:
            continue
        service = at.catalogue.services[name]
        for fact in {one.fact for one in _open_conditions(service, at)}:
            hard = any(not one.lenient for one in _open_conditions(service, at) if one.fact == fact)
            yield fact, _CHOSEN if hard else 0.6 * _CHOSEN
        if service.stage_if and judge(service.stage_if.when, at.facts) is Truth.UNKNOWN:
            yield from ((one.fact, _MODE) for one in undecided(service.stage_if.when, at.facts))
        for item in service.needs_info:
            if item in at.catalogue.facts and not service.always:
                windows[item] = min(windows[item] + _WINDOW, _MOST_FROM_WINDOWS)
        if len(service.modes) > 1 and not service.always:
            modes["mobility"] = min(modes["mobility"] + _MODE, _MOST_FROM_MODES)
            if "online" in service.modes:
                modes["digital"] = min(modes["digital"] + _MODE, _MOST_FROM_MODES)
    yield from windows.items()
    yield from modes.items()


def _from_nearly_chosen(at: Situation, choice: Choice) -> Iterator[tuple[str, float]]:
    """Other full answers that an answer could open; strongest where only a partial one is planned."""
    for need in at.needs:
        for name in at.catalogue.answering.get(need, ()):
            service = at.catalogue.services[name]
            if name in choice.services or service.addresses[need] != FULL or not at.may_hold(service):
                continue
            for fact in {one.fact for one in _open_conditions(service, at)}:
                if need in choice.partly:
                    yield fact, _CHOSEN
                else:
                    yield fact, _NEARLY * (_likely(fact) if _answers_one(service, at) else 1.0)


def _answers_one(service: Service, at: Situation) -> bool:
    return sum(need in service.addresses for need in at.needs) < 2


def _from_rules(at: Situation) -> Iterator[tuple[str, float]]:
    for rule in at.catalogue.combinations:
        if not at.could_fire(rule):
            continue
        truths = [judge(fact, at.facts) for fact in rule.facts]
        if Truth.FALSE not in truths and Truth.UNKNOWN in truths:
            waiting = {one.fact for fact in rule.facts for one in undecided(fact, at.facts)}
            for fact in waiting:
                special = len(rule.needs) + len(rule.any_needs[:1]) > 1
                yield fact, _RULE / len(waiting) * (1.0 if special else _likely(fact))
        if Truth.FALSE not in truths:
            yield from ((fact, _ASKS) for fact in rule.asks)


def _likely(fact: str) -> float:
    return _RARE if fact in _RARE_FACTS else 1.0


def _open_conditions(service: Service, at: Situation) -> tuple[Condition, ...]:
    return undecided(service.eligibility, at.facts)


def _closing(at: Situation) -> list[str]:
    """What is asked at the end: how to reach the client, and the baseline for later."""
    found = ["contact_channel"]
    channel = at.intake.facts.get("contact_channel")
    if channel in _CHANNELS_WITH_ADDRESS:
        found.append("contact")
    if channel == "phone":
        found.append("preferred_time")
    return found if at.risks else [*found, "confidence"]


def _may_ask(fact: str, at: Situation) -> bool:
    intake = at.intake
    asked = fact in intake.facts or fact in intake.refused or fact in intake.unknown
    return fact in at.catalogue.facts and not asked and not (fact == "goal" and intake.goal) and not _follows(fact, at)


def _follows(fact: str, at: Situation) -> bool:
    """Say whether a fact need not be asked because of what else is known."""
    facts, needs = at.intake.facts, set(at.needs)
    household, care, status = facts.get("household"), facts.get("care_duty"), facts.get("employment_status")
    match fact:
        case "last_job_end" | "job_loss_reason":
            return status in ("employed", "on_leave")
        case "insured_months":
            return status == "employed" and "unemployment_benefit" not in needs
        case "youngest_child_age":
            without_child = household in ("single", "couple") or (
                care in ("none", "elder", "patient") and household not in ("with_children", "single_parent")
            )
            return "childcare" not in needs and without_child
        case "care_duty":
            cares_for_child = "childcare" in needs or "youngest_child_age" in facts
            return cares_for_child and "family_care" not in needs
        case "disability":
            groups = facts.get("target_groups")
            return groups is not None and "disability" not in groups
        case "welfare_status":
            return facts.get("income_band") == "high"
        case "income_band":
            return facts.get("welfare_status") == "basic_livelihood"
    return False
