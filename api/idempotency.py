"""Writes that may be repeated: the same key with the same request gets the same answer, and the work is done once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.errors import Conflict, HouseError
from api.models import IdempotencyKey, utc_now
from api.scope import Caller
from api.security import CurrentCaller

# Keys outlive every retry of the outbox by far; afterwards a repeated write is judged by the rows themselves.
KEPT = timedelta(days=7)


class KeyReused(HouseError):
    """The key was used for another request."""

    status_code, code = 422, "idempotency_key_reused"


@dataclass(frozen=True)
class Once:
    """One write with its key, if the caller sent one."""

    caller: Caller
    key: str | None
    request_hash: str

    def answer(
        self,
        db: Session,
        work: Callable[[], BaseModel | None],
        *,
        status: int = 200,
        conversation_id: str | None = None,
    ) -> Response:
        """Do `work` unless this caller's key was answered before; then give that answer again.

        Args:
            db: The transaction in which the work is done; the key is kept in the same one.
            work: Returns the body of the answer, or None for an empty one.
            conversation_id: With whose erasure the kept answer must go.

        Raises:
            KeyReused: The key came before with another request.
            Conflict: The first request with this key is still at work.
        """
        if self.key is None:
            return _response(status, _plain(work()))
        row = self._reserve(db)
        if row.request_hash != self.request_hash:
            raise KeyReused("This Idempotency-Key was used for another request. Use a new key for a new request.")
        if row.status is not None:
            return _response(row.status, row.body)
        body = _plain(work())
        row.status, row.body, row.conversation_id = status, body, conversation_id
        return _response(status, body)

    def _reserve(self, db: Session) -> IdempotencyKey:
        place = (self.caller.id, self.key)
        row = db.get(IdempotencyKey, place)
        if row is not None:
            return row
        row = IdempotencyKey(caller=self.caller.id, key=self.key, request_hash=self.request_hash)
        try:
            with db.begin_nested():
                db.add(row)
        except IntegrityError:
            # A twin that ran at the same time has committed meanwhile (PostgreSQL made us wait for it).
            found = db.get(IdempotencyKey, place)
            if found is None:
                raise Conflict("The first request with this Idempotency-Key is still at work.") from None
            return found
        return row


async def once(
    request: Request,
    caller: CurrentCaller,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")] = None,
) -> Once:
    """Dependency: the write's key and a hash of method, path and body."""
    text = f"{request.method} {request.url.path}\n".encode() + await request.body()
    return Once(caller, idempotency_key, hashlib.sha256(text).hexdigest())


WriteOnce = Annotated[Once, Depends(once)]


def forget_old_keys(db: Session) -> None:
    """Delete keys that nobody repeats any more."""
    db.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < utc_now() - KEPT))


def _plain(body: BaseModel | None) -> Any:
    return None if body is None else body.model_dump(mode="json")


def _response(status: int, body: Any) -> Response:
    return Response(status_code=204) if body is None else JSONResponse(body, status)
