"""The chat API (public contract): speaks only HTTP; the desk, the registry and the writer do the work."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, cast

import httpx
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ValidationError

from bot.gateway.conversation import Conversation
from bot.gateway.desk import Incoming
from bot.gateway.errors import GatewayError
from bot.gateway.house import House
from bot.gateway.journal import records
from bot.gateway.journal.engine import JournalAway
from bot.gateway.messages import Entry
from bot.gateway.schemas import Answer, ClientIntake, ClientMessage, Line, NewConversation, Opened, Problem, SoFar
from bot.gateway.vault import hash_token, is_token_of, new_conversation_id, new_token

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}}
    for status in (401, 404, 410, 413, 422, 429, 503)
}
router = APIRouter(prefix="/chat/conversations", tags=["chat"], responses=_PROBLEMS)
LISTENER_HOLDS = 200


def the_house(request: Request) -> House:
    """Return the parts put together at the start."""
    return cast(House, request.app.state.house)


TheHouse = Annotated[House, Depends(the_house)]


def bearer(authorization: Annotated[str | None, Header()] = None) -> str:
    """Return the bearer token of the request.

    Raises:
        GatewayError: 401 without one.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise GatewayError(401, "token_missing")
    return token.strip()


Token = Annotated[str, Depends(bearer)]


async def read_json(request: Request) -> Any:
    """Read the body as JSON, however it may be broken.

    Raises:
        GatewayError: 413 above the limit, 422 if it is no JSON.
    """
    limit = the_house(request).settings.body_limit_bytes
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise GatewayError(413, "body_too_large")
        chunks.append(chunk)
    try:
        return json.loads(b"".join(chunks) or b"null")
    except (ValueError, RecursionError):
        raise GatewayError(422, "not_json") from None


