"""Measures how long a client waits for an answer, alone and among twenty."""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import httpx

TURNS = 10
_TIMEOUT_SECONDS = 60
_OPENING = "애 맡길 데가 없어서 일을 못 구하고 있어요. 이력서도 써야 돼요."
# What the scripted client says when no button is offered, by what was asked.
_ANSWERS = {"needs": "월세도 석 달 밀렸어요.", "age": "서른네 살이에요", "consent": "네, 동의해요"}
_OTHERWISE = "잘 모르겠어요"
_PLAIN_TURNS = ("hi", "I am sad", "no", "hello", "great", "bye", "hey", "awful", "yes", "goodbye")


class Talker(Protocol):
    """One client: opens a conversation, then sends a turn and waits for its answer."""

    async def open(self) -> None:
        """Begin a new conversation."""

    async def turn(self, number: int) -> bool:
        """Send one turn; returns whether it was answered with words."""


class MulgilClient:
    """A client of the chat API, who takes the first button where there is one and answers in words otherwise."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url

    async def open(self) -> None:
        """Begin a new conversation."""
        answer = await self._http.post(f"{self._url}/chat/conversations", json={"channel": "web"})
        answer.raise_for_status()
        body = answer.json()
        self._path = f"{self._url}/chat/conversations/{body['conversation_id']}/messages"
        self._headers = {"Authorization": f"Bearer {body['token']}"}
        self._said: list[dict[str, Any]] = body["messages"]

    async def turn(self, number: int) -> bool:
        """Answer what was asked last."""
        body = {"message_id": str(uuid.uuid4()), **(self._reply() if number else {"text": _OPENING})}
        answer = await self._http.post(self._path, json=body, headers=self._headers)
        if answer.status_code != 200:
            return False
        self._said = answer.json()["messages"]
        return bool(self._said)

    def _reply(self) -> dict[str, str]:
        asked = next((message for message in self._said if message["asks"]), None)
        if asked and asked["quick_replies"]:
            return {"payload": str(asked["quick_replies"][0]["payload"])}
        return {"text": _ANSWERS.get(asked["asks"] if asked else "", _OTHERWISE)}


class PlainClient:
    """A client of the bot that `rasa init` makes, over Rasa's own REST channel."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = f"{url}/webhooks/rest/webhook"

    async def open(self) -> None:
        """Begin a new conversation."""
        self._sender = str(uuid.uuid4())

    async def turn(self, number: int) -> bool:
        """Say the next sentence of the example's own kind."""
        body = {"sender": self._sender, "message": _PLAIN_TURNS[number % len(_PLAIN_TURNS)]}
        answer = await self._http.post(self._url, json=body)
        return answer.status_code == 200


async def _talk(talker: Talker, conversations: int, waits: list[float], failed: list[int]) -> None:
    for _ in range(conversations):
        await talker.open()
        for number in range(TURNS):
            began = time.perf_counter()
            answered = await talker.turn(number)
            waits.append(time.perf_counter() - began)
            if not answered:
                failed.append(number)


async def _measure(make: Callable[[httpx.AsyncClient], Talker], clients: int, conversations: int) -> dict[str, Any]:
    waits: list[float] = []
    failed: list[int] = []
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, limits=limits, trust_env=False) as http:
        # A few turns that do not count: the first ones meet cold caches.
        await _talk(make(http), 1, [], [])
        began = time.perf_counter()
        talks: list[Awaitable[None]] = [_talk(make(http), conversations, waits, failed) for _ in range(clients)]
        await asyncio.gather(*talks)
        seconds = time.perf_counter() - began
    return {
        "clients": clients,
        "turns": len(waits),
        "failed": len(failed),
        "p50_ms": round(statistics.median(waits) * 1000),
        "p95_ms": round(statistics.quantiles(waits, n=20)[-1] * 1000),
        "turns_per_s": round(len(waits) / seconds, 1),
    }


def measure_latency(
    make: Callable[[httpx.AsyncClient], Talker], *, alone: int = 8, together: int = 20, each: int = 2
) -> list[dict[str, Any]]:
    """Measure with one client (`alone` conversations) and with `together` clients at once (`each` conversations).

    Returns:
        One row each: clients, turns, failed, p50_ms, p95_ms, turns_per_s. A turn is a message and its answer.
    """
    return [asyncio.run(_measure(make, 1, alone)), asyncio.run(_measure(make, together, each))]
