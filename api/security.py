"""Who is there: the service token, console logins and the sessions behind them."""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import Depends, Request, Response
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from api.db import Database
from api.errors import HouseError, NotAllowed, NotSignedIn, RecordAway
from api.events.records import record_event
from api.models import LoginSession, User, utc_now
from api.scope import EVERY_CENTER, Caller, Scope

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
# A session's `last_seen_at` is written at most this often, so that reading stays reading.
SEEN_EVERY = timedelta(minutes=1)
FREE_TRIES = 5
LONGEST_DELAY = timedelta(minutes=15)
LONGEST_PASSWORD = 256
COOKIE = "mulgil_session"
# Browsers accept this name only with Secure, Path=/ and no Domain: nobody else can set it for us.
SECURE_COOKIE = "__Host-mulgil_session"
SERVICE_NAME = "service"

_hasher = PasswordHasher()
# One check takes 64 MiB and a core; a flood of tries must not take the machine.
LONGEST_CHECK_WAIT_S = 5.0
_checks = threading.BoundedSemaphore(2)


class LoginRefused(HouseError):
    """Unknown user, wrong password, too many tries or a closed account: the same words and the same work for all."""

    status_code, code = 401, "login_refused"

    def __init__(self) -> None:
        super().__init__("The login or the password is not right, or it was tried too often. Wait a little.")


@dataclass(frozen=True)
class SignedIn:
    """A user with a living session."""

    user_id: str
    session_id: str
    login: str
    name: str
    role: str
    center_id: str | None
    center_label: str
    origin: str | None = None

    @property
    def scope(self) -> Scope:
        """The centre whose rows this user may reach."""
        return Scope(self.center_id)

    @property
    def caller(self) -> Caller:
        """The user as use cases take them."""
        return Caller("user", self.user_id, self.role, self.scope, name=self.name, origin=self.origin)


def hash_password(password: str) -> str:
    """An Argon2id hash with its own salt and parameters."""
    return _hasher.hash(password)


@cache
def _hash_of_nobody() -> str:
    """What an unknown user's password is compared with, so that it takes as long as a known one's."""
    return hash_password(secrets.token_urlsafe(16))


def login(
    database: Database, name: str, password: str, *, now: datetime | None = None, origin: str | None = None
) -> tuple[str, SignedIn]:
    """Check a password and open a new session.

    From the fifth failure in a row on, an account looks at no try before a growing delay has passed.

    Returns:
        The session's token (for the cookie; kept nowhere) and who signed in.

    Raises:
        LoginRefused: For whatever reason; the failure is written down.
    """
    now = now or utc_now()
    with database.reading() as db:
        user = db.scalar(select(User).where(User.login == name.strip()[:80]))
        known = (user.id, user.password_hash) if user and user.active else None
        waits = bool(user and user.retry_at and user.retry_at > now)
    # The slow comparison happens outside any transaction and in every case.
    fits = _password_fits(known[1] if known else _hash_of_nobody(), password)
    with database.writing() as db:
        user = db.get(User, known[0], with_for_update=True) if known else None
        if user is None or waits or not fits:
            if user is not None and not waits:
                _count_failure(user, now)
            actor = Caller("user", user.id, user.role, Scope(user.center_id), origin=origin) if user else None
            if actor:
                record_event(db, actor, "login.refused", "user", actor.id, center_id=actor.scope.center_id)
            signed_in = None
        else:
            user.failed_logins, user.retry_at = 0, None
            if _hasher.check_needs_rehash(user.password_hash):
                user.password_hash = hash_password(password)
            token = secrets.token_urlsafe(32)
            row = LoginSession(user_id=user.id, token_hash=_digest(token), created_at=now, last_seen_at=now)
            db.add(row)
            db.flush()
            db.refresh(user, ["center"])
            signed_in = _signed_in(row, user, origin)
            record_event(db, signed_in.caller, "login.done", "user", user.id, center_id=user.center_id)
    if signed_in is None:
        raise LoginRefused
    return token, signed_in


