"""Which question comes next: what can still change the plan, cheap before dear, contact and confidence last."""

import pytest

from api.planning.questions import questions_to_ask
from tests.planning.makers import CATALOGUE, make_intake


def asked(*needs, **changes):
    return [question.fact for question in questions_to_ask(make_intake(*needs, **changes), CATALOGUE)]


@pytest.mark.parametrize(
    ("needs", "facts", "wanted"),
    [
        (
            ["unemployment_benefit", "job_search_strategy", "vocational_training"],
            {"employment_status": "seeking", "last_job_end": 1, "job_loss_reason": "involuntary"},
            ["age", "region", "insured_months", "contact_channel"],
        ),
        (
            ["business_closure", "debt", "job_matching"],
            {"age": 52, "employment_status": "self_employed"},
            ["region", "income_band", "availability", "desired_job", "contact_channel"],
        ),
        (
            ["mental_health", "career_transition"],
            {"employment_status": "employed"},
            ["age", "region", "desired_job", "contact_channel"],
        ),
        (
            ["job_matching", "flexible_work", "workplace_accommodation", "transportation"],
            {
                "age": 41,
                "employment_status": "seeking",
                "target_groups": ["disability"],
                "availability": "part_time",
                "mobility": "limited",
            },
            ["region", "disability", "desired_job", "contact_channel"],
        ),
        (
            ["entrepreneurship"],
            {"employment_status": "employed", "desired_job": "카페"},
            ["age", "region", "goal", "contact_channel"],
        ),
        (
            ["childcare", "return_to_work"],
            {},
            ["youngest_child_age", "employment_status", "availability", "region", "age"],
        ),
        (["legal_status"], {}, ["target_groups"]),
        (["family_care"], {}, ["care_duty"]),
        (["income_support"], {}, ["urgency", "income_band", "region"]),
    ],
)
def test_facts_that_a_sound_plan_rests_on_are_asked(needs, facts, wanted):
    assert set(wanted) <= set(asked(*needs, facts=facts))


def test_money_trouble_asks_first_how_soon():
    assert asked("income_support", "debt")[0] == "urgency"


def test_a_child_to_care_for_asks_early_how_old():
    assert "youngest_child_age" in asked("childcare", "job_matching")[:3]


@pytest.mark.parametrize("given_field", ["refused", "unknown"])
def test_what_was_refused_or_not_known_is_not_asked_again(given_field):
    assert "region" not in asked("job_matching", **{given_field: ["region"]})
    assert "contact_channel" not in asked("job_matching", **{given_field: ["contact_channel"]})


def test_one_answer_spares_another():
    assert not {"last_job_end", "job_loss_reason"} & set(
        asked("mental_health", "job_retention", facts={"employment_status": "employed"})
    )
    assert "youngest_child_age" not in asked(
        "job_matching", "family_care", facts={"household": "single", "care_duty": "elder"}
    )
    assert "care_duty" not in asked("childcare")
    assert "disability" not in asked("workplace_accommodation", facts={"target_groups": []})
    assert "income_band" not in asked("housing", "income_support", facts={"welfare_status": "basic_livelihood"})


def test_unpleasant_facts_are_asked_only_when_something_hinges_on_them():
    assert "disability" not in asked("job_matching")
    assert "disability" in asked("workplace_accommodation")
    assert "target_groups" not in asked("application_documents")
    assert "welfare_status" not in asked("interview_preparation")


def test_contact_comes_after_the_plan_and_confidence_last():
    actual = asked("job_matching")
    assert actual[-2:] == ["contact_channel", "confidence"]
    assert asked("job_matching", facts={"contact_channel": "phone"})[-3:] == ["contact", "preferred_time", "confidence"]
    assert asked("job_matching", facts={"contact_channel": "kakao"})[-2:] == ["contact", "confidence"]
    assert asked("job_matching", facts={"contact_channel": "telegram"})[-1:] == ["confidence"]


def test_the_whole_conversation_stays_at_about_ten_questions():
    assert len(asked(*sorted(CATALOGUE.needs)[:8])) == 10
    assert len(asked("job_matching", questions_asked=6)) == 4
    assert asked("job_matching", questions_asked=10) == ["contact_channel"]


def test_in_danger_little_is_asked_and_never_how_confident_one_feels():
    actual = asked("job_matching", risks=["self_harm"])
    assert len(actual) <= 4
    assert "confidence" not in actual


def test_without_a_need_there_is_nothing_to_ask():
    assert asked() == []


def test_each_question_says_why_in_plain_words():
    for need in CATALOGUE.needs:
        for question in questions_to_ask(make_intake(need), CATALOGUE):
            assert question.why.endswith("요.")
            assert len(question.why) <= 25


def test_facts_that_a_counselor_must_not_ask_for_are_never_questions():
    for need in CATALOGUE.needs:
        assert not {"consent", "sensitive_consent"} & set(asked(need))
