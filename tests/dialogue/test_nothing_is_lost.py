"""The seams that are costly to move later: a killed process loses nothing that was acknowledged."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.dialogue.clients import Client
from tests.dialogue.conftest import RunningHouse, start_house, wait_until


@pytest.fixture(scope="module")
def fragile() -> Iterator[RunningHouse]:
    """A house of its own, to be hurt."""
    yield from start_house()


def begun(house: RunningHouse) -> Client:
    client = Client(house.base).opens()
    client.says("카드값이 연체됐고 당장 일자리를 찾고 싶어요")
    client.says("네 동의해요")
    client.says("아니요 그게 다예요")
    assert client.asks, client.story()
    return client


def test_losing_the_tracker_loses_nothing(fragile: RunningHouse):
    # GIVEN a conversation midway
    client = begun(fragile)
    asked, held = client.asks, client.held()
    # WHEN Rasa is killed and starts anew with an empty memory
    fragile.kill("bot.engine.serve")
    answer = client.says("그건 말하기 싫어요")
    # THEN the client is told the truth, and the answer comes when Rasa is back, in order and once
    assert "받아 뒀어요" in answer or client.asks, client.story()
    fragile.wait_ready()
    wait_until(lambda: client.transcript()["messages"][-1].get("asks") not in {None, asked}, "the late answer", 60)
    client.last = client.transcript()["messages"][-1:]
    assert {n["id"] for n in client.held()["needs"]} >= {n["id"] for n in held["needs"]}
    client.walks({})
    assert asked not in client.asked[client.asked.index(asked) + 1 :], client.story()


def test_with_the_record_away_the_truth_is_told_and_the_plan_arrives_later(fragile: RunningHouse):
    client = begun(fragile)
    client.walks({}, until=("summary",))
    go_on = fragile.stop_for("api")
    try:
        answer = client.says("네 맞아요")
        assert "연결되는 대로" in answer, client.story()
    finally:
        go_on()
    wait_until(lambda: client.held()["plan"] is not None, "the plan is in the record", 30)


def test_a_killed_gateway_remembers_what_it_acknowledged(fragile: RunningHouse):
    client = begun(fragile)
    asked, message_id = client.asks, str(uuid.uuid4())
    first = client.sends({"text": "그건 말하기 싫어요"}, message_id)
    fragile.kill("bot.gateway")
    fragile.wait_ready()
    again = client.sends({"text": "그건 말하기 싫어요"}, message_id)
    assert first == again
    assert asked not in {client.asks}
    client.walks({})


def test_a_gateway_killed_before_consent_says_that_the_words_are_gone(fragile: RunningHouse):
    client = Client(fragile.base).opens()
    client.says("노란고슴도치상회를 접고 나니 막막해요")
    fragile.kill("bot.gateway")
    fragile.wait_ready()
    answer = client.says("네 동의해요")
    assert "남아 있지 않아요" in answer and client.asks == "needs", client.story()
    assert fragile.files_that_hold("노란고슴도치상회") == []
