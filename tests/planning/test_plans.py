"""Plans for people who come to a centre, read as a counselor would read them."""

from dataclasses import replace

import pytest

from api.catalogue.files import adapt
from api.planning.catalogue import Combination, Exclusion, Mode, Outcome, RiskExclusion, StageRule
from api.planning.conditions import Condition
from api.planning.document import plan_sentences
from tests.planning.makers import CATALOGUE, make_catalogue, make_service, plan_for, services_of

CLOSING_OWNER = {"age": 58, "employment_status": "self_employed", "region": "부산 중구", "urgency": "this_month"}
RETURNING_MOTHER = {
    "age": 35,
    "employment_status": "career_break",
    "youngest_child_age": 3,
    "household": "with_children",
    "availability": "part_time",
    "target_groups": ["career_break_woman"],
}


def day_of(plan, service):
    step = plan.step_of(service)
    assert step is not None, services_of(plan)
    return step.earliest_day


def test_a_shop_owner_in_debt_gets_debts_listed_before_they_are_adjusted():
    # GIVEN a shop owner of 58 who closes, owes, and looks for the next job
    plan = plan_for("debt", "business_closure", "job_matching", facts=CLOSING_OWNER)
    # WHEN the plan is read / THEN debts are seen first, the closing starts at once, and a job is looked for beside
    actual = services_of(plan)
    assert actual.index("money_first_talk") < actual.index("debt_adjustment")
    assert day_of(plan, "closure_support") == 0
    assert "job_referral" in actual
    assert len(actual) <= 8
    assert plan.burden.visits < plan.one_stop.visits


def test_a_returning_mother_gets_care_before_training():
    plan = plan_for("return_to_work", "childcare", "application_documents", facts=RETURNING_MOTHER)
    actual = services_of(plan)
    assert day_of(plan, "childcare_placement") == 0
    assert day_of(plan, "care_planning") < day_of(plan, "saeil_training")
    assert "resume_clinic" in actual
    assert len(actual) <= 7


def test_a_fixed_timetable_waits_for_the_first_care_that_is_secured_and_not_for_all():
    # GIVEN two care services, one of which takes sixty days
    plan = plan_for("childcare", "job_matching", "vocational_training", facts={**RETURNING_MOTHER, "target_groups": []})
    # WHEN training is planned / THEN it does not wait the sixty days of the waiting list
    assert day_of(plan, "learning_card") < 60


def test_someone_who_hardly_leaves_the_house_is_met_by_phone_and_without_a_group():
    plan = plan_for("social_isolation", "career_direction", facts={"age": 27, "employment_status": "neet"})
    assert {step.mode for step in plan.steps} == {"phone"}
    assert "career_group_program" not in services_of(plan)
    assert "isolated_youth_support" in services_of(plan)


def test_unpaid_wages_and_benefit_start_at_once_when_time_is_short():
    facts = {
        "employment_status": "seeking",
        "last_job_end": 1,
        "insured_months": 30,
        "job_loss_reason": "contract_end",
        "urgency": "this_week",
    }
    plan = plan_for("labor_rights", "unemployment_benefit", facts=facts)
    assert day_of(plan, "labor_rights_complaint") == 0
    assert day_of(plan, "unemployment_benefit_claim") <= 1
    assert services_of(plan).index("jobseeker_registration") < services_of(plan).index("unemployment_benefit_claim")


def test_a_fresh_dismissal_is_contested_where_it_can_be():
    plan = plan_for("labor_rights", facts={"job_loss_reason": "involuntary", "last_job_end": 1})
    assert "unfair_dismissal_relief" in services_of(plan)


def test_a_migrant_is_not_referred_before_the_status_is_checked():
    plan = plan_for("legal_status", "job_matching", facts={"age": 33, "target_groups": ["migrant"]})
    check = plan.step_of("immigration_status")
    assert check is not None
    assert day_of(plan, "job_referral") >= check.earliest_day + check.days


def test_nobody_is_sent_to_an_office_for_a_group_they_did_not_name():
    # GIVEN someone whose status blocks work, and nothing known of the kind of status
    plan = plan_for("legal_status")
    # WHEN the plan is made / THEN a first talk stands there, and the group is an open question
    assert "status_first_talk" in services_of(plan)
    assert not {"immigration_status", "rehabilitation_welfare"} & set(services_of(plan))
    assert "target_groups" in plan.open_questions
    assert [one.need for one in plan.partly] == ["legal_status"]


