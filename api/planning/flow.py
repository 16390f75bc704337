"""The plan: steps, visits, branches, what stays unanswered, and what it spares the client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Wait:
    """One step that must come before, and why, as a sentence a client can read; `weight` as of the order's edges."""

    step: str
    service: str
    reason: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One station of the flow.

    Attributes:
        depends_on: Steps that stand earlier and are waited for.
        visit: The trip or call in which it first happens; None for a finished step.
        reuses: Results and facts already given, which nobody asks for again.
        documents: 구비서류 ids; those the office can check itself are in `documents_to_check`.
        earliest_day: Days from the day of the plan.  minutes: of one session.
        confirm: What a counselor must check ("확인 필요"), each a short text.
        status: "planned" or "done".  outcome: The recorded result of a finished step.
    """

    id: str
    service: str
    label: str
    stage: str
    role: str
    addresses: tuple[str, ...]
    why: str
    waits: tuple[Wait, ...] = ()
    mode: str = "visit"
    visit: str | None = None
    reuses: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    documents_to_check: tuple[str, ...] = ()
    earliest_day: int = 0
    minutes: int = 0
    sessions: int = 1
    days: int = 0
    indicators: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    status: str = "planned"
    outcome: str | None = None

    @property
    def depends_on(self) -> tuple[str, ...]:
        return tuple(wait.step for wait in self.waits)


@dataclass(frozen=True, slots=True)
class Visit:
    """Steps taken together: one trip, one call, or one sitting online.  `place` is "own" or a kind of partner."""

    id: str
    day: int
    mode: str
    place: str
    steps: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Branch:
    """What a recorded result would change: services added, steps taken out."""

    after: str
    when: str
    label: str
    adds: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    need: str
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Burden:
    """What a way through the services costs a client (docs/planning.md says how it is counted)."""

    visits: int
    minutes: int
    handoffs: int
    questions: int
    repeated_questions: int = 0
    papers: int = 0
    repeated_papers: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Ordered steps.  Every need is addressed by a step or listed in `unmet`, never both.

    Attributes:
        partly: Needs that only partial services answer, with what a counselor should know.
        left_out: Services that were considered and left out, with the reason (service id to sentence).
        optimal: True only when no better plan exists and that has been proven.
    """

    catalog_version: str
    made_on: date
    steps: tuple[Step, ...]
    visits: tuple[Visit, ...]
    branches: tuple[Branch, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    partly: tuple[Unmet, ...] = ()
    open_questions: tuple[str, ...] = ()
    burden: Burden = field(default_factory=lambda: Burden(0, 0, 0, 0))
    one_stop: Burden = field(default_factory=lambda: Burden(0, 0, 0, 0))
    left_out: Mapping[str, str] = field(default_factory=dict)
    fired: tuple[str, ...] = ()
    goal: str = ""
    optimal: bool = False

    def step_of(self, service: str) -> Step | None:
        """Return the step of a service, or None when the plan does not hold it."""
        return next((step for step in self.steps if step.service == service), None)
