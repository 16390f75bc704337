"""What counselors do: the order of the queue, taking over, correcting, planning again, writing to the client."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.errors import BadValue, Conflict, HouseError, NotAllowed, NotFound
from api.intakes import counseling, records
from api.intakes.facts import told_value
from api.models import Alert, Event, Intake, IntakeFact, User
from api.outgoing.usecases import send_message
from api.plans import usecases as plans
from api.scope import Caller, Scope
from api.vault import VaultError
from tests.api.house import SENSITIVE_YES, House, consents, make_intake, new_conversation, said, told

OURS = Scope("demo")
TODAY = date(2026, 11, 24)
DANGER = [{"id": "self_harm", "evidence": "", "message_id": "m"}]


def caller(house: House, login: str) -> Caller:
    with house.database.reading() as db:
        user = db.scalars(select(User).where(User.login == login)).one()
        return Caller("user", user.id, user.role, Scope(user.center_id), name=user.name)


def do(house: House, work: Callable[[Session], object]) -> object:
    with house.database.writing() as db:
        return work(db)


def given_intake(house: House, **changes: object) -> str:
    return house.put_intake(new_conversation(), make_intake(**changes)).json()["intake_id"]


def waiting_among(house: House, ids: list[str], scope: Scope = OURS) -> list[str]:
    with house.database.reading() as db:
        return [row.id for row in records.waiting(db, scope, limit=1000) if row.id in ids]


def test_the_queue_goes_by_danger_then_urgency_then_waiting_time(house: House):
    # GIVEN intakes that came in this order, the first of them easiest to place in a job
    urgency = {"no_rush": told("no_rush"), "today": told("today"), "this_week": told("this_week")}
    calm_old = given_intake(house, facts={"urgency": urgency["no_rush"], "confidence": told(10)})
    silent = given_intake(house, facts={})
    week = given_intake(house, facts={"urgency": urgency["this_week"]})
    today_old = given_intake(house, facts={"urgency": urgency["today"], "confidence": told(0)})
    today_new = given_intake(house, facts={"urgency": urgency["today"], "confidence": told(10)})
    scam = given_intake(house, risks=[{"id": "job_scam", "evidence": "", "message_id": "m"}])
    life = given_intake(house, risks=DANGER, status="in_progress", facts={"urgency": urgency["no_rush"]})
    talking = given_intake(house, status="in_progress")
    everyone = [calm_old, silent, week, today_old, today_new, scam, life, talking]
    # WHEN a counselor looks at who waits
    actual_order = waiting_among(house, everyone)
    # THEN danger to life stands first although that client still talks, then the scam, then the urgent by waiting time;
    # confidence, and whoever has not handed in anything, play no part
    assert actual_order == [life, scam, today_old, today_new, week, calm_old, silent]
    # AND another centre's counselors see none of them
    assert waiting_among(house, everyone, Scope("elsewhere")) == []


def test_an_alert_moves_its_intake_to_the_front_until_someone_answers_it(house: House):
    # GIVEN two waiting intakes, and an alert about the later one without a risk in its body
    first = given_intake(house)
    conversation = new_conversation()
    second = house.put_intake(conversation, make_intake()).json()["intake_id"]
    alert = {
        "id": f"alert-{conversation}", "conversation_id": conversation, "risks": ["violence"], "channel": "web",
        "center": "demo", "at": "2026-11-24T13:05:00+09:00",
    }  # fmt: skip
    for _ in range(2):
        assert house.http.post("/api/v1/alerts", json=alert, headers=house.as_service()).json() == {"id": alert["id"]}
    assert waiting_among(house, [first, second]) == [second, first]
    # WHEN a counselor of another centre tries to answer it, and then one of ours
    with pytest.raises(NotFound):
        do(house, lambda db: counseling.acknowledge_alert(db, caller(house, "stranger"), alert["id"]))
    do(house, lambda db: counseling.acknowledge_alert(db, caller(house, "counselor"), alert["id"]))
    # THEN it is answered by that person, and the intake stands at its own place again
    with house.database.reading() as db:
        assert db.get(Alert, alert["id"]).acknowledged_by_id == caller(house, "counselor").id
    assert waiting_among(house, [first, second]) == [first, second]


def test_an_alert_of_an_unknown_centre_and_conversation_is_not_lost(house: House):
    # GIVEN an alert from before consent whose centre the record does not know
    alert_id = f"alert-{new_conversation()}"
    alert = {"id": alert_id, "conversation_id": new_conversation(), "risks": ["self_harm"], "channel": "web",
             "center": "nowhere", "at": "2026-11-24T13:05:00+09:00"}  # fmt: skip
    # WHEN it is posted
    assert house.http.post("/api/v1/alerts", json=alert, headers=house.as_service()).status_code == 200
    # THEN the house's own centre sees it
    with house.database.reading() as db:
        assert db.get(Alert, alert_id).center_id == "demo"


def test_only_one_of_two_counselors_takes_an_intake_over(house: House):
    # GIVEN a waiting intake and two counselors who press at the same moment
    intake = given_intake(house)
    people = [caller(house, "counselor"), caller(house, "colleague")]

    def take(who: Caller) -> str:
        try:
            return do(house, lambda db: counseling.take_intake(db, who, intake).taken_by_id)
        except counseling.AlreadyTaken as refused:
            return f"{refused.status_code}"

    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(take, people))
    # THEN one has it and the other hears 409
    assert outcomes.count("409") == 1 and len(set(outcomes) & {p.id for p in people}) == 1
    assert waiting_among(house, [intake]) == []
    # AND only the one who has it, or a manager, gives it back; it has kept its place
    winner = next(p for p in people if p.id in outcomes)
    loser = next(p for p in people if p is not winner)
    with pytest.raises(NotAllowed):
        do(house, lambda db: counseling.release(db, loser, intake))
    do(house, lambda db: counseling.release(db, caller(house, "manager"), intake))
    assert waiting_among(house, [intake]) == [intake]
    # AND each of it stands in the log
    with house.database.reading() as db:
        actions = list(db.scalars(select(Event.action).where(Event.object_id == intake).order_by(Event.seq)))
        assert [a for a in actions if a in ("intake.taken", "intake.released")] == ["intake.taken", "intake.released"]


def test_another_centres_counselor_can_do_nothing_with_an_intake(house: House):
    # GIVEN an intake of our centre and a counselor of another one
    intake, stranger = given_intake(house), caller(house, "stranger")
    deeds: list[Callable[[Session], object]] = [
        lambda db: counseling.take_intake(db, stranger, intake),
        lambda db: counseling.release(db, stranger, intake),
        lambda db: counseling.close_intake(db, stranger, intake),
        lambda db: counseling.correct_need(db, stranger, intake, "debt", "confirmed"),
        lambda db: counseling.correct_fact(db, stranger, intake, "age", state="unknown"),
        lambda db: counseling.lift_risk(db, stranger, intake, "self_harm"),
        lambda db: plans.replan(db, stranger, intake, today=TODAY),
        lambda db: plans.record_step(db, stranger, intake, "s1", status="done"),
        lambda db: send_message(db, stranger, intake, "안녕하세요"),
    ]
    for deed in deeds:
        # WHEN they try, THEN the intake does not exist for them
        with pytest.raises(NotFound):
            do(house, deed)


def test_what_a_counselor_corrected_the_conversation_does_not_overwrite(house: House):
    # GIVEN an intake that a counselor has corrected with the client on the phone
    conversation = new_conversation()
    intake = house.put_intake(conversation, make_intake(turn=1)).json()["intake_id"]
    who = caller(house, "counselor")
    do(house, lambda db: counseling.correct_need(db, who, intake, "housing", "declined"))
    do(house, lambda db: counseling.correct_need(db, who, intake, "debt", "confirmed"))
    do(house, lambda db: counseling.correct_fact(db, who, intake, "age", state="told", value=43))
    # WHEN the conversation sends its own view again
    house.put_intake(conversation, make_intake(turn=2))
    # THEN the counselor's judgement stands, and says whose it is
    read = house.get(f"/api/v1/intakes/{intake}").json()
    needs = {n["id"]: (n["state"], n["corrected_by"]) for n in read["needs"]}
    assert needs["housing"] == ("declined", who.id) and needs["debt"] == ("confirmed", who.id)
    assert needs["job_matching"] == ("said", None)
    assert (read["facts"]["age"]["value"], read["facts"]["age"]["corrected_by"]) == (43, who.id)
    # AND the plan follows it
    addressed = {need for step in read["plan"]["steps"] for need in step["addresses"]}
    assert "debt" in addressed and "housing" not in addressed


def test_a_correction_decided_on_an_older_state_is_refused(house: House):
    # GIVEN two counselors who look at the same revision
    intake = given_intake(house)
    with house.database.reading() as db:
        seen = db.get(Intake, intake).revision
    first, second = caller(house, "counselor"), caller(house, "colleague")
    do(house, lambda db: counseling.correct_need(db, first, intake, "housing", "declined", revision=seen))
    # WHEN the second decides on what is no longer so
    with pytest.raises(counseling.ChangedMeanwhile) as refused:
        do(house, lambda db: counseling.correct_need(db, second, intake, "housing", "confirmed", revision=seen))
    # THEN they hear 409 and the first judgement stands
    assert refused.value.status_code == 409
    needs = house.get(f"/api/v1/intakes/{intake}").json()["needs"]
    assert {n["id"]: n["state"] for n in needs}["housing"] == "declined"


@pytest.mark.parametrize(
    ("need", "fact", "value", "error"),
    [
        ("no_such_need", None, None, BadValue),
        ("mental_health", None, None, counseling.SensitiveConsentMissing),
        (None, "age", 500, BadValue),
        (None, "age", "서른", BadValue),
        (None, "no_such_fact", 1, BadValue),
        (None, "consent", "yes", BadValue),
        (None, "disability", "mild", counseling.SensitiveConsentMissing),
        (None, "target_groups", ["ex_offender"], counseling.SensitiveConsentMissing),
    ],
)
def test_a_correction_must_fit_the_catalogue_and_the_consent(
    house: House, need: str | None, fact: str | None, value: object, error: type[HouseError]
):
    # GIVEN an intake without the second consent
    intake, who = given_intake(house), caller(house, "counselor")

    def work(db: Session) -> object:
        if need:
            return counseling.correct_need(db, who, intake, need, "confirmed")
        return counseling.correct_fact(db, who, intake, str(fact), state="told", value=value)

    # WHEN a counselor enters what does not fit, THEN the use case says no and nothing changes
    with pytest.raises(error) as refused:
        do(house, work)
    assert str(value) not in refused.value.detail or value in (1, None)


def test_a_finished_step_stays_in_the_next_plan(house: House):
    # GIVEN a plan whose first step is done with a result
    intake, who = given_intake(house), caller(house, "counselor")
    before = house.get(f"/api/v1/intakes/{intake}/plan").json()
    step = before["steps"][0]
    catalogue = house.get(f"/api/v1/services/{step['service']}").json()
    outcome = catalogue["outcomes"][0]["id"] if catalogue["outcomes"] else None
    with pytest.raises(BadValue):
        do(house, lambda db: plans.record_step(db, who, intake, step["id"], status="done", outcome="no_such_result"))
    do(house, lambda db: plans.record_step(db, who, intake, step["id"], status="done", outcome=outcome))
    shown = house.get(f"/api/v1/intakes/{intake}/plan").json()
    assert (shown["version"], shown["steps"][0]["status"], shown["steps"][0]["outcome"]) == (1, "done", outcome)
    # WHEN the counselor adds a need and plans again
    do(house, lambda db: counseling.correct_need(db, who, intake, "debt", "confirmed"))
    do(house, lambda db: plans.replan(db, who, intake, today=TODAY))
    # THEN the new version has the finished step, its result, and the new need
    after = house.get(f"/api/v1/intakes/{intake}/plan").json()
    assert after["version"] == 2
    kept = next(s for s in after["steps"] if s["service"] == step["service"])
    assert (kept["status"], kept["outcome"]) == ("done", outcome)
    assert "debt" in {need for s in after["steps"] for need in s["addresses"]}
    # AND what has happened is not rewritten
    with pytest.raises(Conflict):
        do(house, lambda db: plans.record_step(db, who, intake, kept["id"], status="planned"))


def test_planning_again_without_a_change_makes_no_version(house: House):
    # GIVEN a plan
    intake, who = given_intake(house), caller(house, "counselor")
    # WHEN the counselor plans again and nothing has changed
    do(house, lambda db: plans.replan(db, who, intake, today=TODAY + timedelta(days=3)))
    # THEN the plan is the same
    assert house.get(f"/api/v1/intakes/{intake}/plan").json()["version"] == 1


def test_a_risk_is_lifted_by_a_person_only_and_before_closing(house: House):
    # GIVEN an intake with a danger
    conversation = new_conversation()
    body = make_intake(turn=1, risks=DANGER, consent=consents(SENSITIVE_YES), needs=[said("mental_health", "힘들어요")])
    intake = house.put_intake(conversation, body).json()["intake_id"]
    who = caller(house, "counselor")
    # WHEN someone tries to close it, or the system to lift the danger
    with pytest.raises(Conflict):
        do(house, lambda db: counseling.close_intake(db, who, intake))
    system = Caller("service", "service", "service", Scope(None))
    with pytest.raises(NotAllowed):
        do(house, lambda db: counseling.lift_risk(db, system, intake, "self_harm"))
    # THEN it stands until a counselor lifts it; the signal itself is kept
    do(house, lambda db: counseling.lift_risk(db, who, intake, "self_harm"))
    do(house, lambda db: counseling.close_intake(db, who, intake))
    read = house.get(f"/api/v1/intakes/{intake}").json()
    assert read["status"] == "closed" and read["risks"][0]["lifted_at"] is not None
    # AND the client who goes on talking does not open it again, a new submission does
    assert house.put_intake(conversation, {**body, "turn": 2, "status": "in_progress"}).json()["status"] == "closed"
    assert house.put_intake(conversation, {**body, "turn": 3}).json()["status"] == "submitted"


def test_a_counselors_message_reaches_the_gateway_once_and_in_order(house: House):
    # GIVEN where the gateway stopped reading
    start = house.get("/api/v1/outgoing", after="").json()["cursor"]
    while (more := house.get("/api/v1/outgoing", after=start).json())["items"]:
        start = more["cursor"]
    intake, who = given_intake(house), caller(house, "counselor")
    # WHEN a counselor writes twice
    for text in ("내일 두 시에 전화드려도 될까요?", "번호는 남겨 주신 곳으로 할게요."):
        do(house, lambda db, text=text: send_message(db, who, intake, text))
    # THEN the gateway finds both behind its cursor, in order, and nothing more behind the new one
    page = house.get("/api/v1/outgoing", after=start).json()
    assert [item["text"][:2] for item in page["items"]] == ["내일", "번호"]
    assert house.get("/api/v1/outgoing", after=page["cursor"]).json() == {"items": [], "cursor": page["cursor"]}
    # AND only the service may read there; an empty message is refused
    assert house.http.get("/api/v1/outgoing", headers=house.as_user("manager")).status_code == 403
    with pytest.raises(BadValue):
        do(house, lambda db: send_message(db, who, intake, "  \u0000 "))


def test_a_sealed_contact_moved_to_another_row_does_not_open(house: House):
    # GIVEN two intakes with contacts
    who = caller(house, "counselor")
    intakes = [given_intake(house), given_intake(house)]
    for intake in intakes:
        do(house, lambda db, intake=intake: counseling.correct_fact(
            db, who, intake, "contact", state="told", value="010-0000-1111"
        ))  # fmt: skip
    with house.database.writing() as db:
        one, other = (
            db.scalars(select(IntakeFact).where(IntakeFact.intake_id == i, IntakeFact.fact == "contact")).one()
            for i in intakes
        )
        assert told_value(db, one) == "010-0000-1111"
        # WHEN someone with a connection moves one ciphertext to the other row
        db.execute(update(IntakeFact).where(IntakeFact.id == other.id).values(sealed=one.sealed))
        db.expire(other)
        # THEN it does not open there
        with pytest.raises(VaultError):
            told_value(db, other)
