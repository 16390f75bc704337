"""One client's situation in the light of one catalogue: which risks stand, what is done and held, which rules fire."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from api.planning.catalogue import Catalogue, Combination, Outcome, RiskExclusion, Service
from api.planning.conditions import Facts, Group, Rule, Truth, is_doubtful, judge
from api.planning.intake import Intake

URGENT = ("today", "this_week")
# How unlikely it is that an untold fact fits a condition, on the planner's cost scale (1 = one service more).  A
# group or a disability is rare among all clients (domain reference, section 4), so a service only for such a group
# is not guessed; income, age or a child's age are weak limits for someone who names the need.  Set by judgement.
_UNKNOWN_COST = {
    "target_groups": 4.5, "disability": 4.5, "welfare_status": 1.2, "employment_status": 1.2, "availability": 0.8,
    "household": 0.6,
}  # fmt: skip
_UNKNOWN_COST_ELSE = 0.4
_UNKNOWN_COST_NEGATED = 0.2
DOUBTFUL_COST = 5.0
CLOSED_COST = float("inf")


@dataclass(frozen=True)
class Situation:
    """Derived once from an intake and a catalogue; everything else of the planner reads this."""

    intake: Intake
    catalogue: Catalogue

    @cached_property
    def facts(self) -> Facts:
        return self.intake.known

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Ids of the needs to answer, sorted."""
        return tuple(need.id for need in self.intake.wanted if need.id in self.catalogue.needs)

    @cached_property
    def done(self) -> Mapping[str, Outcome]:
        """Services with a recorded result."""
        found = {}
        for service, outcome in sorted(self.intake.outcomes.items()):
            known = self.catalogue.services.get(service)
            result = next((one for one in known.outcomes if one.id == outcome), None) if known else None
            if result:
                found[service] = result
        return found

    @cached_property
    def risks(self) -> frozenset[str]:
        """Risks that stand: told ones, and those of safety services that a recorded result calls for."""
        raised = set(self.intake.risks)
        for outcome in self.done.values():
            for added in outcome.adds:
                if added in self.catalogue.services:
                    raised |= self.catalogue.services[added].risks
        return frozenset(raised)

    @cached_property
    def called_for(self) -> Mapping[str, str]:
        """Services that a recorded result adds -> the finished service that calls for them.  A drop is stronger."""
        found: dict[str, str] = {}
        for service, outcome in self.done.items():
            for added in outcome.adds:
                if added in self.catalogue.services and added not in self.done and added not in self.called_off:
                    found.setdefault(added, service)
        return found

    @cached_property
    def called_off(self) -> Mapping[str, str]:
        """Services that a recorded result takes out -> the finished service that says so."""
        found: dict[str, str] = {}
        for service, outcome in self.done.items():
            for dropped in outcome.drops:
                if dropped not in self.done:
                    found.setdefault(dropped, service)
        return found

    @cached_property
    def held(self) -> frozenset[str]:
        """Information items the client already has; a finished service shows that what it required was there."""
        items: set[str] = set()
        for name in self.done:
            items |= {*self.catalogue.services[name].provides, *self.catalogue.services[name].requires_info}
        for item in self.catalogue.information.values():
            if item.held_if is not None and judge(item.held_if, self.facts) is Truth.TRUE:
                items.add(item.id)
        return frozenset(items)

    @cached_property
    def fired(self) -> tuple[Combination, ...]:
        """Combination rules whose every part is true, in the order of the file."""
        return tuple(rule for rule in self.catalogue.combinations if self.fires(rule))

    @property
    def urgent(self) -> bool:
        return self.facts.get("urgency") in URGENT

    @property
    def hard_to_come(self) -> bool:
        return self.facts.get("mobility") == "limited"

    @property
    def better_by_phone(self) -> bool:
        """Coming is hard, on foot or because the client hardly leaves the house; one voice on the phone is easier."""
        hinted = "social_isolation" in self.needs or "transportation" in self.needs
        return self.hard_to_come or (hinted and "mobility" not in self.facts)

    @property
    def needs_digital_help(self) -> bool:
        return self.facts.get("digital") == "needs_help"

    @property
    def only_after_work(self) -> bool:
        """The client works and has only evenings or weekends left."""
        return self.facts.get("employment_status") == "employed" and self.facts.get("availability") in (
            "evening",
            "weekend",
        )

    def could_fire(self, rule: Combination) -> bool:
        """Say whether needs and risks of a rule are given, whatever its facts say."""
        needs = set(self.needs)
        return (
            needs.issuperset(rule.needs)
            and self.risks.issuperset(rule.risks)
            and (not rule.any_needs or bool(needs & set(rule.any_needs)))
        )

    def fires(self, rule: Combination) -> bool:
        return self.could_fire(rule) and all(judge(fact, self.facts) is Truth.TRUE for fact in rule.facts)

    def barred_by(self, service: Service) -> RiskExclusion | None:
        """Return the risk that forbids a service now, or None."""
        return self.barred.get(service.id)

    @cached_property
    def barred(self) -> Mapping[str, RiskExclusion]:
        """Services that a standing risk forbids -> the exclusion."""
        found: dict[str, RiskExclusion] = {}
        for service in self.catalogue.services.values():
            for exclusion in service.excludes_risks:
                if exclusion.risk in self.risks:
                    found.setdefault(service.id, exclusion)
        return found

    def is_offered(self, service: Service) -> bool:
        """Say whether a service may be planned at all as far as risks go."""
        return not self.barred_by(service) and (not service.only_risks or bool(service.only_risks & self.risks))

    def may_hold(self, service: Service) -> bool:
        """Say whether a service may stand in the plan: offered, and not certainly closed to this client."""
        return self.is_offered(service) and judge(service.eligibility, self.facts) is not Truth.FALSE

    def doubt(self, service: Service) -> float:
        """Return how doubtful it is that the service is open to this client: 0 sure, infinite when it is closed."""
        if service.id not in self._doubts:
            self._doubts[service.id] = self._doubt_of(service)
        return self._doubts[service.id]

    @cached_property
    def _doubts(self) -> dict[str, float]:
        return {}

    def _doubt_of(self, service: Service) -> float:
        if not self.is_offered(service):
            return CLOSED_COST
        truth = judge(service.eligibility, self.facts)
        if truth is Truth.FALSE:
            return CLOSED_COST
        if is_doubtful(service.eligibility, self.facts):
            return DOUBTFUL_COST
        return _doubt(service.eligibility, self.facts) if truth is Truth.UNKNOWN else 0.0

    def stage_of(self, service: Service) -> str:
        """Return the stage a service stands in for this client."""
        moved = service.stage_if
        return moved.stage if moved and judge(moved.when, self.facts) is Truth.TRUE else service.stage

    def stage_order(self, service: Service) -> int:
        stage = self.catalogue.stages.get(self.stage_of(service))
        return stage.order if stage else 0


def _doubt(rule: Rule, facts: Facts) -> float:
    truth = judge(rule, facts)
    if truth is not Truth.UNKNOWN:
        return 0.0 if truth is Truth.TRUE else CLOSED_COST
    if isinstance(rule, Group):
        parts = [_doubt(part, facts) for part in rule.parts]
        return max(parts) if rule.kind == "all" else min(parts)
    if rule.op in ("ne", "not_in", "not_has"):
        return _UNKNOWN_COST_NEGATED
    cost = _UNKNOWN_COST.get(rule.fact, _UNKNOWN_COST_ELSE)
    return max(cost, DOUBTFUL_COST) if is_doubtful(rule, facts) else cost
