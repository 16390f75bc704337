"""Settings of the Telegram door, read once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What the door needs to know.

    Attributes:
        token: The bot's token.
        base_url: Address of the Bot API; another one for a server of one's own.
        gateway_url: The chat API, on loopback.
        data_dir: Where the door keeps which chat is in which conversation.
        center: Centre that chats of this bot belong to; empty: the installation's own.
    """

    token: str = field(repr=False)
    gateway_url: str
    data_dir: Path
    base_url: str = "https://api.telegram.org"
    center: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read `MULGIL_*`.

        Raises:
            ValueError: A needed variable is missing; names it.
        """
        missing = [n for n in ("TELEGRAM_TOKEN", "GATEWAY_URL") if not environ.get(f"MULGIL_{n}")]
        if missing:
            raise ValueError("Set " + ", ".join(f"MULGIL_{n}" for n in missing) + " (docs/operations.md).")
        return cls(
            token=environ["MULGIL_TELEGRAM_TOKEN"],
            gateway_url=environ["MULGIL_GATEWAY_URL"].rstrip("/"),
            data_dir=Path(environ.get("MULGIL_DATA_DIR") or ".data"),
            base_url=(environ.get("MULGIL_TELEGRAM_BASE_URL") or cls.base_url).rstrip("/"),
            center=environ.get("MULGIL_CENTER", ""),
        )
