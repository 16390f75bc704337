"""`python -m api`: the api process on the loopback address of MULGIL_API_URL."""

import sys

import structlog

from api.logs import set_up_logs
from api.settings import Settings, SettingsError


def main() -> int:
    """Start the process. Returns 2, with the reason on stderr, when it cannot start as told."""
    set_up_logs()
    log = structlog.get_logger("api")
    # These errors name settings and lines of the catalogue, never a secret.
    try:
        settings = Settings.from_environment()
    except SettingsError as reason:
        log.error("start.refused", reason=str(reason))
        return 2
    # The rest of the house takes seconds to load; whoever forgot a setting hears so before.
    import uvicorn

    from api.app import create_app
    from api.catalogue.files import CatalogueError
    from api.vault import VaultError

    try:
        app = create_app(settings)
    except (SettingsError, CatalogueError, VaultError) as reason:
        log.error("start.refused", reason=str(reason))
        return 2
    host, port = settings.listen
    # The gateway in front speaks for the caller; only from loopback do its headers count.
    uvicorn.run(
        app, host=host, port=port, access_log=False, log_config=None, proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1", server_header=False, timeout_graceful_shutdown=8,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
