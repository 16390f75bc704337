"""What administrators do with users."""

from sqlalchemy.orm import Session

from api.catalogue.records import find_center
from api.errors import BadValue, Conflict, NotAllowed, NotFound
from api.events.records import record_event
from api.models import User
from api.scope import Caller
from api.security import end_all_sessions, hash_password
from api.users import records
from api.users.schemas import UserChange, UserIn


def add_user(db: Session, caller: Caller, new: UserIn) -> User:
    """Add a user to a centre the caller may reach.

    Raises:
        BadValue: No such centre, or none given for a counselor or manager.
        NotAllowed: The centre is another one than the caller's.
        Conflict: The login is in use.
    """
    if new.center is None and new.role != "admin":
        raise BadValue("center: a counselor or manager belongs to a centre.")
    if caller.scope.center_id not in (None, new.center):
        raise NotAllowed("center: users of another centre are added by its own administrator.")
    if new.center is not None and find_center(db, new.center) is None:
        raise BadValue("center: there is no such centre.")
    if records.find_login(db, new.login) is not None:
        raise Conflict("login: this login is in use. Choose another.")
    user = User(
        login=new.login,
        name=new.name,
        role=new.role,
        center_id=new.center,
        password_hash=hash_password(new.password.get_secret_value()),
    )
    db.add(user)
    db.flush()
    record_event(db, caller, "user.added", "user", user.id, center_id=user.center_id, role=user.role)
    return user


def change_user(db: Session, caller: Caller, user_id: str, change: UserChange) -> User:
    """Change a user and end all of the user's sessions.

    Raises:
        NotFound: No such user in the caller's scope.
        BadValue: A user without a centre cannot become a counselor or manager.
        Conflict: Administrators cannot take their own role or account away.
    """
    user = records.find(db, caller.scope, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    if user.id == caller.user_id and (change.active is False or change.role not in (None, user.role)):
        raise Conflict("Another administrator must change your own role or account.")
    if user.center_id is None and change.role not in (None, "admin"):
        raise BadValue("role: a user without a centre can only be an administrator.")
    changed = sorted(change.model_dump(exclude_none=True))
    user.name = change.name or user.name
    user.role = change.role or user.role
    user.active = user.active if change.active is None else change.active
    if change.password is not None:
        user.password_hash = hash_password(change.password.get_secret_value())
        user.failed_logins, user.retry_at = 0, None
    end_all_sessions(db, user.id)
    record_event(db, caller, "user.changed", "user", user.id, center_id=user.center_id, fields=changed)
    return user
