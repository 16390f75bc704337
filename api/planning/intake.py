"""What one client told, checked against the catalogue's vocabulary.

`Intake.from_document` takes the public form (docs/planning.md) and refuses what does not fit, naming the field.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from api.planning.catalogue import Catalogue, FactType
from api.planning.conditions import AtLeast, Facts, OneOf, Value

NEED_STATES = ("said", "inferred", "confirmed", "declined")
_DECADE = re.compile(r"^([1-9]0)s$")
_LONGEST_TEXT = 500
_AGE_GROUPS = (("youth", 0, 34), ("middle_aged", 40, 64), ("senior", 65, 200))


class IntakeError(ValueError):
    """An intake that does not fit; the message is one line and begins with the field."""

    def __init__(self, field_name: str, problem: str) -> None:
        self.field = field_name
        self.problem = problem
        super().__init__(f"{field_name}: {problem}")


@dataclass(frozen=True, slots=True)
class Need:
    """What a client lacks.  `evidence` is the client's own words, possibly empty."""

    id: str
    state: str = "said"
    evidence: str = ""


@dataclass(frozen=True)
class Intake:
    """The answers of one first conversation.

    Attributes:
        facts: Only what was told; sets are frozensets, an age may be a decade such as "40s".
        refused, unknown: Fact ids the client would not or could not tell.  Neither is ever asked again.
        outcomes: Service id to the id of its recorded result.
    """

    needs: tuple[Need, ...] = ()
    risks: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    goal: str = ""
    questions_asked: int = 0

    @cached_property
    def wanted(self) -> tuple[Need, ...]:
        """Needs that were not declined, sorted by id."""
        return tuple(sorted((need for need in self.needs if need.state != "declined"), key=lambda need: need.id))

    @cached_property
    def known(self) -> Facts:
        """Facts as conditions read them: decades as ranges, and what one fact says about another."""
        return infer(self.facts)

    @classmethod
    def from_document(cls, document: Any, catalogue: Catalogue) -> "Intake":
        """Check an intake in its public form.

        Args:
            document: `{"needs": [ids or {"id", "state", "evidence"}], "risks": [...], "facts": {...},
                "outcomes": {step or service id: outcome id}, "refused": [...], "unknown": [...], "goal": "...",
                "questions_asked": 7}`.  Only `needs` is required.  A fact that is null counts as unknown.
            catalogue: Whose needs, risks, facts, services and outcomes are the words allowed.

        Raises:
            IntakeError: Something does not fit; the message names the field.
        """
        if not isinstance(document, Mapping):
            raise IntakeError("intake", 'must be a JSON object such as {"needs": ["debt"]}')
        known_fields = ("needs", "risks", "facts", "outcomes", "refused", "unknown", "goal", "questions_asked")
        for name in document:
            if name not in known_fields:
                raise IntakeError(_shown(name), f"is not a field of an intake; fields are {', '.join(known_fields)}")
        if "needs" not in document:
            raise IntakeError("needs", "is missing; list the ids of the client's needs")
        facts, absent = _read_facts(document.get("facts"), catalogue)
        goal = document.get("goal") or facts.get("goal") or ""
        asked = document.get("questions_asked", 0)
        if not isinstance(goal, str) or len(goal) > _LONGEST_TEXT:
            raise IntakeError("goal", f"must be a text of at most {_LONGEST_TEXT} characters")
        if isinstance(asked, bool) or not isinstance(asked, int) or asked < 0:
            raise IntakeError("questions_asked", "must be a whole number, 0 or more")
        refused = _ids(document.get("refused"), catalogue.facts, "refused", "fact")
        unknown = _ids(document.get("unknown"), catalogue.facts, "unknown", "fact") | absent
        return cls(
            needs=_read_needs(document["needs"], catalogue),
            risks=_ids(document.get("risks"), catalogue.risks, "risks", "risk"),
            facts=facts,
            refused=refused - facts.keys(),
            unknown=unknown - facts.keys(),
            outcomes=_read_outcomes(document.get("outcomes"), catalogue),
            goal=goal,
            questions_asked=asked,
        )


def infer(facts: Mapping[str, Any]) -> Facts:
    """Read told facts the way conditions need them; adds only what follows with certainty.

    >>> sorted(infer({"age": 30})["target_groups"].members)
    ['youth']
    >>> infer({"age": "40s", "target_groups": frozenset()})["target_groups"]
    frozenset({'middle_aged'})
    """
    known: dict[str, Value] = {fact: value for fact, value in facts.items() if value is not None}
    if isinstance(known.get("age"), str):
        start = int(str(known["age"])[:-1])
        known["age"] = OneOf(frozenset(range(start, start + 10)))
    groups = set(_groups_of_age(known.get("age")))
    if known.get("household") == "single_parent":
        groups.add("single_parent")
    if known.get("disability") in ("mild", "severe"):
        groups.add("disability")
    told = known.get("target_groups")
    if isinstance(told, (set, frozenset, list, tuple)):
        known["target_groups"] = frozenset(told) | groups
    elif groups:
        known["target_groups"] = AtLeast(frozenset(groups))
    if "disability" not in known and "disability" in _members(known.get("target_groups")):
        known["disability"] = OneOf(frozenset({"mild", "severe"}))
    return known