def test_danger_to_oneself_puts_a_person_first_and_the_right_counselling_after():
    plan = plan_for("job_matching", "mental_health", risks=["self_harm"], facts={"age": 27})
    actual = services_of(plan)
    assert actual[0] == "selfharm_crisis"
    assert plan.steps[0].earliest_day == 0
    assert "mental_health_center" in actual
    assert "counseling_voucher" not in actual
    assert actual.index("mental_health_center") < actual.index("job_referral")


def test_violence_rules_out_sitting_together_and_explains_it():
    plan = plan_for("family_conflict", risks=["violence"])
    assert "family_counseling" not in services_of(plan)
    counselling = plan.step_of("violence_counseling")
    assert counselling is not None
    assert "더 위험해질 수 있어서" in counselling.why


def test_someone_who_works_and_has_only_evenings_is_not_sent_to_office_hours():
    plan = plan_for(
        "mental_health",
        "career_transition",
        facts={"age": 31, "employment_status": "employed", "availability": "evening"},
    )
    assert {"worker_eap", "counseling_voucher"} <= set(services_of(plan))
    assert all(step.mode == "online" or CATALOGUE.services[step.service].times for step in plan.steps)


def test_need_of_help_with_devices_keeps_everything_offline():
    plan = plan_for(
        "income_support", "childcare", facts={"digital": "needs_help", "youngest_child_age": 3, "income_band": "low"}
    )
    assert "online" not in {step.mode for step in plan.steps}


def test_money_today_is_asked_of_the_quickest_office():
    plan = plan_for(
        "income_support", facts={"urgency": "today", "income_band": "none", "employment_status": "seeking", "age": 40}
    )
    assert day_of(plan, "emergency_welfare") == 0


def test_a_young_job_seeker_with_little_income_gets_the_allowance_for_job_seekers():
    plan = plan_for(
        "income_support", facts={"urgency": "no_rush", "income_band": "low", "employment_status": "seeking", "age": 25}
    )
    assert "kua_type1" in services_of(plan)


def test_two_allowances_never_run_at_the_same_time():
    plan = plan_for(
        "unemployment_benefit",
        "income_support",
        "vocational_training",
        facts={"income_band": "low", "employment_status": "seeking", "age": 40},
    )
    first, second = plan.step_of("unemployment_benefit_claim"), plan.step_of("kua_type1")
    assert first is not None and second is not None
    assert second.earliest_day >= first.earliest_day + first.days


@pytest.mark.parametrize("urgency", ["today", "this_week"])
def test_in_a_hurry_referral_starts_beside_the_documents(urgency):
    given_hurry = plan_for("job_matching", "application_documents", facts={"urgency": urgency})
    given_time = plan_for("job_matching", "application_documents", facts={"urgency": "no_rush"})
    assert day_of(given_hurry, "job_referral") < day_of(given_time, "job_referral")
    assert services_of(given_hurry).index("resume_clinic") < services_of(given_hurry).index("job_referral")


def test_under_eighteen_the_guardians_consent_is_among_the_papers():
    assert "guardian_consent" in plan_for("job_matching", facts={"age": 16}).steps[0].documents
    assert "guardian_consent" not in plan_for("job_matching", facts={"age": 30}).steps[0].documents


def test_papers_an_office_can_check_itself_are_marked():
    step = plan_for("debt").step_of("debt_adjustment")
    assert step is not None
    assert step.documents == ("id_card", "debt_list")
    assert step.documents_to_check == ("id_card",)


def test_own_visits_a_few_days_apart_share_a_trip():
    plan = plan_for("career_direction", "family_care", facts={"age": 23, "care_duty": "patient", "mobility": "ok"})
    trip = next(visit for visit in plan.visits if visit.mode == "visit" and visit.day > 0)
    assert len(trip.steps) == 2


# ---- recorded results ------------------------------------------------------------------------------------------


def test_a_result_adds_what_it_calls_for_and_keeps_the_finished_step():
    plan = plan_for("job_matching", outcomes={"job_referral": "hired"})
    done = plan.step_of("job_referral")
    assert done is not None and done.status == "done" and done.visit is None
    assert {"onboarding_support", "retention_followup"} <= set(services_of(plan))
    assert "jobseeker_registration" not in services_of(plan)


def test_a_result_takes_out_what_it_pauses_and_says_so():
    plan = plan_for("physical_health", "job_matching", outcomes={"health_link": "rest_first"})
    assert "job_referral" not in services_of(plan)
    assert [one.need for one in plan.unmet] == ["job_matching"]
    assert "지금은 치료가 먼저" in plan.unmet[0].reason


