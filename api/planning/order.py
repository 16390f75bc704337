"""What must come before what, and why: the edges between the steps of one plan.

Hard edges (requires, order, hard stage rules, combinations) never make a circle, because the catalogue is checked
for that.  A soft edge that would close one is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.planning.catalogue import Service, StageRule
from api.planning.choice import Choice
from api.planning.particles import with_particle
from api.planning.situation import Situation


@dataclass(frozen=True, slots=True)
class Edge:
    """`first` comes before `then`.

    Attributes:
        to_end: The second waits for the end of the first; otherwise it may start as soon as the first has started.
        weight: How much the reason tells a client: 5 required, 4 a result handed on, 3 a combination, 2 a rule between
            named services, 1 a rule between whole stages.
    """

    first: str
    then: str
    to_end: bool
    reason: str
    weight: int = 1


class _Edges:
    """Gathers edges; the first reason for a pair is kept, the stricter waiting wins."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Edge] = {}
        self._later: dict[str, set[str]] = {}

    def add(self, edge: Edge) -> None:
        if edge.first == edge.then or self.reaches(edge.then, edge.first):
            return
        known = self.found.get((edge.first, edge.then))
        if known:
            best = max(known, edge, key=lambda one: one.weight)
            edge = Edge(edge.first, edge.then, known.to_end or edge.to_end, best.reason, best.weight)
        self.found[edge.first, edge.then] = edge
        self._later.setdefault(edge.first, set()).add(edge.then)

    def reaches(self, start: str, goal: str) -> bool:
        seen, stack = {start}, [start]
        while stack:
            node = stack.pop()
            if node == goal:
                return True
            new = self._later.get(node, set()) - seen
            seen |= new
            stack.extend(new)
        return False


def order_edges(choice: Choice, situation: Situation) -> tuple[Edge, ...]:
    """Return the edges between the planned services of a choice, sorted; finished services wait for nothing."""
    names = [name for name in choice.services if name not in situation.done]
    services = {name: situation.catalogue.services[name] for name in names}
    edges = _Edges()
    for edge in _required(services, choice, situation):
        edges.add(edge)
    for edge in _ordered(services, situation):
        edges.add(edge)
    for rule in sorted(situation.catalogue.stage_rules, key=lambda rule: not rule.hard):
        if rule.hard:
            for edge in _of_rule(rule, services, situation):
                edges.add(edge)
    for edge in _combined(services, situation):
        edges.add(edge)
    for edge in _apart(services, situation, edges):
        edges.add(edge)
    for rule in situation.catalogue.stage_rules:
        if not rule.hard:
            for edge in _of_rule(rule, services, situation):
                edges.add(edge)
    if not situation.urgent:
        for edge in _informed(services, situation):
            edges.add(edge)
    return tuple(edges.found[pair] for pair in sorted(edges.found))


def _required(services: Mapping[str, Service], choice: Choice, at: Situation) -> Iterable[Edge]:
    for name, service in services.items():
        for required in service.requires_services:
            if required in services:
                label = at.catalogue.services[required].label
                yield Edge(required, name, True, f"{with_particle(label, '을')} 마쳐야 시작할 수 있어요.", 5)
    for (name, item), provider in sorted(choice.provider_of.items()):
        if name in services and provider in services:
            label = at.catalogue.label_of(item)
            yield Edge(provider, name, True, f"{with_particle(label, '이')} 있어야 시작할 수 있어요.", 5)


def _ordered(services: Mapping[str, Service], at: Situation) -> Iterable[Edge]:
    # Someone in a hurry need not wait for the end of an earlier service; it is enough that it has begun.
    for name, service in services.items():
        for earlier in service.after:
            if earlier in services:
                yield Edge(earlier, name, not at.urgent, _handed_on(earlier, name, at), 4)
        for later in service.before:
            if later in services:
                yield Edge(name, later, not at.urgent, _handed_on(name, later, at), 4)


def _informed(services: Mapping[str, Service], at: Situation) -> Iterable[Edge]:
    """A step that works with a result stands after the planned step that yields it, so that nobody asks twice."""
    beside = {pair for rule in at.fired for one in rule.parallel for pair in (one, one[::-1])}
    for name, service in services.items():
        for earlier in services.values():
            if (earlier.id, name) in beside:
                continue
            useful = set(earlier.provides) & set(service.needs_info) - at.held
            if useful and earlier.id != name and at.stage_order(earlier) <= at.stage_order(service):
                yield Edge(earlier.id, name, False, _handed_on(earlier.id, name, at), 4)


