"""What every request passes before it reaches a route: a limit on its size, and a last word when something breaks."""

import time

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem

log = structlog.get_logger("api")
LONGEST_BODY = 1_048_576


class Guards:
    """Refuses large bodies, logs each request by its route, and turns an unforeseen error into a plain 500.

    The error is logged once, by kind and place, and goes no further: the server's own log would print its message.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, taken = time.perf_counter(), 0, 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LONGEST_BODY:
                # Raised in the route's own reading of the body, so that the handlers of the app render it.
                raise HTTPException(413)
            return message

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                if scope["path"].startswith("/api/"):
                    headers += [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
            await send(message)

        declared = dict(scope["headers"]).get(b"content-length", b"0")
        try:
            if not declared.isdigit() or int(declared) > LONGEST_BODY:
                await problem(413, "too_large", "The body is larger than 1 MiB.")(scope, receive, watched)
                return
            await self.app(scope, limited, watched)
        except Exception:
            # The last place before the server. Whoever called hears that it was our fault, and nothing else.
            log.exception("request.broke", method=scope["method"], route=_route(scope))
            if status:
                return
            await problem(500, "broken", "Something broke here; it was logged.")(scope, receive, watched)
        finally:
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            log.info("request", method=scope["method"], route=_route(scope), status=status, ms=milliseconds)


def _route(scope: Scope) -> str:
    """The route's template; the path itself may hold what a caller made up."""
    return getattr(scope.get("route"), "path", "none")
