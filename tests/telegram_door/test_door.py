"""The door between a loopback Bot API and a stand-in chat API, over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

from bot.telegram_door.__main__ import serve
from bot.telegram_door.chats import Chats
from bot.telegram_door.settings import Settings
from tests.telegram_door.bot_api import TOKEN, BotApi

ANA, BEN = 71, 72


@dataclass
class ChatStandIn:
    """The chat API as the contract has it, with answers that repeat what was said."""

    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    away: bool = False
    slow: set[str] = field(default_factory=set)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/chat/conversations", status_code=201)
        async def opens(request: Request) -> dict[str, Any]:
            assert (await request.json())["channel"] == "telegram"
            name = f"c{len(self.lines)}"
            self.lines[name] = [self.line(f"{name}-m0", "안녕하세요. 어떤 일로 오셨어요?", ["네", "아니요"])]
            return {"conversation_id": name, "token": f"t-{name}", "messages": self.lines[name]}

        @app.post("/chat/conversations/{name}/messages")
        async def hears(name: str, request: Request) -> Any:
            if self.away:
                return JSONResponse({"detail": "away"}, 503)
            if name in self.erased:
                return JSONResponse({"detail": "gone"}, 410)
            assert request.headers["authorization"] == f"Bearer t-{name}"
            body = await request.json()
            if (name, body) in self.heard:
                return {"messages": []}
            self.heard.append((name, body))
            if name in self.slow:
                await asyncio.sleep(1.5)
            said = body.get("text") or body.get("payload")
            answer = self.line(f"{name}-m{len(self.lines[name])}", f"들었어요: {said}", [])
            self.lines[name].append(answer)
            if said == "다 지워 주세요":
                self.erased.add(name)
            return {"messages": [answer]}

        @app.get("/chat/conversations/{name}")
        async def shows(name: str) -> Any:
            return (
                JSONResponse({"detail": "gone"}, 410)
                if name in self.erased
                else {"messages": self.lines[name], "status": "open"}
            )

        @app.get("/chat/conversations/{name}/events")
        async def events(name: str, request: Request) -> Any:
            if name in self.erased:
                return JSONResponse({"detail": "gone"}, 410)
            return StreamingResponse(
                self.stream(name, request.headers.get("last-event-id")), media_type="text/event-stream"
            )

        return app

    async def stream(self, name: str, after: str | None) -> AsyncIterator[str]:
        import json

        ids = [m["id"] for m in self.lines[name]]
        told = ids.index(after) + 1 if after in ids else len(ids)
        while name not in self.erased:
            for line in self.lines[name][told:]:
                yield f"id: {line['id']}\nevent: message\ndata: {json.dumps(line, ensure_ascii=False)}\n\n"
                told += 1
            await asyncio.sleep(0.02)

    @staticmethod
    def line(message_id: str, text: str, titles: list[str]) -> dict[str, Any]:
        replies = [{"title": t, "payload": f'/pick{{"t": "{t}"}}'} for t in titles]
        return {
            "id": message_id,
            "role": "bot",
            "text": text,
            "kind": "info",
            "asks": None,
            "quick_replies": replies,
            "data": None,
        }


@dataclass
class Place:
    telegram: BotApi
    chat: ChatStandIn
    settings: Settings
    _stop: Any = None

    def start_door(self) -> None:
        started = threading.Event()

        def run() -> None:
            async def main() -> None:
                task = asyncio.current_task()
                loop = asyncio.get_running_loop()
                loop.add_signal_handler = lambda *_: None  # type: ignore[method-assign]
                self._stop = lambda: loop.call_soon_threadsafe(task.cancel)
                started.set()
                await serve(self.settings)

            with contextlib.suppress(asyncio.CancelledError):
                asyncio.run(main())

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        started.wait(5)

    def told_up_to(self, chat_id: int) -> str:
        chat = Chats(self.settings.data_dir / "telegram.db", 4242).find(chat_id)
        return chat.told_up_to if chat else ""

    def stop_door(self) -> None:
        self._stop()
        self._thread.join(10)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    telegram, chat = BotApi(), ChatStandIn()
    server = uvicorn.Server(uvicorn.Config(chat.app(), port=0, lifespan="off", log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    gateway = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    place = Place(telegram, chat, Settings(TOKEN, gateway, tmp_path, base_url=telegram.start()))
    place.start_door()
    yield place
    place.stop_door()
    telegram.stop()
    server.should_exit = True


def test_the_first_message_opens_a_conversation_and_is_carried(place: Place):
    # GIVEN a person who never wrote before
    # WHEN they write
    update = place.telegram.writes(ANA, "빚이 있어요")
    # THEN the greeting comes first, then the answer, and the message has an id of its own
    place.telegram.wait_for(lambda: len(place.telegram.said_to(ANA)) == 2, "greeting and answer")
    assert place.telegram.said_to(ANA) == ["안녕하세요. 어떤 일로 오셨어요?", "들었어요: 빚이 있어요"]
    assert place.chat.heard == [("c0", {"message_id": f"tg-4242-{update}", "text": "빚이 있어요"})]


def test_start_alone_only_opens(place: Place):
    place.telegram.writes(ANA, "/start")
    place.telegram.wait_for(lambda: place.telegram.said_to(ANA) != [], "greeting")
    assert place.chat.heard == []


def test_a_button_becomes_the_payload_that_was_offered(place: Place):
    place.telegram.writes(ANA, "/start")
    place.telegram.wait_for(lambda: place.telegram.said_to(ANA) != [], "greeting")
    place.telegram.taps(ANA, "아니요")
    place.telegram.wait_for(lambda: bool(place.chat.heard), "the tap arrives")
    assert place.chat.heard[0][1]["payload"] == '/pick{"t": "아니요"}'


def test_messages_of_one_chat_keep_their_order_and_do_not_hold_others_up(place: Place):
    place.telegram.writes(ANA, "/start")
    place.telegram.writes(BEN, "/start")
    place.telegram.wait_for(lambda: len(place.telegram.sent) == 2, "both greeted")
    place.chat.slow.add("c0" if "c0" in place.chat.lines else "")
    for text in ("하나", "둘", "셋"):
        place.telegram.writes(ANA, text)
    began = time.monotonic()
    place.telegram.writes(BEN, "급해요")
    place.telegram.wait_for(lambda: len(place.telegram.said_to(BEN)) == 2, "the other chat is answered", 4)
    place.telegram.wait_for(lambda: len(place.telegram.said_to(ANA)) == 4, "all three are answered")
    assert [b["text"] for n, b in place.chat.heard if b.get("text") in {"하나", "둘", "셋"}] == ["하나", "둘", "셋"]
    assert time.monotonic() - began < 15


def test_a_429_loses_no_answer(place: Place):
    place.telegram.writes(ANA, "/start")
    place.telegram.wait_for(lambda: place.telegram.said_to(ANA) != [], "greeting")
    place.telegram.refuse.append((429, {"description": "Too Many Requests", "parameters": {"retry_after": 1}}))
    place.telegram.writes(ANA, "하나")
    place.telegram.wait_for(lambda: place.telegram.said_to(ANA)[1:] == ["들었어요: 하나"], "the answer after the limit")


def test_what_arrives_while_the_gateway_is_away_is_delivered_when_it_is_back(place: Place):
    place.telegram.writes(ANA, "/start")
    place.telegram.wait_for(lambda: place.telegram.said_to(ANA) != [], "greeting")
    place.chat.away = True
    place.telegram.writes(ANA, "하나")
    time.sleep(0.8)
    assert place.chat.heard == [] and place.telegram.updates
    place.chat.away = False
    place.telegram.wait_for(lambda: "들었어요: 하나" in place.telegram.said_to(ANA), "the late answer")
    assert len(place.chat.heard) == 1


def test_after_a_restart_unheard_answers_are_told_and_heard_ones_are_not_repeated(place: Place):
    place.telegram.writes(ANA, "하나")
    place.telegram.wait_for(lambda: place.told_up_to(ANA) == "c0-m1", "the answer is told and noted")
    place.stop_door()
    place.chat.lines["c0"].append(ChatStandIn.line("c0-late", "상담사가 들어왔어요.", []))
    place.start_door()
    place.telegram.wait_for(lambda: len(place.telegram.said_to(ANA)) == 3, "what came meanwhile")
    assert place.telegram.said_to(ANA)[-1] == "상담사가 들어왔어요."


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}, "사진은 아직 못 읽어요"),
        ({"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}}, "음성은 아직 못 들어요"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "글만 읽을 수 있어요"),
    ],
)
def test_what_cannot_be_read_gets_one_useful_answer(place: Place, more: dict[str, Any], part: str):
    place.telegram.writes(ANA, "", **more)
    place.telegram.wait_for(lambda: any(part in t for t in place.telegram.said_to(ANA)), part)
    assert place.chat.heard == []


def test_a_caption_is_read(place: Place):
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    place.telegram.writes(ANA, "", photo=photo, caption="이 공고 믿어도 돼요?")
    place.telegram.wait_for(lambda: bool(place.chat.heard), "the caption arrives")
    assert place.chat.heard[0][1]["text"] == "이 공고 믿어도 돼요?"


def test_the_last_words_of_an_erased_conversation_are_told_and_the_next_message_begins_anew(place: Place):
    place.telegram.writes(ANA, "하나")
    place.telegram.wait_for(lambda: len(place.telegram.said_to(ANA)) == 2, "answer")
    place.telegram.writes(ANA, "다 지워 주세요")
    place.telegram.wait_for(lambda: "들었어요: 다 지워 주세요" in place.telegram.said_to(ANA), "the last words")
    place.telegram.writes(ANA, "다시 왔어요")
    place.telegram.wait_for(lambda: "들었어요: 다시 왔어요" in place.telegram.said_to(ANA), "a new conversation")
    assert place.chat.heard[-1][0] == "c1"


def test_groups_are_left_alone(place: Place):
    place.telegram._add(
        {"message": {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "group", "title": "x"}, "text": "안녕"}}
    )
    place.telegram.writes(ANA, "하나")
    place.telegram.wait_for(lambda: len(place.telegram.said_to(ANA)) == 2, "the private chat is answered")
    assert place.telegram.said_to(-5) == []
