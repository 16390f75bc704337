"""Conditions in three values: told facts decide, untold ones never do."""

import pytest

from api.planning.conditions import AtLeast, Condition, Group, OneOf, Truth, failing, is_doubtful, judge, undecided
from api.planning.intake import infer

FORTIES = OneOf(frozenset(range(40, 50)))
ADULT = Condition("age", "between", (15, 69))
POOR = Condition("income_band", "in", ("none", "low"))


@pytest.mark.parametrize(
    ("op", "value", "told", "expected"),
    [
        ("eq", 3, 3, "true"),
        ("ne", 3, 3, "false"),
        ("in", (1, 2), 2, "true"),
        ("not_in", (1, 2), 2, "false"),
        ("gte", 40, 39, "false"),
        ("lte", 40, 40, "true"),
        ("between", (15, 69), 15, "true"),
        ("between", (15, 69), 70, "false"),
    ],
)
def test_a_told_fact_decides(op, value, told, expected):
    assert judge(Condition("age", op, value), {"age": told}).value == expected


@pytest.mark.parametrize("op", ["eq", "ne", "in", "not_in", "gte", "lte", "between"])
def test_an_untold_fact_decides_nothing(op):
    value = (1, 2) if op in ("in", "not_in", "between") else 1
    assert judge(Condition("age", op, value), {}) is Truth.UNKNOWN


def test_a_decade_decides_only_if_all_its_ages_do():
    assert judge(Condition("age", "gte", 40), {"age": FORTIES}) is Truth.TRUE
    assert judge(Condition("age", "gte", 50), {"age": FORTIES}) is Truth.FALSE
    assert judge(Condition("age", "gte", 45), {"age": FORTIES}) is Truth.UNKNOWN


def test_a_set_that_is_told_lists_all_that_applies():
    given_told, given_part = {"groups": frozenset({"migrant"})}, {"groups": AtLeast(frozenset({"youth"}))}
    assert judge(Condition("groups", "has", "migrant"), given_told) is Truth.TRUE
    assert judge(Condition("groups", "has", "veteran"), given_told) is Truth.FALSE
    assert judge(Condition("groups", "has", "veteran"), given_part) is Truth.UNKNOWN
    assert judge(Condition("groups", "has_any", ("veteran", "youth")), given_part) is Truth.TRUE
    assert judge(Condition("groups", "not_has", "youth"), given_part) is Truth.FALSE


def test_a_failure_with_exceptions_is_doubtful_and_not_false():
    given_rule = Condition("age", "lte", 39, lenient=True)
    assert judge(given_rule, {"age": 50}) is Truth.UNKNOWN
    assert is_doubtful(given_rule, {"age": 50})
    assert not is_doubtful(given_rule, {})
    assert failing(given_rule, {"age": 50}) == ()
    assert failing(given_rule, {"age": 50}, lenient_too=True) == (given_rule,)


def test_groups_follow_kleene():
    both, either = Group("all", (ADULT, POOR)), Group("any", (ADULT, POOR))
    assert judge(both, {"age": 80}) is Truth.FALSE
    assert judge(both, {"age": 30}) is Truth.UNKNOWN
    assert judge(either, {"age": 30}) is Truth.TRUE
    assert judge(either, {"age": 80}) is Truth.UNKNOWN
    assert judge(either, {"age": 80, "income_band": "high"}) is Truth.FALSE


def test_only_what_could_still_decide_is_undecided():
    rule = Group("all", (ADULT, Group("any", (POOR, Condition("age", "lte", 34)))))
    assert [one.fact for one in undecided(rule, {"age": 50})] == ["income_band"]
    assert undecided(rule, {"age": 30}) == ()
    assert [one.fact for one in undecided(rule, {})] == ["age", "income_band", "age"]


def test_one_fact_says_only_what_follows_with_certainty():
    assert infer({"age": 30})["target_groups"] == AtLeast(frozenset({"youth"}))
    assert infer({"age": 36}).get("target_groups") is None
    assert infer({"age": "60s"}).get("target_groups") is None
    assert infer({"household": "single_parent"})["target_groups"] == AtLeast(frozenset({"single_parent"}))
    assert infer({"target_groups": ["disability"]})["disability"] == OneOf(frozenset({"mild", "severe"}))
    assert infer({"target_groups": ["disability"], "disability": "mild"})["disability"] == "mild"
    assert "income_band" not in infer({"income_band": None})
