"""Reasons a client can read: own words, right particles, no circle of talk."""

import pytest

from api.planning.conditions import Condition
from api.planning.reasons import explain_order, quoted, requirement, why_not
from tests.planning.makers import CATALOGUE, make_intake, plan_for


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ("애 맡길 데가 없어서", "‘애 맡길 데가 없어서’"),
        ("  빚이   많아요. ", "‘빚이 많아요’"),
        ("", ""),
        ("   ", ""),
        ("애 둘 키우느라 9년 쉬었는데 다시 일하고 싶어요", "‘애 둘 키우느라 9년 쉬었는데’"),
        ("가" * 50, "‘" + "가" * 20 + "’"),
        ("‘제 말’이에요", "‘제 말이에요’"),
    ],
)
def test_own_words_are_quoted_short_and_cut_between_words(evidence, expected):
    assert quoted(evidence) == expected


def test_a_step_is_explained_in_the_clients_own_words():
    plan = plan_for({"id": "childcare", "evidence": "애 맡길 데"}, facts={"youngest_child_age": 3})
    step = plan.step_of("childcare_placement")
    assert step is not None
    assert step.why == "‘애 맡길 데’라고 하셔서 넣었어요."


def test_a_need_that_was_only_guessed_says_so():
    plan = plan_for({"id": "debt", "state": "inferred"})
    step = plan.step_of("debt_adjustment")
    assert step is not None
    assert step.why == "부채·신용 쪽 도움도 필요해 보여서 넣었어요. 아니면 빼도 돼요."


def test_a_required_step_names_what_requires_it():
    step = plan_for("job_matching").step_of("jobseeker_registration")
    assert step is not None
    assert step.why == "‘일자리 알선’ 단계를 시작하려면 먼저 있어야 해요."


def test_the_order_is_explained_by_the_result_that_is_handed_on():
    plan = plan_for("career_direction", "application_documents")
    step = plan.step_of("resume_clinic")
    assert step is not None
    assert explain_order(plan, step) == "‘심층 진로·취업 상담’ 단계 다음이에요. 앞에서 얻은 직업 목표를 여기서 써요."


def test_the_first_step_waits_for_nothing():
    plan = plan_for("debt")
    assert explain_order(plan, plan.steps[0]) == "먼저 할 것이 없어서 바로 시작해요."


def test_a_finished_step_is_said_to_be_finished():
    plan = plan_for("debt", outcomes={"money_first_talk": "overdue"})
    step = plan.step_of("money_first_talk")
    assert step is not None
    assert explain_order(plan, step) == "이미 마친 단계예요."


@pytest.mark.parametrize(
    ("service", "needs", "changes", "part"),
    [
        ("isolated_youth_support", ["social_isolation"], {"facts": {"age": 45}}, "만 34세 이하"),
        ("counseling_voucher", ["mental_health"], {"risks": ["self_harm"]}, "자살 위기처럼"),
        ("violence_counseling", ["family_conflict"], {}, "지금 상황에는 쓰지 않는"),
        ("career_group_program", ["social_isolation", "career_direction"], {}, "그래도 원하시면"),
        (
            "job_referral",
            ["physical_health", "job_matching"],
            {"outcomes": {"health_link": "rest_first"}},
            "지금은 치료가 먼저",
        ),
        ("debt_adjustment", ["job_matching"], {}, "바로 이어지지 않아서"),
        ("single_household_program", ["social_isolation"], {"facts": {"age": 30}}, "단계를 늘리지 않았어요"),
        ("job_referral", ["job_matching"], {}, "이미 계획에 있어요"),
    ],
)
def test_why_a_service_is_not_there_has_an_honest_answer(service, needs, changes, part):
    actual = why_not(service, make_intake(*needs, **changes), CATALOGUE)
    assert part in actual
    assert actual.endswith("요.")


def test_every_service_has_an_answer_to_why_not():
    intake = make_intake("debt", "childcare", facts={"age": 30, "employment_status": "employed"})
    for service in CATALOGUE.services:
        assert why_not(service, intake, CATALOGUE).endswith("요.")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("age", "gte", 40), "만 40세 이상"),
        (Condition("age", "between", (15, 69)), "만 15~69세"),
        (Condition("last_job_end", "lte", 12), "마지막 일을 그만둔 지 12개월 이하"),
        (Condition("youngest_child_age", "between", (0, 6)), "막내 나이 0~6살"),
        (Condition("income_band", "in", ("none", "low")), "가구 소득: 거의 없음·기준중위소득 60% 안팎까지"),
        (Condition("employment_status", "ne", "employed"), "현재 일 상태: 재직 중 아님"),
    ],
)
def test_a_condition_is_told_in_korean(condition, expected):
    assert requirement(condition, CATALOGUE) == expected
