"""Turns while Rasa fails: honest answers in time, nothing lost, nothing doubled, order kept."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.gateway.app import create_app
from bot.gateway.settings import Settings
from tests.bot.gateway.conftest import Client
from tests.bot.gateway.servers import FakeRasa, GatewayProcess, Served, bubble, report, served, wait_until

STORED = "말씀은 받아 뒀어요. 정리가 늦어지고 있어요. 다시 쓰지 않으셔도 돼요."


@pytest.mark.parametrize("mode", ["empty", "broken", "no_turn", "not_json"])
def test_a_failed_turn_is_told_again_to_a_fresh_tracker(client: Client, rasa: FakeRasa, mode: str):
    # GIVEN a consenting client and a Rasa that fails
    client.agree()
    rasa.mode = mode
    # WHEN they write
    started = time.monotonic()
    actual = client.say("노원 살아요", id="m-1")
    # THEN they hear honestly, at once, that it is kept and late
    assert [m["text"] for m in actual] == [STORED] and time.monotonic() - started < 3
    failed = [turn for turn in rasa.turns if turn["message"] == "노원 살아요"]
    assert len(failed) >= 2 and len({turn["sender"] for turn in failed}) == len(failed)
    # WHEN Rasa is well again, THEN the answer comes by itself, once
    rasa.mode = "well"
    wait_until(lambda: any("여쭤요" in text for text in client.texts()))
    assert sum("여쭤요" in text for text in client.texts()) == 1
    last = rasa.turns[-1]["metadata"]
    # AND each try carried the same turn and the last snapshot
    assert last["turn"] == failed[0]["metadata"]["turn"] and last["state"] == failed[0]["metadata"]["state"]
    # AND the same id still has the answer it was given
    assert client.say("노원 살아요", id="m-1") == actual


def test_one_failure_is_not_noticed(client: Client, rasa: FakeRasa):
    client.agree()
    rasa.answers = [lambda body: []]
    assert "여쭤요" in client.say("노원 살아요")[0]["text"]


def test_later_messages_wait_behind_an_open_turn_in_order(client: Client, rasa: FakeRasa):
    client.agree()
    rasa.mode = "broken"
    for given in ("하나", "둘", "셋"):
        assert client.say(given)[0]["text"] == STORED
    rasa.mode = "well"
    wait_until(lambda: sum("여쭤요" in text for text in client.texts()) == 3, 20)
    answered = [turn["message"] for turn in rasa.turns if turn["message"] in ("하나", "둘", "셋")]
    assert answered[-2:] == ["둘", "셋"] and set(answered[:-2]) == {"하나"}


def test_before_the_yes_nobody_says_that_words_are_stored(client: Client, rasa: FakeRasa):
    rasa.mode = "broken"
    actual = client.say("일자리를 찾아요")[0]["text"]
    assert "아직 저장하지는 않았으니" in actual and STORED not in actual
    rasa.mode = "well"
    wait_until(lambda: any("적어 둬도 될까요?" in text for text in client.texts()))


def test_a_slow_rasa_is_not_waited_for_longer_than_promised(make_settings: Callable[..., Settings], rasa: FakeRasa):
    with served(create_app(make_settings(rasa_timeout_s=0.8, answer_within_s=1.0))) as gateway:
        client = Client(gateway.url).agree()
        rasa.slow_s = 3
        started = time.monotonic()
        assert client.say("노원 살아요")[0]["text"] == STORED
        assert 0.7 < time.monotonic() - started < 1.6
        rasa.slow_s = 0
        wait_until(lambda: any("여쭤요" in text for text in client.texts()))


def test_the_promise_of_the_settings_is_eight_and_ten_seconds():
    assert Settings().rasa_timeout_s == 8 and Settings().answer_within_s <= 10
    for field in ("rasa_timeout_s", "answer_within_s"):
        with pytest.raises(ValueError, match=field):
            Settings(**{field: 11})


def test_a_turn_that_breaks_rasa_alone_is_set_aside(gateway: Served, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch):
    # GIVEN one message that Rasa never gets over, while it answers everybody else
    monkeypatch.setattr("bot.gateway.driver.LONGEST_PAUSE_S", 0.05)
    client, other = Client(gateway.url).agree(), Client(gateway.url)
    well = rasa.dialogue

    def trips(body: dict[str, Any]) -> Any:
        return [] if body["message"] == "독이 든 말" else well(body)

    monkeypatch.setattr(rasa, "dialogue", trips)
    assert client.say("독이 든 말")[0]["text"] == STORED
    other.say("저는 괜찮아요")
    # THEN it is set aside honestly and the conversation goes on
    wait_until(lambda: any("정리하지 못했어요" in text for text in client.texts()), 20)
    assert "여쭤요" in client.say("다음 말")[0]["text"]


def test_the_tracker_is_left_behind_every_twenty_turns(client: Client, rasa: FakeRasa):
    client.agree()
    for number in range(25):
        client.say(f"{number}번")
    senders = [turn["sender"] for turn in rasa.turns]
    assert len(set(senders)) == 2 and max(senders.count(sender) for sender in set(senders)) <= 21
    assert all(sender.startswith(f"{client.id}.") for sender in senders)


def test_what_rasa_is_told(client: Client, rasa: FakeRasa):
    client.agree()
    client.say("010-1234-5678로 연락 주세요", id="m-7")
    turn = rasa.turns[-1]
    assert "010-1234-5678" not in turn["message"] and turn["metadata"]["identifiers"][0]["token"] in turn["message"]
    assert set(turn["metadata"]["identifiers"][0]) == {"kind", "token"}
    meta = turn["metadata"]
    assert (meta["message_id"], meta["asks"], meta["channel"], meta["center"]) == ("m-7", "age", "web", "demo")
    assert len(meta["today"]) == 10 and meta["now"].endswith("+09:00") and meta["guard"] == []


def test_at_most_one_message_asks_and_plans_keep_their_bubble(client: Client, rasa: FakeRasa):
    client.agree()
    rasa.answers = [
        lambda body: [
            *bubble("적었어요."),
            *bubble("어디에 사세요?", kind="question", asks="region"),
            *bubble("먼저 어린이집이에요.", kind="plan"),
            *bubble("몇 살이세요?", kind="question", asks="age"),
            report(),
        ]
    ]
    actual = client.say("네")
    assert [(m["text"], m["kind"], m["asks"]) for m in actual] == [
        ("적었어요. 어디에 사세요?", "question", None),
        ("먼저 어린이집이에요.", "plan", None),
        ("몇 살이세요?", "question", "age"),
    ]


def test_a_killed_gateway_drives_open_turns_on(process: GatewayProcess, rasa: FakeRasa):
    # GIVEN a gateway that stops at once when asked, although somebody listens
    client = Client(process.url).agree()
    with client.http.stream("GET", f"{client.path}/events", headers=client.headers):
        assert process.stop_gently() < 4
    client.at(process.start().url)
    # AND a message that was accepted while Rasa was away
    rasa.mode = "broken"
    first = client.post("노원 살아요", id="m-1")
    assert first.json()["messages"][0]["text"] == STORED
    # WHEN the gateway is killed and started again
    process.kill()
    rasa.mode = "well"
    process.start()
    client.at(process.url)
    # THEN the answer comes without the client doing anything, and exactly once
    wait_until(lambda: any("여쭤요" in text for text in client.texts()))
    assert client.texts().count("노원 살아요") == 1 and sum("여쭤요" in text for text in client.texts()) == 1
    # AND the same id still has its first answer, and the conversation goes on where it was
    assert client.post("노원 살아요", id="m-1").json() == first.json()
    assert rasa.turns[-1]["metadata"]["state"]["consent_asked"] is True
    assert client.say("네", id="m-2")[0]["asks"] == "region"


def test_a_kill_in_the_middle_of_turns_loses_and_doubles_nothing(process: GatewayProcess, rasa: FakeRasa):
    clients = [Client(process.url).agree() for _ in range(4)]
    rasa.slow_s = 0.4
    given = [(client, f"{number}번째 말", f"m-{number}") for client in clients for number in range(3)]

    def send(case: tuple[Client, str, str]) -> bool:
        try:
            return case[0].post(case[1], id=case[2]).status_code == 200
        except Exception:
            return False

    with ThreadPoolExecutor(12) as pool:
        sending = [pool.submit(send, case) for case in given]
        time.sleep(0.7)
        process.kill()
        answered = [future.result() for future in sending]
    assert not all(answered)
    rasa.slow_s = 0
    process.start()
    for client in clients:
        client.at(process.url)
    # WHEN every client repeats what it had sent, THEN everything is there exactly once, in the answer and the record
    for client, text, message_id in given:
        assert client.say(text, id=message_id)
    for client in clients:
        said = [m["text"] for m in client.so_far()["messages"] if m["role"] == "client"]
        assert sorted(said[2:]) == [f"{number}번째 말" for number in range(3)]
    turns = [(t["sender"].split(".")[0], t["metadata"]["turn"]) for t in rasa.turns if t["message"].endswith("번째 말")]
    by_turn = {key: {t["message"] for t in rasa.turns if (t["sender"].split(".")[0], t["metadata"]["turn"]) == key}
               for key in turns}  # fmt: skip
    assert all(len(messages) == 1 for messages in by_turn.values())


def test_after_a_restart_before_the_yes_the_bot_says_that_the_words_are_gone(process: GatewayProcess, rasa: FakeRasa):
    client = Client(process.url)
    client.say("비밀이 하나 있어요")
    process.kill()
    process.start()
    client.at(process.url)
    assert client.so_far()["messages"] == []
    actual = client.say("네", id="m-2")
    assert actual[0]["text"].startswith("앞서 하신 말씀은 저장 전이라 남아 있지 않아요.")
    assert actual[-1]["asks"] == "needs" and "어떤 일로 오셨어요?" in actual[-1]["text"]
    assert "네" not in rasa.messages
    # AND from then on the conversation is as new, under a new name for Rasa
    assert client.say("일자리를 찾아요")[0]["asks"] == "consent"
    assert len({turn["sender"] for turn in rasa.turns}) == 2


def test_rasa_away_at_the_opening(gateway: Served, rasa: FakeRasa):
    rasa.mode = "broken"
    client = Client(gateway.url)
    assert client.opening[0]["asks"] == "needs" and "AI" in client.opening[0]["text"]
    rasa.mode = "well"
    assert client.say("일자리")[0]["asks"] == "consent"
