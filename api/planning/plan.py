"""Makes the plan: choose services, put them in order, give them days, and say why."""

from collections.abc import Mapping, Sequence
from datetime import date

from api.planning.burden import flow_burden, one_stop_baseline
from api.planning.catalogue import FULL, Catalogue, Service
from api.planning.choice import Because, Choice, choose
from api.planning.conditions import undecided
from api.planning.flow import Branch, Burden, Plan, Step, Unmet, Visit, Wait
from api.planning.intake import Intake
from api.planning.order import Edge, order_edges, reduced, sorted_by_order
from api.planning.particles import with_particle
from api.planning.reasons import requirement, to_confirm, why_closed, why_step
from api.planning.schedule import Slot, schedule, trips
from api.planning.situation import Situation

__all__ = ["Branch", "Burden", "Plan", "Step", "Unmet", "Visit", "Wait", "make_plan"]

# Facts that only help to reach a client or to word a talk; they never change which steps there are.
PERSONAL_FACTS = frozenset(
    {
        "contact",
        "contact_channel",
        "preferred_time",
        "desired_job",
        "goal",
        "confidence",
        "consent",
        "sensitive_consent",
    }
)
_FIRST_RELIEF_STAGES = ("safety", "intake")


def make_plan(intake: Intake, catalogue: Catalogue, *, today: date) -> Plan:
    """Choose the services that answer every need, and stand them in an order a client can follow.

    Args:
        intake: Needs in any order; declined ones ask for nothing.
        catalogue: What the client's centre offers.
        today: The day that `earliest_day` 0 means.

    Returns:
        A plan whose steps never stand before one they wait for.  Every need is addressed by a step or listed in
        `unmet` with its reason.  The same intake and catalogue always give the same plan.

    >>> from api.planning.catalogue import Mode, NeedType, Role, Stage
    >>> talk = Service(
    ...     "debt_talk", "빚 상담", "stabilize", "officer", addresses={"debt": "full"}, modes={"phone": Mode(30, 1)}
    ... )
    >>> tiny = Catalogue("1", {"debt_talk": talk}, needs={"debt": NeedType("debt", "경제", "부채·신용")},
    ...     stages={"stabilize": Stage("stabilize", 3, "안정")})
    >>> from api.planning.intake import Need
    >>> [step.service for step in make_plan(Intake((Need("debt"),)), tiny, today=date(2026, 11, 24)).steps]
    ['debt_talk']
    """
    at = Situation(intake, catalogue)
    choice = choose(at)
    edges = order_edges(choice, at)
    planned = [name for name in choice.services if name not in at.done]
    names = sorted_by_order(planned, edges, {name: _rank(name, at) for name in planned})
    slots = schedule(names, edges, at)
    walk = sorted(names, key=lambda name: (slots[name].day, names.index(name)))
    visits = _visits(slots, walk, at)
    steps = _steps(walk, slots, visits, reduced(edges), choice, at)
    return Plan(
        catalog_version=catalogue.version,
        made_on=today,
        steps=steps,
        visits=visits,
        branches=_branches(steps, at),
        unmet=_unmet(choice, at),
        partly=tuple(_partly(need, choice, at) for need in choice.partly),
        open_questions=open_questions(choice, at),
        burden=flow_burden(steps, visits, at),
        one_stop=one_stop_baseline([catalogue.services[name] for name in walk], at),
        left_out=_left_out(choice, at),
        fired=tuple(rule.id for rule in at.fired),
        goal=intake.goal,
        optimal=choice.proven,
    )


def _rank(name: str, at: Situation) -> tuple[object, ...]:
    """Rank steps that are free to go: by stage, then what a hurry needs soonest, then the nearest day."""
    service = at.catalogue.services[name]
    wait = min(mode.wait_days for mode in service.modes.values())
    return (at.stage_order(service), not service.always, wait, -sum(how == FULL for how in service.addresses.values()))


def _visits(slots: Mapping[str, Slot], walk: Sequence[str], at: Situation) -> tuple[Visit, ...]:
    found = []
    ordered = sorted(trips(slots, at), key=lambda trip: (trip[0].day, min(walk.index(slot.service) for slot in trip)))
    for number, trip in enumerate(ordered, start=1):
        together = sorted((slot.service for slot in trip), key=walk.index)
        found.append(
            Visit(
                f"v{number}",
                trip[0].day,
                trip[0].mode,
                at.catalogue.services[together[0]].place,
                tuple(at.catalogue.step_ids[name] for name in together),
                sum(slot.minutes for slot in trip),
            )
        )
    return tuple(found)


