"""`python -m actions`: the action server on loopback."""

from __future__ import annotations

from urllib.parse import urlsplit

import uvicorn

from actions.server import create_app
from actions.settings import Settings


def main() -> None:
    """Serve until stopped."""
    settings = Settings.from_environment()
    place = urlsplit(settings.url)
    uvicorn.run(
        create_app(settings),
        host=place.hostname or "127.0.0.1",
        port=place.port or 5055,
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
