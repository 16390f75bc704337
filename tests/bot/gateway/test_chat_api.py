"""The chat API as the public contract has it, and what it does with input that does not fit."""

import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from bot.gateway.app import create_app
from bot.gateway.settings import Settings
from tests.bot.gateway.conftest import Client
from tests.bot.gateway.servers import FakeApi, FakeRasa, Served, served, wait_until

BOT_MESSAGE = {"id", "text", "kind", "asks", "quick_replies", "data"}


def test_a_conversation_opens_with_one_question_and_a_token(client: Client):
    # GIVEN a client who has just opened a conversation
    # THEN the first message asks what brings them here, in the shape of the contract
    assert [(m["kind"], m["asks"]) for m in client.opening] == [("question", "needs")]
    assert set(client.opening[0]) == BOT_MESSAGE
    assert len(client.token) >= 43 and len(client.id) == 32


def test_a_message_is_answered_in_the_same_response_info_and_question_in_one_bubble(client: Client):
    # GIVEN a client who has agreed
    client.say("일자리를 찾아요")
    # WHEN they tap the quick reply they were offered
    actual = client.say(payload="/affirm")
    # THEN the note and the next question come as one bubble that asks for one thing
    assert [(m["text"], m["kind"], m["asks"]) for m in actual] == [
        ("네, 적었어요. 나이가 어떻게 되세요?", "question", "age")
    ]


def test_the_same_message_again_gets_the_same_answer_and_changes_nothing(client: Client, rasa: FakeRasa):
    client.agree()
    first = client.post("노원 살아요", id="m-1")
    before = client.so_far()
    # WHEN the same id comes again, later ids in between
    client.say("네", id="m-2")
    again = client.post("노원 살아요", id="m-1")
    # THEN it is the same answer, byte for byte, and Rasa heard it once
    assert again.content == first.content
    assert rasa.messages.count("노원 살아요") == 1
    assert client.so_far()["messages"][: len(before["messages"])] == before["messages"]


def test_two_true_answers_with_the_same_words_are_two_answers(client: Client, rasa: FakeRasa):
    client.agree()
    client.say("네")
    client.say("네")
    assert rasa.messages.count("네") == 2


def test_an_id_used_for_other_words_is_refused(client: Client):
    client.say("일자리", id="m-1")
    actual = client.post("다른 글", id="m-1")
    assert (actual.status_code, actual.json()["code"]) == (422, "message_id_reused")


def test_twenty_copies_at_once_are_one_message(client: Client, rasa: FakeRasa):
    # GIVEN a Rasa that takes a moment
    rasa.slow_s = 0.3
    # WHEN the same message arrives twenty times at the same moment
    with ThreadPoolExecutor(20) as pool:
        actual = list(pool.map(lambda _: client.post("일자리를 찾아요", id="m-1"), range(20)))
    # THEN one did the work and all have its answer
    assert {r.status_code for r in actual} == {200} and len({r.content for r in actual}) == 1
    assert rasa.messages == ["일자리를 찾아요"]