def _steps(
    walk: Sequence[str],
    slots: Mapping[str, Slot],
    visits: Sequence[Visit],
    edges: Sequence[Edge],
    choice: Choice,
    at: Situation,
) -> tuple[Step, ...]:
    visit_of = {step: visit.id for visit in visits for step in visit.steps}
    held = set(at.held)
    steps = [
        _done_step(name, choice.services[name], at)
        for name in sorted(at.done, key=lambda name: (_rank(name, at), name))
    ]
    for name in walk:
        service, slot = at.catalogue.services[name], slots[name]
        step_id = at.catalogue.step_ids[name]
        waits = [edge for edge in edges if edge.then == name]
        documents = tuple(paper for paper in service.documents if paper != "guardian_consent" or _is_minor(at))
        steps.append(
            Step(
                id=step_id,
                service=name,
                label=service.label,
                stage=at.stage_of(service),
                role=service.role,
                addresses=tuple(need for need in at.needs if need in service.addresses),
                why=why_step(service, choice.services[name], at),
                waits=tuple(
                    Wait(at.catalogue.step_ids[edge.first], edge.first, edge.reason, edge.weight)
                    for edge in sorted(waits, key=lambda edge: walk.index(edge.first))
                ),
                mode=slot.mode,
                visit=visit_of[step_id],
                reuses=_reused(service, held, at),
                provides=service.provides,
                documents=documents,
                documents_to_check=tuple(
                    p for p in documents if p in at.catalogue.documents and at.catalogue.documents[p].admin
                ),
                earliest_day=slot.day,
                minutes=slot.minutes,
                sessions=service.sessions,
                days=service.days,
                indicators=service.indicators,
                confirm=to_confirm(service, at),
                notes=_notes(name, choice.services[name], at),
                times=tuple(
                    time for rule in at.fired for wanted, times in rule.times if wanted == name for time in times
                ),
            )
        )
        held |= set(service.provides)
    return tuple(steps)


def _done_step(name: str, because: Because, at: Situation) -> Step:
    service = at.catalogue.services[name]
    return Step(
        id=at.catalogue.step_ids[name],
        service=name,
        label=service.label,
        stage=at.stage_of(service),
        role=service.role,
        addresses=tuple(need for need in at.needs if need in service.addresses),
        why=why_step(service, because, at),
        mode=next(iter(service.modes)),
        provides=service.provides,
        indicators=service.indicators,
        status="done",
        outcome=at.done[name].id,
    )


def _reused(service: Service, held: set[str], at: Situation) -> tuple[str, ...]:
    known = held | (at.facts.keys() - PERSONAL_FACTS)
    return tuple(item for item in service.needs_info if item in known)


def _is_minor(at: Situation) -> bool:
    age = at.facts.get("age")
    return isinstance(age, int) and age < 18


def _notes(name: str, because: Because, at: Situation) -> tuple[str, ...]:
    return tuple(
        rule.notes
        for rule in at.fired
        if rule.notes and (rule.id in because.by or any(name == then for _, then in rule.orders))
    )


def _branches(steps: Sequence[Step], at: Situation) -> tuple[Branch, ...]:
    """What each possible result would change.  Results that change nothing here are left out."""
    in_plan = {step.service: step.id for step in steps}
    planned = {step.service for step in steps if step.status != "done"}
    found = []
    for step in steps:
        if step.status == "done":
            continue
        for outcome in at.catalogue.services[step.service].outcomes:
            raised = {risk for added in outcome.adds for risk in _risks(added, at)}
            adds = tuple(one for one in outcome.adds if one not in in_plan and _could_add(one, raised, at))
            drops = tuple(in_plan[one] for one in outcome.drops if one in planned)
            if adds or drops:
                found.append(Branch(step.id, outcome.id, outcome.label, adds, drops))
    return tuple(found)


def _risks(name: str, at: Situation) -> frozenset[str]:
    return at.catalogue.services[name].risks if name in at.catalogue.services else frozenset()


def _could_add(name: str, raised: set[str], at: Situation) -> bool:
    service = at.catalogue.services.get(name)
    if service is None:
        return False
    if service.only_risks and not service.only_risks & (at.risks | raised):
        return False
    if any(barred.risk in at.risks | raised for barred in service.excludes_risks):
        return False
    return not why_closed(service, at) or bool(service.only_risks & raised)