def _groups_of_age(age: Value | None) -> Iterable[str]:
    ages = age.values if isinstance(age, OneOf) else {age} if isinstance(age, int) else set()
    return [group for group, low, high in _AGE_GROUPS if ages and all(low <= int(one) <= high for one in ages)]


def _members(value: Value | None) -> frozenset[str]:
    if isinstance(value, AtLeast):
        return value.members
    return value if isinstance(value, frozenset) else frozenset()


def _shown(value: Any) -> str:
    """Show a wrong value in one short line; longer input is cut so that an error never repeats a message."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else f"{text[:40]}…"


def _ids(value: Any, known: Mapping[str, Any], name: str, kind: str) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise IntakeError(name, f"must be a list of {kind} ids")
    for one in value:
        if not isinstance(one, str) or one not in known:
            raise IntakeError(name, f"unknown {kind} id {_shown(one)!r}")
    return frozenset(value)


def _read_needs(value: Any, catalogue: Catalogue) -> tuple[Need, ...]:
    if not isinstance(value, (list, tuple)):
        raise IntakeError("needs", "must be a list of need ids")
    found: dict[str, Need] = {}
    for one in value:
        row = {"id": one} if isinstance(one, str) else one
        if not isinstance(row, Mapping):
            raise IntakeError("needs", f"{_shown(one)!r} is neither a need id nor an object with an id")
        need_id, state, evidence = row.get("id"), row.get("state", "said"), row.get("evidence") or ""
        if not isinstance(need_id, str) or need_id not in catalogue.needs:
            raise IntakeError("needs", f"unknown need id {_shown(need_id)!r}")
        if state not in NEED_STATES:
            raise IntakeError("needs", f"state {_shown(state)!r} of {need_id} is not one of {', '.join(NEED_STATES)}")
        if not isinstance(evidence, str) or len(evidence) > 4 * _LONGEST_TEXT:
            raise IntakeError(
                "needs", f"evidence of {need_id} must be a text of at most {4 * _LONGEST_TEXT} characters"
            )
        if need_id not in found or (evidence and not found[need_id].evidence):
            found[need_id] = Need(need_id, state, evidence)
    return tuple(found[need_id] for need_id in sorted(found))


def _read_facts(value: Any, catalogue: Catalogue) -> tuple[dict[str, Any], frozenset[str]]:
    if value is None:
        return {}, frozenset()
    if not isinstance(value, Mapping):
        raise IntakeError("facts", "must be an object of fact ids and values")
    facts, absent = {}, set()
    for fact_id in sorted(value, key=str):
        if fact_id not in catalogue.facts:
            raise IntakeError(f"facts.{_shown(fact_id)}", "unknown fact id")
        if value[fact_id] is None:
            absent.add(fact_id)
        else:
            facts[fact_id] = read_fact(catalogue.facts[fact_id], value[fact_id])
    return facts, frozenset(absent)


def read_fact(fact: FactType, value: Any) -> int | str | frozenset[str]:
    """Check one told value against its fact and return it in canonical form.

    Raises:
        IntakeError: Wrong type, out of range, or not one of the canonical values.
    """
    name = f"facts.{fact.id}"
    if fact.type == "integer":
        return _read_integer(fact, name, value)
    if fact.type == "set":
        if not isinstance(value, (list, tuple, set, frozenset)):
            raise IntakeError(name, "must be a list of values")
        for one in value:
            if not isinstance(one, str) or one not in fact.values:
                raise IntakeError(name, f"{_shown(one)!r} is not one of {', '.join(fact.values)}")
        return frozenset(value)
    if not isinstance(value, str):
        raise IntakeError(name, "must be a text")
    if fact.type == "enum" and value not in fact.values:
        raise IntakeError(name, f"{_shown(value)!r} is not one of {', '.join(fact.values)}")
    if len(value) > _LONGEST_TEXT:
        raise IntakeError(name, f"must be a text of at most {_LONGEST_TEXT} characters")
    return str(value)


def _read_integer(fact: FactType, name: str, value: Any) -> int | str:
    low, high = fact.range or (-(10**9), 10**9)
    decade = _DECADE.match(value) if fact.id == "age" and isinstance(value, str) else None
    if decade and low - 9 <= int(decade[1]) <= high:
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise IntakeError(name, "must be a whole number" + (' or a decade such as "40s"' if fact.id == "age" else ""))
    if not low <= value <= high:
        raise IntakeError(name, f"{value} is outside {low}..{high}")
    return value


def _read_outcomes(value: Any, catalogue: Catalogue) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise IntakeError("outcomes", "must be an object of step or service ids and outcome ids")
    found: dict[str, str] = {}
    for key in sorted(value, key=str):
        service = catalogue.services.get(catalogue.services_by_step.get(key, key))
        if service is None:
            raise IntakeError(f"outcomes.{_shown(key)}", "is neither a step nor a service")
        if value[key] not in [outcome.id for outcome in service.outcomes]:
            raise IntakeError(
                f"outcomes.{_shown(key)}",
                f"{_shown(value[key])!r} is not a result of {service.id}; "
                f"results are {', '.join(outcome.id for outcome in service.outcomes)}",
            )
        if found.get(service.id, value[key]) != value[key]:
            raise IntakeError(f"outcomes.{_shown(key)}", f"two different results for {service.id}")
        found[service.id] = value[key]
    return found
