"""What a conversation sends, what the record keeps of it, and who may read it."""

from sqlalchemy import select

from api.models import Consent, Event, IntakeFact
from tests.api.house import (
    SENSITIVE_NO,
    SENSITIVE_YES,
    House,
    consents,
    make_intake,
    new_conversation,
    said,
    told,
)


def test_strangers_are_refused_before_anything_else(house: House):
    # GIVEN an intake in the record
    conversation = new_conversation()
    intake_id = house.put_intake(conversation, make_intake()).json()["intake_id"]
    paths = [
        "/api/v1/intakes", f"/api/v1/intakes/{intake_id}", f"/api/v1/intakes/{intake_id}/plan", "/api/v1/plans",
        "/api/v1/services", "/api/v1/roles", "/api/v1/indicators", "/api/v1/centers", "/api/v1/users", "/api/v1/events",
        "/api/v1/outgoing", f"/api/v1/conversations/{conversation}/intake",
    ]  # fmt: skip
    for path in paths:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic abc"}):
            # WHEN someone without a valid token asks
            answer = house.http.get(path, headers=headers)
            # THEN they are refused in the house's form
            assert answer.status_code == 401, (path, headers)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["code"] == "not_signed_in"
    # AND writing is refused as well
    path = f"/api/v1/conversations/{conversation}"
    assert house.http.put(f"{path}/intake", json=make_intake(2)).status_code == 401
    assert house.http.delete(path).status_code == 401


def test_another_centres_counselor_finds_nothing(house: House):
    # GIVEN an intake of our centre
    intake_id = house.put_intake(new_conversation(), make_intake(client_ref="ref-scope")).json()["intake_id"]
    plan_id = house.get("/api/v1/plans", intake_id=intake_id).json()["items"][0]["id"]
    # WHEN a counselor of another centre asks for it, and for one that does not exist
    stranger = house.as_user("stranger")
    for path in (f"/api/v1/intakes/{intake_id}", f"/api/v1/intakes/{intake_id}/plan", f"/api/v1/plans/{plan_id}"):
        theirs = house.http.get(path, headers=stranger)
        unknown = house.http.get(path.replace(intake_id, "nobody").replace(plan_id, "nobody"), headers=stranger)
        # THEN both get the very same answer
        assert (theirs.status_code, theirs.json()) == (404, unknown.json())
    # AND lists are empty for them
    for path in ("/api/v1/intakes", "/api/v1/plans"):
        assert house.http.get(path, headers=stranger).json()["items"] == []
    # AND a counselor of the centre finds it
    assert house.http.get(f"/api/v1/intakes/{intake_id}", headers=house.as_user("counselor")).status_code == 200


def test_a_counselor_writes_no_intake_by_this_way(house: House):
    # WHEN a counselor sends an intake as if a conversation had
    path = f"/api/v1/conversations/{new_conversation()}/intake"
    answer = house.http.put(path, json=make_intake(), headers=house.as_user("counselor"))
    # THEN it is refused
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_submitted_intake_gets_its_plan_in_the_same_answer(house: House):
    # GIVEN a client with two needs
    conversation = new_conversation()
    # WHEN the intake is submitted
    answer = house.put_intake(conversation, make_intake(turn=4, client_ref="client-7"))
    # THEN the plan of record comes with the answer
    assert answer.status_code == 200
    kept = answer.json()
    assert (kept["status"], kept["turn"], kept["plan"]["version"]) == ("submitted", 4, 1)
    assert {"housing", "job_matching"} <= {need for step in kept["plan"]["steps"] for need in step["addresses"]}
    # AND the intake can be found by the client's pseudonym and read with everything in it
    rows = house.get("/api/v1/intakes", client_ref="client-7").json()["items"]
    assert [row["id"] for row in rows] == [kept["intake_id"]]
    read = house.get(f"/api/v1/intakes/{kept['intake_id']}").json()
    assert read["needs"][0]["evidence"] == "월세가 밀렸어요" and read["needs"][0]["label"] == "주거"
    assert read["facts"]["age"] == {
        "label": "나이", "value": 34, "state": "told", "message_id": "m-2", "corrected_by": None,
    }  # fmt: skip
    assert read["facts"]["income_band"]["state"] == "refused" and read["facts"]["income_band"]["value"] is None
    assert read["consent"]["general"]["message_id"] == "m-consent" and read["consent"]["sensitive"] is None
    assert read["plan"] == kept["plan"] == house.get(f"/api/v1/intakes/{kept['intake_id']}/plan").json()
    # AND its steps are rows of their own
    plans = house.get("/api/v1/plans", intake_id=kept["intake_id"]).json()["items"]
    assert len(plans) == 1 and plans[0]["status"] == "current"


