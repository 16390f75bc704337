"""What goes to the api, and what comes from it."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.gateway.app import create_app
from bot.gateway.settings import Settings
from tests.bot.gateway.conftest import Client, files_with
from tests.bot.gateway.servers import FakeApi, FakeRasa, GatewayProcess, bubble, report, served, wait_until
from tests.bot.gateway.test_chat_api import read_events


def waiting(data_dir: Path, client: Client) -> list[str]:
    with sqlite3.connect(data_dir / "journal.db") as db:
        rows = db.execute("SELECT kind FROM outbox WHERE conversation_id = ? ORDER BY id", (client.id,)).fetchall()
    return [kind for (kind,) in rows]


def with_intake(turn: int) -> Callable[[dict[str, Any]], Any]:
    body = {"turn": turn, "consent": {"general": {"answer": "yes"}}}
    return lambda _: [*bubble(f"{turn}"), report(delivery={"state": "pending", "turn": turn, "body": body})]


def test_the_outbox_waits_for_the_api_and_empties_when_it_is_back(
    client: Client, api: FakeApi, rasa: FakeRasa, data_dir: Path
):
    # GIVEN an api that is away, and two intakes the actions could not deliver
    api.away = True
    client.agree()
    rasa.answers = [with_intake(3), with_intake(4)]
    client.say("하나")
    client.say("둘")
    assert waiting(data_dir, client).count("intake") == 1 and "messages" in waiting(data_dir, client)
    # WHEN it is back
    api.away = False
    wait_until(lambda: waiting(data_dir, client) == [])
    # THEN only the latest intake went, before the messages, and every message once
    mine = [(path.rsplit("/", 1)[1], body) for _, path, body in api.calls if client.id in path]
    assert mine[0][0] == "intake" and [b["turn"] for kind, b in mine if kind == "intake"] == [4]
    ids = [message["id"] for kind, body in mine if kind == "messages" for message in body]
    assert len(ids) == len(set(ids)) == 9
    first = next(body for kind, body in mine if kind == "messages")[0]
    assert set(first) == {"id", "role", "text", "kind", "asks", "at"}


def test_a_delivered_intake_takes_its_forerunner_out(client: Client, api: FakeApi, rasa: FakeRasa, data_dir: Path):
    api.away = True
    client.agree()
    rasa.answers = [with_intake(3), lambda _: [*bubble("네"), report(delivery={"state": "delivered", "turn": 4})]]
    client.say("하나")
    client.say("둘")
    assert "intake" not in waiting(data_dir, client)


def test_an_api_that_is_away_is_not_stormed(client: Client, api: FakeApi):
    api.away = True
    client.agree()
    for number in range(5):
        client.say(f"{number}")
    before = api.requests
    time.sleep(3)
    assert api.requests - before <= 12


def test_a_contact_travels_sealed_and_only_to_the_api(client: Client, api: FakeApi, rasa: FakeRasa, data_dir: Path):
    client.agree()
    api.away = True

    def takes_contact(body: dict[str, Any]) -> Any:
        token = body["metadata"]["identifiers"][0]["token"]
        return [*bubble("번호를 적었어요."), report(contact={"token": token, "message_id": "m-c"})]

    rasa.answers = [takes_contact]
    client.say("010-2468-1357이에요", id="m-c")
    assert "contact" in waiting(data_dir, client)
    assert [p for n in ("010-2468-1357", "01024681357") for p in files_with(data_dir, n)] == []
    api.away = False
    wait_until(lambda: api.of_kind("/contact") != [])
    assert api.of_kind("/contact")[0]["value"].replace("-", "") == "01024681357"
    wait_until(lambda: waiting(data_dir, client) == [])
    assert "2468" not in str(client.so_far()) and "2468" not in str(api.messages)


def test_the_outbox_survives_a_kill(process: GatewayProcess, api: FakeApi, tmp_path: Path):
    client = Client(process.url)
    api.away = True
    client.agree("까나리예요")
    assert "아직 못 갔어요" in client.say("죽고 싶어요")[0]["text"]
    process.kill()
    assert sorted(set(waiting(tmp_path, client))) == ["alert", "messages"]
    api.away = False
    process.start()
    wait_until(lambda: waiting(tmp_path, client) == [])
    assert [alert["conversation_id"] for alert in api.of_kind("/alerts")] == [client.id]
    mine = [m for path, m in api.said if client.id in path and m["role"] == "client"]
    assert [m["text"] for m in mine] == [
        "까나리예요",
        "동의해요",
        "죽고 싶어요",
    ]


def test_a_counselors_message_reaches_the_client_once(client: Client, api: FakeApi):
    client.agree()
    item = {"seq": 1, "id": "o1", "conversation_id": client.id, "text": "상담사예요. 내일 오실 수 있어요?"}

    def send() -> None:
        api.outgoing.append(item)

    actual = read_events(client, 1, on_open=send)
    assert actual[0][1]["text"] == "상담사예요. 내일 오실 수 있어요?" and actual[0][1]["kind"] == "handoff"
    assert client.so_far()["messages"][-1]["role"] == "counselor"
    # AND the record hears that it was handed over
    wait_until(lambda: api.messages.get("c-o1", {}).get("role") == "counselor")
    api.outgoing.append({**item, "seq": 2, "id": "o2", "text": "둘째"})
    wait_until(lambda: client.texts()[-1] == "둘째")
    assert client.texts().count(item["text"]) == 1


def test_what_the_api_refuses_for_good_holds_nothing_up(
    make_settings: Callable[..., Settings], api: FakeApi, rasa: FakeRasa, tmp_path: Path
):
    with served(create_app(make_settings())) as gateway:
        client = Client(gateway.url)
        refused = api.refuse = [422]
        client.agree()
        wait_until(lambda: refused == [])
        client.say("다음 말")
        wait_until(lambda: any(m["text"] == "다음 말" for m in api.messages.values()))
        wait_until(lambda: waiting(tmp_path, client) == ["messages"])