def test_a_benefit_that_is_granted_settles_the_income_it_covers():
    plan = plan_for(
        "unemployment_benefit",
        "income_support",
        facts={"income_band": "low"},
        outcomes={"unemployment_benefit_claim": "approved"},
    )
    assert not {"kua_type1", "emergency_welfare"} & set(services_of(plan))
    assert plan.unmet == ()


def test_a_result_that_reveals_violence_raises_the_risk():
    plan = plan_for("family_conflict", outcomes={"family_counseling": "violence_found"})
    planned = [step for step in plan.steps if step.status == "planned"]
    assert planned[0].service == "violence_protection"
    assert "violence_counseling" in services_of(plan)


def test_branches_say_only_what_would_change():
    plan = plan_for("childcare", facts={"youngest_child_age": 3})
    placement = plan.step_of("childcare_placement")
    assert placement is not None
    waiting = next(branch for branch in plan.branches if branch.after == placement.id and branch.when == "waiting")
    assert waiting.adds == ("idolbom_service",)  # 방과후 돌봄 starts at six, so it is not offered for a child of three
    assert all(branch.adds or branch.drops for branch in plan.branches)


# ---- small catalogues ------------------------------------------------------------------------------------------


def test_the_fewest_services_that_answer_all_needs_are_chosen():
    # GIVEN one service for each need, and one that answers both
    both = make_service("both", addresses={"debt": "full", "job": "full"})
    catalogue = make_catalogue(
        make_service("a", addresses={"debt": "full"}), make_service("b", addresses={"job": "full"}), both
    )
    # WHEN both needs are told / THEN the one service stands in the plan
    assert services_of(plan_for("debt", "job", catalogue=catalogue)) == ["both"]


def test_a_partial_answer_is_taken_only_where_no_full_one_is():
    part = make_service("part", addresses={"debt": "partial"})
    full = make_service("full", addresses={"debt": "full"})
    assert services_of(plan_for("debt", catalogue=make_catalogue(part, full))) == ["full"]
    actual = plan_for("debt", catalogue=make_catalogue(part))
    assert services_of(actual) == ["part"]
    assert [one.need for one in actual.partly] == ["debt"]


def test_a_need_nobody_answers_is_unmet_with_a_reason_and_a_way_on():
    actual = plan_for("debt", catalogue=make_catalogue(make_service("b", addresses={"job": "full"})))
    assert services_of(actual) == []
    assert actual.unmet[0].need == "debt"
    assert actual.unmet[0].reason and actual.unmet[0].suggestion


def test_a_closed_service_is_left_out_and_the_condition_is_told():
    service = make_service("b", addresses={"debt": "full"}, eligibility=Condition("age", "gte", 40))
    actual = plan_for("debt", catalogue=make_catalogue(service), facts={"age": 39})
    assert actual.left_out == {"b": "조건이 ‘만 40세 이상’이라서 지금은 넣지 않았어요."}
    assert actual.unmet[0].reason == f"‘b’는 {actual.left_out['b']}"


def test_an_undecided_service_stays_and_is_to_be_checked():
    service = make_service("b", addresses={"debt": "full"}, eligibility=Condition("age", "gte", 40))
    actual = plan_for("debt", catalogue=make_catalogue(service), facts={"age": "30s"} | {})
    assert actual.unmet
    actual = plan_for("debt", catalogue=make_catalogue(service))
    assert actual.steps[0].confirm == ("만 40세 이상 (확인)",)
    assert "확인 필요" in actual.steps[0].why
    assert actual.open_questions == ("age", "urgency")


def test_what_is_required_is_planned_and_stands_before():
    paper = make_service("paper", addresses={}, provides=("form",), days=3)
    claim = make_service("claim", addresses={"debt": "full"}, requires_info=("form",))
    actual = plan_for("debt", catalogue=make_catalogue(claim, paper))
    assert services_of(actual) == ["paper", "claim"]
    assert day_of(actual, "claim") == day_of(actual, "paper") + 3


def test_a_service_whose_requirement_cannot_be_had_is_not_planned():
    paper = make_service("paper", addresses={}, provides=("form",), eligibility=Condition("age", "gte", 90))
    claim = make_service("claim", addresses={"debt": "full"}, requires_info=("form",))
    actual = plan_for("debt", catalogue=make_catalogue(claim, paper), facts={"age": 30})
    assert services_of(actual) == []
    assert [one.need for one in actual.unmet] == ["debt"]


