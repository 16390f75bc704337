"""Fetches what counselors write to clients, about once a second, and puts it into the right conversation."""

import asyncio
import random
from typing import Any

import httpx
from structlog import get_logger

from bot.gateway.journal import records
from bot.gateway.journal.engine import Journal, JournalAway
from bot.gateway.messages import Draft
from bot.gateway.registry import Registry
from bot.gateway.writer import Writer

log = get_logger("gateway")
MARK = "outgoing"
PAUSE_S = 1.0
LONGEST_PAUSE_S = 10.0


class Fetcher:
    """Reads `/api/v1/outgoing` from the last cursor on.  A message is in its conversation before the cursor moves."""

    def __init__(self, journal: Journal, registry: Registry, writer: Writer, client: httpx.AsyncClient) -> None:
        self._journal = journal
        self._registry = registry
        self._writer = writer
        self._client = client

    async def work(self) -> None:
        """Fetch for ever; cancelled at the end of the process."""
        pause = PAUSE_S
        while True:
            await asyncio.sleep(pause * random.uniform(0.8, 1.0))
            try:
                if self._somebody_listens() or await self._journal.run(records.has_consented):
                    await self._fetch()
                pause = PAUSE_S
            except (httpx.HTTPError, JournalAway, ValueError, KeyError, TypeError) as error:
                pause = min(LONGEST_PAUSE_S, pause * 2)
                log.warning("fetching_failed", error=type(error).__name__, pause_s=pause)

    def _somebody_listens(self) -> bool:
        return any(conversation.listeners for conversation in self._registry.living.values())

    async def _fetch(self) -> None:
        cursor = await self._journal.run(records.read_mark, MARK)
        params = {"after": cursor} if cursor else {}
        response = await self._client.get("/api/v1/outgoing", params=params)
        response.raise_for_status()
        body = response.json()
        items = body if isinstance(body, list) else body.get("items") or body.get("messages") or []
        last = cursor
        for item in items:
            await self._hand_over(item)
            last = str(item.get("cursor") or item.get("seq") or item["id"])
        if isinstance(body, dict):
            last = str(body.get("cursor") or body.get("next_cursor") or last or "") or None
        if last and last != cursor:
            await self._journal.run(records.set_mark, MARK, last)

    async def _hand_over(self, item: dict[str, Any]) -> None:
        message_id = f"c-{item['id']}"
        conversation = await self._registry.find(str(item["conversation_id"]))
        if conversation is None or conversation.erased:
            log.info("outgoing_without_conversation", message=message_id)
            return
        if any(entry.id == message_id for entry in conversation.entries):
            return
        draft = Draft(text=str(item["text"]), kind="handoff", data={"from": "counselor"})
        entry = conversation.append_bot(draft, conversation.turn, role="counselor", id=message_id)
        await self._writer.save_spoken(conversation, None, [entry])
        conversation.publish([entry])
