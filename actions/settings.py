"""Settings of the action server, read once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Where the action server listens and where the record is.

    Attributes:
        url: Own address on loopback, `http://127.0.0.1:<port>`.
        api_url: The api process.
        service_token: Bearer token of the built-in service account.
        center: Id of the centre that a conversation without one belongs to.
        api_timeout_s: How long one call to the api may take; well under Rasa's 8 s for an action.
    """

    url: str
    api_url: str
    service_token: str
    center: str = "demo"
    api_timeout_s: float = 2.5

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read `MULGIL_*`.

        Raises:
            ValueError: A needed variable is missing; names it.
        """
        missing = [n for n in ("ACTIONS_URL", "API_URL", "SERVICE_TOKEN") if not environ.get(f"MULGIL_{n}")]
        if missing:
            raise ValueError("Set " + ", ".join(f"MULGIL_{n}" for n in missing) + " (deploy/house.py does it).")
        return cls(
            url=environ["MULGIL_ACTIONS_URL"],
            api_url=environ["MULGIL_API_URL"].rstrip("/"),
            service_token=environ["MULGIL_SERVICE_TOKEN"],
            center=environ.get("MULGIL_CENTER", "demo"),
        )