def find_session(
    database: Database, token: str, *, now: datetime | None = None, origin: str | None = None
) -> SignedIn | None:
    """The user behind a session's token, or None when it is unknown, ended, idle for 30 minutes or 12 hours old."""
    now = now or utc_now()
    if not token or len(token) > 128:
        return None
    with database.reading() as db:
        row = db.scalar(
            select(LoginSession)
            .where(LoginSession.token_hash == _digest(token))
            .options(joinedload(LoginSession.user).joinedload(User.center))
        )
        if row is None or row.revoked_at is not None or not row.user.active:
            return None
        if now - row.last_seen_at > IDLE_LIMIT or now - row.created_at > ABSOLUTE_LIMIT:
            return None
        signed_in, stale = _signed_in(row, row.user, origin), now - row.last_seen_at > SEEN_EVERY
    if stale:
        with database.writing() as db:
            db.execute(update(LoginSession).where(LoginSession.id == signed_in.session_id).values(last_seen_at=now))
    return signed_in


def logout(database: Database, signed_in: SignedIn) -> None:
    """End a session on the server; its token opens nothing any more."""
    with database.writing() as db:
        now = utc_now()
        db.execute(update(LoginSession).where(LoginSession.id == signed_in.session_id).values(revoked_at=now))
        record_event(db, signed_in.caller, "logout.done", "user", signed_in.user_id, center_id=signed_in.center_id)


def end_all_sessions(db: Session, user_id: str) -> None:
    """End every session of a user (account closed, password or role changed)."""
    open_ones = (LoginSession.user_id == user_id) & LoginSession.revoked_at.is_(None)
    db.execute(update(LoginSession).where(open_ones).values(revoked_at=utc_now()))


def set_session_cookie(response: Response, request: Request, token: str) -> None:
    """Hand the session's token to the browser, under the strict name where the connection is encrypted."""
    secure = request.url.scheme == "https"
    name = SECURE_COOKIE if secure else COOKIE
    response.set_cookie(name, token, path="/", httponly=True, samesite="lax", secure=secure)


def clear_session_cookie(response: Response, request: Request) -> None:
    """Take the session's cookie back."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    if request.url.scheme == "https":
        response.delete_cookie(SECURE_COOKIE, path="/", httponly=True, samesite="lax", secure=True)


def current_user(request: Request) -> SignedIn:
    """Dependency of the console: the signed-in user of the cookie.

    Raises:
        NotSignedIn: There is none, or the session has ended.
    """
    name = SECURE_COOKIE if request.url.scheme == "https" else COOKIE
    found = find_session(request.app.state.database, request.cookies.get(name, ""), origin=_origin(request))
    if found is None:
        raise NotSignedIn("Sign in first.")
    return found


def current_caller(request: Request) -> Caller:
    """Dependency of the API: the service account or a user, by bearer token; no cookie opens the API.

    Raises:
        NotSignedIn: No token, or one that opens nothing.
    """
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token:
        raise NotSignedIn
    expected = request.app.state.settings.service_token.get_secret_value()
    if expected and hmac.compare_digest(token.encode(), expected.encode()):
        return Caller("service", SERVICE_NAME, "service", EVERY_CENTER, origin=_origin(request))
    found = find_session(request.app.state.database, token, origin=_origin(request))
    if found is None:
        raise NotSignedIn
    return found.caller


CurrentUser = Annotated[SignedIn, Depends(current_user)]
CurrentCaller = Annotated[Caller, Depends(current_caller)]


class Roles:
    """Dependency that lets only some roles in: `caller: Annotated[Caller, Depends(Roles("admin"))]`."""

    def __init__(self, *roles: str) -> None:
        self.roles = frozenset(roles)

    def __call__(self, caller: CurrentCaller) -> Caller:
        if caller.role not in self.roles:
            raise NotAllowed("This account may not do this.")
        return caller


def _signed_in(row: LoginSession, user: User, origin: str | None) -> SignedIn:
    return SignedIn(
        user_id=user.id, session_id=row.id, login=user.login, name=user.name, role=user.role,
        center_id=user.center_id, center_label=user.center.label if user.center else "", origin=origin,
    )  # fmt: skip


def _password_fits(password_hash: str, password: str) -> bool:
    if not _checks.acquire(timeout=LONGEST_CHECK_WAIT_S):
        raise RecordAway("Too many sign in at once; try again.")
    try:
        # One that is too long is cut and so never fits, and takes as long as any other.
        return _hasher.verify(password_hash, password[: LONGEST_PASSWORD + 1].encode("utf-8", "replace"))
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _checks.release()


def _count_failure(user: User, now: datetime) -> None:
    user.failed_logins += 1
    if user.failed_logins >= FREE_TRIES:
        seconds = 2 ** min(user.failed_logins - FREE_TRIES, 20)
        user.retry_at = now + min(timedelta(seconds=seconds), LONGEST_DELAY)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _origin(request: Request) -> str | None:
    return request.client.host if request.client else None
