"""The outbox worker: posts to the api what it has yet to receive, until it has it (seams 3 and 4)."""

import asyncio
import hashlib
import json
import random
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

import httpx
from structlog import get_logger

from bot.gateway.journal import outbox, records
from bot.gateway.journal.engine import Journal, JournalAway
from bot.gateway.journal.outbox import Parcel
from bot.gateway.vault import Vault

log = get_logger("gateway")
LONGEST_PAUSE_S = 5.0
PARKED_EVERY_S = 600.0
AT_ONCE = 8
SETTLE_S = 1.0
_REFUSED_FOR_GOOD = frozenset({400, 413, 415, 422})


class Outbox:
    """Delivers parcels: at most one in flight a conversation, alerts first and in any case."""

    def __init__(self, journal: Journal, vault: Vault, client: httpx.AsyncClient) -> None:
        self._journal = journal
        self._vault = vault
        self._client = client
        self._awake = asyncio.Event()
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._pauses: dict[str, tuple[float, float]] = {}  # lane: (pause in s, not before, loop time)
        self._api_pause = (0.0, 0.0)
        self._unkept_alerts: dict[str, dict[str, Any]] = {}
        self._delivered_alerts: set[str] = set()
        self._tried_directly: set[str] = set()  # lanes of alerts that `alert_now` is posting
        self._parked_at = 0.0

    def wake(self) -> None:
        """Say that something new waits."""
        self._awake.set()

    async def alert_now(self, body: dict[str, Any]) -> bool:
        """Keep an alert in the outbox and post it at the same time.

        Returns:
            True only if the api has it.  Otherwise it waits in the outbox and is posted again.
        """
        if body["id"] in self._delivered_alerts:
            return True
        self._unkept_alerts[body["id"]] = body
        lane = f"alert:alert:{body['id']}"
        self._tried_directly.add(lane)
        keeping = asyncio.ensure_future(self._keep_alert(body))
        try:
            headers = _key(f"alert:{body['id']}")
            response = await self._client.post("/api/v1/alerts", json=body, headers=headers, timeout=3)
            delivered = response.is_success or response.status_code == 409
        except httpx.HTTPError:
            delivered = False
        if delivered:
            self._delivered_alerts.add(body["id"])
            self._unkept_alerts.pop(body["id"], None)
            self._later(self._forget_alert(body, keeping, lane))
        else:
            self._tried_directly.discard(lane)
        self.wake()
        return delivered

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._in_flight[f"work:{id(task)}"] = task
        task.add_done_callback(lambda _: self._in_flight.pop(f"work:{id(task)}", None))

    async def _keep_alert(self, body: dict[str, Any]) -> bool:
        try:
            await self._journal.run(outbox.add, body["conversation_id"], "alert", key=f"alert:{body['id']}", body=body)
            self._unkept_alerts.pop(body["id"], None)
            return True
        except JournalAway as error:
            log.error("alert_not_kept", alert=body["id"], error=str(error))
            return False

    async def _forget_alert(self, body: dict[str, Any], keeping: "asyncio.Future[bool]", lane: str) -> None:
        if await keeping:
            try:
                await self._journal.run(outbox.take_out, f"alert:{body['id']}")
            except JournalAway:
                log.info("alert_posted_twice_later", alert=body["id"])  # The api knows it by its id.
        self._tried_directly.discard(lane)

    async def work(self) -> None:
        """Post for ever; cancelled at the end of the process."""
        while True:
            try:
                wait_s = await self._round()
            except JournalAway as error:
                log.warning("outbox_unreadable", error=str(error))
                wait_s = 2.0
            try:
                async with asyncio.timeout(wait_s):
                    await self._awake.wait()
            except TimeoutError:
                continue

    async def settle(self, conversation_id: str) -> None:
        """Wait a moment until the api has what this conversation still owes it, so that a look finds it."""
        with suppress(TimeoutError, JournalAway):
            async with asyncio.timeout(SETTLE_S):
                while await self._journal.run(outbox.holds, conversation_id):
                    self.wake()
                    await asyncio.sleep(SETTLE_S / 20)

    async def _round(self) -> float:
        """Start what may go now; return the seconds until the next look is due."""
        self._awake.clear()
        for body in list(self._unkept_alerts.values()):
            await self._keep_alert(body)
        now_s = asyncio.get_running_loop().time()
        with_parked = now_s - self._parked_at > PARKED_EVERY_S
        if with_parked:
            self._parked_at = now_s
        busy = (
            set(self._in_flight)
            | self._tried_directly
            | {lane for lane, (_, due) in self._pauses.items() if due > now_s}
        )
        free = AT_ONCE - sum(1 for lane in self._in_flight if not lane.startswith("work:"))
        if free <= 0:
            return LONGEST_PAUSE_S
        parcels = await self._journal.run(outbox.waiting, except_conversations=busy, parked=with_parked, limit=free)
        for parcel in parcels:
            if parcel.kind != "alert" and self._api_pause[1] > now_s:
                continue
            lane = _lane(parcel)
            task = asyncio.create_task(self._deliver(parcel))
            self._in_flight[lane] = task
            task.add_done_callback(partial(self._landed, lane))
            if parcel.kind != "alert" and self._api_pause[0]:
                break  # The api was away: one parcel goes ahead and looks.
        dues = [due for _, due in self._pauses.values()] + [self._api_pause[1]]
        return max(0.05, min([LONGEST_PAUSE_S, *(due - now_s for due in dues if due > now_s)]))

    def _landed(self, lane: str, _: asyncio.Task[None]) -> None:
        self._in_flight.pop(lane, None)
        self.wake()

    async def _deliver(self, parcel: Parcel) -> None:
        lane = _lane(parcel)
        try:
            response = await self._post(parcel)
        except httpx.HTTPError as error:
            self._away(lane, parcel, type(error).__name__)
            return
        except JournalAway:
            self._pause(lane)
            return
        status = 204 if response is None else response.status_code
        if status >= 500 or status in (401, 403, 408, 425, 429):
            self._away(lane, parcel, f"status_{status}")
            return
        self._api_pause = (0.0, 0.0)
        try:
            # 410: the conversation was erased there; nothing more of it may be told.
            if status < 300 or status == 410 or (parcel.kind == "erasure" and status == 404):
                await self._journal.run(outbox.take_out, parcel.key)
                self._pauses.pop(lane, None)
                if parcel.kind == "alert":
                    self._delivered_alerts.add(parcel.body["id"])
            elif status in _REFUSED_FOR_GOOD:
                log.error("parcel_refused", kind=parcel.kind, conversation=parcel.conversation_id, status=status)
                await self._journal.run(outbox.park, parcel.key)
            else:
                log.warning("parcel_waits", kind=parcel.kind, conversation=parcel.conversation_id, status=status)
                self._pause(lane)
        except JournalAway:
            self._pause(lane)

    async def _post(self, parcel: Parcel) -> httpx.Response | None:
        """Post one parcel; None if there is nothing left to say."""
        path = f"/api/v1/conversations/{parcel.conversation_id}"
        headers = _key(parcel.key)
        if parcel.kind == "alert":
            return await self._client.post("/api/v1/alerts", json=parcel.body, headers=headers)
        if parcel.kind == "erasure":
            return await self._client.delete(path, headers=headers)
        if parcel.kind == "intake":
            return await self._client.put(f"{path}/intake", json=parcel.body["intake"], headers=headers)
        if parcel.kind == "contact":
            value = self._vault.unseal(parcel.sealed or b"", place=parcel.key)
            body = {"value": value, "message_id": parcel.body["message_id"]}
            return await self._client.put(f"{path}/contact", json=body, headers=headers)
        words = await self._journal.run(records.words_of, parcel.conversation_id, parcel.body["ids"])
        if not words:
            return None
        # Words may have been redacted since the last try: then it is another request and needs another key.
        print_ = hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:16]
        return await self._client.post(f"{path}/messages", json=words, headers=_key(f"{parcel.key}:{print_}"))

    def _away(self, lane: str, parcel: Parcel, reason: str) -> None:
        log.warning("api_away", kind=parcel.kind, conversation=parcel.conversation_id, reason=reason)
        self._pause(lane)
        if parcel.kind != "alert":
            pause = min(LONGEST_PAUSE_S, max(0.5, self._api_pause[0] * 2))
            self._api_pause = (pause, asyncio.get_running_loop().time() + pause * random.uniform(0.6, 1.0))

    def _pause(self, lane: str) -> None:
        before, _ = self._pauses.get(lane, (0.25, 0.0))
        pause = min(LONGEST_PAUSE_S, before * 2)
        due = asyncio.get_running_loop().time() + pause * random.uniform(0.6, 1.0)
        self._pauses[lane] = (pause, due)
        if len(self._pauses) > 10_000:
            self._pauses.pop(next(iter(self._pauses)))


def _lane(parcel: Parcel) -> str:
    return f"alert:{parcel.key}" if parcel.kind == "alert" else parcel.conversation_id


def _key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}
