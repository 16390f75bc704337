"""What must hold of any plan, whoever comes."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.planning.conditions import Truth, judge
from api.planning.document import plan_document, plan_sentences
from api.planning.intake import Intake, IntakeError
from api.planning.plan import make_plan
from api.planning.questions import questions_to_ask
from api.planning.situation import Situation
from tests.planning.makers import CATALOGUE, HARMLESS_FACTS, TODAY, documents

often = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
seldom = settings(often, max_examples=40)


def make(document: dict[str, Any]) -> dict[str, Any]:
    plan = make_plan(Intake.from_document(document, CATALOGUE), CATALOGUE, today=TODAY)
    return plan_document(plan, CATALOGUE)


@often
@given(documents())
def test_each_need_is_answered_by_a_step_or_listed_as_unmet_and_never_both(given_document):
    # GIVEN any intake / WHEN its plan is made
    actual = make(given_document)
    # THEN no need is lost, and none is told twice
    answered = {need for step in actual["steps"] for need in step["addresses"]}
    unmet = {one["need"] for one in actual["unmet"]}
    assert answered | unmet == set(given_document["needs"])
    assert not answered & unmet
    assert all(one["reason"].endswith("요.") and one["suggestion"].endswith("요.") for one in actual["unmet"])


@often
@given(documents())
def test_no_step_stands_before_one_it_waits_for(given_document):
    # GIVEN any intake / WHEN its plan is made
    steps = make(given_document)["steps"]
    # THEN every step it waits for stands earlier and on no later day
    place = {step["id"]: index for index, step in enumerate(steps)}
    day = {step["id"]: step["earliest_day"] for step in steps}
    for step in steps:
        for earlier in step["depends_on"]:
            assert place[earlier] < place[step["id"]]
            assert day[earlier] <= step["earliest_day"]


@often
@given(documents())
def test_each_step_has_a_role_a_reason_an_indicator_and_a_visit_that_exists(given_document):
    # GIVEN any intake / WHEN its plan is made
    actual = make(given_document)
    # THEN every step is complete, no service comes twice, and visits and steps agree
    assert len({step["service"] for step in actual["steps"]}) == len(actual["steps"])
    visits = {visit["id"]: visit for visit in actual["visits"]}
    for step in actual["steps"]:
        assert step["role"] in CATALOGUE.roles
        assert step["why"].endswith("요.")
        assert step["indicators"]
        if step["status"] == "planned":
            visit = visits[step["visit"]]
            assert step["id"] in visit["steps"]
            assert (visit["day"], visit["mode"]) == (step["earliest_day"], step["mode"])
        else:
            assert step["visit"] is None


@often
@given(documents())
def test_danger_is_seen_by_a_person_today_and_before_all_else(given_document):
    # GIVEN any intake / WHEN its plan is made
    actual = make(given_document)
    # THEN a standing risk puts its safety service first among what is still to do, on day 0
    planned = [step for step in actual["steps"] if step["status"] == "planned"]
    for risk in given_document["risks"]:
        helping = [step for step in actual["steps"] if risk in CATALOGUE.services[step["service"]].risks]
        assert helping
        if any(step["status"] == "planned" for step in helping):
            assert planned[0]["stage"] == "safety"
            assert planned[0]["earliest_day"] == 0


@often
@given(documents())
def test_nothing_closed_to_the_client_or_barred_by_a_risk_is_planned(given_document):
    # GIVEN any intake / WHEN its plan is made
    intake = Intake.from_document(given_document, CATALOGUE)
    situation = Situation(intake, CATALOGUE)
    actual = make(given_document)
    # THEN each planned service may be open to this client, and a risk forbids none of them
    for step in actual["steps"]:
        service = CATALOGUE.services[step["service"]]
        if step["status"] == "planned":
            assert judge(service.eligibility, situation.facts) is not Truth.FALSE
            assert situation.is_offered(service)


@often
@given(documents())
def test_what_a_step_requires_is_held_or_provided_before(given_document):
    # GIVEN any intake / WHEN its plan is made
    intake = Intake.from_document(given_document, CATALOGUE)
    held = set(Situation(intake, CATALOGUE).held)
    # THEN walking through the steps, nothing is required that nobody has provided yet
    for step in make(given_document)["steps"]:
        service = CATALOGUE.services[step["service"]]
        if step["status"] == "planned":
            assert set(service.requires_info) <= held | set(CATALOGUE.facts), (step["service"], held)
        held |= set(service.provides)


@often
@given(documents())
def test_a_fired_combination_adds_its_services_unless_they_are_closed(given_document):
    # GIVEN any intake / WHEN its plan is made
    situation = Situation(Intake.from_document(given_document, CATALOGUE), CATALOGUE)
    actual = {step["service"] for step in make(given_document)["steps"]}
    # THEN every rule whose parts are all true has its services in the plan
    for rule in situation.fired:
        for added in rule.adds:
            closed = not situation.may_hold(CATALOGUE.services[added])
            assert added in actual or closed or added in situation.called_off, (rule.id, added)


@seldom
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_in_which_the_client_speaks_changes_nothing(given_document, rnd):
    # GIVEN the same intake told in another order
    needs, facts, outcomes = (
        list(given_document["needs"]),
        list(given_document["facts"].items()),
        list(given_document["outcomes"].items()),
    )
    for told in (needs, facts, outcomes):
        rnd.shuffle(told)
    given_shuffled = {**given_document, "needs": needs, "facts": dict(facts), "outcomes": dict(outcomes)}
    # WHEN both plans are made / THEN they are the same
    assert make(given_document) == make(given_shuffled)


@seldom
@given(documents())
def test_asking_twice_gives_the_same_plan(given_document):
    assert make(given_document) == make(given_document)


@seldom
@given(documents())
def test_harmless_facts_change_nothing(given_document):
    # GIVEN an intake with and without a way to reach the client
    given_more = {**given_document, "facts": {**given_document["facts"], **HARMLESS_FACTS}}
    # WHEN both plans are made / THEN they are the same
    assert make(given_more) == make(given_document)


@seldom
@given(documents())
def test_a_declined_need_asks_for_nothing(given_document):
    # GIVEN an intake and the same with one more need that the client declined
    spare = next(need for need in sorted(CATALOGUE.needs) if need not in given_document["needs"])
    given_declined = {**given_document, "needs": [*given_document["needs"], {"id": spare, "state": "declined"}]}
    # WHEN both plans are made / THEN they are the same
    assert make(given_declined) == make(given_document)


@seldom
@given(documents())
def test_sentences_are_few_and_plain(given_document):
    # GIVEN any intake / WHEN its plan is told
    plan = make_plan(Intake.from_document(given_document, CATALOGUE), CATALOGUE, today=TODAY)
    actual = plan_sentences(plan, CATALOGUE)
    # THEN it is at most seven short 해요체 sentences
    assert 1 <= len(actual) <= 7
    assert all(sentence.endswith(("요.", "요(확인 필요).")) and len(sentence) <= 90 for sentence in actual)


@seldom
@given(documents(), st.integers(min_value=0, max_value=14))
def test_questions_never_ask_what_is_known_and_stay_few(given_document, given_asked):
    # GIVEN any intake in the middle of a conversation
    intake = Intake.from_document({**given_document, "questions_asked": given_asked, "unknown": ["region"]}, CATALOGUE)
    # WHEN the open questions are listed
    actual = [question.fact for question in questions_to_ask(intake, CATALOGUE)]
    # THEN none is answered or unknown, none comes twice, and about ten are asked in all
    assert not set(actual) & (set(given_document["facts"]) | {"region", "consent", "sensitive_consent"})
    assert len(set(actual)) == len(actual)
    assert given_asked + len(actual) <= max(10, given_asked + 3)


@seldom
@given(documents())
def test_one_stop_never_counts_less_than_the_flow(given_document):
    # GIVEN any intake / WHEN its plan is made
    burden = make(given_document)["burden"]
    # THEN the same services one window after another cost at least as many trips, papers and hand-offs
    assert burden["visits"] <= burden["one_stop"]["visits"]
    assert burden["papers"] <= burden["one_stop"]["papers"]
    assert burden["handoffs"] <= burden["one_stop"]["handoffs"]
    assert burden["minutes"] <= burden["one_stop"]["minutes"]


any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["debt", "age", "40s"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "age", "debt", "state"]) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(["needs", "risks", "facts", "outcomes", "refused", "unknown", "goal", "questions_asked"])


@often
@given(st.dictionaries(FIELDS, any_json) | any_json)
def test_whatever_comes_in_is_read_or_refused_and_never_breaks(given_document):
    # GIVEN anything that JSON can say / WHEN it is read as an intake
    try:
        intake = Intake.from_document(given_document, CATALOGUE)
    except IntakeError as refusal:
        # THEN it is refused in one line
        assert "\n" not in str(refusal)
        return
    # OR a plan can be made of it
    assert make_plan(intake, CATALOGUE, today=TODAY).steps
