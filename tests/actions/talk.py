"""A conversation with the custom actions alone: no Rasa, no gateway; the rules of nlu_data say which action follows.

`Talk.says` takes what the engine would have read, runs the actions that Rasa's rule names, carries the memory the way
the gateway does (state and held go out and come back), and returns what the client would see.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.ask_next import ActionAskNext
from actions.records_client import RecordsClient
from actions.server import ACTIONS
from actions.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES = yaml.safe_load((ROOT / "nlu_data/rules/conversation.yml").read_text(encoding="utf-8"))["rules"]
STEPS = {r["steps"][0]["intent"]: [s["action"] for s in r["steps"][1:]] for r in RULES}


@dataclass
class Answer:
    """What one turn brought: bubbles of text, the last question, buttons, and the report to the gateway."""

    texts: list[str]
    kinds: list[str]
    asks: str | None
    buttons: list[tuple[str, str]]
    report: dict[str, Any]
    data: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        return " ".join(self.texts)


@dataclass
class Talk:
    """One conversation; `api` is a list that collects the bodies put, or None when the record is away."""

    api: list[dict[str, Any]] | None = field(default_factory=list)
    now: str = "2026-11-24T14:00:00+09:00"
    channel: str = "web"
    state: dict[str, Any] | None = None
    held: dict[str, Any] | None = None
    asks: str | None = None
    turn: int = 0
    log: list[str] = field(default_factory=list)

    def opens(self) -> Answer:
        return self.says("/greet", "greet")

    def says(self, text: str, intent: str = "answer", **read: Any) -> Answer:
        """One turn.

        Args:
            read: `needs=[id or (id, evidence)]`, `negated=[ids]`, `facts={…}`, `risks=[ids]`,
                `guard=[(risk, certainty)]`,
                `phone=True`, `asks=…` (defaults to what was asked), `entities={…}` of a quick reply.
        """
        return asyncio.run(self._says(text, intent, read))

    async def _says(self, text: str, intent: str, read: dict[str, Any]) -> Answer:
        self.turn += 1
        needs = [(n, "") if isinstance(n, str) else n for n in read.get("needs", [])]
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": [{"entity": k, "value": v} for k, v in read.get("entities", {}).items()],
            "needs": [{"id": n, "score": 0.95, "evidence": words} for n, words in needs],
            "negated": read.get("negated", []),
            "risks": [{"id": r, "score": 0.7, "evidence": ""} for r in read.get("risks", [])],
            "facts": read.get("facts", {}),
            "ambiguous": read.get("ambiguous", {}),
            "metadata": {
                "message_id": f"m{self.turn}",
                "turn": self.turn,
                "asks": read.get("asks", self.asks),
                "channel": self.channel,
                "center": "demo",
                "now": self.now,
                "guard": [{"risk": r, "certainty": c, "evidence": ""} for r, c in read.get("guard", [])],
                "crisis": read.get("crisis"),
                "identifiers": [{"kind": "phone", "token": "⟦전화1⟧"}] if read.get("phone") else [],
                "state": self.state,
                "held": self.held,
            },
        }
        slots: dict[str, Any] = {"session_started_metadata": message["metadata"], "memory": None, "forget": None}
        said: list[dict[str, Any]] = []
        for name in ["action_session_start", *STEPS[intent]]:
            dispatcher = CollectingDispatcher()
            tracker = Tracker("c1.0", slots, message, [], False, None, {}, "action_listen")
            for event in await self._action(name).run(dispatcher, tracker, {}):
                if event["event"] == "slot":
                    slots[event["name"]] = event["value"]
            said += dispatcher.messages
        answer = self._render(said)
        self.state, self.held, self.asks = answer.report["state"], answer.report["held"], answer.asks
        self.log += [f"CLIENT {text}", f"BOT [{'/'.join(answer.kinds)}/{answer.asks}] {answer.text}"]
        return answer

    def _action(self, name: str) -> Any:
        if name == "action_ask_next":
            return ActionAskNext(RecordsClient(Settings("http://actions", "http://api", "t"), self._transport()))
        return next(a for a in ACTIONS if a().name() == name)()

    def _transport(self) -> httpx.MockTransport:
        def take(request: httpx.Request) -> httpx.Response:
            if self.api is None:
                raise httpx.ConnectError("the record is away")
            import json

            body = json.loads(request.content)
            self.api.append({**body, "_key": request.headers["Idempotency-Key"]})
            return httpx.Response(
                200, json={"intake_id": "i1", "status": body["status"], "turn": body["turn"], "plan": None}
            )

        return httpx.MockTransport(take)

    @staticmethod
    def _render(said: list[dict[str, Any]]) -> Answer:
        texts, kinds, asks, buttons, report, data = [], [], None, [], {}, None
        for message in said:
            custom = message.get("custom") or {}
            if "turn" in custom:
                assert not report, "two reports in one turn"
                report = custom["turn"]
            elif "message" in custom:
                kinds[-1] = custom["message"].get("kind", "info")
                asks = custom["message"].get("asks", asks)
                data = custom["message"].get("data", data)
            elif message.get("response"):
                response = DOMAIN["responses"][message["response"]][0]
                values = {k: v for k, v in message.items() if k not in {"response", "buttons", "custom", "text"}}
                texts.append(response["text"].format(**values))
                own = (response.get("custom") or {}).get("message", {})
                kinds.append(own.get("kind", "info"))
                asks = own.get("asks", asks)
                own_buttons = [{**b, "payload": b["payload"].format()} for b in response.get("buttons") or []]
                pairs = [*own_buttons, *(message.get("buttons") or [])]
                buttons = [(b["title"], b["payload"]) for b in pairs] or buttons
        assert report, "a turn without a report"
        return Answer(texts, kinds, asks, buttons, report, data)
