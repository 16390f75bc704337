"""Rasa's memory of conversations: small, short, and able to forget."""

import time
from collections import OrderedDict
from typing import Any, Callable, Iterable, Optional, Text

from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

MOST_TRACKERS = 2000
LONGEST_IDLE_SECONDS = 2 * 60 * 60
FORGET_SLOT = "forget"


class ForgettingTrackerStore(InMemoryTrackerStore):
    """Keeps at most 2,000 trackers, none idle for more than two hours; the record is elsewhere.

    A tracker whose slot `forget` is true is dropped as soon as it is saved: the client said no, or asked
    to be erased, and not even a cache may remember.
    """

    def __init__(
        self, domain: Domain, event_broker: Any = None, clock: Callable[[], float] = time.monotonic, **kwargs: Any
    ) -> None:
        super().__init__(domain, event_broker)
        self.store: "OrderedDict[Text, Text]" = OrderedDict()
        self._used: "OrderedDict[Text, float]" = OrderedDict()
        self._clock = clock

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker, unless it wants to be forgotten, and drop what is old or too much."""
        if tracker.slots.get(FORGET_SLOT) is not None and tracker.get_slot(FORGET_SLOT) is True:
            self._drop(tracker.sender_id)
            return
        await super().save(tracker)
        self._touch(tracker.sender_id)
        now = self._clock()
        while self._used:
            oldest, used_at = next(iter(self._used.items()))
            if len(self._used) <= MOST_TRACKERS and now - used_at <= LONGEST_IDLE_SECONDS:
                break
            self._drop(oldest)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The latest session of a tracker, or None when there is none or it has been idle too long."""
        self._expire(sender_id)
        return await super().retrieve(sender_id)

    async def retrieve_full_tracker(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """All sessions of a tracker, or None as in `retrieve`."""
        self._expire(sender_id)
        return await super().retrieve_full_tracker(sender_id)

    async def keys(self) -> Iterable[Text]:
        """The sender ids that are kept."""
        return list(self.store)

    def _expire(self, sender_id: Text) -> None:
        used_at = self._used.get(sender_id)
        if used_at is not None and self._clock() - used_at > LONGEST_IDLE_SECONDS:
            self._drop(sender_id)

    def _touch(self, sender_id: Text) -> None:
        self._used[sender_id] = self._clock()
        self._used.move_to_end(sender_id)

    def _drop(self, sender_id: Text) -> None:
        self.store.pop(sender_id, None)
        self._used.pop(sender_id, None)
