"""Messages of a conversation, what the client may see, and its erasure."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from api.models import Alert, Client, Erasure, Event, IdempotencyKey, Intake, Message
from tests.api.house import House, consents, make_intake, new_conversation, said

AT = "2026-11-24T13:05:00+09:00"


def message(message_id: str, text: str = "월세가 밀렸어요", **changes: object) -> dict[str, object]:
    return {"id": message_id, "role": "client", "text": text, "kind": None, "asks": None, "at": AT, **changes}


def given_conversation(house: House, **changes: object) -> str:
    conversation = new_conversation()
    assert house.put_intake(conversation, make_intake(**changes)).status_code == 200
    return conversation


def post(house: House, conversation: str, messages: list[dict[str, object]]) -> int:
    path = f"/api/v1/conversations/{conversation}/messages"
    return house.http.post(path, json=messages, headers=house.as_service()).status_code


def talk(house: House, conversation: str) -> list[tuple[str, str, bool]]:
    with house.database.reading() as db:
        rows = db.scalars(select(Message).where(Message.conversation_id == conversation).order_by(Message.position))
        return [(row.id, row.text, row.redacted) for row in rows]


def test_messages_keep_their_order_and_come_once(house: House):
    # GIVEN two messages of a client
    conversation = given_conversation(house)
    assert post(house, conversation, [message("b", "둘째"), message("a", "셋째")]) == 200
    # WHEN they are sent again together with a third
    assert post(house, conversation, [message("a", "다른 말"), message("b"), message("c", "넷째")]) == 200
    # THEN each stands once, in the order in which it first came, with its first words
    assert talk(house, conversation) == [("b", "둘째", False), ("a", "셋째", False), ("c", "넷째", False)]


def test_a_redacted_message_loses_its_words_for_good(house: House):
    # GIVEN a message
    conversation = given_conversation(house)
    post(house, conversation, [message("a", "병원 이야기")])
    # WHEN it comes again as redacted, and then once more with words
    post(house, conversation, [message("a", "", redacted=True)])
    post(house, conversation, [message("a", "병원 이야기")])
    # THEN its place stays and its words are gone
    assert talk(house, conversation) == [("a", "", True)]


def test_two_conversations_may_use_the_same_message_id(house: House):
    # GIVEN two clients whose devices made the same id
    one, other = given_conversation(house), given_conversation(house)
    # WHEN both send it
    post(house, one, [message("1", "하나")])
    post(house, other, [message("1", "둘")])
    # THEN each keeps its own words
    assert (talk(house, one), talk(house, other)) == ([("1", "하나", False)], [("1", "둘", False)])


def test_what_the_gateway_lets_through_the_record_takes(house: House):
    # GIVEN the longest ids and the oddest channel that the gateway lets through
    long_id = "m:" + "x" * 78
    conversation = new_conversation()
    body = make_intake(channel="2nd-web_door", consent=consents(message_id=long_id), needs=[said("housing")])
    body["needs"][0]["message_id"] = body["facts"]["age"]["message_id"] = long_id
    # WHEN all of it arrives, an alert too
    assert house.put_intake(conversation, body).status_code == 200
    assert post(house, conversation, [message(long_id)]) == 200
    alert = {"id": f"a-{conversation}", "conversation_id": conversation, "risks": ["self_harm"], "at": AT,
             "channel": "2nd-web_door", "center": "2nd_centre"}  # fmt: skip
    assert house.http.post("/api/v1/alerts", json=alert, headers=house.as_service()).status_code == 200
    # THEN it is there
    assert talk(house, conversation)[0][0] == long_id


def test_odd_bytes_of_a_message_are_stored_as_text(house: House):
    # GIVEN texts that a database or a terminal may stumble over
    conversation = given_conversation(house)
    given = {"nul": "가\u0000나", "surrogate": "가\ud800나", "bidi": "가\u202e나", "quote": "'; drop table x; --"}
    # WHEN they are sent
    path = f"/api/v1/conversations/{conversation}/messages"
    # A lone surrogate can travel only as an escape.
    body = "[" + ",".join(
        f'{{"id":"{key}","role":"client","text":"{text.encode("unicode_escape").decode()}","at":"{AT}"}}'.replace(
            "\\x00", "\\u0000"
        )
        for key, text in given.items()
    ) + "]"  # fmt: skip
    headers = house.as_service(**{"Content-Type": "application/json"})
    assert house.http.post(path, content=body, headers=headers).status_code == 200
    # THEN they are kept, without what no database holds
    kept = {key: text for key, text, _ in talk(house, conversation)}
    assert kept == {"nul": "가나", "surrogate": "가\ufffd나", "bidi": given["bidi"], "quote": given["quote"]}


def test_the_client_sees_what_is_held_without_risks(house: House):
    # GIVEN an intake with a declined need and a risk
    declined = said("debt", "빚은 괜찮아요", state="declined")
    risks = [{"id": "violence", "evidence": "맞았어요", "message_id": "m"}]
    conversation = given_conversation(house, needs=[said("housing", "월세"), declined], risks=risks)
    # WHEN the client's view is read
    seen = house.get(f"/api/v1/conversations/{conversation}/intake").json()
    # THEN it holds labels, told facts and the plan, and neither risks nor what was declined or refused
    assert seen["needs"] == [{"id": "housing", "label": "주거", "evidence": "월세"}]
    assert seen["facts"]["age"] == {"value": 34, "label": "나이"} and "income_band" not in seen["facts"]
    assert seen["status"] == "submitted" and seen["plan"]["steps"]
    assert "risks" not in seen and "맞았어요" not in str(seen)


def test_erasing_takes_everything_that_came_from_a_conversation(house: House):
    # GIVEN a conversation with messages, a contact, a plan, an alert, kept answers, and a neighbour
    conversation, neighbour = given_conversation(house), given_conversation(house)
    key = {"Idempotency-Key": f"{conversation}:2"}
    kept = house.put_intake(conversation, make_intake(turn=2, client_ref=f"ref-{conversation}"), **key).json()
    post(house, conversation, [message("a")])
    alert = {
        "id": f"alert-{conversation}", "conversation_id": conversation, "risks": ["self_harm"], "channel": "web",
        "center": "demo", "at": AT,
    }  # fmt: skip
    assert house.http.post("/api/v1/alerts", json=alert, headers=house.as_service()).status_code == 200
    # WHEN it is erased, and erased again
    path = f"/api/v1/conversations/{conversation}"
    for _ in range(2):
        assert house.http.delete(path, headers=house.as_service()).status_code == 204
    # THEN nothing of it can be read
    assert house.get(f"{path}/intake").status_code == 404
    assert house.get(f"/api/v1/intakes/{kept['intake_id']}").status_code == 404
    assert house.get("/api/v1/plans", intake_id=kept["intake_id"]).json()["items"] == []
    with house.database.reading() as db:
        assert not db.scalar(select(Intake.id).where(Intake.conversation_id == conversation))
        assert not db.scalar(select(Client.id).where(Client.ref == f"ref-{conversation}"))
        assert not db.scalar(select(IdempotencyKey.key).where(IdempotencyKey.conversation_id == conversation))
        # AND a certificate, the alert's minimum and the log without content stay
        certificate = db.scalars(select(Erasure).where(Erasure.conversation_id == conversation)).one()
        assert certificate.removed["messages"] == 1 and certificate.removed["plans"] == 1
        assert db.get(Alert, f"alert-{conversation}").risks == ["self_harm"]
        erased = select(Event.seq).where(Event.object_id == conversation, Event.action == "conversation.erased")
        assert db.scalar(erased)
    # AND the neighbour is untouched
    assert house.get(f"/api/v1/conversations/{neighbour}/intake").status_code == 200


def test_what_arrives_after_an_erasure_brings_nothing_back(house: House):
    # GIVEN an erased conversation
    conversation = given_conversation(house)
    house.http.delete(f"/api/v1/conversations/{conversation}", headers=house.as_service())
    # WHEN an intake that was on its way arrives
    late = house.put_intake(conversation, make_intake(turn=9))
    # THEN it is refused
    assert (late.status_code, late.json()["code"]) == (410, "conversation_erased")
    # BUT a client who comes back and says yes again is welcome
    back = house.put_intake(conversation, make_intake(turn=1, consent=consents(message_id="m-new-yes")))
    assert back.status_code == 200


def test_erased_words_are_gone_from_sqlites_bytes(house: House):
    folder = Path(house.settings.data_dir) if house.database.is_sqlite else None
    # GIVEN words, a contact's place and a plan that exist nowhere else
    canary = "까나리아말구백칠십삼"
    conversation = given_conversation(house, needs=[said("housing", canary)], goal=canary)
    post(house, conversation, [message("a", canary * 40)])
    if folder:
        assert canary.encode() in b"".join(f.read_bytes() for f in folder.glob("record.sqlite*"))
    # WHEN the conversation is erased
    house.http.delete(f"/api/v1/conversations/{conversation}", headers=house.as_service())
    # THEN no query finds them on either database
    with house.database.reading() as db:
        assert not db.scalar(select(Message.id).where(Message.text.contains(canary)))
    # AND neither the file, its log nor its free pages hold them, in plain letters or as JSON escapes
    if folder:
        raw = b"".join(f.read_bytes() for f in folder.glob("record.sqlite*"))
        assert canary.encode() not in raw
        assert canary.encode("unicode_escape") not in raw


@pytest.mark.parametrize(
    "verb", ["update events set action = 'x'", "delete from events", "update consents set answer = 'no'"]
)
def test_the_log_and_the_consents_cannot_be_rewritten(house: House, verb: str):
    # GIVEN entries in the log and a consent
    given_conversation(house)
    # WHEN someone with a connection tries to change them
    connection = house.database.engine.raw_connection()
    try:
        # THEN the database itself refuses
        with pytest.raises(Exception, match="append-only") as refused:
            connection.cursor().execute(verb)
        assert not isinstance(refused.value, sqlite3.OperationalError)
    finally:
        connection.rollback()
        connection.close()
