"""`python -m bot.gateway`: runs the gateway with the settings of the environment."""

import os
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from bot.gateway.app import create_app
from bot.gateway.logs import set_up_logs
from bot.gateway.settings import PREFIX, Settings


def main() -> int:
    """Run until told to stop; 2 if a setting does not fit, its name on stderr."""
    try:
        settings = Settings.from_env(os.environ)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            field = ".".join(str(part) for part in problem["loc"][:1])
            print(f"{PREFIX}{field.upper()}: {problem['msg']}", file=sys.stderr)
        return 2
    set_up_logs(settings.log_level)
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False,
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=5, timeout_keep_alive=30,
    )  # fmt: skip
    _Server(config, app).run()
    return 0


class _Server(uvicorn.Server):
    """Ends the event streams when told to stop; they would hold the process up, as they never end by themselves."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        house = getattr(self._app.state, "house", None)
        if house is not None:
            house.end_streams()
        super().handle_exit(sig, frame)


if __name__ == "__main__":
    sys.exit(main())
