"""The SQL of alerts."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from api.models import Alert
from api.scope import Scope, only


def find(db: Session, alert_id: str) -> Alert | None:
    """One alert."""
    return db.get(Alert, alert_id)


def unanswered(db: Session, scope: Scope, *, limit: int = 100) -> list[Alert]:
    """Alerts nobody has acknowledged, oldest first: who has waited longest comes first."""
    statement = only(select(Alert), Alert.center_id, scope).where(Alert.acknowledged_at.is_(None))
    return list(db.scalars(statement.order_by(Alert.at, Alert.id).limit(limit)))


def latest(db: Session, scope: Scope, *, limit: int = 100) -> list[Alert]:
    """Alerts of the scope, newest first."""
    statement = only(select(Alert), Alert.center_id, scope).options(joinedload(Alert.acknowledged_by))
    return list(db.scalars(statement.order_by(Alert.at.desc(), Alert.id).limit(limit)))