def as_model[M: BaseModel](model: type[M], body: Any) -> M:
    """Check a body against its shape.

    Raises:
        GatewayError: 422 naming the field, never its value.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if "one_of_two" in str(first.get("msg", "")):
            raise GatewayError(422, "one_of_two") from None
        field = ".".join(str(part) for part in first["loc"]) or "body"
        raise GatewayError(422, "wrong_shape", field=field[:80]) from None


async def find_mine(house: House, conversation_id: str, token: str) -> Conversation:
    """Return the conversation this token opens.

    Ids and tokens are random (128 and 256 bits): an id that was never given out is 404 with any token, a wrong token
    is 401 whether the conversation lives or was erased.

    Raises:
        GatewayError: 404 or 401; 503 when the journal is needed and away.
    """
    try:
        conversation = await house.registry.find(conversation_id)
    except JournalAway:
        raise GatewayError(503, "journal_away", retry_after_s=3) from None
    is_mine = is_token_of(token, conversation.token_hash if conversation else hash_token(""))
    if conversation is None:
        raise GatewayError(404, "unknown_conversation")
    if not is_mine:
        raise GatewayError(401, "token_wrong")
    return conversation


async def mine(house: TheHouse, conversation_id: str, token: Token) -> Conversation:
    """Return the living conversation of the path; 410 if it was erased."""
    conversation = await find_mine(house, conversation_id, token)
    if conversation.erased:
        raise GatewayError(410, "erased")
    return conversation


Mine = Annotated[Conversation, Depends(mine)]


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a body that is read by hand, for OpenAPI."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}}


def address_of(request: Request) -> str:
    """Return the address the request came from."""
    return request.client.host if request.client else ""


@router.post("", status_code=201, response_model=Opened, openapi_extra=body_of(NewConversation))
async def open_conversation(request: Request, house: TheHouse) -> Opened:
    """Open a conversation; its first message asks what brings the client here."""
    body = as_model(NewConversation, await read_json(request) or {})
    await house.limits.check_new_conversation(address_of(request))
    token = new_token()
    conversation = Conversation(
        id=new_conversation_id(), token_hash=hash_token(token), channel=body.channel,
        center=body.center or house.settings.center, boot=house.registry.boot,
    )  # fmt: skip
    try:
        await house.journal.run(
            records.add_conversation, id=conversation.id, token_hash=conversation.token_hash,
            channel=conversation.channel, center=conversation.center,
        )  # fmt: skip
    except JournalAway:
        raise GatewayError(503, "journal_away", retry_after_s=3) from None
    house.registry.add(conversation)
    entries = await house.driver.greet(conversation)
    return Opened(conversation_id=conversation.id, token=token, messages=[entry.as_bot_message() for entry in entries])


@router.post("/{conversation_id}/messages", response_model=Answer, openapi_extra=body_of(ClientMessage))
async def send_message(request: Request, house: TheHouse, conversation_id: str, token: Token) -> Answer:
    """Take one message and answer it.  The same `message_id` again gets the same answer and changes nothing."""
    body = await read_json(request)
    text = body.get("text") if isinstance(body, dict) else None
    conversation: Conversation | None = None
    try:
        conversation = await find_mine(house, conversation_id, token)
        message = as_model(ClientMessage, body)
    except GatewayError as error:
        # A cry for help is answered even if its envelope is torn or the journal is away; a stranger's is not.
        may_answer = error.code == "journal_away" or conversation is not None
        if may_answer and isinstance(text, str):
            said = await house.desk.crisis_only(text, conversation)
            if said is not None:
                return Answer(messages=[said])
        raise
    incoming = Incoming(message.message_id, message.text, message.payload, address_of(request))
    return Answer(messages=await house.desk.receive(conversation, token, incoming))


@router.get("/{conversation_id}/events", response_class=EventSourceResponse)
async def listen(
    conversation: Mine, last_event_id: Annotated[str | None, Header()] = None
) -> AsyncIterator[ServerSentEvent]:
    """Send every message to the client as it happens.  An event's id is the message's id: any of them resumes."""
    queue: asyncio.Queue[Entry | None] = asyncio.Queue(LISTENER_HOLDS)
    missed = said_after(conversation, last_event_id) if last_event_id else []
    conversation.listeners.add(queue)
    try:
        yield ServerSentEvent(comment="listening", retry=2_000)
        for said in missed:
            yield as_event(said)
        while (entry := await queue.get()) is not None:
            yield as_event(entry)
    finally:
        conversation.listeners.discard(queue)


def said_after(conversation: Conversation, message_id: str) -> list[Entry]:
    """Return messages to the client after this one; all of them if it is not known."""
    said = [entry for entry in conversation.entries if entry.role != "client"]
    for index, entry in enumerate(said):
        if entry.id == message_id:
            return said[index + 1 :]
    return said


def as_event(entry: Entry) -> ServerSentEvent:
    """Return the event of a message."""
    return ServerSentEvent(data=entry.as_bot_message(), event="message", id=entry.id)


@router.get("/{conversation_id}", response_model=SoFar)
async def show_conversation(conversation: Mine) -> SoFar:
    """Show the conversation so far, to resume it."""
    lines = [
        Line(**entry.as_bot_message().model_dump(), role=entry.role, at=entry.at.isoformat())
        for entry in conversation.entries
    ]
    return SoFar(messages=lines, status=conversation.status)


@router.get("/{conversation_id}/intake", response_model=ClientIntake)
async def show_intake(house: TheHouse, conversation: Mine) -> ClientIntake:
    """Show what is held about the client; read through to the record."""
    await house.outbox.settle(conversation.id)
    try:
        response = await house.api.get(f"/api/v1/conversations/{conversation.id}/intake")
    except httpx.HTTPError:
        raise GatewayError(503, "api_away", retry_after_s=5) from None
    if response.status_code in (404, 409, 410):
        return ClientIntake(status=conversation.status, needs=[], facts={}, plan=None)
    if response.status_code != 200:
        raise GatewayError(503, "api_away", retry_after_s=5)
    try:
        return ClientIntake.model_validate(response.json())
    except ValueError:
        raise GatewayError(503, "api_away", retry_after_s=5) from None


@router.delete("/{conversation_id}", status_code=204)
async def erase_conversation(house: TheHouse, conversation_id: str, token: Token) -> Response:
    """Erase the conversation and everything derived from it; once more changes nothing."""
    conversation = await find_mine(house, conversation_id, token)
    if not conversation.erased:
        await house.desk.erase(conversation)
    return Response(status_code=204)
