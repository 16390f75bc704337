"""Hands the intake to the api.  Actions own no database; what cannot be handed over now is left to the outbox."""

from __future__ import annotations

import logging
from typing import Any

import httpx

from actions.settings import Settings

log = logging.getLogger("mulgil.actions")


class RecordsClient:
    """One connection pool to the api for the life of the process."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=settings.api_url,
            headers={"Authorization": f"Bearer {settings.service_token}"},
            timeout=settings.api_timeout_s,
            transport=transport,
        )

    async def put_intake(self, conversation_id: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Store the intake as it stands after this turn.

        Args:
            conversation_id: Whose it is.
            body: `actions.answers.intake_body`; its `turn` makes a second delivery harmless.

        Returns:
            The api's answer (`intake_id`, `status`, `turn`, `plan`), or None when the api could not take it now:
            the gateway's outbox then delivers the same body with the same key.
        """
        key = f"{conversation_id}:{body['turn']}"
        try:
            answer = await self._http.put(
                f"/api/v1/conversations/{conversation_id}/intake", json=body, headers={"Idempotency-Key": key}
            )
            answer.raise_for_status()
            result: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            status = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else None
            log.warning("intake of conversation %s not delivered: %s %s", conversation_id, type(error).__name__, status)
            return None
        return result
