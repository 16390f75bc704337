"""What the house does with a danger signal: keep it, whatever else is missing, and move its intake to the front."""

from sqlalchemy.orm import Session

from api.alerts.schemas import AlertIn
from api.catalogue.records import find_center
from api.conversations.records import add_if_new
from api.events.records import record_event
from api.intakes import records as intakes
from api.models import Alert, utc_now
from api.scope import Caller


def keep_alert(db: Session, sent: AlertIn, caller: Caller, *, house_center: str) -> None:
    """Keep an alert; one with the same id changes nothing.

    It needs no consent (개인정보 보호법 제15조①5: an urgent interest of life) and no known conversation. A centre we do
    not know must not make it vanish: it goes to the house's own centre then.
    """
    center_id = sent.center if find_center(db, sent.center) else house_center
    row = Alert(
        id=sent.id,
        conversation_id=sent.conversation_id,
        risks=sorted(set(sent.risks)),
        channel=sent.channel,
        center_id=center_id,
        at=sent.at,
        received_at=utc_now(),
    )
    if not add_if_new(db, row, "id"):
        return
    record_event(db, caller, "alert.kept", "alert", sent.id, center_id=center_id, risks=row.risks)
    db.flush()
    intake = intakes.whole(db, intakes.of_conversation(db, sent.conversation_id))
    if intake is not None:
        intakes.note_danger(db, intake, utc_now())
