"""A memory that is small, short and able to forget."""

import asyncio
from typing import List

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine import tracker_store
from bot.engine.tracker_store import ForgettingTrackerStore


class Clock:
    """A clock that a test can set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def make_tracker(sender: str, forget: bool = False) -> DialogueStateTracker:
    slots = [AnySlot("forget", mappings=[{"type": "custom"}], influence_conversation=False)]
    tracker = DialogueStateTracker(sender, slots)
    tracker.update(UserUttered("안녕하세요"))
    if forget:
        tracker.update(SlotSet("forget", True))
    return tracker


def make_store(clock: Clock) -> ForgettingTrackerStore:
    return ForgettingTrackerStore(Domain.empty(), clock=clock)


def kept(store: ForgettingTrackerStore) -> List[str]:
    return list(asyncio.run(store.keys()))


def test_a_tracker_comes_back() -> None:
    store = make_store(Clock())
    asyncio.run(store.save(make_tracker("a.0")))
    assert asyncio.run(store.retrieve("a.0")) is not None


def test_a_tracker_that_wants_to_be_forgotten_is_gone_after_the_save() -> None:
    # GIVEN a conversation that is remembered
    store = make_store(Clock())
    asyncio.run(store.save(make_tracker("a.0")))
    # WHEN its slot says forget
    asyncio.run(store.save(make_tracker("a.0", forget=True)))
    # THEN nothing of it is left
    assert kept(store) == []
    assert asyncio.run(store.retrieve("a.0")) is None


def test_a_tracker_idle_for_two_hours_is_gone() -> None:
    # GIVEN a conversation
    clock = Clock()
    store = make_store(clock)
    asyncio.run(store.save(make_tracker("a.0")))
    # WHEN two hours and a second pass
    clock.now = tracker_store.LONGEST_IDLE_SECONDS + 1
    # THEN it is not found, and the next save drops it from memory
    assert asyncio.run(store.retrieve("a.0")) is None
    asyncio.run(store.save(make_tracker("b.0")))
    assert kept(store) == ["b.0"]


def test_of_too_many_trackers_the_longest_unused_goes(monkeypatch) -> None:
    # GIVEN room for two, both taken, the first used again
    monkeypatch.setattr(tracker_store, "MOST_TRACKERS", 2)
    store = make_store(Clock())
    for sender in ("a.0", "b.0", "a.0"):
        asyncio.run(store.save(make_tracker(sender)))
    # WHEN a third comes
    asyncio.run(store.save(make_tracker("c.0")))
    # THEN the longest unused has gone
    assert sorted(kept(store)) == ["a.0", "c.0"]
