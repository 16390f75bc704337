"""What a centre offers, as plain frozen values.  `api.catalogue.files` reads them; the core only looks things up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from api.planning.conditions import NO_LIMITS, Rule, conditions_of

FULL, PARTIAL = "full", "partial"


@dataclass(frozen=True, slots=True)
class NeedType:
    id: str
    domain: str
    label: str
    includes: str = ""
    excludes: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class RiskType:
    id: str
    label: str
    includes: str = ""


@dataclass(frozen=True, slots=True)
class FactType:
    """One intake fact.

    Attributes:
        type: "integer", "enum", "set" or "text".
        range: Lowest and highest integer, both included; None for other types.
        values: Canonical value to Korean label, for enums and sets.
        effort: What the question costs a client, 1 (a tap) to 3 (unpleasant).
        sensitive: The whole fact is 민감정보.  sensitive_values: only these members are.
    """

    id: str
    label: str
    type: str
    effort: int = 1
    unit: str = ""
    range: tuple[int, int] | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    sensitive: bool = False
    sensitive_values: frozenset[str] = frozenset()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    id: str
    order: int
    label: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class StageRule:
    """An order rule between stages or services; `relation` is before, before_or_beside or after."""

    id: str
    relation: str
    first: tuple[str, ...]
    then: tuple[str, ...]
    hard: bool
    rationale: str
    source: str = ""
    verify: bool = False
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to take a service: minutes of one session, days until the first one, when it is open."""

    minutes: int
    wait_days: int
    times: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two services that cannot run at the same time; one after the other is possible."""

    service: str
    reason: str
    source: str = ""
    verify: bool = False


@dataclass(frozen=True, slots=True)
class RiskExclusion:
    """A service that must not run while a risk stands; `instead` answers then."""

    risk: str
    reason: str
    instead: tuple[str, ...]
    source: str = ""
    verify: bool = False


@dataclass(frozen=True, slots=True)
class StageIf:
    stage: str
    when: Rule


@dataclass(frozen=True, slots=True)
class Preference:
    """When a counselor reaches for this service first among those that answer `need` (현장 원칙, never a limit)."""

    need: str
    when: Rule


@dataclass(frozen=True, slots=True)
class Confirm:
    what: str
    source: str = ""
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    label: str
    adds: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """One thing a centre gives or refers to.  The fields mean what docs/catalog.md says of the file's keys."""

    id: str
    label: str
    stage: str
    role: str
    chat: str = ""
    plain: str = ""
    provider: str = "own"
    partner: str | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    risks: frozenset[str] = frozenset()
    always: bool = False
    requires_services: tuple[str, ...] = ()
    requires_info: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    excludes: tuple[Exclusion, ...] = ()
    excludes_risks: tuple[RiskExclusion, ...] = ()
    only_risks: frozenset[str] = frozenset()
    stage_if: StageIf | None = None
    fits_best: tuple[Preference, ...] = ()
    eligibility: Rule = NO_LIMITS
    confirm: tuple[Confirm, ...] = ()
    modes: Mapping[str, Mode] = field(default_factory=dict)
    sessions: int = 1
    days: int = 0
    times: tuple[str, ...] = ()
    timing_source: str = ""
    cost: int | str = 0
    hotlines: tuple[str, ...] = ()
    connects: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    needs_info: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    indicators: tuple[str, ...] = ()
    source: str = ""
    verify: bool = False

    @property
    def place(self) -> str:
        """Where it happens: "own" for the centre itself, else the kind of partner."""
        return self.partner or "own"


