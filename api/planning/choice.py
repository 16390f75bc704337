"""Which services a plan holds: the fewest and best fitting that answer every need.

The choice is a local search from a greedy start, not a proof; `Choice.proven` stays False.  Everything it weighs
is in `total_cost`, so that an exact optimiser can take its place without touching order, days or reasons.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from api.planning.catalogue import FULL, PARTIAL, Service
from api.planning.conditions import NO_LIMITS, Truth, judge
from api.planning.situation import CLOSED_COST, DOUBTFUL_COST, Situation

# The cost scale: 1 is one service more to go to.  Set by judgement with counselors' practice in mind, not measured.
_PER_DOUBLED_SESSIONS = 0.10
_PER_WAITING_DAY = 0.02
_LONGEST_WAIT_COUNTED = 30
_PARTNER = 0.10
_FITS_BEST = -1.50
_USUALLY_FITS = -1.00
_STANDS_IN = -1.50
_SUGGESTED_OUT = 1.50
_AT_THE_SAME_TIME = 1.50
_ONLY_PARTLY = 3.00
_UNANSWERED = 20.0
_TRIED_PER_NEED = 6
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Because:
    """Why a service is in the plan.

    Attributes:
        kind: "risk", "always", "done", "outcome", "rule", "need" or "requires"; the first that holds is told.
        by: The risks, the finished service, the rules, or the services that require it.
    """

    kind: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """The services of a plan and what they leave open.

    Attributes:
        services: Service id to the reason it is held, sorted by id.
        partly: Needs that only partial answers are planned for.
        paused: Needs whose answer a recorded result took out -> the finished service that said so.
        unanswered: Needs nothing in this catalogue may answer now.
        provider_of: (service, required item) to the service that will provide it.
    """

    services: Mapping[str, Because]
    partly: tuple[str, ...] = ()
    paused: Mapping[str, str] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    provider_of: Mapping[tuple[str, str], str] = field(default_factory=dict)
    proven: bool = False


def choose(situation: Situation) -> Choice:
    """Return the services for a situation; the order in which needs and facts were told does not matter."""
    return _Search(situation).run()


class _Search:
    def __init__(self, situation: Situation) -> None:
        self.at = situation
        self.services = situation.catalogue.services
        self._closures: dict[str, tuple[str, ...] | None] = {}

    def run(self) -> Choice:
        assigned = self._start()
        assigned = self._improve(assigned)
        paused = self._paused(assigned)
        for need in paused:
            assigned[need] = None
        held = self._held(assigned)
        held -= self._left_without(held)
        services = {service: self._because(service, held, assigned) for service in sorted(held)}
        open_needs = [need for need in self.at.needs if need not in paused and not self._answered(need, held)]
        partly = [
            need
            for need in self.at.needs
            if need not in paused and need not in open_needs and not self._answered(need, held, FULL)
            and need not in self._settled
        ]  # fmt: skip
        return Choice(
            services,
            tuple(partly),
            paused,
            tuple(open_needs),
            self._providers(held),
        )

    # ---- what is given ----------------------------------------------------------------------------------------

    @cached_property
    def forced(self) -> frozenset[str]:
        """Services that stand whatever the needs: safety, always, done, called for by results or by rules."""
        found = set(self.at.done)
        for service in self.services.values():
            if service.always or (service.risks & self.at.risks):
                found.add(service.id)
        for added in self.at.called_for:
            if self.at.may_hold(self.services[added]):
                found.add(added)
        for rule in self.at.fired:
            for added in rule.adds:
                if added in self.services and self.at.may_hold(self.services[added]):
                    found.add(added)
        return frozenset(found - (self.at.called_off.keys() - self.at.done.keys()))

    @cached_property
    def suggested_out(self) -> frozenset[str]:
        """Services that a combination advises against; a need may still keep them."""
        return frozenset(dropped for rule in self.at.fired for dropped in rule.drops)

    @cached_property
    def stand_ins(self) -> frozenset[str]:
        """Services that answer in the place of one a risk forbids."""
        return frozenset(one for exclusion in self.at.barred.values() for one in exclusion.instead)

    @cached_property
    def _settled(self) -> frozenset[str]:
        """Needs that a finished service has dealt with."""
        found = set()
        for service, outcome in self.at.done.items():
            for need, how in self.services[service].addresses.items():
                dropped = [self.services[s] for s in outcome.drops if s in self.services]
                if how == FULL or any(need in s.addresses for s in dropped):
                    found.add(need)
        return frozenset(found)

    @cached_property
    def open_needs(self) -> tuple[str, ...]:
        return tuple(need for need in self.at.needs if need not in self._settled)

    @cached_property
    def candidates(self) -> Mapping[str, tuple[str, ...]]:
        """Need to the services worth trying for it, cheapest first.  Partial ones only when full ones are doubtful."""
        found = {}
        for need in self.open_needs:
            rows = []
            for service in self.at.catalogue.answering.get(need, ()):
                cost = self._alone(service, need)
                if cost < CLOSED_COST and service not in self.at.done:
                    rows.append((cost, service))
            found[need] = tuple(service for _, service in sorted(rows)[:_TRIED_PER_NEED])
        return found

    def _alone(self, name: str, need: str) -> float:
        service = self.services[name]
        closure = self._closure(name)
        if closure is None or self.at.doubt(service) == CLOSED_COST:
            return CLOSED_COST
        cost = sum(self.cost_of(one) for one in closure if one not in self.forced)
        return round(cost + (self._fit(service, need) if service.addresses[need] == FULL else _ONLY_PARTLY), 6)

    # ---- cost -------------------------------------------------------------------------------------------------

    def cost_of(self, name: str) -> float:
        """Return what one more service costs a client, on the scale above."""
        service = self.services[name]
        wait = min((mode.wait_days for mode in service.modes.values()), default=0)
        cost = 1.0 + _PER_DOUBLED_SESSIONS * math.log2(max(service.sessions, 1))
        cost += _PER_WAITING_DAY * min(wait, _LONGEST_WAIT_COUNTED) + (_PARTNER if service.partner else 0.0)
        cost += min(self.at.doubt(service), DOUBTFUL_COST)
        if self.at.urgent and service.days > 14:
            cost += 0.2
        return cost + (_SUGGESTED_OUT if name in self.suggested_out else 0.0)

    def _fit(self, service: Service, need: str) -> float:
        """Return how much better a service suits a need than its price says; a default suits less than a reason."""
        wishes = [wish.when for wish in service.fits_best if wish.need == need]
        fits = [when for when in wishes if judge(when, self.at.facts) is Truth.TRUE]
        best = 0.0 if not fits else _USUALLY_FITS if NO_LIMITS in fits else _FITS_BEST
        return best + (_STANDS_IN if service.id in self.stand_ins else 0.0)

    def total_cost(self, assigned: Mapping[str, str | None]) -> float:
        """Return the cost of a whole choice: services, clashes, and needs answered in part or not at all."""
        held = self._held(assigned)
        cost = sum(self._price[one] for one in held)
        for one, other in self._clashes:
            if one in held and other in held:
                cost += _AT_THE_SAME_TIME
        for need, name in assigned.items():
            if name is None:
                cost += _UNANSWERED
            else:
                cost += min((fit for one, fit in self._covers[need] if one in held), default=_ONLY_PARTLY)
        return round(cost, 6)

    @cached_property
    def _price(self) -> Mapping[str, float]:
        return {name: 0.0 if name in self.forced else self.cost_of(name) for name in self.services}

    @cached_property
    def _clashes(self) -> tuple[tuple[str, str], ...]:
        pairs = {tuple(sorted((s.id, x.service))) for s in self.services.values() for x in s.excludes}
        return tuple((one, other) for one, other in sorted(pairs))

    @cached_property
    def _covers(self) -> Mapping[str, tuple[tuple[str, float], ...]]:
        """Need to (full answer, its fit).  What stands anyway fits as well as the best, so that nothing is piled on it;
        unless it may well be closed to the client, for its doubt was not paid for as a choice."""
        found = {}
        for need in self.open_needs:
            rows = []
            for name in self.at.catalogue.answering.get(need, ()):
                service = self.services[name]
                if service.addresses[need] == FULL and self.at.may_hold(service):
                    fit = self._fit(service, need)
                    if name in self.forced:
                        fit = _FITS_BEST + min(self.at.doubt(service), DOUBTFUL_COST)
                    rows.append((name, fit))
            found[need] = tuple(rows)
        return found

    # ---- search -----------------------------------------------------------------------------------------------

    def _start(self) -> dict[str, str | None]:
        return {need: (self.candidates[need] or (None,))[0] for need in self.open_needs}

    def _improve(self, assigned: dict[str, str | None]) -> dict[str, str | None]:
        best = self._rank(assigned)
        for _ in range(_ROUNDS):
            moves = [self._rank(move) for move in self._moves(best[2])]
            better = min(moves, key=lambda rank: rank[:2], default=best)
            if better[:2] >= best[:2]:
                break
            best = better
        return dict(best[2])

    def _rank(self, assigned: Mapping[str, str | None]) -> tuple[float, tuple[str, ...], Mapping[str, str | None]]:
        return self.total_cost(assigned), tuple(f"{need}={assigned[need] or ''}" for need in sorted(assigned)), assigned

    def _moves(self, assigned: Mapping[str, str | None]) -> Iterable[dict[str, str | None]]:
        for need, names in self.candidates.items():
            for name in names:
                if name != assigned[need]:
                    yield {**assigned, need: name}
        for name in sorted({name for names in self.candidates.values() for name in names}):
            shared = [
                need
                for need, names in self.candidates.items()
                if name in names and self.services[name].addresses[need] == FULL
            ]
            if len(shared) > 1 and any(assigned[need] != name for need in shared):
                yield {**assigned, **dict.fromkeys(shared, name)}

    # ---- what a choice holds ----------------------------------------------------------------------------------

    def _held(self, assigned: Mapping[str, str | None]) -> set[str]:
        return set(self._standing).union(*(self._closure(name) or () for name in assigned.values() if name))

    @cached_property
    def _standing(self) -> frozenset[str]:
        return self.forced.union(*(self._closure(one) or () for one in self.forced - self.at.done.keys()))

    def _closure(self, name: str) -> tuple[str, ...] | None:
        """Return a service and all it requires, or None when something it requires cannot be had."""
        if name not in self._closures:
            self._closures[name] = None  # A service that needs itself cannot be had.
            found: list[str] = [name]
            service = self.services[name]
            for required in (
                *service.requires_services,
                *(self._provider(name, item) for item in self._missing(service)),
            ):
                if required is None or required not in self.services or not self.at.may_hold(self.services[required]):
                    return None
                if required in self.at.done:
                    continue
                deeper = self._closure(required)
                if deeper is None:
                    return None
                found += [one for one in deeper if one not in found]
            self._closures[name] = tuple(found)
        return self._closures[name]

    def _missing(self, service: Service) -> list[str]:
        return [i for i in service.requires_info if i not in self.at.held and i not in self.at.facts]

    def _provider(self, name: str, item: str) -> str | None:
        rows = [
            (one not in self.forced, self.cost_of(one) + self.services[one].days / 100, one)
            for one in self.at.catalogue.providers.get(item, ())
            if one != name and one not in self.at.called_off and self.at.may_hold(self.services[one])
        ]
        return min(rows)[2] if rows else None

    def _providers(self, held: set[str]) -> dict[tuple[str, str], str]:
        found = {}
        for name in sorted(held - self.at.done.keys()):
            for item in self._missing(self.services[name]):
                provider = self._provider(name, item)
                if provider in held:
                    found[name, item] = provider
        return found

    def _paused(self, assigned: Mapping[str, str | None]) -> dict[str, str]:
        found = {}
        for need, name in assigned.items():
            off = [one for one in (self._closure(name) or ()) if one in self.at.called_off] if name else []
            if off:
                found[need] = self.at.called_off[off[0]]
        return found

    def _left_without(self, held: set[str]) -> set[str]:
        """Return services that lost what they require because a result took it out."""
        lost: set[str] = set()
        for name in held - self.at.done.keys():
            closure = self._closure(name)
            if closure is None or any(one in self.at.called_off for one in closure):
                lost.add(name)
        return lost

    def _answered(self, need: str, held: set[str], how: str | None = None) -> bool:
        return any(
            need in self.services[one].addresses and how in (None, self.services[one].addresses[need]) for one in held
        )

    def _because(self, name: str, held: set[str], assigned: Mapping[str, str | None]) -> Because:
        service = self.services[name]
        if service.risks & self.at.risks:
            return Because("risk", tuple(sorted(service.risks & self.at.risks)))
        if name in self.at.done:
            return Because("done")
        if service.always:
            return Because("always")
        if name in self.at.called_for:
            return Because("outcome", (self.at.called_for[name],))
        rules = tuple(rule.id for rule in self.at.fired if name in rule.adds)
        if name in assigned.values():
            return Because("need", rules)
        if rules:
            return Because("rule", rules)
        users = [one for one in sorted(held) if one != name and name in (self._closure(one) or ())]
        return Because("requires", tuple(users))


__all__ = ["PARTIAL", "Because", "Choice", "choose"]
