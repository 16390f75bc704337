"""Real HTTP servers on loopback: Rasa and the api as the seams describe them, the gateway."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """One ASGI app on a real port, in a thread; can be stopped and started again on the same port."""

    def __init__(self, app: Any, port: int | None = None) -> None:
        self.app = app
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> "Served":
        config = uvicorn.Config(self.app, host="127.0.0.1", port=self.port, log_config=None, access_log=False,
                                server_header=False, proxy_headers=False, timeout_graceful_shutdown=1)  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: bool(self._server and self._server.started), 15)
        return self

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(10)
            self._server = None


def wait_until(is_so: Callable[[], bool], within_s: float = 10) -> None:
    """Wait until something is so; fail if it never is."""
    until = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < until, "It did not become so in time."
        time.sleep(0.02)


def bubble(text: str, *, kind: str = "info", asks: str | None = None, buttons: list[dict[str, str]] | None = None,
           **note: Any) -> list[dict[str, Any]]:  # fmt: skip
    """Return what Rasa sends for one bubble."""
    said: dict[str, Any] = {"text": text}
    if buttons:
        said["buttons"] = buttons
    return [said, {"custom": {"message": {"kind": kind, "asks": asks, "data": None, **note}}}]


def report(**values: Any) -> dict[str, Any]:
    """Return a `turn` item."""
    turn: dict[str, Any] = {"state": {}, "held": {}, "consent": None, "sensitive_consent": None, "crisis": None,
                            "hold": [], "release": [], "redact": [],
                            "contact": None, "delivery": None, "end": None}  # fmt: skip
    return {"custom": {"turn": {**turn, **values}}}


CONSENT_BUTTONS = [{"title": "동의해요", "payload": "/affirm"}, {"title": "동의 안 해요", "payload": "/deny"}]


class FakeRasa:
    """Speaks seams 1 and 2.  `answers` scripts coming turns; without a script it holds a small fixed dialogue."""

    def __init__(self) -> None:
        self.start_afresh()
        self.server: Served
        self.app = Starlette(routes=[Route("/webhooks/rest/webhook", self._turn, methods=["POST"])])

    def start_afresh(self) -> None:
        """Forget what other tests did."""
        self.turns: list[dict[str, Any]] = []
        self.answers: list[Callable[[dict[str, Any]], Any]] = []
        self.slow_s = 0.0
        self.mode = "well"

    @property
    def messages(self) -> list[str]:
        """What Rasa was told, greetings left out."""
        return [turn["message"] for turn in self.turns if turn["message"] != "/greet"]

    async def _turn(self, request: Request) -> Response:
        body = await request.json()
        if body["sender"] != "warm-up.0":
            self.turns.append(body)
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        if self.mode == "empty":
            return JSONResponse([])
        if self.mode == "broken":
            return JSONResponse({"error": "x"}, 500)
        if self.mode == "no_turn":
            return JSONResponse([{"text": "Bye"}])
        if self.mode == "not_json":
            return Response("<html>", media_type="text/html")
        if self.answers and body["message"] != "/greet":
            return JSONResponse(self.answers.pop(0)(body))
        return JSONResponse(self.dialogue(body))

    def dialogue(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer as a small honest bot would."""
        message, meta = body["message"], body["metadata"]
        state = dict(meta["state"] or {})
        state["heard"] = state.get("heard", 0) + 1
        if message == "/greet":
            return [*bubble("안녕하세요, 물길이에요. 어떤 일로 오셨어요?", kind="question", asks="needs"), report()]
        if meta["asks"] == "consent" and message == "/affirm":
            return [*bubble("네, 적었어요."), *bubble("나이가 어떻게 되세요?", kind="question", asks="age"),
                    report(state=state, consent="yes")]  # fmt: skip
        if meta["asks"] == "consent" and message == "/deny":
            return [*bubble("네, 저장하지 않을게요."), report(state={}, consent="no", end="refused")]
        if not state.get("consent_asked"):
            state["consent_asked"] = True
            return [*bubble("계획을 만들려면 적어 둬야 해요. 적어 둬도 될까요?", kind="question", asks="consent",
                            buttons=CONSENT_BUTTONS), report(state=state, held={"story": message})]  # fmt: skip
        question = f"{state['heard']}번째로 여쭤요. 어디에 사세요?"
        return [*bubble("적었어요."), *bubble(question, kind="question", asks="region"), report(state=state)]


