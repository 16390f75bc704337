"""`action_session_start`: rebuilds a conversation that Rasa does not know (any more)."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.memory import Memory


class ActionSessionStart(Action):
    """Rasa keeps trackers in memory only; what a conversation was stands in the message's own metadata."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_session_start"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Set the memory slot from `state` and `held` of the metadata that opened this tracker."""
        metadata = tracker.get_slot("session_started_metadata") or {}
        memory = Memory.join(metadata.get("state"), metadata.get("held"))
        return [SessionStarted(), SlotSet("memory", memory.to_json()), ActionExecuted("action_listen")]