@dataclass(frozen=True, slots=True)
class Item:
    """A result that travels between services; `held_if` says when the client already has it."""

    id: str
    label: str
    sensitive: bool = False
    held_if: Rule | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """구비서류.  `admin`: not asked for when the office can check it itself (민원처리법 제10조③)."""

    id: str
    label: str
    issuer: str = ""
    admin: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Partner:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Hotline:
    number: str
    label: str
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Accountability:
    id: str
    sentence: str
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    to: str
    when: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    label: str
    mission: str = ""
    owns: tuple[str, ...] = ()
    accountabilities: tuple[Accountability, ...] = ()
    hands_over: tuple[HandOver, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    id: str
    label: str
    kind: str
    unit: str
    instrument: str = ""
    when: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    guards_against: str = ""
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Combination:
    """A rule of two or more needs, risks or facts together; it fires only when every part is true."""

    id: str
    why: str
    needs: tuple[str, ...] = ()
    any_needs: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    facts: tuple[Rule, ...] = ()
    adds: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    orders: tuple[tuple[str, str], ...] = ()
    parallel: tuple[tuple[str, ...], ...] = ()
    modes: tuple[tuple[str, str], ...] = ()
    times: tuple[tuple[str, tuple[str, ...]], ...] = ()
    asks: tuple[str, ...] = ()
    notes: str = ""
    source: str = ""
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Center:
    """A centre: how to reach it, how long it keeps records, and how it differs from the common catalogue."""

    id: str
    label: str
    phone: str
    region: str = ""
    opening: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    closed_on_holidays: bool = True
    retention_days: int = 1095
    retention_ground: str = ""
    retention_verify: bool = True
    lacks: frozenset[str] = frozenset()
    waits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    minutes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Catalogue:
    """Everything the planner may know about a centre.  Mappings go from id to value, in the order of the files."""

    version: str
    services: Mapping[str, Service]
    needs: Mapping[str, NeedType] = field(default_factory=dict)
    risks: Mapping[str, RiskType] = field(default_factory=dict)
    facts: Mapping[str, FactType] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)
    stage_rules: tuple[StageRule, ...] = ()
    information: Mapping[str, Item] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    hotlines: Mapping[str, Hotline] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    combinations: tuple[Combination, ...] = ()
    center: Center | None = None

    @cached_property
    def answering(self) -> Mapping[str, tuple[str, ...]]:
        """Need id to the services that answer it, fully or in part, sorted by id."""
        found: dict[str, list[str]] = {need: [] for need in self.needs}
        for service in self.services.values():
            for need in service.addresses:
                found.setdefault(need, []).append(service.id)
        return {need: tuple(sorted(ids)) for need, ids in found.items()}

    @cached_property
    def providers(self) -> Mapping[str, tuple[str, ...]]:
        """Information item to the services that provide it, sorted by id."""
        found: dict[str, list[str]] = {}
        for service in self.services.values():
            for item in service.provides:
                found.setdefault(item, []).append(service.id)
        return {item: tuple(sorted(ids)) for item, ids in found.items()}

    @cached_property
    def step_ids(self) -> Mapping[str, str]:
        """Service id to its step id.  It is the service's number in this catalogue, so that a step keeps its id when
        the plan around it changes."""
        return {service: f"s{number}" for number, service in enumerate(sorted(self.services), start=1)}

    @cached_property
    def services_by_step(self) -> Mapping[str, str]:
        """Step id to service id."""
        return {step: service for service, step in self.step_ids.items()}

    @cached_property
    def deciding_facts(self) -> frozenset[str]:
        """Facts that some rule of the catalogue looks at."""
        rules: list[Rule] = [service.eligibility for service in self.services.values()]
        rules += [service.stage_if.when for service in self.services.values() if service.stage_if]
        rules += [item.held_if for item in self.information.values() if item.held_if]
        rules += [rule for combination in self.combinations for rule in combination.facts]
        rules += [wish.when for service in self.services.values() for wish in service.fits_best]
        return frozenset(one.fact for rule in rules for one in conditions_of(rule))

    def label_of(self, item: str) -> str:
        """Return the Korean label of an information item or fact; the id itself when neither knows it."""
        if item in self.information:
            return self.information[item].label
        return self.facts[item].label if item in self.facts else item
