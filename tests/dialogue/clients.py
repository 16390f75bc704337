"""A client of the chat API, as a person would use it: says things, reads what comes back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

GENERAL_ANSWERS = {
    "consent": "네 동의해요",
    "sensitive_consent": "네 그것도 적어 주세요",
    "needs": "아니요 그게 다예요",
    "confirm_summary": "네 맞아요",
}


@dataclass
class Client:
    """One conversation over HTTP.

    Attributes:
        log: The talk so far, a line each, for the message of a failing test.
        last: The messages of the last answer.
    """

    base: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    log: list[str] = field(default_factory=list)
    last: list[dict[str, Any]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def opens(self) -> Client:
        """Open a conversation."""
        answer = self.http.post(f"{self.base}/chat/conversations", json={"channel": "web"})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        self.id, self.token = body["conversation_id"], body["token"]
        self._hear(body["messages"])
        return self

    def says(self, text: str) -> str:
        """Say something; returns all text of the answer."""
        return self.sends({"text": text})

    def taps(self, title: str) -> str:
        """Tap the quick reply with this title."""
        offered = {q["title"]: q["payload"] for m in self.last for q in m["quick_replies"]}
        assert title in offered, (title, list(offered), self.story())
        return self.sends({"payload": offered[title]})

    def sends(self, body: Mapping[str, Any], message_id: str | None = None) -> str:
        """Post a message; the answer must be 200."""
        answer = self.post({"message_id": message_id or str(uuid.uuid4()), **body})
        self.log.append(f"CLIENT {body.get('text') or body.get('payload')}")
        assert answer.status_code == 200, (answer.status_code, answer.text, self.story())
        self._hear(answer.json()["messages"])
        return " ".join(m["text"] for m in self.last)

    def post(self, body: Mapping[str, Any]) -> httpx.Response:
        """Post a message and return the bare response."""
        return self.http.post(f"{self.base}/chat/conversations/{self.id}/messages", json=body, headers=self._key())

    def held(self) -> dict[str, Any]:
        """What the service holds about this client."""
        answer = self.http.get(f"{self.base}/chat/conversations/{self.id}/intake", headers=self._key())
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()

    def transcript(self) -> dict[str, Any]:
        """The conversation so far, as the service tells it."""
        return self.http.get(f"{self.base}/chat/conversations/{self.id}", headers=self._key()).json()

    def erases(self) -> httpx.Response:
        """Erase the conversation through the API."""
        return self.http.delete(f"{self.base}/chat/conversations/{self.id}", headers=self._key())

    @property
    def asks(self) -> str | None:
        """What the last answer asks for."""
        return next((m["asks"] for m in self.last if m["asks"]), None)

    def walks(self, answers: Mapping[str, str], *, until: Iterable[str] = ("plan",), turns: int = 24) -> None:
        """Answer whatever is asked until a message of one of these kinds comes."""
        for _ in range(turns):
            if any(m["kind"] in set(until) for m in self.last):
                return
            asks = self.asks
            assert asks, f"nothing asked and no {until}: {self.story()}"
            self.says({**GENERAL_ANSWERS, **answers}.get(asks, "글쎄요 잘 모르겠어요"))
        raise AssertionError(f"no {until} after {turns} turns: {self.story()}")

    def story(self) -> str:
        """The talk, readable."""
        return "\n" + "\n".join(self.log)

    def _key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _hear(self, messages: list[dict[str, Any]]) -> None:
        self.last = messages
        assert sum(bool(m["asks"]) for m in messages) <= 1, messages
        for m in messages:
            self.kinds.append(m["kind"])
            if m["asks"]:
                self.asked.append(m["asks"])
            self.log.append(f"BOT [{m['kind']}/{m['asks']}] {m['text']}")
