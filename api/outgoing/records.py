"""The SQL of outgoing messages."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.models import Message, Outgoing


def after(db: Session, seq: int, *, limit: int) -> list[Outgoing]:
    """Messages behind `seq`, oldest first."""
    return list(db.scalars(select(Outgoing).where(Outgoing.seq > seq).order_by(Outgoing.seq).limit(limit)))


def not_delivered(db: Session, conversation_id: str) -> list[Outgoing]:
    """A conversation's messages that have not come back as delivered ones yet, oldest first."""
    # The gateway posts a delivered one back as a message whose id is ours behind "c-".
    back = select(func.substr(Message.id, 3)).where(
        Message.conversation_id == conversation_id, Message.role == "counselor"
    )
    mine = select(Outgoing).where(Outgoing.conversation_id == conversation_id, Outgoing.id.not_in(back))
    return list(db.scalars(mine.order_by(Outgoing.seq)))
