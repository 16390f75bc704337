"""Conditions over intake facts, judged in three values.

A fact that nobody told is unknown: a condition on it is neither true nor false.  Only what is certainly false may
rule a service out; everything in between is shown to a counselor as "확인 필요".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum


class Truth(Enum):
    """What is known about a condition."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OneOf:
    """A fact known only to be one of several values, such as an age told as "40s"."""

    values: frozenset[int | str]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A set known only in part: these members apply, the others are unknown."""

    members: frozenset[str]


type Value = int | str | frozenset[str] | OneOf | AtLeast
type Facts = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a fact.

    Attributes:
        value: A scalar, or a tuple for `in`, `not_in`, `between` (low, high, both included) and `has_any`.
        lenient: The law knows exceptions, so failing means "확인 필요" and never "no".
        verify: The rule itself is not proven; even when true it is shown as "확인 필요".
    """

    fact: str
    op: str
    value: int | str | tuple[int | str, ...]
    source: str = ""
    verify: bool = False
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """All or any of several rules; `kind` is "all" or "any"."""

    kind: str
    parts: tuple["Rule", ...]


type Rule = Condition | Group

NO_LIMITS = Group("all", ())


def judge(rule: Rule, facts: Facts) -> Truth:
    """Say whether a rule holds for these facts.

    >>> judge(Condition("age", "gte", 40), {"age": OneOf(frozenset(range(40, 50)))}).value
    'true'
    >>> judge(Condition("age", "gte", 45), {"age": OneOf(frozenset(range(40, 50)))}).value
    'unknown'
    >>> judge(Condition("age", "gte", 45), {}).value
    'unknown'
    """
    if isinstance(rule, Group):
        return _join(rule.kind, [judge(part, facts) for part in rule.parts])
    truth = _compare(rule, facts.get(rule.fact))
    return Truth.UNKNOWN if truth is Truth.FALSE and rule.lenient else truth


def is_doubtful(rule: Rule, facts: Facts) -> bool:
    """Say whether a rule is open only because a failed condition knows exceptions.

    >>> is_doubtful(Condition("age", "gte", 40, lenient=True), {"age": 20})
    True
    """
    if judge(rule, facts) is not Truth.UNKNOWN:
        return False
    return _judge_strictly(rule, facts) is Truth.FALSE


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Yield every single condition of a rule, in the order it is written."""
    if isinstance(rule, Condition):
        yield rule
        return
    for part in rule.parts:
        yield from conditions_of(part)


def undecided(rule: Rule, facts: Facts) -> tuple[Condition, ...]:
    """Return the conditions whose answer could still change what `judge` says, in written order.

    Branches that are already settled ask for nothing: one true part settles an `any`, one false part an `all`.
    """
    if judge(rule, facts) is not Truth.UNKNOWN:
        return ()
    if isinstance(rule, Condition):
        return (rule,) if _compare(rule, facts.get(rule.fact)) is Truth.UNKNOWN else ()
    found: list[Condition] = []
    for part in rule.parts:
        found.extend(undecided(part, facts))
    return tuple(found)


def failing(rule: Rule, facts: Facts, *, lenient_too: bool = False) -> tuple[Condition, ...]:
    """Return the conditions that fail; the lenient ones only when asked for."""
    strict = judge(rule, facts)
    if strict is Truth.FALSE or (lenient_too and _judge_strictly(rule, facts) is Truth.FALSE):
        return tuple(
            part
            for part in conditions_of(rule)
            if _compare(part, facts.get(part.fact)) is Truth.FALSE and (lenient_too or not part.lenient)
        )
    return ()


def _judge_strictly(rule: Rule, facts: Facts) -> Truth:
    if isinstance(rule, Condition):
        return _compare(rule, facts.get(rule.fact))
    return _join(rule.kind, [_judge_strictly(part, facts) for part in rule.parts])


def _join(kind: str, truths: list[Truth]) -> Truth:
    decisive, neutral = (Truth.FALSE, Truth.TRUE) if kind == "all" else (Truth.TRUE, Truth.FALSE)
    if decisive in truths:
        return decisive
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else neutral


def _compare(condition: Condition, value: Value | None) -> Truth:
    if value is None:
        return Truth.UNKNOWN
    if isinstance(value, AtLeast):
        return _compare_part(condition, value.members)
    if isinstance(value, OneOf):
        answers = {_holds(condition, one) for one in value.values}
        return Truth.UNKNOWN if len(answers) > 1 else _truth(answers.pop())
    return _truth(_holds(condition, value))


def _compare_part(condition: Condition, members: frozenset[str]) -> Truth:
    wanted = set(condition.value) if isinstance(condition.value, tuple) else {condition.value}
    if not wanted & members:
        return Truth.UNKNOWN
    return _truth(condition.op in {"has", "has_any"})


def _truth(answer: bool) -> Truth:
    return Truth.TRUE if answer else Truth.FALSE


def _holds(condition: Condition, value: int | str | frozenset[str]) -> bool:
    wanted = condition.value
    match condition.op:
        case "eq":
            return value == wanted
        case "ne":
            return value != wanted
        case "in":
            return value in wanted  # type: ignore[operator]
        case "not_in":
            return value not in wanted  # type: ignore[operator]
        case "gte":
            return value >= wanted  # type: ignore[operator]
        case "lte":
            return value <= wanted  # type: ignore[operator]
        case "between":
            return wanted[0] <= value <= wanted[1]  # type: ignore[index,operator]
        case "has":
            return wanted in value  # type: ignore[operator]
        case "has_any":
            return bool(set(wanted) & value)  # type: ignore[arg-type,operator]
        case "not_has":
            return wanted not in value  # type: ignore[operator]
    raise ValueError(f"Unknown comparison {condition.op!r} on fact {condition.fact!r}.")