def test_concurrent_services_follow_each_other():
    first = make_service(
        "first", addresses={"debt": "full"}, days=10, excludes=(Exclusion("second", "함께 받을 수 없어요."),)
    )
    second = make_service("second", addresses={"job": "full"}, days=20)
    actual = plan_for("debt", "job", catalogue=make_catalogue(first, second))
    assert day_of(actual, "second") >= day_of(actual, "first") + 10


def test_a_risk_bars_a_service_and_its_stand_in_answers():
    barred = make_service(
        "barred",
        addresses={"debt": "full"},
        excludes_risks=(RiskExclusion("danger", "지금은 위험해요.", ("stand_in",)),),
    )
    stand_in = make_service("stand_in", addresses={"debt": "full"}, only_risks=frozenset({"danger"}), sessions=9)
    safe = make_service("safe", stage="safety", risks=frozenset({"danger"}), addresses={}, modes={"phone": Mode(30, 0)})
    catalogue = make_catalogue(barred, stand_in, safe)
    assert services_of(plan_for("debt", catalogue=catalogue)) == ["barred"]
    assert services_of(plan_for("debt", catalogue=catalogue, risks=["danger"])) == ["safe", "stand_in"]


def test_a_combination_adds_drops_and_orders():
    a, b = make_service("a", addresses={"debt": "full"}), make_service("b", addresses={"job": "full"})
    c = make_service("c", addresses={"job": "full"}, sessions=4)
    d = make_service("d", addresses={}, modes={"visit": Mode(30, 9), "phone": Mode(30, 9)})
    rule = Combination(
        "r",
        "먼저 여쭤봐요.",
        needs=("debt", "job"),
        adds=("d",),
        drops=("b",),
        orders=(("d", "a"),),
        modes=(("d", "phone"),),
    )
    actual = plan_for("debt", "job", catalogue=make_catalogue(a, b, c, d, combinations=(rule,)))
    assert "b" not in services_of(actual)
    assert services_of(actual).index("d") < services_of(actual).index("a")
    added = actual.step_of("d")
    assert added is not None and added.mode == "phone" and added.why == "먼저 여쭤봐요."


def test_a_soft_rule_gives_way_where_it_would_close_a_circle():
    a = make_service("a", addresses={"debt": "full"}, after=("b",))
    b = make_service("b", addresses={"job": "full"})
    soft = StageRule("soft", "before", ("a",), ("b",), False, "보통 먼저예요.")
    assert services_of(plan_for("debt", "job", catalogue=make_catalogue(a, b, rules=(soft,)))) == ["b", "a"]


def test_a_recorded_result_of_a_small_catalogue_changes_the_flow():
    a = make_service(
        "a",
        addresses={"debt": "full"},
        outcomes=(Outcome("more", "더 필요함", adds=("b",)), Outcome("enough", "충분함")),
    )
    b = make_service("b", addresses={"job": "full"})
    catalogue = make_catalogue(a, b)
    assert services_of(plan_for("debt", catalogue=catalogue, outcomes={"a": "more"})) == ["a", "b"]
    assert services_of(plan_for("debt", catalogue=catalogue, outcomes={"a": "enough"})) == ["a"]


# ---- centres ---------------------------------------------------------------------------------------------------


def test_what_a_centre_lacks_is_never_planned():
    assert CATALOGUE.center is not None
    lacking = adapt(CATALOGUE, replace(CATALOGUE.center, lacks=frozenset({"debt_adjustment", "mock_interview"})))
    assert services_of(plan_for("debt", catalogue=lacking)) == [
        "intake_counseling",
        "personal_rehabilitation",
        "outcome_followup",
    ]
    actual = plan_for("interview_preparation", catalogue=lacking)
    assert "mock_interview" not in services_of(actual)


def test_a_centres_own_waiting_time_moves_the_day():
    assert CATALOGUE.center is not None
    slow = adapt(
        CATALOGUE, replace(CATALOGUE.center, waits={"career_counseling": {"visit": 30, "phone": 30, "online": 30}})
    )
    assert day_of(plan_for("career_direction", catalogue=slow), "career_counseling") == 30


def test_no_need_still_gives_the_first_talk_and_aftercare():
    actual = plan_for()
    assert services_of(actual) == ["intake_counseling", "outcome_followup"]
    assert plan_sentences(actual, CATALOGUE)[0] == "먼저 담당자와 이야기를 한 번에 정리해요."
