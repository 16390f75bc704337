"""A loopback Bot API: what Telegram does for one bot, as far as the door uses it.

It runs as a real HTTP server in a thread.  `writes` and `taps` are what people do; `sent` is what the bot said.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "4242:TEST"
BOT = {"id": 4242, "is_bot": True, "first_name": "물길", "username": "mulgil_test_bot"}


@dataclass
class BotApi:
    """The server and everything that went through it."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    refuse: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    _next_id: int = 100
    _server: uvicorn.Server | None = None

    def writes(self, chat_id: int, text: str, **more: Any) -> int:
        """A person writes a message; returns the update's id."""
        message = {
            "message_id": self._number(),
            "date": int(time.time()),
            "chat": _private(chat_id),
            "from": _person(chat_id),
        }
        return self._add({"message": {**message, **({"text": text} if text else {}), **more}})

    def taps(self, chat_id: int, title: str) -> int:
        """A person taps the newest button of this title."""
        for said in reversed(self.sent):
            markup = json.loads(said.get("reply_markup", "{}"))
            for button in (b for row in markup.get("inline_keyboard", []) for b in row):
                if button["text"] == title and int(said["chat_id"]) == chat_id:
                    query = {"id": str(self._number()), "from": _person(chat_id), "chat_instance": "1"}
                    message = {
                        "message_id": 1,
                        "date": int(time.time()),
                        "chat": _private(chat_id),
                        "text": said["text"],
                    }
                    return self._add({"callback_query": {**query, "message": message, "data": button["callback_data"]}})
        raise AssertionError(f"no button {title!r} was sent")

    def said_to(self, chat_id: int) -> list[str]:
        """Everything the bot said to this chat."""
        return [s["text"] for s in self.sent if int(s["chat_id"]) == chat_id]

    def wait_for(self, true: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Wait until something is true of what was sent."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"not within {seconds} s: {what}; sent: {[s['text'] for s in self.sent]}"
            time.sleep(0.05)

    def start(self) -> str:
        """Serve on a free loopback port; returns the base address."""
        app = Starlette(routes=[Route("/bot{token}/{method}", self._call, methods=["POST", "GET"])])
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="error"))
        threading.Thread(target=self._server.run, daemon=True).start()
        while not self._server.started:
            time.sleep(0.02)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Stop serving."""
        if self._server:
            self._server.should_exit = True

    async def _call(self, request: Request) -> Response:
        if request.path_params["token"] != TOKEN:
            return JSONResponse({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        fields = dict(parse_qsl((await request.body()).decode()))
        method = request.path_params["method"]
        if method == "getMe":
            return JSONResponse({"ok": True, "result": BOT})
        if method == "getUpdates":
            return JSONResponse({"ok": True, "result": await self._wait_for_updates(fields)})
        if method == "sendMessage":
            if self.refuse:
                status, body = self.refuse.pop(0)
                return JSONResponse({"ok": False, "error_code": status, **body}, status)
            self.sent.append(fields)
            chat = _private(int(fields["chat_id"]))
            return JSONResponse(
                {"ok": True, "result": {"message_id": self._number(), "date": 0, "chat": chat, "text": fields["text"]}}
            )
        return JSONResponse({"ok": True, "result": True})

    async def _wait_for_updates(self, fields: dict[str, str]) -> list[dict[str, Any]]:
        offset, end = int(fields.get("offset") or 0), time.monotonic() + min(float(fields.get("timeout") or 0), 1.0)
        while True:
            # An offset confirms every update below it, as Telegram has it.
            self.updates[:] = [u for u in self.updates if u["update_id"] >= offset]
            if self.updates or time.monotonic() >= end:
                return self.updates[:100]
            await asyncio.sleep(0.05)

    def _add(self, update: dict[str, Any]) -> int:
        number = self._number()
        self.updates.append({"update_id": number, **update})
        return number

    def _number(self) -> int:
        self._next_id += 1
        return self._next_id


def _private(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "type": "private", "first_name": "손님"}


def _person(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "손님"}