@dataclass
class FakeApi:
    """Speaks seam 4 and keeps what it was sent, each idempotency key once."""

    away: bool = False
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    outgoing: list[dict[str, Any]] = field(default_factory=list)
    intakes: dict[str, Any] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: int = 0
    refuse: list[int] = field(default_factory=list)
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    server: Served = field(init=False)

    def __post_init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/healthz", lambda r: JSONResponse({"status": "ok"})),
                Route("/console", self._console),
                Route("/static/{path:path}", lambda r: Response("css", media_type="text/css")),
                Route("/api/v1/stream", self._stream),
                Route("/api/v1/echo", self._echo, methods=["GET", "POST"]),
                Route("/api/v1/{path:path}", self._any, methods=["GET", "PUT", "POST", "DELETE"]),
            ]
        )

    def start_afresh(self) -> None:
        """Forget what other tests did."""
        self.away, self.calls, self.outgoing, self.intakes, self.messages = False, [], [], {}, {}
        self.refuse, self.said = [], []

    def of_kind(self, end: str) -> list[Any]:
        """Return the bodies of calls whose path ends so."""
        return [body for _, path, body in self.calls if path.endswith(end)]

    async def _any(self, request: Request) -> Response:
        self.requests += 1
        path = request.url.path
        if self.away:
            return JSONResponse({}, 503)
        if path == "/api/v1/outgoing":
            after = int(request.query_params.get("after") or 0)
            return JSONResponse({"items": [item for item in self.outgoing if item["seq"] > after]})
        if request.method == "GET" and path.endswith("/intake"):
            known = self.intakes.get(path.split("/")[4])
            return JSONResponse(known) if known else JSONResponse({"code": "not_found"}, 404)
        if self.refuse:
            return JSONResponse({}, self.refuse.pop())
        body = json.loads(await request.body() or b"null")
        self.calls.append((request.method, path, body))
        if path.endswith("/messages"):
            self.said += [(path, message) for message in body]
            for message in body:
                self.messages[message["id"]] = message
        return JSONResponse({})

    async def _console(self, request: Request) -> Response:
        return Response("<h1>상담</h1>", media_type="text/html", headers={"Set-Cookie": "a=1"})

    async def _echo(self, request: Request) -> Response:
        return JSONResponse({"headers": dict(request.headers), "body": (await request.body()).decode(),
                             "query": request.url.query})  # fmt: skip

    async def _stream(self, request: Request) -> Response:
        async def events() -> Any:
            for number in range(3):
                yield f"data: {number}\n\n"
                await asyncio.sleep(0.2)

        return StreamingResponse(events(), media_type="text/event-stream")


class GatewayProcess:
    """The gateway as its own process, to be killed."""

    def __init__(self, data_dir: Path, rasa_url: str, api_url: str, **environ: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / "gateway.log"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MULGIL_")},
            "MULGIL_DATA_DIR": str(data_dir), "MULGIL_PORT": str(self.port), "MULGIL_RASA_URL": rasa_url,
            "MULGIL_API_URL": api_url, "MULGIL_LOG_LEVEL": "DEBUG", **environ,
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "GatewayProcess":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "bot.gateway"], cwd=ROOT, env=self.environ,
                                            stdout=log, stderr=log)  # fmt: skip
        try:
            wait_until(self._lives, 90)
        except BaseException:
            self.kill()
            raise
        return self

    def _lives(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    def stop_gently(self) -> float:
        """Ask it to stop and return the seconds it took."""
        assert self.process
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(20)
        self.process = None
        return time.monotonic() - started

    def kill(self) -> None:
        """Kill it as the machine would: no time to tidy up."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
            self.process = None


@contextmanager
def served(app: Any) -> Iterator[Served]:
    """Serve an app while the block runs."""
    server = Served(app).start()
    try:
        yield server
    finally:
        server.stop()
