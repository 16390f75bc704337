"""What the house does with a counselor's message: put it on the shelf from which the gateway fetches it."""

from sqlalchemy.orm import Session

from api.db import OUTGOING_LOCK, queue_up
from api.errors import BadValue, NotFound
from api.events.records import record_event
from api.fields import clean
from api.intakes import records as intakes
from api.models import Outgoing
from api.scope import Caller

LONGEST_MESSAGE = 2_000


def send_message(db: Session, caller: Caller, intake_id: str, text: str) -> Outgoing:
    """Put a message to the client of an intake on its way.

    Raises:
        NotFound: No such intake in the caller's scope.
        BadValue: The text is empty or longer than 2,000 characters.
    """
    intake = intakes.find(db, caller.scope, intake_id)
    if intake is None:
        raise NotFound("There is no such intake.")
    text = clean(text).strip()
    if not text or len(text) > LONGEST_MESSAGE:
        raise BadValue(f"text: between 1 and {LONGEST_MESSAGE} characters.")
    # The gateway reads behind a cursor: a number given out earlier must never be committed later.
    queue_up(db, OUTGOING_LOCK)
    row = Outgoing(conversation_id=intake.conversation_id, text=text, author_id=caller.user_id)
    db.add(row)
    db.flush()
    record_event(db, caller, "message.sent", "intake", intake.id, center_id=intake.center_id, message=row.id)
    return row
