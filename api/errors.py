"""What the house says when it must say no: one family of errors, one form (RFC 9457), never the client's words."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

PROBLEM_TYPE = "application/problem+json"
log = structlog.get_logger("api")
# Names of fields that may be repeated to a caller; whatever else stands in a path came from the caller.
_FIELD = re.compile(r"^[a-z][a-z_]{0,39}$")


class HouseError(Exception):
    """An expected "no". Subclasses set `status_code` and `code`; `detail` says what, why and what next.

    `detail` is read by programmers of other systems and by the console. It holds ids at most, never content.
    """

    status_code = 400
    code = "refused"

    def __init__(self, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers


class NotFound(HouseError):
    """There is no such thing, or it belongs to another centre: the same answer for both."""

    status_code, code = 404, "not_found"


class NotSignedIn(HouseError):
    """No valid token came with the call."""

    status_code, code = 401, "not_signed_in"

    def __init__(self, detail: str = "Send a valid token as 'Authorization: Bearer <token>'.") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class NotAllowed(HouseError):
    """The caller is known and may not do this."""

    status_code, code = 403, "not_allowed"


class Conflict(HouseError):
    """The state of things does not allow it now."""

    status_code, code = 409, "conflict"


class BadValue(HouseError):
    """Well-formed, but a value means nothing here; `detail` names the field."""

    status_code, code = 422, "bad_value"


class RecordAway(HouseError):
    """The database does not answer; coming again later helps."""

    status_code, code = 503, "record_away"


class Problem(BaseModel):
    """RFC 9457 problem details, as every error of this API is told."""

    type: str = Field(examples=["urn:mulgil:problem:not_found"])
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] | None = Field(None, description="For 422: the fields that do not fit.")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """One problem as an answer."""
    body: dict[str, Any] = {
        "type": f"urn:mulgil:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors is not None:
        body["errors"] = errors
    return JSONResponse(body, status, media_type=PROBLEM_TYPE, headers=headers)


def add_error_handlers(app: FastAPI) -> None:
    """Make every error of the app a problem document."""
    app.exception_handler(HouseError)(_house_error)
    app.exception_handler(RequestValidationError)(_malformed)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(StaleDataError)(_stale)
    app.exception_handler(OperationalError)(_record_away)
    app.exception_handler(PoolTimeout)(_record_away)
    app.exception_handler(DBAPIError)(_database_error)


def field_path(parts: Sequence[str | int]) -> str:
    """Where in the request, without repeating anything the caller made up: `body.needs.0.state`, `body.facts.?`."""
    shown = [str(part) if isinstance(part, int) or _FIELD.match(part) else "?" for part in parts]
    return ".".join(shown)


async def _house_error(request: Request, error: HouseError) -> JSONResponse:
    headers = error.headers or ({"Retry-After": "2"} if error.status_code == 503 else None)
    return problem(error.status_code, error.code, error.detail, headers=headers)


async def _malformed(request: Request, error: RequestValidationError) -> JSONResponse:
    # Only where and what kind: pydantic's `input` and `ctx` hold what a client typed.
    errors = [{"field": field_path(e["loc"]), "reason": _reason(e)} for e in error.errors()[:20]]
    return problem(422, "malformed", "The request does not fit the API's description; see 'errors'.", errors=errors)


def _reason(error: dict[str, Any]) -> str:
    # Messages of pydantic's own kinds name the expectation; those of custom kinds might name the value.
    return str(error["type"]) if error["type"] in ("value_error", "assertion_error") else str(error["msg"])


async def _http_error(request: Request, error: HTTPException) -> JSONResponse:
    phrase = HTTPStatus(error.status_code).phrase
    details = {
        400: "The body cannot be read as JSON.",
        404: "There is nothing at this address.",
        405: "This address does not take this method.",
        413: "The body is larger than 1 MiB.",
    }
    code = "too_large" if error.status_code == 413 else phrase.lower().replace(" ", "_").replace("'", "")
    return problem(
        error.status_code, code, details.get(error.status_code, phrase), headers=dict(error.headers or {}) or None
    )


async def _stale(request: Request, error: Exception) -> JSONResponse:
    return problem(409, "changed_meanwhile", "Someone else changed this meanwhile. Read it again, then decide.")


async def _record_away(request: Request, error: Exception) -> JSONResponse:
    log.error("record.away", kind=type(error).__name__)
    return problem(503, "record_away", "The record does not answer now; try again.", headers={"Retry-After": "2"})


async def _database_error(request: Request, error: DBAPIError) -> JSONResponse:
    if error.connection_invalidated:
        return await _record_away(request, error)
    if isinstance(error, IntegrityError):
        log.warning("record.conflict", kind=type(error.orig).__name__)
        return problem(409, "changed_meanwhile", "This was written by someone else at the same time. Read it again.")
    raise error
