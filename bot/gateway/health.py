"""Whether the gateway and the parts it needs can serve a client now."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from sqlalchemy import Connection

from bot.gateway.journal.engine import Journal, JournalAway, ping
from bot.gateway.rasa import Rasa, RasaFailed
from bot.gateway.settings import Settings

REMEMBERED_S = 30.0
NO_ANSWER_REMEMBERED_S = 2.0


class Health:
    """Asks each part; remembers what Rasa said, because asking it costs a whole turn."""

    def __init__(
        self, settings: Settings, journal: Journal, rasa: Rasa, inner: httpx.AsyncClient, api: httpx.AsyncClient
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._rasa = rasa
        self._inner = inner
        self._api = api
        self._warmed = (False, float("-inf"))
        self._one_at_a_time = asyncio.Lock()

    async def parts_away(self) -> list[str]:
        """Return the names of parts that do not answer; empty when all is well."""
        actions = self._settings.actions_url
        checks: dict[str, Callable[[], Awaitable[bool]]] = {
            "journal": self._journal_answers,
            "rasa": self._rasa_answers,
            "actions": lambda: self._answers(self._inner, f"{actions}/healthz", f"{actions}/health"),
            "api": lambda: self._answers(self._api, "/healthz"),
        }
        results = await asyncio.gather(*(check() for check in checks.values()))
        return [name for name, answers in zip(checks, results, strict=True) if not answers]

    async def _journal_answers(self) -> bool:
        try:
            work: Callable[[Connection], int] = ping
            return await self._journal.run(work) == 1
        except JournalAway:
            return False

    async def _rasa_answers(self) -> bool:
        async with self._one_at_a_time:
            now_s = asyncio.get_running_loop().time()
            if now_s - self._rasa.last_answer_at < REMEMBERED_S:
                return True
            answered, at = self._warmed
            if now_s - at < (REMEMBERED_S if answered else NO_ANSWER_REMEMBERED_S):
                return answered
            metadata = {
                "message_id": "warm-up", "turn": 0, "asks": None, "channel": "warm-up", "center": self._settings.center,
                "guard": [], "identifiers": [], "state": None, "held": None,
            }  # fmt: skip
            try:
                await self._rasa.turn(sender="warm-up.0", message="/greet", metadata=metadata, timeout_s=8.0)
                answered = True
            except RasaFailed:
                answered = False
            self._warmed = (answered, asyncio.get_running_loop().time())
            return answered

    async def _answers(self, client: httpx.AsyncClient, *urls: str) -> bool:
        for url in urls:
            try:
                response = await client.get(url, timeout=2.0)
            except httpx.HTTPError:
                return False
            if response.status_code < 400:
                return True
        return False
