"""The addresses of one conversation: its messages, its contact, what the client may see, and its erasure."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.conversations import usecases
from api.conversations.schemas import ClientIntake, ContactIn, MessageIn, MessagesKept
from api.errors import Problem
from api.fields import PathId
from api.idempotency import WriteOnce
from api.scope import Caller
from api.security import Roles
from api.transactions import ReadSession, WriteSession, one_transaction

router = APIRouter(prefix="/conversations/{conversation_id}", tags=["conversations"])
Service = Annotated[Caller, Depends(Roles("service"))]


@router.post("/messages", response_model=MessagesKept, responses={409: {"model": Problem}})
def keep_messages(
    caller: Service,
    conversation_id: PathId,
    body: Annotated[list[MessageIn], Body(max_length=500)],
    once: WriteOnce,
    db: WriteSession,
) -> Response:
    """Keep messages, each once; one sent again as `redacted` loses its words."""

    def work() -> MessagesKept:
        return MessagesKept(kept=usecases.keep_messages(db, conversation_id, body))

    return once.answer(db, work, conversation_id=conversation_id)


@router.put("/contact", status_code=204, responses={409: {"model": Problem}})
def keep_contact(
    caller: Service, conversation_id: PathId, body: ContactIn, once: WriteOnce, db: WriteSession
) -> Response:
    """Keep the contact that the client gave, encrypted; it is shown as the fact `contact`."""

    def work() -> None:
        usecases.keep_contact(db, conversation_id, body.value, body.message_id, caller)

    return once.answer(db, work, status=204, conversation_id=conversation_id)


@router.get("/intake", responses={404: {"model": Problem}})
def show_client(caller: Service, conversation_id: PathId, db: ReadSession) -> ClientIntake:
    """What the client may see of what is held about them."""
    return usecases.show_client(db, conversation_id)


@router.delete("", status_code=204)
async def erase(caller: Service, conversation_id: PathId, request: Request) -> Response:
    """Erase the conversation and everything that came from it. Erasing it again, or an unknown one, is no error."""
    async with one_transaction(request) as db:
        await run_in_threadpool(usecases.erase_conversation, db, conversation_id, caller)
    # Only after the commit can the erased bytes leave the write-ahead log.
    await run_in_threadpool(request.app.state.database.forget_old_pages)
    return Response(status_code=204)
