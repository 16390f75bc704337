"""Plan JSON keeps to the public contract, and the sentences to plain speech."""

import json

from api.planning.document import plan_document, plan_sentences
from tests.planning.makers import CATALOGUE, make_catalogue, make_service, plan_for

PLAN_KEYS = {
    "version",
    "catalog_version",
    "goal",
    "steps",
    "visits",
    "branches",
    "unmet",
    "open_questions",
    "burden",
    "optimal",
}
STEP_KEYS = {
    "id",
    "service",
    "stage",
    "role",
    "addresses",
    "why",
    "depends_on",
    "mode",
    "visit",
    "reuses",
    "provides",
    "documents",
    "earliest_day",
    "minutes",
    "indicators",
    "status",
}


def test_the_document_has_every_member_of_the_contract_and_is_json():
    plan = plan_for("debt", "job_matching", facts={"age": 41}, goal="빚 없이 일하기")
    actual = json.loads(json.dumps(plan_document(plan, CATALOGUE), ensure_ascii=False))
    assert actual.keys() >= PLAN_KEYS
    assert actual["version"] == 1
    assert actual["goal"] == "빚 없이 일하기"
    assert actual["catalog_version"] == CATALOGUE.version
    assert all(step.keys() >= STEP_KEYS for step in actual["steps"])
    assert all({"id", "day", "mode", "steps", "minutes"} <= visit.keys() for visit in actual["visits"])
    assert all({"after", "when", "label", "adds", "drops"} <= branch.keys() for branch in actual["branches"])
    assert {"visits", "minutes", "handoffs", "questions_asked", "one_stop"} <= actual["burden"].keys()
    assert {"visits", "minutes", "repeated_questions"} <= actual["burden"]["one_stop"].keys()


def test_a_plan_that_was_not_proven_best_does_not_claim_it():
    assert plan_document(plan_for("debt"), CATALOGUE)["optimal"] is False


def test_what_was_told_is_reused_and_not_asked_again():
    plan = plan_for("job_matching", "career_direction", facts={"region": "서울 노원구", "availability": "full_time"})
    referral = plan.step_of("job_referral")
    assert referral is not None
    assert {"region", "availability", "career_goal"} <= set(referral.reuses)


def test_savings_are_told_with_their_assumptions():
    actual = plan_document(plan_for("debt", "housing"), CATALOGUE)["burden"]
    assert any("확인 필요" in one for one in actual["assumptions"])


def test_the_burden_of_one_stop_is_counted_as_the_reference_says():
    # GIVEN two services with two visits in all, at two windows
    first = make_service("first", addresses={"debt": "full"}, needs_info=("age",), documents=("id",))
    second = make_service("second", addresses={"job": "full"}, needs_info=("age",), documents=("id",))
    # WHEN they are planned together
    plan = plan_for("debt", "job", catalogue=make_catalogue(first, second))
    # THEN usual: 2 trips of 40+60+20 and twice 25 for form and identity; 6+1 questions each, 7 of them again
    assert (plan.one_stop.visits, plan.one_stop.minutes) == (2, 290)
    assert (plan.one_stop.questions, plan.one_stop.repeated_questions) == (14, 7)
    assert (plan.one_stop.papers, plan.one_stop.repeated_papers, plan.one_stop.handoffs) == (2, 1, 1)
    assert plan.one_stop.days == 4
    # AND the flow: one shared trip, one form
    assert (plan.burden.visits, plan.burden.minutes, plan.burden.papers) == (1, 80 + 80 + 25, 1)


def test_the_plan_is_told_first_then_and_last():
    facts = {"age": 24, "urgency": "no_rush"}
    actual = plan_sentences(
        plan_for("career_direction", "application_documents", "interview_preparation", facts=facts), CATALOGUE
    )
    assert actual == [
        "먼저 상담사와 하고 싶은 일을 정해요.",
        "그다음 이력서와 자기소개서를 고쳐요.",
        "마지막으로 면접을 미리 연습해요.",
        "센터에는 두 번 오시면 돼요.",
    ]


def test_a_short_plan_begins_with_the_first_talk():
    actual = plan_sentences(plan_for("debt"), CATALOGUE)
    assert actual[:2] == ["먼저 담당자와 이야기를 한 번에 정리해요.", "그다음 빚을 나눠 갚는 길을 신청해요."]


def test_many_steps_share_sentences():
    needs = [
        "debt",
        "housing",
        "childcare",
        "career_direction",
        "application_documents",
        "interview_preparation",
        "mental_health",
    ]
    actual = plan_sentences(plan_for(*needs, facts={"youngest_child_age": 3, "mobility": "ok"}), CATALOGUE)
    assert len(actual) <= 6
    assert any("하고," in sentence or "고," in sentence for sentence in actual)


def test_what_stays_unanswered_is_said():
    plan = plan_for("physical_health", "job_matching", outcomes={"health_link": "rest_first"})
    assert plan_sentences(plan, CATALOGUE)[-1] == "일자리 알선은 상담사와 더 찾아봐요."


def test_what_must_be_checked_is_never_told_as_granted():
    actual = plan_sentences(plan_for("income_support", facts={"urgency": "today"}), CATALOGUE)
    assert "그다음 주민센터에 긴급복지를 신청해요(확인 필요)." in actual
    known = plan_sentences(plan_for("income_support", facts={"urgency": "today", "income_band": "none"}), CATALOGUE)
    assert "그다음 주민센터에 긴급복지를 신청해요." in known
