"""Repeated writes: same key and same request, same answer, done once."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from api.models import Event, Intake
from tests.api.house import PASSWORD, House, make_intake, new_conversation


def count_intakes(house: House, conversation: str) -> int:
    with house.database.reading() as db:
        return db.scalar(select(func.count()).where(Intake.conversation_id == conversation))


def test_the_same_key_and_body_get_the_same_answer(house: House):
    # GIVEN an intake sent with a key, and a newer turn after it
    conversation = new_conversation()
    key = {"Idempotency-Key": f"{conversation}:1"}
    first = house.put_intake(conversation, make_intake(turn=1, status="in_progress"), **key)
    house.put_intake(conversation, make_intake(turn=2))
    # WHEN the first is repeated
    again = house.put_intake(conversation, make_intake(turn=1, status="in_progress"), **key)
    # THEN the answer is the first one, not one about today
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.json()["status"] == "in_progress"


def test_the_same_key_with_another_body_is_refused(house: House):
    # GIVEN a used key
    conversation = new_conversation()
    key = {"Idempotency-Key": f"{conversation}:1"}
    house.put_intake(conversation, make_intake(turn=1), **key)
    # WHEN it comes with another body, or for another conversation
    for target, turn in ((conversation, 2), (new_conversation(), 1)):
        answer = house.put_intake(target, make_intake(turn=turn), **key)
        # THEN it is refused and nothing is written
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert house.get("/api/v1/intakes", client_ref=conversation).json()["items"][0]["turn"] == 1


def test_keys_belong_to_their_caller(house: House):
    # GIVEN a key of the service account
    key = {"Idempotency-Key": "shared-key"}
    house.put_intake(new_conversation(), make_intake(), **key)
    # WHEN an administrator uses the same letters
    headers = {**house.as_user("admin"), **key}
    new = {"login": "newcomer", "name": "새사람", "role": "counselor", "center": "demo", "password": PASSWORD}
    answer = house.http.post("/api/v1/users", json=new, headers=headers)
    # THEN it is their own key, and repeating it adds nobody twice
    assert answer.status_code == 201
    assert house.http.post("/api/v1/users", json=new, headers=headers).json() == answer.json()


def test_a_refused_write_keeps_its_key_free(house: House):
    # GIVEN a write that was refused
    conversation = new_conversation()
    key = {"Idempotency-Key": f"{conversation}:1"}
    body = make_intake()
    body["consent"]["general"] = None
    assert house.put_intake(conversation, body, **key).status_code == 409
    # WHEN the caller puts it right under the same key
    answer = house.put_intake(conversation, make_intake(), **key)
    # THEN it is done
    assert answer.status_code == 200


def test_parallel_twins_do_the_work_once(house: House):
    # GIVEN twelve copies of one request at the same moment, as after a lost answer
    conversation = new_conversation()
    key = {"Idempotency-Key": f"{conversation}:1"}
    body = make_intake()
    # WHEN they all arrive
    with ThreadPoolExecutor(12) as many:
        answers = list(many.map(lambda _: house.put_intake(conversation, body, **key), range(12)))
    # THEN all get the one answer, and the work was done once
    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert count_intakes(house, conversation) == 1
    with house.database.reading() as db:
        received = select(func.count()).where(
            Event.action == "intake.received", Event.object_id == answers[0].json()["intake_id"]
        )
        assert db.scalar(received) == 1


def test_parallel_turns_of_one_conversation_end_with_the_highest(house: House):
    # GIVEN ten turns of a new conversation that arrive in no order, without keys
    conversation = new_conversation()
    with ThreadPoolExecutor(10) as many:
        turns = [3, 9, 1, 7, 10, 2, 8, 5, 4, 6]
        answers = list(many.map(lambda turn: house.put_intake(conversation, make_intake(turn=turn)), turns))
    # THEN none fails, and the record holds the highest
    assert {a.status_code for a in answers} == {200}
    assert count_intakes(house, conversation) == 1
    assert house.get("/api/v1/intakes", client_ref=conversation).json()["items"][0]["turn"] == 10
