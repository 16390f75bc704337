"""Starts Rasa the way this house wants it: loopback, REST channel only, no HTTP API, silent, and quick.

    .venv-engine/bin/python -m bot.engine.serve [--port 5005]

The environment names the action server (`MULGIL_ACTIONS_URL`) and, unless `--port` does, Rasa's own place
(`MULGIL_RASA_URL`, of which only the port counts: Rasa listens on loopback whatever it says).
"""

import argparse
import os
import sys
from typing import Any, Dict, Optional
from urllib.parse import urlsplit

from bot.engine import paths
from bot.engine.quiet import keep_quiet, set_environment
from bot.engine.without_tensorflow import leave_tensorflow_out

ACTION_TIMEOUT_SECONDS = 8
LOOPBACK = "127.0.0.1"


def check_once() -> None:
    """Check each action answer against a schema that was itself checked once.

    Rasa checks the schema anew on every answer, which costs two thirds of a turn's time.
    """
    import jsonschema
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    validator = jsonschema.validators.validator_for(schema)(schema)

    def validate(self: Any, result: Dict[str, Any]) -> bool:
        for error in validator.iter_errors(result):
            raise error
        return True

    RemoteAction._validate_action_result = validate


def limit_action_time() -> None:
    """An action server that does not answer must not hold a client for Rasa's own five minutes."""
    import rasa.core.actions.action
    import rasa.utils.endpoints

    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT_SECONDS
    rasa.utils.endpoints.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT_SECONDS


def rasa_arguments(port: int) -> list:
    """What `rasa run` is told."""
    return [
        "rasa", "run", "--model", str(paths.MODEL), "--interface", LOOPBACK, "--port", str(port),
        "--credentials", str(paths.CREDENTIALS), "--endpoints", str(paths.ENDPOINTS), "--quiet",
    ]  # fmt: skip


def _port_of(url: str) -> Optional[int]:
    """The port that a URL names, or None."""
    try:
        return urlsplit(url).port
    except ValueError:
        return None


def main() -> int:
    """The command.  Exit status 2 when the model or the action server's address is missing."""
    parser = argparse.ArgumentParser(prog="bot.engine.serve", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=_port_of(os.environ.get("MULGIL_RASA_URL", "")))
    wanted = parser.parse_args()
    if wanted.port is None:
        print("serve: neither --port nor MULGIL_RASA_URL names a port", file=sys.stderr)
        return 2
    if not paths.MODEL.is_file():
        print(
            f"serve: there is no model at {paths.MODEL.relative_to(paths.ROOT)}; run bot.engine.train first",
            file=sys.stderr,
        )
        return 2
    if not os.environ.get("MULGIL_ACTIONS_URL"):
        print("serve: MULGIL_ACTIONS_URL is not set", file=sys.stderr)
        return 2
    set_environment()
    os.chdir(paths.ROOT)
    keep_quiet()
    leave_tensorflow_out()
    check_once()
    limit_action_time()
    from rasa.__main__ import main as run_rasa

    sys.argv = rasa_arguments(wanted.port)
    run_rasa()
    return 0


if __name__ == "__main__":
    sys.exit(main())
