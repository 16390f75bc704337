"""Why a step is there, why it stands where it stands, and why another service is not: short 해요체 sentences."""

from collections.abc import Iterable

from api.planning.catalogue import FULL, Catalogue, Service
from api.planning.choice import Because, Choice
from api.planning.conditions import Condition, Truth, conditions_of, failing, is_doubtful, judge, undecided
from api.planning.flow import Plan, Step
from api.planning.intake import Intake, Need
from api.planning.particles import with_particle
from api.planning.situation import Situation

_CLAUSE_ENDS = ("데", "서", "고", "요", "까", "면", "만", "다", "네", "죠", "음", "며")
LONGEST_QUOTE = 20  # characters with spaces; about twelve syllables are heard at once


def quoted(evidence: str) -> str:
    """Return a client's own words as a short quote, cut between words; "" when there are none.

    >>> quoted("  애 맡길 데가   없어서 ")
    '‘애 맡길 데가 없어서’'
    """
    words = evidence.replace("‘", "").replace("’", "").split()
    kept: list[str] = []
    for word in words:
        if len(" ".join([*kept, word])) > LONGEST_QUOTE:
            break
        kept.append(word)
    if len(kept) < len(words):
        clause = next((end for end in range(len(kept), 1, -1) if kept[end - 1].endswith(_CLAUSE_ENDS)), len(kept))
        kept = kept[:clause]
    text = " ".join(kept) if kept else "".join(words[:1])[:LONGEST_QUOTE]
    return f"‘{text.strip('.,!?~…')}’" if text else ""


def why_step(service: Service, because: Because, at: Situation) -> str:
    """Return why a service is in the plan, in the client's own words where there are any."""
    parts = [_main_reason(service, because, at)]
    if because.kind in ("need", "rule"):
        parts += [rule.why for rule in at.fired if rule.id in because.by][:1]
    barred = [at.catalogue.services[name] for name, x in sorted(at.barred.items()) if service.id in x.instead]
    wanted = [other for other in barred if set(other.addresses) & set(service.addresses) & set(at.needs)]
    if because.kind != "done" and wanted and (exclusion := at.barred_by(wanted[0])):
        parts.append(exclusion.reason)
    if because.kind != "done" and at.doubt(service) > 0:
        parts.append("받을 수 있는지는 확인 필요예요.")
    return " ".join(part for part in parts if part)


def _main_reason(service: Service, because: Because, at: Situation) -> str:
    labels = at.catalogue.services
    match because.kind:
        case "risk":
            return "지금은 안전이 먼저예요. 담당자가 오늘 직접 연락해요."
        case "done":
            return f"‘{at.done[service.id].label}’ 결과가 적혀 있어요."
        case "always" if at.catalogue.stages[service.stage].order <= 2:
            return "한 번만 듣고 정리해 두면 다음 사람이 다시 묻지 않아요."
        case "always":
            return "취업하든 하지 않든 나중에도 안부를 여쭈려고 넣었어요."
        case "outcome":
            before = because.by[0]
            return f"‘{labels[before].label}’에서 ‘{at.done[before].label}’ 결과가 나와서 이어 넣었어요."
        case "requires":
            users = [labels[name].label for name in because.by if name in labels]
            return (
                f"‘{users[0]}’ 단계를 시작하려면 먼저 있어야 해요."
                if users
                else "다음 단계를 시작하려면 먼저 있어야 해요."
            )
        case "rule" if not set(service.addresses) & set(at.needs):
            return ""
    return _in_own_words([need for need in at.intake.wanted if need.id in service.addresses], service, at.catalogue)


def _in_own_words(needs: Iterable[Need], service: Service, catalogue: Catalogue) -> str:
    ranked = sorted(needs, key=lambda need: (service.addresses[need.id] != FULL, not need.evidence, need.id))
    quotes = [quote for need in ranked if (quote := quoted(need.evidence))]
    if quotes:
        told = quotes[0] if len(quotes) == 1 else f"{quotes[0]}, {quotes[1]}"
        return f"{with_particle(told, '라고')} 하셔서 넣었어요."
    labels = [catalogue.needs[need.id].label for need in ranked[:2]]
    if not labels:
        return ""
    joined = labels[0] if len(labels) == 1 else f"{labels[0]}, {labels[1]}"
    if all(need.state == "inferred" for need in ranked[:2]):
        return f"{joined} 쪽 도움도 필요해 보여서 넣었어요. 아니면 빼도 돼요."
    return f"{joined} 쪽 도움을 찾으셔서 넣었어요."


def to_confirm(service: Service, at: Situation) -> tuple[str, ...]:
    """Return what a counselor must check before the step counts as open to this client."""
    found = [f"{requirement(one, at.catalogue)} (확인)" for one in undecided(service.eligibility, at.facts)]
    if is_doubtful(service.eligibility, at.facts):
        found += [
            f"{requirement(one, at.catalogue)} (예외가 되는지 확인)"
            for one in failing(service.eligibility, at.facts, lenient_too=True)
        ]
    for one in conditions_of(service.eligibility):
        if one.verify and judge(one, at.facts) is Truth.TRUE:
            found.append(f"{requirement(one, at.catalogue)} (기준 확인)")
    found += [confirm.what for confirm in service.confirm]
    times = {time for mode in service.modes.values() for time in (*service.times, *mode.times)}
    if at.only_after_work and service.provider == "own" and not times & {"evening", "weekend"}:
        found.append("여는 시간이 낮이라 저녁이나 주말에 맞출 수 있는지")
    return tuple(dict.fromkeys(found))


