"""A tiny process that stands for a part of the house in tests: listens, answers `/readyz`, or fails as it is told.

usage: stand_in.py NAME        (run by tests/house/tiny_house.py)
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

NAME = sys.argv[1]
NEIGHBOURS = ("API_URL", "RASA_URL", "ACTIONS_URL")


class Handler(BaseHTTPRequestHandler):
    """Answers every question; the gateway's `/readyz` asks the neighbours first."""

    def do_GET(self) -> None:
        silent = [name for name in NEIGHBOURS if NAME == "gateway" and not answers(os.environ[f"MULGIL_{name}"])]
        body = json.dumps({"silent": [name.removesuffix("_URL").lower() for name in silent]}).encode()
        self.send_response(503 if silent else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the log of a test short."""


def answers(url: str) -> bool:
    """Tell whether a neighbour answers."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def main() -> None:
    """Serve until stopped, or fail as the test asked."""
    seen = Path(os.environ["MULGIL_DATA_DIR"]) / f"seen-{NAME}.json"
    seen.write_text(json.dumps({name: value for name, value in os.environ.items() if name.startswith("MULGIL_")}))
    if os.environ.get("MULGIL_TEST_FAILS") == NAME:
        sys.exit(f"{NAME} cannot find its rudder")
    if NAME == "telegram":
        time.sleep(3600)
    if NAME == "gateway":
        host, port = os.environ["MULGIL_HOST"], int(os.environ["MULGIL_PORT"])
    else:
        place = urlsplit(os.environ[f"MULGIL_{NAME.upper()}_URL"])
        host, port = str(place.hostname), int(place.port or 0)
    ThreadingHTTPServer((host, port), Handler).serve_forever()


main()
