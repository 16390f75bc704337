"""`python -m bot.gateway`: runs the gateway with the settings of the environment."""

import os
import sys

import uvicorn
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
    uvicorn.run(
        create_app(settings), host=settings.host, port=settings.port, log_config=None, access_log=False,
        server_header=False, proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None, timeout_graceful_shutdown=5, timeout_keep_alive=30,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
