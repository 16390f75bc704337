"""The alert to a person of the centre, without a word of the client (seam 3)."""

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol
from uuid import uuid4

from bot.gateway.conversation import Conversation
from bot.gateway.crisis import Alert
from bot.gateway.messages import now

SAME_ALERT_S = 600.0


class AlertPost(Protocol):
    """What the outbox offers for alerts."""

    async def alert_now(self, body: dict[str, Any]) -> bool:
        """Keep the alert and try it at once; True only if the api has it."""


class Alarm:
    """Raises an alert once for the same danger, and says truthfully whether the api has it."""

    def __init__(self, post: AlertPost, *, wait_s: float) -> None:
        self._post = post
        self._wait_s = wait_s

    async def raise_alert(self, conversation: Conversation, risks: Iterable[str]) -> Alert:
        """Alert for these risks; within ten minutes the same risks are the same alert, tried again if it failed."""
        wanted = frozenset(risks)
        now_s = asyncio.get_running_loop().time()
        for known, body, raised_at in conversation.alerts:
            if wanted <= known and now_s - raised_at < SAME_ALERT_S:
                return await self._try(body)
        body = {
            "id": f"a-{uuid4().hex}", "conversation_id": conversation.id, "risks": sorted(wanted),
            "channel": conversation.channel, "center": conversation.center, "at": now().isoformat(),
        }  # fmt: skip
        conversation.alerts = [*conversation.alerts[-9:], (wanted, body, now_s)]
        return await self._try(body)

    async def _try(self, body: dict[str, Any]) -> Alert:
        # The try goes on by itself when the client can wait no longer.
        attempt = asyncio.ensure_future(self._post.alert_now(body))
        done, _ = await asyncio.wait({attempt}, timeout=self._wait_s)
        has_it = bool(done) and attempt.exception() is None and attempt.result()
        return "sent" if has_it else "failed"
