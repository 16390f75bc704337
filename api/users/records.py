"""The SQL of users."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.models import User
from api.scope import Scope, only


def list_users(db: Session, scope: Scope, *, after: str | None, limit: int) -> list[User]:
    """Users of the scope by login, behind `after`."""
    statement = only(select(User), User.center_id, scope).order_by(User.login).limit(limit)
    return list(db.scalars(statement if after is None else statement.where(User.login > after)))


def find(db: Session, scope: Scope, user_id: str) -> User | None:
    """One user of the scope."""
    return db.scalar(only(select(User), User.center_id, scope).where(User.id == user_id))


def find_login(db: Session, login: str) -> User | None:
    """The user with this login, of whatever centre: logins are unique in the house."""
    return db.scalar(select(User).where(User.login == login))
