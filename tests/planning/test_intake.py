"""An intake in its public form: what fits is kept, what does not is refused with the field's name."""

import pytest

from api.planning.intake import Intake, IntakeError
from tests.planning.makers import CATALOGUE


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "intake"),
        ("debt", "intake"),
        (None, "intake"),
        ({}, "needs"),
        ({"needs": "debt"}, "needs"),
        ({"needs": ["no_such_need"]}, "needs"),
        ({"needs": [7]}, "needs"),
        ({"needs": [{"id": "debt", "state": "perhaps"}]}, "needs"),
        ({"needs": [{"id": "debt", "evidence": 7}]}, "needs"),
        ({"needs": ["debt"], "facts": {"age": "old"}}, "facts.age"),
        ({"needs": ["debt"], "facts": {"age": -4}}, "facts.age"),
        ({"needs": ["debt"], "facts": {"age": True}}, "facts.age"),
        ({"needs": ["debt"], "facts": {"age": 34.5}}, "facts.age"),
        ({"needs": ["debt"], "facts": {"no_such_fact": 1}}, "facts.no_such_fact"),
        ({"needs": ["debt"], "facts": ["age"]}, "facts"),
        ({"needs": ["debt"], "facts": {"availability": "sometimes"}}, "facts.availability"),
        ({"needs": ["debt"], "facts": {"target_groups": "youth"}}, "facts.target_groups"),
        ({"needs": ["debt"], "facts": {"target_groups": ["elf"]}}, "facts.target_groups"),
        ({"needs": ["debt"], "facts": {"region": 7}}, "facts.region"),
        ({"needs": ["debt"], "risks": ["x"]}, "risks"),
        ({"needs": ["debt"], "risks": "self_harm"}, "risks"),
        ({"needs": ["debt"], "outcomes": {"nothing": "x"}}, "outcomes.nothing"),
        ({"needs": ["debt"], "outcomes": {"money_first_talk": "x"}}, "outcomes.money_first_talk"),
        ({"needs": ["debt"], "outcomes": []}, "outcomes"),
        ({"needs": ["debt"], "refused": ["x"]}, "refused"),
        ({"needs": ["debt"], "wishes": []}, "wishes"),
        ({"needs": ["debt"], "questions_asked": -1}, "questions_asked"),
        ({"needs": ["debt"], "goal": 7}, "goal"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line_that_names_the_field(document, field):
    with pytest.raises(IntakeError) as refusal:
        Intake.from_document(document, CATALOGUE)
    assert refusal.value.field == field
    assert str(refusal.value).startswith(f"{field}: ")
    assert "\n" not in str(refusal.value)


def test_a_long_wrong_value_is_not_repeated_in_full():
    with pytest.raises(IntakeError) as refusal:
        Intake.from_document({"needs": ["debt\n" * 500]}, CATALOGUE)
    assert len(str(refusal.value)) < 120


def test_a_null_fact_is_unknown_and_a_told_one_is_not_refused():
    # GIVEN a fact that the client does not know, one refused, and one refused and later told
    given_document = {
        "needs": ["debt"],
        "facts": {"age": None, "region": "서울 노원구"},
        "refused": ["region", "household"],
    }
    # WHEN it is read
    actual = Intake.from_document(given_document, CATALOGUE)
    # THEN the three are told apart
    assert actual.unknown == {"age"}
    assert actual.refused == {"household"}
    assert dict(actual.facts) == {"region": "서울 노원구"}


def test_an_age_may_be_a_decade_and_no_other_number_may():
    assert Intake.from_document({"needs": [], "facts": {"age": "40s"}}, CATALOGUE).facts["age"] == "40s"
    with pytest.raises(IntakeError, match="whole number"):
        Intake.from_document({"needs": [], "facts": {"last_job_end": "10s"}}, CATALOGUE)


def test_a_step_id_and_a_service_id_name_the_same_result():
    step = CATALOGUE.step_ids["money_first_talk"]
    actual = Intake.from_document({"needs": ["debt"], "outcomes": {step: "overdue"}}, CATALOGUE)
    assert dict(actual.outcomes) == {"money_first_talk": "overdue"}
    with pytest.raises(IntakeError, match="two different results"):
        Intake.from_document(
            {"needs": ["debt"], "outcomes": {step: "overdue", "money_first_talk": "manageable"}}, CATALOGUE
        )


def test_a_need_told_twice_counts_once_and_keeps_its_words():
    actual = Intake.from_document({"needs": ["debt", {"id": "debt", "evidence": "빚이 많아요"}]}, CATALOGUE)
    assert [(need.id, need.evidence) for need in actual.needs] == [("debt", "빚이 많아요")]


def test_the_goal_may_be_told_as_a_fact():
    assert (
        Intake.from_document({"needs": ["debt"], "facts": {"goal": "빚 없이 살기"}}, CATALOGUE).goal == "빚 없이 살기"
    )