def _unmet(choice: Choice, at: Situation) -> tuple[Unmet, ...]:
    found = []
    for need in at.needs:
        label = at.catalogue.needs[need].label
        if need in choice.paused:
            by = choice.paused[need]
            if any(need in at.catalogue.services[name].addresses for name in choice.services):
                continue
            reason = f"‘{at.catalogue.services[by].label}’에서 ‘{at.done[by].label}’ 결과가 나와서 지금은 쉬어 가요."
            found.append(Unmet(need, reason, "다시 시작하는 때는 상담사와 같이 정해요."))
        elif need in choice.unanswered:
            closed = [at.catalogue.services[name] for name in at.catalogue.answering.get(need, ())]
            reasons = _closed_reasons(closed, at)
            reason = reasons[0] if reasons else f"이 센터에는 {label} 쪽으로 바로 이을 수 있는 곳이 없어요."
            found.append(Unmet(need, reason, f"{with_particle(label, '은')} 상담사가 지역의 다른 곳을 찾아봐요."))
    return tuple(found)


def _closed_reasons(services: Sequence[Service], at: Situation) -> list[str]:
    return [
        f"{with_particle(f'‘{service.label}’', '은')} {reason}" if not at.barred_by(service) else reason
        for service in services
        if (reason := why_closed(service, at))
    ]


def _partly(need: str, choice: Choice, at: Situation) -> Unmet:
    """Say why only a partial answer is planned for a need, and what would help."""
    label = at.catalogue.needs[need].label
    full = [
        at.catalogue.services[n]
        for n in at.catalogue.answering.get(need, ())
        if at.catalogue.services[n].addresses[need] == FULL
    ]
    for service in full:
        if open_conditions := undecided(service.eligibility, at.facts):
            reason = f"{label} 쪽 도움은 조건을 더 알아야 정할 수 있어서 먼저 첫 상담을 넣었어요."
            return Unmet(
                need, reason, f"‘{service.label}’도 있어요(조건 {requirement(open_conditions[0], at.catalogue)})."
            )
    reasons = _closed_reasons(full, at)
    return Unmet(
        need, reasons[0] if reasons else f"{label} 쪽은 일부만 도울 수 있어요.", "상담사와 다른 길을 함께 찾아봐요."
    )


def _left_out(choice: Choice, at: Situation) -> dict[str, str]:
    """Services that answer a need or were called for, and yet are not in the plan, with the reason."""
    found = {}
    wanted = {name for need in at.needs for name in at.catalogue.answering.get(need, ())} | set(at.called_for)
    wanted |= {added for rule in at.fired for added in rule.adds if added in at.catalogue.services}
    for name in sorted(wanted - choice.services.keys()):
        if reason := why_closed(at.catalogue.services[name], at):
            found[name] = reason
    return found


def open_questions(choice: Choice, at: Situation) -> tuple[str, ...]:
    """Return facts nobody told whose answer could change this plan, sorted by id.

    Facts the client would not tell count too: a counselor may still learn them face to face.
    """
    found: set[str] = set()
    answers = [
        (need, at.catalogue.services[name]) for need in at.needs for name in at.catalogue.answering.get(need, ())
    ]
    nearly = {service.id for need, service in answers if service.addresses[need] == FULL and at.is_offered(service)}
    for name in (choice.services.keys() - at.done.keys()) | nearly:
        service = at.catalogue.services[name]
        found |= {
            one.fact for one in undecided(service.eligibility, at.facts) if one.fact not in at.facts or not one.lenient
        }
        if service.stage_if and name in choice.services:
            found |= {one.fact for one in undecided(service.stage_if.when, at.facts)}
    for rule in at.catalogue.combinations:
        if at.could_fire(rule) and not at.fires(rule):
            found |= {one.fact for fact in rule.facts for one in undecided(fact, at.facts)}
        elif at.fires(rule):
            found |= {fact for fact in rule.asks if fact not in at.facts}
    for fact in ("mobility", "digital", "urgency"):
        if fact in at.catalogue.facts and at.needs and fact not in at.facts:
            found.add(fact)
    return tuple(sorted(found - PERSONAL_FACTS - _told(at)))


def _told(at: Situation) -> set[str]:
    return {
        fact
        for fact in at.intake.facts
        if not isinstance(at.intake.facts[fact], str) or not at.intake.facts[fact].endswith("0s")
    }
