"""The console's addresses.  Speaks only HTTP: reading is in records.py and views.py, doing in deeds.py."""

import re
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import security
from api.catalogue.files import load_catalogue, load_centers
from api.console import deeds, pages, records, views
from api.console.intake_page import intake_context
from api.console.notices import notice_of
from api.demo import DEMO_LOGINS
from api.errors import NotSignedIn
from api.models import utc_now
from api.planning.catalogue import Catalogue
from api.security import CurrentUser, SignedIn
from api.transactions import ReadSession, WriteSession

router = APIRouter(prefix="/console", include_in_schema=False)
Text = Annotated[str, Form(max_length=256)]
Id = Annotated[str, Form(max_length=64)]
#: Where a login may lead back to; anything else leads to the list.
OWN_PAGE = re.compile(r"/console/intakes/[A-Za-z0-9-]{1,64}")


def _catalogue(user: SignedIn, center_id: str | None = None) -> Catalogue:
    # An administrator of the whole house has no centre, and a centre may be gone from the files since: a page shows
    # labels only, which are the same everywhere.
    wanted, centers = center_id or user.center_id, load_centers()
    return load_catalogue(wanted if wanted in centers else next(iter(centers)))


def _back(address: str, done: str) -> RedirectResponse:
    return RedirectResponse(f"{address}?done={done}", 303)


@router.get("/login")
def login_page(request: Request, next: Annotated[str, Query(max_length=128)] = "") -> HTMLResponse:
    """The form to sign in; in a demo it shows the demo accounts."""
    return _login_form(request, next)


@router.post("/login")
async def sign_in(request: Request, login: Text = "", password: Text = "", next: Text = "") -> Response:
    """Open a session; a refusal never tells which part was wrong."""
    origin = request.client.host if request.client else None
    try:
        token, _ = await run_in_threadpool(security.login, request.app.state.database, login, password, origin=origin)
    except security.LoginRefused:
        return _login_form(request, next, login=login, refused=True)
    response = RedirectResponse(next if OWN_PAGE.fullmatch(next) else "/console", 303)
    security.set_session_cookie(response, request, token)
    return response


@router.post("/logout")
def sign_out(request: Request) -> Response:
    """End the session on the server and in the browser."""
    # Whoever is out already only wants to see the login page.
    with suppress(NotSignedIn):
        security.logout(request.app.state.database, security.current_user(request))
    response = RedirectResponse("/console/login", 303)
    security.clear_session_cookie(response, request)
    return response


def _login_form(request: Request, wanted: str, *, login: str = "", refused: bool = False) -> HTMLResponse:
    return pages.page(
        request,
        "login",
        status=401 if refused else 200,
        next=wanted if OWN_PAGE.fullmatch(wanted) else "",
        login=login,
        refused=refused,
        demo_logins=DEMO_LOGINS if request.app.state.settings.is_demo else (),
    )


