"""The gateway's chat API, as a client of it sees it (docs/architecture.md; the public contract)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.telegram_door.chats import Chat

GONE = {401, 404, 410}


class ConversationGone(Exception):
    """The conversation was erased or is not known (any more)."""


@dataclass(frozen=True)
class Sent:
    """What came of sending a message: an answer, or a problem to tell the client."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""


class ChatApi:
    """One connection pool to the gateway."""

    def __init__(self, base_url: str, center: str = "") -> None:
        self._center = center
        self._http = httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(15, read=30))

    async def open(self) -> tuple[str, str, list[dict[str, Any]]]:
        """Open a conversation; returns its id, its key and the first messages."""
        body = {"channel": "telegram"} | ({"center": self._center} if self._center else {})
        answer = await self._http.post("/chat/conversations", json=body)
        answer.raise_for_status()
        opened = answer.json()
        return opened["conversation_id"], opened["token"], opened["messages"]

    async def send(self, chat: Chat, message: dict[str, str]) -> Sent:
        """Send a message (`message_id` with `text` or `payload`).

        Returns:
            What was answered (the same messages arrive as events), or what the service says is wrong with it.

        Raises:
            ConversationGone: Erased or unknown.
            httpx.HTTPError: The service is away; the message may be sent again with the same id.
        """
        answer = await self._http.post(self._path(chat, "/messages"), json=message, headers=_key(chat))
        if answer.status_code in GONE:
            raise ConversationGone
        if answer.status_code in {400, 413, 422}:
            return Sent(problem=str(answer.json().get("detail", "")))
        answer.raise_for_status()
        return Sent(messages=answer.json()["messages"])

    async def lines(self, chat: Chat) -> list[dict[str, Any]]:
        """The conversation so far."""
        answer = await self._http.get(self._path(chat, ""), headers=_key(chat))
        if answer.status_code in GONE:
            raise ConversationGone
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    async def events(self, chat: Chat, after: str) -> AsyncIterator[dict[str, Any]]:
        """Every message to the client after this one, as it happens; ends when the connection does.

        Raises:
            ConversationGone: Erased or unknown.
        """
        headers = _key(chat) | {"Accept": "text/event-stream"} | ({"Last-Event-ID": after} if after else {})
        timeout = httpx.Timeout(15, read=60)
        async with self._http.stream("GET", self._path(chat, "/events"), headers=headers, timeout=timeout) as answer:
            if answer.status_code in GONE:
                raise ConversationGone
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    async def close(self) -> None:
        """Close the pool."""
        await self._http.aclose()

    @staticmethod
    def _path(chat: Chat, rest: str) -> str:
        return f"/chat/conversations/{chat.conversation_id}{rest}"


def _key(chat: Chat) -> dict[str, str]:
    return {"Authorization": f"Bearer {chat.token}"}