def requirement(condition: Condition, catalogue: Catalogue) -> str:
    """Say in a few Korean words what a condition asks for.

    >>> from api.planning.catalogue import FactType
    >>> facts = {"age": FactType("age", "나이", "integer", unit="만 나이(년)")}
    >>> requirement(Condition("age", "between", (15, 69)), Catalogue("1", {}, facts=facts))
    '만 15~69세'
    """
    fact, value = catalogue.facts[condition.fact], condition.value
    if fact.type == "integer":
        return _number_requirement(condition, fact.label, _unit(condition.fact))
    joined = "·".join(fact.values.get(str(one), str(one)) for one in (value if isinstance(value, tuple) else (value,)))
    return f"{fact.label}: {joined}" + (" 아님" if condition.op in ("ne", "not_in", "not_has") else "")


def _unit(fact: str) -> tuple[str, str]:
    if fact == "age":
        return "만 ", "세"
    return (
        ("", "개월")
        if fact in ("last_job_end", "insured_months")
        else ("", "살")
        if fact == "youngest_child_age"
        else ("", "")
    )


def _number_requirement(condition: Condition, label: str, unit: tuple[str, str]) -> str:
    before, after = unit
    name = "" if condition.fact == "age" else f"{label} "
    if condition.op == "between" and isinstance(condition.value, tuple):
        return f"{name}{before}{condition.value[0]}~{condition.value[1]}{after}"
    words = {"gte": " 이상", "lte": " 이하", "eq": "", "ne": " 아님"}
    return f"{name}{before}{condition.value}{after}{words.get(condition.op, '')}"


def why_closed(service: Service, at: Situation) -> str:
    """Return why a service is closed to this client, as one sentence; "" when it is not."""
    if barred := at.barred_by(service):
        return barred.reason
    if service.only_risks and not service.only_risks & at.risks:
        return "지금 상황에는 쓰지 않는 도움이에요."
    failed = failing(service.eligibility, at.facts)
    if failed:
        asked = with_particle(f"‘{requirement(failed[0], at.catalogue)}’", "이라서")
        return f"조건이 {asked} 지금은 넣지 않았어요."
    return ""


def why_not(service_id: str, intake: Intake, catalogue: Catalogue, choice: Choice | None = None) -> str:
    """Say in one or two 해요체 sentences why a service is not in the plan (or that it is).

    Args:
        choice: The choice of this intake, if the caller already has it.

    Raises:
        KeyError: The catalogue has no such service.
    """
    from api.planning.choice import choose

    at = Situation(intake, catalogue)
    service = catalogue.services[service_id]
    chosen = choice or choose(at)
    name = f"‘{service.label}’"
    if service_id in chosen.services:
        return f"{name} 단계는 이미 계획에 있어요."
    if closed := why_closed(service, at):
        return closed
    if by := at.called_off.get(service_id):
        result = f"‘{catalogue.services[by].label}’에서 ‘{at.done[by].label}’ 결과가 나와서"
        return f"{result} 지금은 뺐어요. 다시 넣을 수도 있어요."
    for rule in at.fired:
        if service_id in rule.drops:
            return f"{rule.why} 그래도 원하시면 넣을 수 있어요."
    shared = [need for need in at.needs if need in service.addresses]
    if not shared:
        wish = f"{with_particle(service.label, '이')} 필요하면 말해 주세요."
        return f"말씀하신 것과 바로 이어지지 않아서 넣지 않았어요. {wish}"
    for other in chosen.services:
        if any(need in catalogue.services[other].addresses for need in shared):
            reason = f"‘{catalogue.services[other].label}’ 단계가 같은 어려움에 답해서 단계를 늘리지 않았어요."
            return f"{reason} 바꾸고 싶으면 말해 주세요."
    return "지금 아는 것만으로는 맞는지 알 수 없어서 넣지 않았어요. 상담사와 확인할 수 있어요."


def explain_order(plan: Plan, step: Step) -> str:
    """Say in short 해요체 sentences why a step stands where it stands."""
    waits = [wait for wait in step.waits if plan.step_of(wait.service)]
    if step.status == "done":
        return "이미 마친 단계예요."
    if not waits:
        return (
            "먼저 할 것이 없어서 바로 시작해요."
            if step.earliest_day == 0
            else "앞 단계를 기다리지 않고, 가장 빠른 날에 시작해요."
        )
    last = max(waits, key=lambda wait: (wait.weight > 1, _day_of(plan, wait.service), wait.weight, wait.service))
    first = plan.step_of(last.service)
    label = first.label if first else last.service
    return f"‘{label}’ 단계 다음이에요. {last.reason}"


def _day_of(plan: Plan, service: str) -> int:
    step = plan.step_of(service)
    return step.earliest_day if step else 0
