"""The SQL of outgoing messages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.models import Message, Outgoing


def after(db: Session, seq: int, *, limit: int) -> list[Outgoing]:
    """Messages behind `seq`, oldest first."""
    return list(db.scalars(select(Outgoing).where(Outgoing.seq > seq).order_by(Outgoing.seq).limit(limit)))


def not_delivered(db: Session, conversation_id: str) -> list[Outgoing]:
    """A conversation's messages that have not come back as delivered ones yet, oldest first."""
    back = select(Message.id).where(Message.conversation_id == conversation_id)
    mine = select(Outgoing).where(Outgoing.conversation_id == conversation_id, Outgoing.id.not_in(back))
    return list(db.scalars(mine.order_by(Outgoing.seq)))
