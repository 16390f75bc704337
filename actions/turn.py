"""One turn as an action sees it: what was heard, what is remembered, what is said.

An action begins a turn, speaks by naming responses of domain.yml, changes the memory, and returns the events
that carry the memory to the next action.  `Moment` keys live only until the turn ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.center_words import hours_phrase, period_phrase
from actions.memory import Memory
from api.catalogue.files import load_catalogue, load_centers
from api.planning.catalogue import Catalogue, Center
from api.planning.particles import with_particle


@dataclass(frozen=True)
class Heard:
    """What the engine and the gateway read in one message.

    Attributes:
        asks: What the bot had just asked, a fact id, `needs`, `consent` …, or None.
        needs, risks: `{"id", "score", "evidence", …}`.
        guard: `{"risk", "certainty", "evidence"}` from the gateway.
        crisis: `{"step", "risks"}` of the crisis question that the gateway has asked, perhaps without us.
        facts: Canonical values by fact id; those of a quick reply included.
        identifiers: `{"kind", "token"}` for what the gateway masked.
    """

    text: str
    intent: str
    confidence: float
    asks: str | None
    message_id: str
    turn: int
    needs: tuple[dict[str, Any], ...]
    negated: tuple[str, ...]
    risks: tuple[dict[str, Any], ...]
    guard: tuple[dict[str, Any], ...]
    crisis: dict[str, Any] | None
    facts: dict[str, Any]
    ambiguous: dict[str, list[str]]
    identifiers: tuple[dict[str, Any], ...]
    is_quick_reply: bool
    channel: str
    center_id: str
    now: datetime | None

    @classmethod
    def from_tracker(cls, tracker: Tracker, memory: Memory) -> Heard:
        """Read the tracker's latest message; what is missing is empty."""
        message = tracker.latest_message or {}
        metadata = message.get("metadata") or {}
        text = message.get("text") or ""
        entities = {e["entity"]: e["value"] for e in message.get("entities") or [] if "entity" in e}
        now = metadata.get("now")
        return cls(
            text=text,
            intent=(message.get("intent") or {}).get("name") or "nlu_fallback",
            confidence=float((message.get("intent") or {}).get("confidence") or 0.0),
            asks=metadata.get("asks") or memory.asks,
            message_id=str(metadata.get("message_id") or ""),
            turn=int(metadata.get("turn") or 0),
            needs=tuple(message.get("needs") or ()),
            negated=tuple(message.get("negated") or ()),
            risks=tuple(message.get("risks") or ()),
            guard=tuple(metadata.get("guard") or ()),
            crisis=metadata.get("crisis"),
            facts={**(message.get("facts") or {}), **entities},
            ambiguous=message.get("ambiguous") or {},
            identifiers=tuple(metadata.get("identifiers") or ()),
            is_quick_reply=text.startswith("/"),
            channel=str(metadata.get("channel") or "web"),
            center_id=str(metadata.get("center") or "demo"),
            now=datetime.fromisoformat(now) if now else None,
        )


class Turn:
    """What an action works on."""

    def __init__(self, dispatcher: CollectingDispatcher, memory: Memory, heard: Heard) -> None:
        self.dispatcher = dispatcher
        self.memory = memory
        self.heard = heard

    @classmethod
    def begin(cls, dispatcher: CollectingDispatcher, tracker: Tracker) -> Turn:
        """Open the turn on the tracker's memory and latest message."""
        memory = Memory.from_json(tracker.get_slot("memory"))
        return cls(dispatcher, memory, Heard.from_tracker(tracker, memory))

    @property
    def moment(self) -> dict[str, Any]:
        """What actions of this turn tell the last one (`action_ask_next`); gone when the turn ends."""
        return self.memory.moment

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of this conversation's centre."""
        return load_catalogue(self.center.id)

    @property
    def center(self) -> Center:
        """The centre of this conversation; an unknown id falls back to the first one."""
        centers = load_centers()
        return centers.get(self.heard.center_id) or next(iter(centers.values()))

    def center_values(self) -> dict[str, Any]:
        """What responses take in about the centre: `center`, `phone…`, `hours…`, `period`."""
        hours = hours_phrase(self.center)
        return {
            "center": self.center.label,
            "phone": self.center.phone,
            "phone_is": with_particle(self.center.phone, "이에요"),
            "phone_to": with_particle(self.center.phone, "로"),
            "hours": hours,
            "hours_is": with_particle(hours, "이에요"),
            "period": period_phrase(self.center.retention_days),
        }

    @property
    def today(self) -> date:
        """The day in Asia/Seoul, as the gateway told it."""
        return self.heard.now.date() if self.heard.now else date.today()

    def say(self, response: str, *, buttons: list[tuple[str, str]] | None = None, **values: Any) -> None:
        """Speak a response of domain.yml.

        Args:
            response: Its name.
            buttons: (title, payload) pairs added to those the response brings.
            values: What its placeholders take.
        """
        extra = [{"title": title, "payload": payload} for title, payload in buttons or []]
        self.dispatcher.utter_message(response=response, buttons=extra or None, **values)
        self.moment["spoken"] = [*self.moment.get("spoken", []), response]

    def describe(self, **message: Any) -> None:
        """Say of which kind the last message is, where domain.yml cannot know (`kind`, `asks`, `data`)."""
        self.dispatcher.utter_message(json_message={"message": message})

    def hold_back(self, list_name: str, *message_ids: str) -> None:
        """Note messages for the gateway: `hold`, `release` or `redact`."""
        noted = self.moment.setdefault(list_name, [])
        noted.extend(i for i in message_ids if i and i not in noted)

    def events(self) -> list[EventType]:
        """What the action returns."""
        return [SlotSet("memory", self.memory.to_json())]