def test_nothing_is_kept_without_the_clients_yes(house: House):
    for general in (None, {"answer": "no", "message_id": "m-1", "version": "1"}):
        # GIVEN a client who has not agreed
        conversation = new_conversation()
        body = make_intake(consent={"general": general, "sensitive": None})
        # WHEN the intake is sent all the same
        answer = house.put_intake(conversation, body)
        # THEN it is refused and nothing is there
        assert (answer.status_code, answer.json()["code"]) == (409, "no_consent")
        assert house.get(f"/api/v1/conversations/{conversation}/intake").status_code == 404
        messages = [{"id": "m", "role": "client", "text": "안녕", "at": "2026-11-24T13:00:00+09:00"}]
        path = f"/api/v1/conversations/{conversation}/messages"
        assert house.http.post(path, json=messages, headers=house.as_service()).status_code == 409


def test_a_turn_not_above_the_stored_one_changes_nothing(house: House):
    # GIVEN an intake of turn 5
    conversation = new_conversation()
    first = house.put_intake(conversation, make_intake(turn=5)).json()
    for late_turn in (5, 4):
        # WHEN an older or equal turn arrives late, with other content
        late = house.put_intake(conversation, make_intake(turn=late_turn, needs=[said("debt")], status="in_progress"))
        # THEN it gets the same answer and nothing has changed
        assert (late.status_code, late.json()) == (200, first)
    assert {n["id"] for n in house.get(f"/api/v1/intakes/{first['intake_id']}").json()["needs"]} == {
        "housing", "job_matching",
    }  # fmt: skip


def test_a_changed_intake_submitted_again_gets_the_next_version(house: House):
    # GIVEN a submitted intake
    conversation = new_conversation()
    house.put_intake(conversation, make_intake(turn=1))
    # WHEN it is submitted again unchanged, but for what changes no plan
    again = make_intake(turn=2, questions_asked=9)
    again["needs"][1]["state"] = "confirmed"
    same = house.put_intake(conversation, again).json()
    # THEN the plan stays as it is
    assert same["plan"]["version"] == 1
    # WHEN a need is added
    needs = [*again["needs"], said("debt", "빚이 있어요")]
    more = house.put_intake(conversation, make_intake(turn=3, needs=needs)).json()
    # THEN there is a second version and the first is kept
    assert more["plan"]["version"] == 2
    versions = house.get("/api/v1/plans", intake_id=more["intake_id"]).json()["items"]
    assert {(p["version"], p["status"]) for p in versions} == {(1, "superseded"), (2, "current")}


def test_the_conversation_takes_no_submitted_intake_back(house: House):
    # GIVEN a submitted intake, which waits for a person
    conversation = new_conversation()
    kept = house.put_intake(conversation, make_intake(turn=1)).json()
    for turn, status in ((2, "in_progress"), (3, "closed")):
        # WHEN the client chats on, or the talk ends
        answer = house.put_intake(conversation, make_intake(turn=turn, status=status)).json()
        # THEN it still waits
        assert answer["status"] == "submitted"
    assert house.get(f"/api/v1/intakes/{kept['intake_id']}").json()["waiting_since"] is not None


def test_sensitive_things_need_the_second_consent(house: House):
    # GIVEN a client who tells of health and disability and has not agreed to keep that
    conversation = new_conversation()
    sensitive = {
        "needs": [said("mental_health", "우울해요"), said("housing", "월세")],
        "facts": {
            "disability": told("mild"),
            "target_groups": told(["veteran", "disability", "ex_offender"]),
            "age": told(40),
        },
    }
    kept = house.put_intake(conversation, make_intake(turn=1, consent=consents(), **sensitive)).json()
    # THEN only the rest is kept
    read = house.get(f"/api/v1/intakes/{kept['intake_id']}").json()
    assert [n["id"] for n in read["needs"]] == ["housing"]
    assert set(read["facts"]) == {"target_groups", "age"}
    assert read["facts"]["target_groups"]["value"] == ["veteran"]
    assert "우울해요" not in str(read)
    # WHEN the client agrees
    house.put_intake(conversation, make_intake(turn=2, consent=consents(SENSITIVE_YES), **sensitive))
    # THEN all of it is kept
    read = house.get(f"/api/v1/intakes/{kept['intake_id']}").json()
    assert {n["id"] for n in read["needs"]} == {"housing", "mental_health"}
    assert read["facts"]["target_groups"]["value"] == ["disability", "ex_offender", "veteran"]
    assert "우울해요" in str(read["plan"])
    # WHEN the client takes the second yes back
    house.put_intake(conversation, make_intake(turn=3, consent=consents(SENSITIVE_NO), **sensitive))
    # THEN it is gone from needs, facts and every version of the plan
    read = house.get(f"/api/v1/intakes/{kept['intake_id']}").json()
    assert [n["id"] for n in read["needs"]] == ["housing"] and "disability" not in read["facts"]
    plans = house.get("/api/v1/plans", intake_id=kept["intake_id"]).json()["items"]
    assert plans and "우울해요" not in str(plans)
    # AND each answer stands in a row of its own
    with house.database.reading() as db:
        rows = db.scalars(select(Consent).where(Consent.conversation_id == conversation).order_by(Consent.seq))
        assert [(r.purpose, r.answer) for r in rows] == [("general", "yes"), ("sensitive", "yes"), ("sensitive", "no")]


