"""A whole conversation through Telegram: loopback Bot API, python-telegram-bot, gateway, Rasa, actions, api."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.dialogue.conftest import RunningHouse, start_house
from tests.telegram_door.bot_api import TOKEN, BotApi

ANA = 501


@pytest.fixture(scope="module")
def telegram() -> Iterator[tuple[BotApi, RunningHouse]]:
    """A house whose Telegram door talks to a loopback Bot API."""
    bot_api = BotApi()
    base = bot_api.start()
    for house in start_house(MULGIL_TELEGRAM_TOKEN=TOKEN, MULGIL_TELEGRAM_BASE_URL=base):
        yield bot_api, house
    bot_api.stop()


def says(bot_api: BotApi, text: str) -> str:
    """Write a message and wait for the next thing the bot says."""
    before = len(bot_api.said_to(ANA))
    bot_api.writes(ANA, text)
    bot_api.wait_for(lambda: len(bot_api.said_to(ANA)) > before, f"an answer to {text!r}", 40)
    return bot_api.said_to(ANA)[-1]


def test_the_same_conversation_through_telegram(telegram: tuple[BotApi, RunningHouse]):
    bot_api, house = telegram
    # GIVEN someone who opens the bot and tells two needs
    assert "물길이에요" in says(bot_api, "/start")
    assert "적어 둬도 될까요?" in says(bot_api, "자소서를 어떻게 쓰는지 모르겠고 면접만 보면 얼어붙어요")
    # WHEN the consent button is tapped and what is asked is answered
    before = len(bot_api.said_to(ANA))
    bot_api.taps(ANA, "동의해요")
    bot_api.wait_for(lambda: len(bot_api.said_to(ANA)) > before, "what follows the yes")
    last = bot_api.said_to(ANA)[-1]
    for _ in range(14):
        if "아직 제안이에요" in last:
            break
        replies = {"이대로 계획을 짤까요?": "네 맞아요", "더 있을까요?": "아니요", "있을까요?": "아니요"}
        last = says(bot_api, next((r for q, r in replies.items() if q in last), "그건 말하기 싫어요"))
    # THEN the plan comes through Telegram, and the record holds the conversation as one of this channel
    assert "아직 제안이에요" in last
    token = (house.data / "secrets" / "service_token").read_text().strip()
    key = {"Authorization": f"Bearer {token}"}
    found = httpx.get(f"{house.base}/api/v1/intakes", headers=key).json()["items"]
    mine = [i for i in found if not i["conversation_id"].startswith("demo-")]
    assert [i["status"] for i in mine] == ["submitted"], found
    intake = httpx.get(f"{house.base}/api/v1/intakes/{mine[0]['id']}", headers=key).json()
    assert intake["channel"] == "telegram" and intake["plan"]["steps"]
