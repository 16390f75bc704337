"""Danger first: the right card, at once, whatever else is broken."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml

from bot.gateway.app import create_app
from bot.gateway.composing import read_crisis
from bot.gateway.crisis import CRISIS_FILE, CrisisFile, load_crisis
from bot.gateway.rasa import CrisisReading
from bot.gateway.settings import Settings
from tests.bot.gateway.conftest import Client
from tests.bot.gateway.servers import FakeApi, FakeRasa, Served, bubble, free_port, report, served, wait_until

RISKS = ("self_harm", "violence", "destitution", "job_scam", "harm_to_others")
NEVER = (
    "힘내세요",
    "다 지나가",
    "가족을 생각",
    "왜 그런 생각",
    "극단적 선택",
    "우울증",
    "비밀로 할게요",
    "곧 전화",
    "취업하면",
    "처벌",
)


def is_self_harm_card(message: dict[str, Any]) -> bool:
    text = message["text"]
    helps = "109" in text and ("119" in text or "112" in text) and "사람" in text
    hotlines = {line["number"]: line["href"] for line in message["data"]["hotlines"]}
    return message["kind"] == "crisis" and message["asks"] is None and helps and hotlines["109"] == "tel:109"


def test_danger_is_answered_before_consent_and_the_centre_is_told(client: Client, api: FakeApi, rasa: FakeRasa):
    started = time.monotonic()
    actual = client.say("요즘 죽고 싶어요")
    # THEN one card, alone, within a second, and it is true that the centre knows
    assert len(actual) == 1 and is_self_harm_card(actual[0]) and time.monotonic() - started < 1.5
    assert "센터 안전 담당에게도 알렸어요." in actual[0]["text"] and actual[0]["data"]["alert"] == "sent"
    alert = api.of_kind("/alerts")[0]
    assert set(alert) == {"id", "conversation_id", "risks", "channel", "center", "at"}
    assert (alert["conversation_id"], alert["risks"]) == (client.id, ["self_harm"])
    # AND Rasa has heard of it with the turn
    assert rasa.turns[-1]["metadata"]["guard"][0]["risk"] == "self_harm"


def test_danger_in_two_messages_is_seen(client: Client):
    client.agree()
    client.say("나 진짜 죽고")
    assert is_self_harm_card(client.say("싶어요")[0])


@pytest.mark.parametrize("mode", ["empty", "broken", "no_turn"])
def test_danger_is_answered_while_rasa_fails_and_rasa_hears_later(client: Client, rasa: FakeRasa, mode: str):
    client.agree()
    rasa.mode = mode
    assert is_self_harm_card(client.say("죽고 싶어요", id="m-d")[0])
    tried = len(rasa.turns)
    rasa.mode = "well"
    wait_until(lambda: len(rasa.turns) > tried)
    time.sleep(0.3)
    # THEN the late turn told Rasa, and the card was given once
    assert rasa.turns[-1]["metadata"]["guard"][0]["certainty"] == "sure"
    assert sum(m["kind"] == "crisis" for m in client.so_far()["messages"]) == 1
    # AND the next turn says which question stands
    client.say("네")
    assert rasa.turns[-1]["metadata"]["crisis"]["step"] == "first"


def test_danger_does_not_wait_for_a_slow_rasa_nor_for_the_turn_before(client: Client, rasa: FakeRasa):
    client.agree()
    rasa.slow_s = 4
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(client.say, "천천히 할 말")
        time.sleep(0.3)
        started = time.monotonic()
        assert is_self_harm_card(client.say("죽고 싶어요")[0])
        assert time.monotonic() - started < 2.2
        rasa.slow_s = 0
        assert before.result()


def test_danger_while_everything_is_down(make_settings: Callable[..., Settings]):
    # GIVEN neither Rasa nor the api listen
    nowhere = f"http://127.0.0.1:{free_port()}"
    with served(create_app(make_settings(rasa_url=nowhere, api_url=nowhere))) as gateway:
        client = Client(gateway.url)
        for _ in range(5):
            started = time.monotonic()
            actual = client.say("죽고 싶어요")
            assert is_self_harm_card(actual[0]) and time.monotonic() - started < 2.5
            # THEN nobody claims that the alert has gone
            assert "알림이 아직 못 갔어요. 119나 112에 직접 걸어 주세요." in actual[0]["text"]
            assert "알렸어요" not in actual[0]["text"]


def test_an_alert_that_could_not_go_goes_when_the_api_is_back(client: Client, api: FakeApi):
    api.away = True
    assert "아직 못 갔어요" in client.say("죽고 싶어요")[0]["text"]
    api.away = False
    wait_until(lambda: len(api.of_kind("/alerts")) >= 1)
    # AND the same danger again is the same alert, not a second one
    assert "알렸어요" in client.say("정말 죽고 싶어요")[0]["text"]
    assert len({alert["id"] for alert in api.of_kind("/alerts")}) == 1


def test_danger_in_a_text_far_too_long(client: Client, rasa: FakeRasa):
    given = "배가 고프다 " * 9_000 + "죽고 싶어요" + " 비가 온다" * 9_000
    assert is_self_harm_card(client.say(given)[0])
    assert rasa.messages == []
    # AND Rasa hears of it with the next message
    client.say("네")
    assert [danger["risk"] for danger in rasa.turns[-1]["metadata"]["guard"]] == ["self_harm"]
    client.say("네")
    assert rasa.turns[-1]["metadata"]["guard"] == []


def test_danger_in_a_torn_envelope_after_an_erasure_and_beyond_the_queue(client: Client):
    torn = json.dumps({"message_id": ["x"], "text": "죽고 싶어요"})
    actual = client.http.post(f"{client.path}/messages", content=torn, headers=client.headers)
    assert actual.status_code == 200 and is_self_harm_card(actual.json()["messages"][0])
    client.http.delete(client.path, headers=client.headers)
    assert is_self_harm_card(client.say("죽고 싶어요")[0])
    # BUT a stranger is still a stranger
    assert (
        client.http.post(f"{client.path}/messages", content=torn, headers={"Authorization": "Bearer x"}).status_code
        == 401
    )


def test_the_same_cry_again_by_its_id_is_the_same_answer(client: Client, api: FakeApi):
    first = client.post("죽고 싶어요", id="m-d")
    assert client.post("죽고 싶어요", id="m-d").content == first.content
    assert len(api.of_kind("/alerts")) == 1


def test_the_dialogues_own_reading_is_spoken_from_the_file(client: Client, rasa: FakeRasa, api: FakeApi):
    client.agree()
    said = bubble("어디에 사세요?", kind="question", asks="region")
    rasa.answers = [
        lambda body: [*said, report(crisis={"step": "doubt", "risks": ["self_harm"]})],
        lambda body: [*said, report(crisis={"step": "first", "risks": ["self_harm"]})],
        lambda body: [*said, report(crisis={"step": "unsafe", "risks": ["self_harm"]})],
        lambda body: [*said, report(crisis={"step": "safe", "risks": ["self_harm"]})],
        lambda body: [*said, report(crisis={"step": "continue", "risks": ["self_harm"]})],
    ]
    doubt, first, unsafe, safe, onward = (client.say(f"{step}번째") for step in range(5))
    assert [m[0]["kind"] for m in (doubt, first, unsafe, safe)] == ["crisis"] * 4
    assert [len(m) for m in (doubt, first, unsafe, safe, onward)] == [1] * 5
    assert "혹시 죽고 싶다는 생각이 드세요?" in doubt[0]["text"] and "알렸어요" not in doubt[0]["text"]
    assert is_self_harm_card(first[0]) and "지금 119를 눌러 주세요." in unsafe[0]["text"]
    assert safe[0]["text"].startswith("네, 들었어요.") and "109" in safe[0]["text"]
    # THEN once it is past, the question goes on in the same bubble
    assert onward[0]["asks"] == "region" and onward[0]["text"].startswith("이어 갈게요.")
    # AND Rasa was told each time which question stood, and what a yes to it means
    stood = [turn["metadata"]["crisis"] for turn in rasa.turns[-5:]]
    assert [s and (s["step"], s["yes_means"]) for s in stood] == [
        None, ("doubt", "danger"), ("first", "safe"), ("unsafe", "safe"), ("safe", None),
    ]  # fmt: skip


def test_what_belongs_to_the_danger_is_kept(client: Client, rasa: FakeRasa):
    client.agree()
    rasa.answers = [
        lambda body: [
            *bubble("상담사에게 알렸어요.", kind="handoff"), *bubble("어디에 사세요?", kind="question", asks="region"),
            *bubble("적은 것은 그대로예요.", belongs=True), report(crisis={"step": "first", "risks": ["violence"]}),
        ]
    ]  # fmt: skip
    actual = client.say("남편이요")
    assert [m["kind"] for m in actual] == ["crisis", "handoff", "info"] and all(m["asks"] is None for m in actual)
    assert "1366" in actual[0]["text"] and "‘숨기기’" in actual[0]["text"] and actual[0]["data"]["hide"]


def test_crisis_buttons_can_be_tapped(client: Client, rasa: FakeRasa):
    client.agree()
    card = client.say("죽고 싶어요")[0]
    for reply in card["quick_replies"]:
        assert client.post(payload=reply["payload"]).status_code == 200


def guard(certainty: str, risk: str = "self_harm") -> list[dict[str, str]]:
    return [{"risk": risk, "certainty": certainty, "evidence": "말"}]


@pytest.mark.parametrize(
    ("seen", "reading", "expected"),
    [
        (guard("sure"), None, "first"),
        (guard("sure"), "not_meant", "first"),
        (guard("sure"), "safe", "first"),
        (guard("sure"), "unsafe", "unsafe"),
        (guard("doubt"), None, "doubt"),
        (guard("doubt"), "first", "first"),
        (guard("doubt"), "not_meant", "not_meant"),
        (guard("doubt"), "safe", "doubt"),
        (guard("doubt"), "continue", "doubt"),
        ([], "safe", "safe"),
        ([], None, None),
    ],
)
def test_the_dialogue_never_makes_a_sure_danger_smaller(seen: Any, reading: Any, expected: str | None):
    actual = read_crisis(seen, CrisisReading(step=reading, risks=["self_harm"]) if reading else None)
    assert (actual.step if actual else None) == expected


def test_once_the_card_is_given_the_dialogue_may_go_on_with_help(client: Client, rasa: FakeRasa):
    # GIVEN somebody without food, who has had the card
    client.agree()
    assert "129" in client.say("오늘 먹을 것이 하나도 없고 잘 곳도 없어요")[0]["text"]
    # WHEN they say it again and the dialogue goes on, THEN its question is asked
    assert client.say("오늘 먹을 것이 하나도 없고 잘 곳도 없어요")[0]["asks"] == "region"
    # BUT who wants to die gets the card each time
    assert [is_self_harm_card(client.say("죽고 싶어요")[0]) for _ in range(2)] == [True, True]


def test_every_risk_has_its_card_with_two_ways_and_a_person():
    speaker = load_crisis()
    assert set(speaker.file.risks) == set(RISKS)
    for risk in RISKS:
        for alert in ("sent", "failed"):
            text = speaker.say("first", [risk], alert=alert).text
            assert (
                ("112" in text or "119" in text)
                and "사람과 이야기할래요" in text
                and text.rstrip().endswith(("?", "주세요."))
            )
        card = speaker.say("first", [risk], alert="sent")
        assert all(number["number"] in card.text for number in card.data["hotlines"])
        assert len(card.data["hotlines"]) >= 2
    every = CRISIS_FILE.read_text(encoding="utf-8").split("version:", 1)[1]
    assert not [word for word in NEVER if word in every]


def test_several_risks_are_one_message_with_112_and_119_on_top():
    card = load_crisis().say("first", ["job_scam", "violence"], alert="sent")
    assert card.text.index("112나 119") < card.text.index("1366") < card.text.index("1332")
    assert [line["number"] for line in card.data["hotlines"]][:2] == ["112", "119"]
    assert card.text.count("?") == 1


def test_the_file_says_honestly_who_has_reviewed_it():
    given = yaml.safe_load(CRISIS_FILE.read_text(encoding="utf-8"))
    assert len(given["reviewed_by"]) == 2
    assert all((entry["name"] is None) == (entry["state"] == "검토 전") for entry in given["reviewed_by"])
    # AND a file that names a number that is no hotline does not load
    given["risks"]["self_harm"]["numbers"].append("1234")
    with pytest.raises(ValueError, match="1234"):
        CrisisFile.model_validate(given)


def test_sixty_cries_in_a_row_are_each_answered_within_a_second(gateway: Served):
    took = []
    clients = [Client(gateway.url) for _ in range(4)]
    for number in range(60):
        started = time.monotonic()
        assert is_self_harm_card(clients[number % 4].say("그냥 죽고 싶어요")[0])
        took.append(time.monotonic() - started)
    assert sorted(took)[int(len(took) * 0.95)] < 1.0
