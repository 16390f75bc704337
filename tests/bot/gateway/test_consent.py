"""What is written when (seam 3): nothing before the yes, nothing left after a no, withheld words nowhere."""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.app import create_app
from bot.gateway.settings import Settings
from tests.bot.gateway.conftest import Client, files_with
from tests.bot.gateway.servers import FakeApi, FakeRasa, bubble, report, served, wait_until


def rows(data_dir: Path, client: Client) -> list[tuple[Any, ...]]:
    with sqlite3.connect(data_dir / "journal.db") as db:
        query = (
            "SELECT id, role, text, withheld, turn_state, sealed FROM messages WHERE conversation_id = ? ORDER BY seq"
        )
        return db.execute(query, (client.id,)).fetchall()


def test_before_the_yes_no_word_stands_in_any_file(client: Client, data_dir: Path):
    given = "까나리하나 이야기예요"
    client.say(given)
    assert files_with(data_dir, "까나리하나") == [] and files_with(data_dir, client.token) == []
    with sqlite3.connect(data_dir / "journal.db") as db:
        row = db.execute("SELECT consent, status, turn, state FROM conversations WHERE id = ?", (client.id,)).fetchone()
    assert row == (None, None, 0, None) and rows(data_dir, client) == []


def test_with_the_yes_everything_said_is_written_in_order(client: Client, data_dir: Path, api: FakeApi):
    client.agree("까나리둘 이야기예요")
    assert [(role, text) for _, role, text, *_ in rows(data_dir, client)] == [
        ("bot", "안녕하세요, 물길이에요. 어떤 일로 오셨어요?"),
        ("client", "까나리둘 이야기예요"),
        ("bot", "계획을 만들려면 적어 둬야 해요. 적어 둬도 될까요?"),
        ("client", "동의해요"),
        ("bot", "네, 적었어요. 나이가 어떻게 되세요?"),
    ]
    wait_until(lambda: len(api.messages) == 5)


def test_a_no_takes_words_from_memory_and_from_every_file(client: Client, data_dir: Path, api: FakeApi):
    client.say("까나리셋 이야기예요")
    actual = client.say(payload="/deny", id="m-no")
    assert actual[0]["text"] == "네, 저장하지 않을게요."
    assert client.texts() == ["네, 저장하지 않을게요."]
    assert files_with(data_dir, "까나리셋") == []
    # AND the api is told, and the same no gets the same answer
    wait_until(lambda: ("DELETE", f"/api/v1/conversations/{client.id}", None) in api.calls)
    assert client.say(payload="/deny", id="m-no") == actual
    # AND the client may go on, unwritten, and may say yes later
    client.say("까나리넷 이야기예요")
    assert files_with(data_dir, "까나리넷") == []


@pytest.mark.parametrize("end", ["erased", "under_14"])
def test_words_written_before_leave_every_file_in_the_same_turn(
    client: Client, data_dir: Path, rasa: FakeRasa, api: FakeApi, end: str
):
    # GIVEN words that stand in the journal and wait for an api that is away
    api.away = True
    client.agree(f"까나리다섯{end} 이야기예요")
    client.say(f"까나리다섯{end} 둘째예요")
    assert files_with(data_dir, f"까나리다섯{end}") != []
    # WHEN the dialogue ends with an erasure
    rasa.answers = [lambda body: [*bubble("네, 모두 지웠어요."), report(end=end, state={"gone": True})]]
    actual = client.say("다 지워 주세요", id="m-end")
    # THEN by the time of the answer the bytes are in no file, the log included
    assert [m["text"] for m in actual] == ["네, 모두 지웠어요."]
    assert files_with(data_dir, f"까나리다섯{end}") == [] and files_with(data_dir, "둘째예요") == []
    # AND the api hears of the erasure and of nothing else
    api.away = False
    wait_until(lambda: ("DELETE", f"/api/v1/conversations/{client.id}", None) in api.calls)
    assert api.messages == {}
    assert client.post("다 지워 주세요", id="m-end").json()["messages"] == actual or end == "erased"
    assert client.post("여보세요").status_code == (410 if end == "erased" else 200)


def test_erasing_by_the_address_takes_the_bytes_too(client: Client, data_dir: Path, rasa: FakeRasa):
    client.agree("까나리여섯 이야기예요")
    client.say("까나리여섯 둘째")
    client.http.delete(client.path, headers=client.headers)
    assert files_with(data_dir, "까나리여섯") == []