def _handed_on(first: str, then: str, at: Situation) -> str:
    """Say what the first step yields that the second works with."""
    earlier, later = at.catalogue.services[first], at.catalogue.services[then]
    items = [item for item in earlier.provides if item in later.needs_info]
    if items:
        return f"앞에서 얻은 {with_particle(at.catalogue.label_of(items[0]), '을')} 여기서 써요."
    return f"{with_particle(earlier.label, '을')} 먼저 하면 이 단계가 더 쉬워져요."


def _of_rule(rule: StageRule, services: Mapping[str, Service], at: Situation) -> Iterable[Edge]:
    first, then = _scope(rule.first, services, at), _scope(rule.then, services, at)
    earlier, later = (then, first) if rule.relation == "after" else (first, then)
    relaxed = bool(rule.unless) and at.urgent
    to_end = rule.hard and rule.relation == "before" and not relaxed
    wide = "all" in (*rule.first, *rule.then) or any(one in at.catalogue.stages for one in rule.then)
    enough = _soonest(earlier, services) if to_end else frozenset()
    for a in earlier:
        for b in later:
            same_stage = at.stage_of(services[a]) == at.stage_of(services[b])
            if a != b and (not same_stage or a in rule.first):
                yield Edge(a, b, to_end and a in enough, rule.rationale, 1 if wide else 2)


def _soonest(names: Iterable[str], services: Mapping[str, Service]) -> frozenset[str]:
    """Of services that yield the same item, keep the one that is over first: one 돌봄 시간표 is enough to go on."""
    best: dict[tuple[str, ...], str] = {}
    for name in sorted(names, key=lambda one: (services[one].days, one)):
        best.setdefault(services[name].provides or (name,), name)
    return frozenset(best.values())


def _scope(names: Iterable[str], services: Mapping[str, Service], at: Situation) -> list[str]:
    found: list[str] = []
    for name in names:
        if name == "all":
            found += services
        elif name in services:
            found.append(name)
        else:
            found += [one for one, service in services.items() if at.stage_of(service) == name]
    return found


def _combined(services: Mapping[str, Service], at: Situation) -> Iterable[Edge]:
    for rule in at.fired:
        for first, then in rule.orders:
            if first in services and then in services:
                yield Edge(first, then, False, rule.why, 3)


def _apart(services: Mapping[str, Service], at: Situation, edges: _Edges) -> Iterable[Edge]:
    """Two services that cannot run at the same time follow each other; the shorter one first if nothing else says."""
    for name, service in services.items():
        for exclusion in service.excludes:
            other = exclusion.service
            if other not in services or (name > other and any(x.service == name for x in services[other].excludes)):
                continue
            pair = sorted((name, other), key=lambda one: (at.stage_order(services[one]), services[one].days, one))
            if edges.reaches(pair[1], pair[0]):
                pair.reverse()
            yield Edge(pair[0], pair[1], True, exclusion.reason, 5)


def sorted_by_order(names: Iterable[str], edges: Sequence[Edge], rank: Mapping[str, tuple[object, ...]]) -> list[str]:
    """Return names so that each stands after all it waits for; among those free to go, the lowest rank goes first."""
    waiting = {name: {edge.first for edge in edges if edge.then == name} for name in names}
    done: list[str] = []
    while waiting:
        free = [name for name, firsts in waiting.items() if not firsts.intersection(waiting)]
        nearest = min(free, key=lambda name: (rank[name], name))
        done.append(nearest)
        del waiting[nearest]
    return done


def reduced(edges: Sequence[Edge]) -> tuple[Edge, ...]:
    """Return the edges without those that follow from two others, so that each step names its nearest ones."""
    later: dict[str, set[str]] = {}
    for edge in edges:
        later.setdefault(edge.first, set()).add(edge.then)

    def far(start: str) -> set[str]:
        seen: set[str] = set()
        stack = [one for near in later.get(start, ()) for one in later.get(near, ())]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(later.get(node, ()))
        return seen

    reach = {name: far(name) for name in later}
    return tuple(edge for edge in edges if edge.then not in reach[edge.first])
