"""Expected refusals, and the one place where they become `application/problem+json` (RFC 9457)."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from structlog import get_logger

from bot.gateway.sentences import problem_text

log = get_logger("gateway")


class GatewayError(Exception):
    """An expected "no": a status, a code for machines and a plain sentence for the client.

    Args:
        status: HTTP status.
        code: Name of the sentence in sentences.yml, and the `code` member of the problem.
        retry_after_s: Seconds after which a new try makes sense; becomes `Retry-After`.
        values: Fill the blanks of the sentence.  Never what a client wrote.
    """

    def __init__(self, status: int, code: str, *, retry_after_s: int | None = None, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s
        self.detail = problem_text(code, **values)


_TITLES = {
    400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    409: "Conflict", 410: "Gone", 413: "Content too large", 415: "Unsupported media type",
    422: "Unprocessable content", 429: "Too many requests", 500: "Internal error", 503: "Service unavailable",
}  # fmt: skip


def problem(
    status: int, code: str, detail: str, *, retry_after_s: int | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return a problem document; `detail` is what a client may read aloud."""
    sent = dict(headers or {})
    if retry_after_s is not None:
        sent["Retry-After"] = str(retry_after_s)
    if status == 401:
        sent["WWW-Authenticate"] = "Bearer"
    sent["Cache-Control"] = "no-store"
    body = {"type": f"urn:mulgil:problem:{code}", "title": _TITLES.get(status, "Error"), "status": status}
    return JSONResponse(
        {**body, "code": code, "detail": detail}, status, headers=sent, media_type="application/problem+json"
    )


def add_handlers(app: FastAPI) -> None:
    """Make every error of `app` a problem document in plain Korean."""

    @app.exception_handler(GatewayError)
    async def refused(request: Request, error: GatewayError) -> JSONResponse:
        return problem(error.status, error.code, error.detail, retry_after_s=error.retry_after_s)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "unexpected")
        return problem(error.status_code, code, problem_text(code), headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        field = ".".join(str(part) for part in error.errors()[0].get("loc", ())) or "body"
        return problem(422, "wrong_shape", problem_text("wrong_shape", field=field))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        # The trace of an unforeseen error may hold a client's words in its values: only names and places are kept.
        where = error.__traceback__
        places = []
        while where is not None:
            places.append(f"{where.tb_frame.f_code.co_qualname}:{where.tb_lineno}")
            where = where.tb_next
        log.error("unexpected_error", error=type(error).__name__, places=places[-6:], path=request.scope.get("path"))
        return problem(500, "unexpected", problem_text("unexpected"))
