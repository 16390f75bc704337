"""A conversation as it lives in memory, and its turns.  Nothing here waits, reads or writes."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.gateway.errors import GatewayError
from bot.gateway.messages import BotMessage, Draft, Entry, Role, new_message_id, now

IDENTIFIERS_KEPT = 60


@dataclass
class Slot:
    """The place of one `message_id`: one does the work, every copy waits for the same answer.

    `answer` resolves once, to what the HTTP response of this message holds for ever after.
    `spoken` is the step and the risks of a crisis answer that has gone out without Rasa.
    """

    fingerprint: str
    answer: asyncio.Future[list[BotMessage]]
    turn: "Turn | None" = None
    spoken: tuple[str, tuple[str, ...]] | None = None
    decided: list[BotMessage] | None = None

    def decide(self, messages: list[BotMessage]) -> bool:
        """Fix the answer before it is written; nothing changes it any more.  False if it had been fixed before."""
        if self.decided is not None or self.answer.done():
            return False
        self.decided = messages
        return True

    def resolve(self, messages: list[BotMessage]) -> None:
        """Give the answer that was decided, or this one."""
        if not self.answer.done():
            self.answer.set_result(messages if self.decided is None else self.decided)

    @property
    def given(self) -> list[BotMessage] | None:
        """The answer as decided or given; None while it is open or after a refusal."""
        if self.decided is not None:
            return self.decided
        gave = self.answer.done() and not self.answer.cancelled() and self.answer.exception() is None
        return self.answer.result() if gave else None

    def refuse(self, error: GatewayError) -> None:
        """Let everyone who waits hear the refusal."""
        if not self.answer.done():
            self.answer.set_exception(error)
            self.answer.exception()  # Mark it as seen: perhaps nobody waits any more.


@dataclass
class Turn:
    """One message of the client on its way through Rasa.

    `message` is what Rasa gets: the masked words without a leading slash, or an offered payload.
    """

    number: int
    message_id: str
    entry: Entry
    message: str
    slot: Slot
    dangers: list[dict[str, str]] = field(default_factory=list)
    identifiers: list[dict[str, str]] = field(default_factory=list)
    kept: bool = False
    attempts: int = 0
    first_tried_at: float | None = None
    delayed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Conversation:
    """One conversation in memory.  `held` and the words of held messages exist only here."""

    id: str
    token_hash: str
    channel: str
    center: str
    boot: int
    consent: str | None = None
    sensitive_consent: str | None = None
    status: str = "open"
    turn: int = 0
    asks: str | None = None
    state: dict[str, Any] | None = None
    held: dict[str, Any] | None = None
    erased: bool = False
    forgotten: bool = False
    epoch: int = 0
    last_seq: int = 0
    turns_in_epoch: int = 0
    previous_text: str = ""
    entries: list[Entry] = field(default_factory=list)
    unsaved: list[Entry] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)
    queue: deque[Turn] = field(default_factory=deque)
    driver: asyncio.Task[None] | None = None
    accepting: asyncio.Lock = field(default_factory=asyncio.Lock)
    pending_dangers: list[dict[str, str]] = field(default_factory=list)
    crisis: dict[str, Any] | None = None
    carded: set[str] = field(default_factory=set)
    alerts: list[tuple[frozenset[str], dict[str, Any], float]] = field(default_factory=list)
    identifiers: OrderedDict[tuple[str, str], dict[str, str]] = field(default_factory=OrderedDict)
    listeners: set[asyncio.Queue[Entry | None]] = field(default_factory=set)
    touched_at: float = 0.0

    @property
    def sender(self) -> str:
        """Rasa's name for this conversation; a new epoch, a new start of the gateway, is a new name."""
        return f"{self.id}.{self.boot * 1_000_000 + self.epoch}"

    def next_epoch(self) -> None:
        """Leave the tracker behind; the next turn is told to a new one, rebuilt from `state` and `held`."""
        self.epoch += 1
        self.turns_in_epoch = 0

    @property
    def writes(self) -> bool:
        """Whether the client's words may stand in the journal."""
        return self.consent == "yes" and not self.erased

    def next_seq(self) -> int:
        """Return the number of the next entry; none is ever given twice."""
        self.last_seq += 1
        return self.last_seq

    def append_client(self, message_id: str, text: str, turn: int) -> Entry:
        """Add what the client said."""
        entry = Entry(id=message_id, seq=self.next_seq(), role="client", text=text, at=now(), turn=turn)
        self.entries.append(entry)
        return entry

    def append_bot(self, draft: Draft, turn: int, *, role: Role = "bot", id: str = "") -> Entry:
        """Add what the bot or a counselor says; it is not in the journal yet."""
        entry = Entry(
            id=id or new_message_id(), seq=self.next_seq(), role=role, text=draft.text, kind=draft.kind,
            asks=draft.asks, quick_replies=draft.quick_replies, data=draft.data, at=now(), turn=turn,
        )  # fmt: skip
        self.entries.append(entry)
        self.unsaved.append(entry)
        return entry

    def publish(self, entries: Iterable[Entry]) -> None:
        """Hand messages to everyone who listens; a listener that has stopped reading is let go."""
        for entry in entries:
            for listener in list(self.listeners):
                try:
                    listener.put_nowait(entry)
                except asyncio.QueueFull:
                    self.listeners.discard(listener)

    def end_listeners(self) -> None:
        """Tell everyone who listens that nothing more will come."""
        for listener in list(self.listeners):
            while listener.full():
                listener.get_nowait()
            listener.put_nowait(None)

    def offers(self, payload: str) -> str | None:
        """Return the title under which this payload was offered in this conversation, or None."""
        for entry in reversed(self.entries):
            for reply in entry.quick_replies:
                if reply.payload == payload and entry.role != "client":
                    return reply.title
        return None

    def remember_identifiers(self, message_id: str, identifiers: Iterable[dict[str, str]]) -> None:
        """Keep the values behind masked tokens for a while, in memory."""
        for identifier in identifiers:
            self.identifiers[(message_id, identifier["token"])] = identifier
        while len(self.identifiers) > IDENTIFIERS_KEPT:
            self.identifiers.popitem(last=False)

    def forget_words(self, *, but: Slot | None = None) -> None:
        """Drop everything the client said from memory; turns that still wait in the queue are kept."""
        waiting = {id(turn.slot) for turn in self.queue}
        self.entries = [turn.entry for turn in self.queue if turn.slot is not but]
        self.unsaved = []
        self.slots = {key: slot for key, slot in self.slots.items() if slot is but or id(slot) in waiting}
        self.identifiers.clear()
        self.pending_dangers = []
        self.previous_text = ""
        self.crisis = None
        self.carded = set()
        self.held = None
