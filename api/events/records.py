"""The SQL of the event log."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.models import Event
from api.scope import Caller, Scope, only


def record_event(
    db: Session,
    caller: Caller,
    action: str,
    object_type: str,
    object_id: str,
    *,
    center_id: str | None,
    **detail: object,
) -> None:
    """Append one entry in the running transaction.

    Args:
        action: `object.verb`, as `intake.taken`.
        detail: Ids, states and numbers only; never a word of a client, a name or a number to call.
    """
    db.add(
        Event(
            actor=caller.kind if caller.kind != "service" else f"service:{caller.id}",
            actor_id=caller.user_id,
            action=action,
            object_type=object_type,
            object_id=object_id,
            center_id=center_id,
            origin=caller.origin,
            detail=detail,
        )
    )


def list_events(db: Session, scope: Scope, *, before: int | None, limit: int) -> list[Event]:
    """Entries of the scope, newest first, those with a smaller `seq` than `before`."""
    statement = only(select(Event), Event.center_id, scope).order_by(Event.seq.desc()).limit(limit)
    return list(db.scalars(statement if before is None else statement.where(Event.seq < before)))


def events_of(db: Session, scope: Scope, object_ids: list[str]) -> list[Event]:
    """Entries about these objects, oldest first: the history that a page shows."""
    statement = only(select(Event), Event.center_id, scope).where(Event.object_id.in_(object_ids))
    return list(db.scalars(statement.order_by(Event.seq)))
