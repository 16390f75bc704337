"""The addresses of users, for administrators, and of sessions, by which a user's own program signs in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api import security
from api.errors import Conflict, NotFound, Problem
from api.fields import PathId
from api.idempotency import WriteOnce
from api.paging import Page, WantedPage, cursor_of, position_of
from api.scope import Caller
from api.security import Roles
from api.transactions import ReadSession, WriteSession
from api.users import records, usecases
from api.users.schemas import SessionIn, SessionOut, UserChange, UserIn, UserOut

router = APIRouter(tags=["users"])
Admin = Annotated[Caller, Depends(Roles("admin"))]


@router.get("/users")
def list_users(caller: Admin, page: WantedPage, db: ReadSession) -> Page[UserOut]:
    """Users of the administrator's centre by login."""
    position = position_of(page, str)
    rows = records.list_users(db, caller.scope, after=position[0] if position else None, limit=page.limit + 1)
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    return Page(
        items=[UserOut.model_validate(row) for row in rows], next_cursor=cursor_of(rows[-1].login) if more else None
    )


@router.get("/users/{user_id}", responses={404: {"model": Problem}})
def read_user(caller: Admin, user_id: PathId, db: ReadSession) -> UserOut:
    """One user."""
    user = records.find(db, caller.scope, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return UserOut.model_validate(user)


@router.post("/users", status_code=201, response_model=UserOut, responses={409: {"model": Problem}})
def add_user(caller: Admin, body: UserIn, once: WriteOnce, db: WriteSession) -> Response:
    """Add a user."""
    return once.answer(db, lambda: UserOut.model_validate(usecases.add_user(db, caller, body)), status=201)


@router.patch("/users/{user_id}", response_model=UserOut, responses={404: {"model": Problem}})
def change_user(caller: Admin, user_id: PathId, body: UserChange, once: WriteOnce, db: WriteSession) -> Response:
    """Change a user; it ends the user's sessions."""
    return once.answer(db, lambda: UserOut.model_validate(usecases.change_user(db, caller, user_id, body)))


@router.post("/sessions", status_code=201, responses={401: {"model": Problem}})
def sign_in(body: SessionIn, request: Request) -> SessionOut:
    """Sign in as a user and get a bearer token."""
    origin = request.client.host if request.client else None
    token, signed_in = security.login(
        request.app.state.database, body.login, body.password.get_secret_value(), origin=origin
    )
    return SessionOut(token=token, user_id=signed_in.user_id, role=signed_in.role, center_id=signed_in.center_id)


@router.delete("/sessions/current", status_code=204)
def sign_out(caller: security.CurrentCaller, request: Request) -> Response:
    """End the session whose token is used."""
    token = request.headers.get("authorization", "").partition(" ")[2].strip()
    signed_in = security.find_session(request.app.state.database, token, origin=caller.origin)
    if signed_in is None:
        raise Conflict("A service token has no session to end.")
    security.logout(request.app.state.database, signed_in)
    return Response(status_code=204)