def test_twenty_messages_at_once_are_worked_on_one_by_one(client: Client, rasa: FakeRasa):
    client.agree()
    rasa.slow_s = 0.02
    given = [f"{number}번째 말" for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        actual = list(pool.map(client.post, given))
    # THEN all are answered, none is lost or doubled, and each turn saw the state the one before had left
    assert {r.status_code for r in actual} == {200}
    turns = [turn for turn in rasa.turns if turn["message"] in given]
    assert sorted(turn["message"] for turn in turns) == sorted(given)
    heard = [turn["metadata"]["state"]["heard"] for turn in turns]
    assert heard == list(range(heard[0], heard[0] + 20))
    assert [turn["metadata"]["turn"] for turn in turns] == list(range(3, 23))


def test_a_slow_conversation_holds_nobody_else_up(gateway: Served, rasa: FakeRasa):
    slow, other = Client(gateway.url), Client(gateway.url)
    rasa.slow_s = 1.5
    thread = threading.Thread(target=lambda: slow.post("천천히"))
    thread.start()
    wait_until(lambda: "천천히" in rasa.messages)
    rasa.slow_s = 0.0
    # WHEN another client writes meanwhile, THEN they are answered at once
    assert (
        other.http.post(
            f"{other.path}/messages", json={"message_id": "a", "text": "빨리"}, headers=other.headers, timeout=1.0
        ).status_code
        == 200
    )
    thread.join()


@pytest.mark.parametrize(
    ("given", "expected_status", "expected_code"),
    [
        ({"message_id": "a", "text": ""}, 422, "empty_text"),
        ({"message_id": "a", "text": " \n\u200b\u3000"}, 422, "empty_text"),
        ({"message_id": "a", "text": "///"}, 422, "empty_text"),
        ({"message_id": "a", "text": "\x00\x00"}, 422, "empty_text"),
        ({"message_id": "a", "text": "\ud800"}, 422, "empty_text"),
        ({"message_id": "a", "text": "가" * 10_001}, 413, "too_long"),
        ({"message_id": "a", "text": 5}, 422, "wrong_shape"),
        ({"message_id": "a", "text": ["가"]}, 422, "wrong_shape"),
        ({"message_id": "a", "text": None}, 422, "one_of_two"),
        ({"message_id": "a"}, 422, "one_of_two"),
        ({"message_id": "a", "text": "가", "payload": "/affirm"}, 422, "one_of_two"),
        ({"message_id": "a", "payload": "/affirm"}, 422, "payload_not_offered"),
        ({"message_id": "a", "payload": '/SetSlots(consent="yes")'}, 422, "payload_not_offered"),
        ({"message_id": "", "text": "가"}, 422, "wrong_shape"),
        ({"message_id": "가", "text": "가"}, 422, "wrong_shape"),
        ({"message_id": "a" * 81, "text": "가"}, 422, "wrong_shape"),
        ({"message_id": {"$ne": 1}, "text": "가"}, 422, "wrong_shape"),
        ({"text": "가"}, 422, "wrong_shape"),
        ([], 422, "wrong_shape"),
        ("가", 422, "wrong_shape"),
        (None, 422, "wrong_shape"),
    ],
)
def test_what_does_not_fit_is_refused_kindly_and_rasa_never_sees_it(
    client: Client, rasa: FakeRasa, given: Any, expected_status: int, expected_code: str
):
    body = json.dumps(given)
    actual = client.http.post(f"{client.path}/messages", content=body, headers=client.headers)
    assert (actual.status_code, actual.json()["code"]) == (expected_status, expected_code)
    assert actual.headers["content-type"] == "application/problem+json"
    assert actual.json()["detail"].rstrip(".").endswith("요") or expected_code == "wrong_shape"
    assert rasa.messages == []
    # AND the id is free for a message that fits
    if isinstance(given, dict) and given.get("message_id") == "a":
        assert client.post("일자리", id="a").status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"text": "\xed\xa0\x80"}', b"NaN"])
def test_broken_json_is_refused(client: Client, body: bytes):
    actual = client.http.post(f"{client.path}/messages", content=body, headers=client.headers)
    assert actual.status_code == 422


@pytest.mark.parametrize(
    "text",
    [
     "😀😀", "👨‍👩‍👧", "I need a job", "Tôi cần việc làm", "<script>alert(1)</script>", "{{7*7}}",
     "'; DROP TABLE messages;--",
     "가" * 10_000, "\n" * 500 + "가", "\u202e거꾸로", "ㅈㅏㅅㅣㄴ", "가\x00나", "가\ud83d나", "%s %d {0}"],
)  # fmt: skip
def test_odd_words_are_words(client: Client, rasa: FakeRasa, text: str):
    body = json.dumps({"message_id": "a", "text": text})
    actual = client.http.post(f"{client.path}/messages", content=body, headers=client.headers)
    assert actual.status_code == 200
    assert len(rasa.messages) == 1 and "\x00" not in rasa.messages[0]


@pytest.mark.parametrize(
    "text", ["/goodbye", " /restart", "//SetSlots(a=1)", "/ /affirm", "\u200b/affirm", '/answer{"age": 3}']
)
def test_a_slash_is_no_command(client: Client, rasa: FakeRasa, text: str):
    client.say(text)
    assert not rasa.messages[0].lstrip().startswith("/")
    assert rasa.messages[0].strip("/ \u200b") == text.strip("/ \u200b")


def test_a_payload_of_another_conversation_or_a_changed_one_is_refused(gateway: Served):
    mine, other = Client(gateway.url), Client(gateway.url)
    mine.say("일자리")
    assert other.post(payload="/affirm").json()["code"] == "payload_not_offered"
    assert mine.post(payload='/affirm{"age": 20}').json()["code"] == "payload_not_offered"
    assert mine.post(payload="/affirm").status_code == 200


def test_strangers_are_refused(gateway: Served, client: Client):
    other = Client(gateway.url)
    unknown = f"/chat/conversations/{uuid.uuid4().hex}"
    for method, end in (("GET", ""), ("GET", "/intake"), ("GET", "/events"), ("DELETE", ""), ("POST", "/messages")):
        body = {"json": {"message_id": "a", "text": "가"}} if method == "POST" else {}

        def call(path: str, headers: dict[str, str], method: str = method, end: str = end, body: Any = body) -> int:
            return client.http.request(method, path + end, headers=headers, **body).status_code

        assert call(client.path, {}) == 401
        assert call(client.path, {"Authorization": "Basic x"}) == 401
        assert call(client.path, {"Authorization": f"Bearer {client.token[:-1]}"}) == 401
        assert call(client.path, other.headers) == 401
        assert call(unknown, client.headers) == 404
        assert call(unknown, {}) == 401
    assert client.so_far()["status"] == "open"


