"""A chat API over real HTTP that says what a test tells it to, behind the gateway's own security headers."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.gateway.headers import SecurityHeaders
from bot.widget.build import DIST, HERE

Said = dict[str, Any]
FONTS = HERE.parents[1] / "api" / "console" / "static" / "vendor" / "krds" / "fonts"


def said(text: str, kind: str = "info", asks: str | None = None, replies: tuple[str, ...] = (), **data: Any) -> Said:
    """A message to the client without its id; the payload of a reply is its title after a slash."""
    offered = [{"title": title, "payload": f"/{title}"} for title in replies]
    return {"text": text, "kind": kind, "asks": asks, "quick_replies": offered, "data": data or None}


class ChatStandIn:
    """One centre's chat service.

    Attributes:
        opening: What each conversation begins with.
        answers: What the next messages get, in order: messages, or (status, detail) of a refusal.
        got: Bodies of all messages that came in.
        lines: Each conversation so far, of both sides.
        erased: Ids of conversations that are gone.
    """

    def __init__(self) -> None:
        self.opening = said("안녕하세요, 물길이에요. 어떤 일로 오셨어요?", "question", "needs")
        self.answers: list[list[Said] | tuple[int, str]] = []
        self.got: list[dict[str, Any]] = []
        self.lines: dict[str, list[Said]] = {}
        self.erased: set[str] = set()
        self.opened_with: list[dict[str, Any]] = []
        self._listeners: dict[str, list[asyncio.Queue[Said]]] = {}
        self._answered: dict[str, list[Said]] = {}
        self._ids = itertools.count(1)
        self._loop: asyncio.AbstractEventLoop | None = None

    def counselor_says(self, text: str) -> None:
        """Send a counselor's message to every conversation, from outside the server's thread."""
        assert self._loop is not None, "nobody has opened a conversation yet"
        message = said(text, "handoff") | {"data": {"from": "counselor"}}
        for conversation in self.lines:
            self._loop.call_soon_threadsafe(self._say, conversation, message, "counselor")

    def app(self, allowed_origins: tuple[str, ...] = ()) -> ASGIApp:
        """The service as an ASGI app, with the demo page and the built files."""
        cors = Middleware(
            CORSMiddleware, allow_origins=list(allowed_origins), allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        )  # fmt: skip
        talk = "/chat/conversations/{id}"
        routes = [
            Route("/", lambda request: FileResponse(HERE / "demo.html")),
            Route("/widget/{name}", self._file),
            Mount("/static/vendor/krds/fonts", StaticFiles(directory=FONTS)),
            Route("/chat/conversations", self._open, methods=["POST"]),
            Route(talk, self._show),
            Route(f"{talk}/messages", self._take, methods=["POST"]),
            Route(f"{talk}/events", self._events),
        ]
        return SecurityHeaders(Starlette(routes=routes, middleware=[cors]))

    def _say(self, conversation: str, message: Said, role: str = "bot") -> Said:
        line = {"id": f"b-{next(self._ids)}", "role": role, **message}
        self.lines[conversation].append(line)
        for queue in self._listeners.get(conversation, []):
            queue.put_nowait(line)
        return line

    async def _file(self, request: Request) -> Response:
        path = Path(DIST / request.path_params["name"])
        return FileResponse(path, headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    async def _open(self, request: Request) -> Response:
        self._loop = asyncio.get_running_loop()
        self.opened_with.append(await request.json())
        conversation = f"c{len(self.lines) + 1}"
        self.lines[conversation] = []
        first = self._say(conversation, self.opening)
        return JSONResponse({"conversation_id": conversation, "token": f"t-{conversation}", "messages": [first]}, 201)

    def _refusal(self, request: Request) -> Response | None:
        conversation = request.path_params["id"]
        if conversation in self.erased:
            return JSONResponse({"detail": "이 대화는 지웠어요."}, 410)
        if conversation not in self.lines or request.headers.get("authorization") != f"Bearer t-{conversation}":
            return JSONResponse({"detail": "이 대화를 찾지 못했어요."}, 404)
        return None

    async def _show(self, request: Request) -> Response:
        whole = {"messages": self.lines.get(request.path_params["id"]), "status": "open"}
        return self._refusal(request) or JSONResponse(whole)

    async def _take(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        conversation, body = request.path_params["id"], await request.json()
        self.got.append(body)
        if body["message_id"] not in self._answered:
            answer = self.answers.pop(0) if self.answers else [said("네, 들었어요.")]
            if isinstance(answer, tuple):
                return JSONResponse({"detail": answer[1]}, answer[0])
            text = body.get("text") or body["payload"]
            self.lines[conversation].append({"id": body["message_id"], "role": "client", **said(text)})
            self._answered[body["message_id"]] = [self._say(conversation, message) for message in answer]
        return JSONResponse({"messages": self._answered[body["message_id"]]})

    async def _events(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        return StreamingResponse(self._stream(request), media_type="text/event-stream")

    async def _stream(self, request: Request) -> AsyncIterator[str]:
        conversation, seen = request.path_params["id"], request.headers.get("last-event-id")
        queue: asyncio.Queue[Said] = asyncio.Queue()
        to_client = [line for line in self.lines[conversation] if line["role"] != "client"]
        places = [place for place, line in enumerate(to_client) if line["id"] == seen]
        for line in to_client[places[0] + 1 :] if places else []:
            queue.put_nowait(line)
        self._listeners.setdefault(conversation, []).append(queue)
        try:
            yield ": listening\n\n"
            while True:
                line = await queue.get()
                shown = {name: value for name, value in line.items() if name != "role"}
                yield f"id: {line['id']}\nevent: message\ndata: {json.dumps(shown, ensure_ascii=False)}\n\n"
        finally:
            self._listeners[conversation].remove(queue)
