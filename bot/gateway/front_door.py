"""The rest of the one public port: the demo page, the widget's files, health, and the way through to the api."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, StreamingResponse

from bot.gateway.errors import problem
from bot.gateway.house import House
from bot.gateway.routes import the_house
from bot.gateway.sentences import problem_text

router = APIRouter(include_in_schema=False)
TheHouse = Annotated[House, Depends(the_house)]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "te", "trailer", "trailers", "transfer-encoding", "upgrade"})
_OURS = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "proxy-authorization"}
)
_PAGE = """<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>물길</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>물길</h1><p>{text}</p></main></body></html>"""


@router.get("/healthz")
async def lives() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def is_ready(house: TheHouse) -> Response:
    """Say whether every part answers; 503 with the names of those that do not."""
    away = await house.health.parts_away()
    if away:
        headers = {"Retry-After": "2", "Cache-Control": "no-store"}
        return JSONResponse({"status": "unavailable", "parts": away}, 503, headers=headers)
    return JSONResponse({"status": "ok", "parts": []}, headers={"Cache-Control": "no-store"})


@router.get("/")
async def demo_page(house: TheHouse) -> Response:
    """Show the demo page with the chat window."""
    page = house.settings.widget_dir / "demo.html"
    if not page.is_file():
        return HTMLResponse(_PAGE.format(text=problem_text("widget_missing")), 503)
    return FileResponse(page, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})


@router.get("/widget/{path:path}")
async def widget_file(house: TheHouse, path: str) -> Response:
    """Serve one built file of the chat window."""
    root = (house.settings.widget_dir / "dist").resolve()
    file = _inside(root, path)
    if file is None:
        return problem(404, "not_found", problem_text("not_found" if root.is_dir() else "widget_missing"))
    headers = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
    return FileResponse(file, headers=headers)


def _inside(root: Path, path: str) -> Path | None:
    if "\0" in path or len(path) > 300:
        return None
    file = (root / path).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None


@router.api_route("/console", methods=METHODS)
@router.api_route("/console/{path:path}", methods=METHODS)
@router.api_route("/api/v1", methods=METHODS)
@router.api_route("/api/v1/{path:path}", methods=METHODS)
@router.api_route("/static/{path:path}", methods=METHODS)
async def hand_through(request: Request, house: TheHouse) -> Response:
    """Hand a request through to the api process, streaming both ways."""
    url = httpx.URL(path=request.url.path, raw_path=_raw_target(request))
    sent = house.front.build_request(
        request.method, url, headers=_headers_in(request), content=request.stream() if _has_body(request) else None
    )
    try:
        answer = await house.front.send(sent, stream=True)
    except httpx.HTTPError:
        return _away(request)
    dropped = {name.encode() for name in _HOP_BY_HOP | {"server"}}
    headers = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in dropped]
    response = StreamingResponse(_stream(answer), answer.status_code)
    response.raw_headers = headers
    return response


async def _stream(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()


def _raw_target(request: Request) -> bytes:
    raw = bytes(request.scope.get("raw_path") or request.url.path.encode())
    query = bytes(request.scope.get("query_string") or b"")
    return raw + b"?" + query if query else raw


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _headers_in(request: Request) -> list[tuple[str, str]]:
    named = {part.strip().lower() for part in request.headers.get("connection", "").split(",")}
    headers = [
        (name, value)
        for name, value in request.headers.items()
        if name not in _HOP_BY_HOP and name not in _OURS and name not in named
    ]
    address = request.client.host if request.client else ""
    host = request.headers.get("host", "")
    return [
        *headers, ("x-forwarded-for", address), ("x-forwarded-host", host), ("x-forwarded-proto", request.url.scheme),
    ]  # fmt: skip


def _away(request: Request) -> Response:
    if request.url.path.startswith("/console"):
        headers = {"Retry-After": "5", "Cache-Control": "no-store"}
        return HTMLResponse(_PAGE.format(text=problem_text("console_away")), 503, headers=headers)
    return problem(503, "api_away", problem_text("api_away"), retry_after_s=5)