def test_words_that_may_not_be_written_yet_are_nowhere_until_released(
    client: Client, data_dir: Path, rasa: FakeRasa, api: FakeApi
):
    client.agree()
    # GIVEN a sensitive message that the dialogue holds back
    rasa.answers = [
        lambda body: [
            *bubble("이것도 적어 둘까요?", kind="question", asks="sensitive_consent"),
            report(state={"a": 1}, held={"health": "까나리일곱"}, hold=[body["metadata"]["message_id"]]),
        ]
    ]
    client.say("까나리일곱 병이 있어요", id="m-s")
    assert files_with(data_dir, "까나리일곱") == []
    wait_until(lambda: "m-s" not in api.messages and len(api.messages) >= 5)
    # WHEN they say yes to it
    rasa.answers = [lambda body: [*bubble("네."), report(sensitive_consent="yes", release=["m-s"])]]
    client.say("네")
    # THEN Rasa had the held half again, and the words are written and sent
    assert rasa.turns[-1]["metadata"]["held"] == {"health": "까나리일곱"}
    assert "까나리일곱 병이 있어요" in [text for _, _, text, *_ in rows(data_dir, client)]
    wait_until(lambda: "m-s" in api.messages)
    assert api.messages["m-s"]["text"] == "까나리일곱 병이 있어요"


def test_a_no_to_the_sensitive_words_redacts_message_and_question(
    client: Client, data_dir: Path, rasa: FakeRasa, api: FakeApi
):
    client.agree()
    rasa.answers = [
        lambda body: [*bubble("까나리물음?", kind="question", asks="sensitive_consent"), report(hold=["m-s"])],
        lambda body: [*bubble("네, 그 말은 적지 않았어요."), report(sensitive_consent="no", redact=["m-s"])],
    ]
    client.say("까나리여덟 병이 있어요", id="m-s")
    client.say("빼 주세요")
    assert not any("까나리여덟" in text or "까나리물음" in text for text in client.texts())
    assert files_with(data_dir, "까나리여덟") == [] and files_with(data_dir, "까나리물음") == []
    wait_until(lambda: api.messages.get("m-s", {}).get("redacted") is True)


def test_an_open_turn_keeps_its_words_sealed(client: Client, data_dir: Path, rasa: FakeRasa):
    client.agree()
    rasa.mode = "broken"
    client.say("까나리아홉 이야기예요 010-1234-5678", id="m-o")
    assert files_with(data_dir, "까나리아홉") == [] and files_with(data_dir, "12345678") == []
    kept = next(row for row in rows(data_dir, client) if row[0] == "m-o")
    assert kept[4] == "open" and kept[5]
    rasa.mode = "well"
    wait_until(lambda: "open" not in {row[4] for row in rows(data_dir, client)})
    assert any("까나리아홉" in text for _, _, text, *_ in rows(data_dir, client))


def test_a_journal_that_is_away_gets_an_honest_no_and_danger_an_answer(
    make_settings: Callable[..., Settings], tmp_path: Path
):
    with served(create_app(make_settings())) as gateway:
        client = Client(gateway.url).agree()
        # GIVEN another process that holds the journal
        holder = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        try:
            actual = client.post("노원 살아요", id="m-1")
            crisis = client.post("죽고 싶어요", id="m-2")
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        assert (actual.status_code, actual.json()["code"]) == (503, "not_stored")
        assert crisis.status_code == 200 and crisis.json()["messages"][0]["kind"] == "crisis"
        # THEN the same message may come again, and is kept once
        assert client.post("노원 살아요", id="m-1").status_code == 200
        assert client.texts().count("노원 살아요") == 1


def test_the_masker_failing_stops_the_message(make_settings: Callable[..., Settings], rasa: FakeRasa, tmp_path: Path):
    def broken_mask(text: str, previous: str = "") -> Any:
        raise RuntimeError(text)

    with served(create_app(make_settings(), mask=broken_mask)) as gateway:
        client = Client(gateway.url)
        actual = client.say("까나리열 900101-1234567")
        assert "읽지 않았어요" in actual[0]["text"] and rasa.messages == []
        assert client.say("죽고 싶어요 까나리열")[0]["kind"] == "crisis" and rasa.messages == []
    assert files_with(tmp_path, "까나리열") == []


def test_logs_hold_ids_and_no_words(
    make_settings: Callable[..., Settings], rasa: FakeRasa, api: FakeApi,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
):  # fmt: skip
    caplog.set_level(logging.DEBUG)
    with served(create_app(make_settings())) as gateway:
        client = Client(gateway.url).agree("까나리로그 이야기")
        for mode in ("broken", "empty", "not_json"):
            rasa.mode = mode
            client.say("까나리로그 010-7777-8888 죽고 싶어요")
        rasa.mode = "well"
        client.post("까나리로그" * 3_000)
        client.http.post(f"{client.path}/messages", content='{"text": "까나리로그', headers=client.headers)
        api.away = True
        client.say("까나리로그 죽고 싶어요")
    written = "".join(capfd.readouterr()) + caplog.text
    assert "turn_failed" in written and client.id in written
    assert "까나리로그" not in written and "7777" not in written and client.token not in written
