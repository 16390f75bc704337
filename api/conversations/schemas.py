"""What the conversation's addresses take and give."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.fields import CodeText, MessageId, Moment, Words


class MessageIn(BaseModel):
    """One message, already masked. With `redacted` its words are taken back."""

    id: MessageId
    role: Literal["client", "bot", "counselor"]
    text: Words = ""
    kind: CodeText | None = None
    asks: CodeText | None = None
    at: Moment
    redacted: bool = False


class MessagesKept(BaseModel):
    """How many of the sent messages the record has now (repeated ones counted once)."""

    kept: int


class ContactIn(BaseModel):
    """The contact a client gave as an answer."""

    value: Words = Field(min_length=1, max_length=200)
    message_id: MessageId | None = None


class ClientNeed(BaseModel):
    """A need as the client may see it."""

    id: str
    label: str
    evidence: str


class ClientFact(BaseModel):
    """A fact as the client may see it; `value` as it was told, `label` what it is called."""

    value: Any
    label: str


class ClientIntake(BaseModel):
    """What the client may see of what is held about them. Risks are not among it."""

    status: str
    needs: list[ClientNeed]
    facts: dict[str, ClientFact]
    plan: dict[str, Any] | None
