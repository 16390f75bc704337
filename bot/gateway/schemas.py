"""Shapes of the chat API (public contract)."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.gateway.messages import BotMessage

MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]


class NewConversation(BaseModel):
    """Opens a conversation; without a centre it belongs to the centre of this installation."""

    model_config = ConfigDict(extra="ignore", strict=True)
    channel: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")] = "web"
    center: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")] | None = None


class ClientMessage(BaseModel):
    """One message of the client: free words, or the payload of a quick reply it was offered."""

    model_config = ConfigDict(extra="ignore", strict=True)
    message_id: MessageId
    text: str | None = None
    payload: Annotated[str, Field(max_length=4_000)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.text is None) == (self.payload is None):
            raise ValueError("one_of_two")
        return self


class Opened(BaseModel):
    """A conversation that has just begun; the token is shown this once."""

    conversation_id: str
    token: str
    messages: list[BotMessage]


class Answer(BaseModel):
    """What the bot answers."""

    messages: list[BotMessage]


class Line(BotMessage):
    """One line of the conversation so far; `role` says whose it is.  The client's own have kind "info"."""

    role: Literal["client", "bot", "counselor"]
    at: str


class SoFar(BaseModel):
    """The conversation so far."""

    messages: list[Line]
    status: str


class ClientIntake(BaseModel):
    """What the client may see of what is held about them."""

    status: str
    needs: list[dict[str, Any]]
    facts: dict[str, Any]
    plan: dict[str, Any] | None


class Problem(BaseModel):
    """RFC 9457 problem details; `detail` is plain Korean."""

    type: str
    title: str
    status: int
    code: str
    detail: str
