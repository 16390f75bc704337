"""The door of the console: headers on every answer, and no post without its token from our own page."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from asgi_csrf import asgi_csrf
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "mulgil_csrf"
LARGEST_FORM = 64 * 1024
#: Most fields a form of ours has; parse_qsl refuses more.
MOST_FIELDS = 200
POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
))  # fmt: skip
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Every page may show personal data; none is kept by a browser or a proxy.
    "cache-control": "no-store",
}

Refusal = Callable[[Scope, Receive, Send, int], Awaitable[None]]


class _EveryPath:
    """asgi-csrf lets posts without any cookie pass unless their path is in this container."""

    def __contains__(self, path: object) -> bool:
        return True


class ConsoleGuard:
    """ASGI middleware around the console.

    Posts must be small url-encoded forms, come from a page of this origin and carry the signed token of the cookie.

    Args:
        app: The console.
        secret: Signs the tokens.
        refuse: Answers a refused post with a page; takes the status (403, 413 or 415).
    """

    def __init__(self, app: ASGIApp, *, secret: str, refuse: Refusal) -> None:
        self._refuse = refuse
        self._guarded = {secure: self._with_csrf(app, secret, secure=secure) for secure in (False, True)}

    def _with_csrf(self, app: ASGIApp, secret: str, *, secure: bool) -> Any:
        async def csrf_failed(scope: Scope, send: Send, reason: object) -> None:
            await self._refuse(scope, _nothing_more, send, 403)

        return asgi_csrf(
            app,
            cookie_name=COOKIE,
            cookie_path="/console",
            cookie_secure=secure,
            signing_secret=secret or secrets.token_urlsafe(32),
            always_protect=_EveryPath(),
            send_csrf_failed=csrf_failed,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = self._guarded[scope.get("scheme") == "https"]
        send = _with_headers(send)
        if scope["method"] in ("GET", "HEAD", "OPTIONS", "TRACE"):
            await guarded(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if headers.get("content-type", "").split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            await self._refuse(scope, receive, send, 415)
            return
        if not _comes_from_here(headers):
            await self._refuse(scope, receive, send, 403)
            return
        body = await _read(receive)
        if body is None:
            await self._refuse(scope, _nothing_more, send, 413)
            return
        if not _is_a_form(body):
            await self._refuse(scope, _nothing_more, send, 403)
            return
        # The token counts only as a field of the form: a header could stand in for it, or skip the check.
        kept = [(n, v) for n, v in scope["headers"] if n not in (b"x-csrftoken", b"authorization", b"content-length")]
        kept.append((b"content-length", str(len(body)).encode()))
        await guarded({**scope, "headers": kept}, _replay(body), send)


def _comes_from_here(headers: Headers) -> bool:
    """Whether the browser says that the post comes from a page of this origin (or says nothing at all)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc in {headers.get("host"), headers.get("x-forwarded-host")}


def _is_a_form(body: bytes) -> bool:
    """Whether asgi-csrf can read it: UTF-8, few fields, and a token in plain letters."""
    try:
        fields = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return False
    return fields.get("csrftoken", "").isascii()


async def _read(receive: Receive) -> bytes | None:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += message.get("body", b"")
        if len(body) > LARGEST_FORM:
            return None
        if not message.get("more_body", False):
            return body


def _replay(body: bytes) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return wrapped