@router.get("")
def queue_page(
    request: Request,
    user: CurrentUser,
    db: ReadSession,
    tab: Annotated[str, Query(max_length=20)] = records.WAITING,
    done: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The list of intakes; htmx asks for its inner part alone."""
    tab = tab if tab in records.TABS else records.WAITING
    catalogue, now = _catalogue(user), utc_now()
    queue = records.read_queue(db, user.scope, user.user_id, tab)
    alerts = records.read_alerts(db, user.scope)
    intake_ids = records.intakes_of(db, user.scope, [alert.conversation_id for alert in alerts])
    items = [views.queue_item(intake, catalogue, user.user_id, now) for intake in queue.rows]
    return pages.page(
        request,
        "queue",
        block="queue" if request.headers.get("hx-request") else None,
        user=user,
        notice=notice_of(done),
        tab=tab,
        counts=queue.counts,
        items=items,
        groups=_groups(tab, items),
        alerts=[views.alert_item(alert, catalogue, intake_ids.get(alert.conversation_id)) for alert in alerts],
    )


def _groups(tab: str, items: list[views.QueueItem]) -> list[tuple[str, list[views.QueueItem]]]:
    if tab != records.WAITING:
        return [({records.MINE: "내가 맡은 접수", records.DONE: "끝난 접수"}[tab], items)]
    free = [item for item in items if item.free]
    return [("맡을 사람을 기다리는 접수", free), ("다른 상담사가 맡은 접수", [item for item in items if not item.free])]


@router.get("/intakes/{intake_id}")
def intake_page(
    request: Request,
    intake_id: str,
    user: CurrentUser,
    db: WriteSession,
    done: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """One intake.  Looking at it is written down, as the law on access logs asks, so this is a write."""
    intake = records.read_intake(db, user.scope, intake_id)
    deeds.note_opening(db, user.caller, intake)
    context = intake_context(db, user, intake, _catalogue(user, intake.center_id), utc_now())
    return pages.page(request, "intake", user=user, notice=notice_of(done), **context)


@router.post("/intakes/{intake_id}/take")
def take(intake_id: str, user: CurrentUser, db: WriteSession) -> Response:
    """Take an intake over; whoever comes second sees who was first."""
    return _back(f"/console/intakes/{intake_id}", deeds.take_over(db, user.caller, intake_id))


@router.post("/intakes/{intake_id}/release")
def release(intake_id: str, user: CurrentUser, db: WriteSession) -> Response:
    """Give an intake back to the queue."""
    return _back(f"/console/intakes/{intake_id}", deeds.release(db, user.caller, intake_id))


@router.post("/intakes/{intake_id}/needs")
def correct_need(
    intake_id: str, user: CurrentUser, db: WriteSession, need: Id, state: Id, revision: Annotated[int, Form()]
) -> Response:
    """Set the state of a need to what the counselor heard."""
    done = deeds.correct_need(db, user.caller, intake_id, need=need, state=state, revision=revision)
    return _back(f"/console/intakes/{intake_id}", done)


@router.post("/intakes/{intake_id}/facts")
def correct_fact(
    intake_id: str,
    user: CurrentUser,
    db: WriteSession,
    fact: Id,
    state: Id,
    revision: Annotated[int, Form()],
    value: Annotated[list[str], Form(max_length=40)] = [],  # noqa: B006  FastAPI copies the default for each request.
) -> Response:
    """Set a fact to what the counselor heard; the message it first came from stays noted."""
    values: list[Any] = [text[:200] for text in value]
    done = deeds.correct_fact(db, user.caller, intake_id, fact=fact, state=state, values=values, revision=revision)
    return _back(f"/console/intakes/{intake_id}", done)


@router.post("/intakes/{intake_id}/replan")
def replan(intake_id: str, user: CurrentUser, db: WriteSession) -> Response:
    """Make a new plan from what is known now."""
    return _back(f"/console/intakes/{intake_id}", deeds.replan(db, user.caller, intake_id))


@router.post("/intakes/{intake_id}/steps")
def record_step(
    intake_id: str, user: CurrentUser, db: WriteSession, step: Id, result: Annotated[str, Form(max_length=130)]
) -> Response:
    """Note how a step of the plan stands, or with what result it ended."""
    return _back(f"/console/intakes/{intake_id}", deeds.record_step(db, user.caller, intake_id, step, result=result))


@router.post("/intakes/{intake_id}/messages")
def send_message(
    intake_id: str, user: CurrentUser, db: WriteSession, text: Annotated[str, Form(max_length=4000)] = ""
) -> Response:
    """Send a message into the client's conversation."""
    return _back(f"/console/intakes/{intake_id}", deeds.send_message(db, user.caller, intake_id, text))


@router.post("/alerts/{alert_id}/answered")
def answer_alert(alert_id: str, user: CurrentUser, db: WriteSession, intake: Id = "") -> Response:
    """Note that a person has contacted the client of a danger alert."""
    done, address = deeds.answer_alert(db, user.caller, alert_id), f"/console/intakes/{intake}"
    return _back(address if OWN_PAGE.fullmatch(address) else "/console", done)


@router.post("/intakes/{intake_id}/risks")
def lift_risk(intake_id: str, user: CurrentUser, db: WriteSession, risk: Id) -> Response:
    """Note that a danger no longer stands, because a person has made sure."""
    return _back(f"/console/intakes/{intake_id}", deeds.lift_risk(db, user.caller, intake_id, risk))


@router.post("/intakes/{intake_id}/close")
def close(intake_id: str, user: CurrentUser, db: WriteSession) -> Response:
    """End an intake whose work is done."""
    return _back(f"/console/intakes/{intake_id}", deeds.close(db, user.caller, intake_id))


def mount(app: Any, settings: Any) -> None:
    """Put the console into the api's app; see ``api.console.app.mount``."""
    from api.console.app import mount as mount_console

    mount_console(app, settings)
