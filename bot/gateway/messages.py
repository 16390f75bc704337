"""What is said in a conversation: the public BotMessage and the entry the gateway keeps of it."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

Kind = Literal["info", "question", "summary", "plan", "crisis", "handoff"]
Role = Literal["client", "bot", "counselor"]


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


class QuickReply(BaseModel):
    """One answer to tap: `title` is read, `payload` is sent back as it is."""

    model_config = ConfigDict(frozen=True)
    title: str
    payload: str


class BotMessage(BaseModel):
    """A message to the client, as the public contract names it."""

    model_config = ConfigDict(frozen=True)
    id: str
    text: str
    kind: Kind = "info"
    asks: str | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    data: dict[str, Any] | None = None


class Draft(BaseModel):
    """A message that has no id yet."""

    text: str
    kind: Kind = "info"
    asks: str | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    data: dict[str, Any] | None = None


class Entry(BaseModel):
    """One line of a conversation as the gateway holds it, of either side.

    `seq` orders a conversation; `turn` is the number of the client's turn it belongs to (0: the opening).
    `withheld` says that the words may not be written ("held") or are gone for good ("redacted").
    """

    id: str
    seq: int
    role: Role
    text: str
    kind: Kind = "info"
    asks: str | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    data: dict[str, Any] | None = None
    at: datetime
    turn: int = 0
    withheld: Literal["held", "redacted"] | None = None

    def as_bot_message(self) -> BotMessage:
        """Return the public shape."""
        return BotMessage(
            id=self.id, text=self.text, kind=self.kind, asks=self.asks,
            quick_replies=self.quick_replies, data=self.data,
        )  # fmt: skip


def new_message_id() -> str:
    """Return an id for a message of the house; cannot be guessed or collide with a client's own."""
    return f"b-{uuid4().hex}"


def only_one_asks(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts with `asks` left on the last one that had it: one question at a time."""
    asking = [index for index, draft in enumerate(drafts) if draft.asks]
    return [
        draft.model_copy(update={"asks": None}) if draft.asks and index != asking[-1] else draft
        for index, draft in enumerate(drafts)
    ]