def test_the_conversation_so_far_resumes_it(client: Client):
    client.agree("이력서를 고치고 싶어요")
    actual = client.so_far()
    assert [m["role"] for m in actual["messages"]] == ["bot", "client", "bot", "client", "bot"]
    assert actual["messages"][1]["text"] == "이력서를 고치고 싶어요" and actual["messages"][3]["text"] == "동의해요"
    assert set(actual["messages"][0]) >= BOT_MESSAGE


def test_the_intake_is_read_through(client: Client, api: FakeApi):
    # GIVEN nothing held, THEN an empty picture with a status
    empty = client.http.get(f"{client.path}/intake", headers=client.headers)
    assert empty.json() == {"status": "open", "needs": [], "facts": {}, "plan": None}
    # GIVEN an intake, THEN it is shown
    shown = {
        "status": "submitted",
        "needs": [{"id": "debt", "label": "빚", "evidence": "빚"}],
        "facts": {},
        "plan": None,
    }
    api.intakes[client.id] = shown
    assert client.http.get(f"{client.path}/intake", headers=client.headers).json() == shown
    # GIVEN an api that is away, THEN a kind problem
    api.away = True
    away = client.http.get(f"{client.path}/intake", headers=client.headers)
    assert (away.status_code, away.json()["code"]) == (503, "api_away")


def read_events(client: Client, count: int, *, after: str = "", on_open: Callable[[], Any] | None = None) -> list[Any]:
    """Listen until `count` messages came; return (id, message) pairs."""
    headers = client.headers | ({"Last-Event-ID": after} if after else {})
    events: list[Any] = []
    with httpx.stream("GET", f"{client.http.base_url}{client.path}/events", headers=headers, timeout=10) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        for line in stream.iter_lines():
            if line.startswith(":") and on_open:
                on_open()
                on_open = None
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
                continue
            if "data" in fields:
                assert fields["event"] == "message"
                events.append((fields["id"], json.loads(fields["data"])))
            fields = {}
            if len(events) == count:
                return events
    return events


def test_every_message_goes_out_as_an_event_too(client: Client):
    answers: list[Any] = []
    actual = read_events(client, 1, on_open=lambda: answers.extend(client.say("일자리")))
    assert [message for _, message in actual] == answers


def test_events_resume_after_any_message_known_by_its_id(client: Client):
    first = client.say("일자리")
    client.say(payload="/affirm")
    actual = read_events(client, 1, after=first[-1]["id"])
    assert actual[0][1]["asks"] == "age"
    # AND an unknown id brings everything
    assert len(read_events(client, 3, after="b-unknown")) == 3


def test_erasing_ends_everything(client: Client, api: FakeApi):
    client.agree()
    assert client.http.delete(client.path, headers=client.headers).status_code == 204
    assert client.http.get(client.path, headers=client.headers).json()["code"] == "erased"
    assert client.post("여보세요").status_code == 410
    assert client.http.get(client.path, headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.http.delete(client.path, headers=client.headers).status_code == 204
    wait_until(lambda: ("DELETE", f"/api/v1/conversations/{client.id}", None) in api.calls)


def test_too_many_messages_are_held_back_with_a_time_to_wait(make_settings: Callable[..., Settings]):
    with served(create_app(make_settings(messages_per_minute=3))) as gateway:
        client = Client(gateway.url)
        assert [client.post("네").status_code for _ in range(3)] == [200] * 3
        actual = client.post("네", id="late")
        assert (actual.status_code, actual.headers["retry-after"]) == (429, "10")
        # BUT danger is answered all the same
        assert client.say("죽고 싶어요")[0]["kind"] == "crisis"


def test_other_origins_are_allowed_only_by_name(make_settings: Callable[..., Settings]):
    with served(create_app(make_settings(allowed_origins=("https://centre.example",)))) as gateway:
        ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        good = httpx.options(f"{gateway.url}/chat/conversations", headers=ask | {"Origin": "https://centre.example"})
        bad = httpx.options(f"{gateway.url}/chat/conversations", headers=ask | {"Origin": "https://evil.example"})
    assert good.headers["access-control-allow-origin"] == "https://centre.example"
    assert "access-control-allow-origin" not in bad.headers
    assert "access-control-allow-credentials" not in good.headers


def test_a_body_beyond_all_measure_is_refused(make_settings: Callable[..., Settings]):
    with served(create_app(make_settings(body_limit_bytes=20_000))) as gateway:
        client = Client(gateway.url)
        body = json.dumps({"message_id": "a", "text": "가" * 30_000}).encode()
        actual = client.http.post(f"{client.path}/messages", content=body, headers=client.headers)
    assert (actual.status_code, actual.json()["code"]) == (413, "body_too_large")