def test_a_danger_once_seen_stays(house: House):
    # GIVEN an intake with a risk
    conversation = new_conversation()
    risk = {"id": "self_harm", "evidence": "사라지고 싶어요", "message_id": "m-4"}
    kept = house.put_intake(conversation, make_intake(turn=1, risks=[risk], status="in_progress")).json()
    # WHEN a later turn comes without it
    house.put_intake(conversation, make_intake(turn=2, risks=[], status="in_progress"))
    # THEN the risk stands, and the intake waits for a person although the client still talks to the bot
    read = house.get(f"/api/v1/intakes/{kept['intake_id']}").json()
    assert [(r["id"], r["message_id"], r["lifted_at"]) for r in read["risks"]] == [("self_harm", "m-4", None)]
    assert read["waiting_since"] is not None
    # AND the client does not read it in their own view
    assert "self_harm" not in house.get(f"/api/v1/conversations/{conversation}/intake").text


def test_the_contact_is_encrypted_at_rest_and_shown_to_those_who_may(house: House):
    # GIVEN an intake and a contact given as an answer
    conversation = new_conversation()
    kept = house.put_intake(conversation, make_intake(turn=1)).json()
    path = f"/api/v1/conversations/{conversation}/contact"
    contact = {"value": "010-0000-4321", "message_id": "m-9"}
    assert house.http.put(path, json=contact, headers=house.as_service()).status_code == 204
    # THEN the client and the centre can read it
    seen = house.get(f"/api/v1/conversations/{conversation}/intake").json()
    assert seen["facts"]["contact"]["value"] == contact["value"]
    read = house.get(f"/api/v1/intakes/{kept['intake_id']}").json()
    assert (read["facts"]["contact"]["value"], read["facts"]["contact"]["message_id"]) == (contact["value"], "m-9")
    # AND the database cannot
    with house.database.reading() as db:
        mine = (IntakeFact.intake_id == kept["intake_id"]) & (IntakeFact.fact == "contact")
        fact = db.scalars(select(IntakeFact).where(mine)).one()
        assert fact.value is None and b"4321" not in fact.sealed.ciphertext
    # AND a later turn, which knows only the mask, leaves it
    later = make_intake(turn=2, facts={"age": told(34), "contact": told("⟦전화1⟧")})
    assert house.put_intake(conversation, later).json()["plan"]["version"] == 2  # the region is no longer told
    assert house.get(f"/api/v1/intakes/{kept['intake_id']}").json()["facts"]["contact"]["value"] == contact["value"]


def test_the_contact_alone_makes_no_new_plan(house: House):
    # GIVEN a submitted intake whose contact came a moment later
    conversation = new_conversation()
    house.put_intake(conversation, make_intake(turn=1))
    path = f"/api/v1/conversations/{conversation}/contact"
    house.http.put(path, json={"value": "010-0000-4321", "message_id": None}, headers=house.as_service())
    # WHEN the client says thanks
    answer = house.put_intake(conversation, make_intake(turn=2))
    # THEN the plan is still the first
    assert answer.json()["plan"]["version"] == 1


def test_reading_an_intake_leaves_an_entry_without_content(house: House):
    # GIVEN an intake
    intake_id = house.put_intake(new_conversation(), make_intake()).json()["intake_id"]
    # WHEN a counselor reads it
    counselor = house.as_user("counselor")
    house.http.get(f"/api/v1/intakes/{intake_id}", headers=counselor)
    # THEN the log says who saw what, when and from where, and holds none of the client's words
    with house.database.reading() as db:
        entry = db.scalars(select(Event).where(Event.object_id == intake_id, Event.action == "intake.opened")).one()
        assert entry.actor == "user" and entry.actor_id and entry.origin == "127.0.0.1" and entry.at.tzinfo
        everything = [str(e.detail) for e in db.scalars(select(Event))]
        assert not any("월세" in text for text in everything)
