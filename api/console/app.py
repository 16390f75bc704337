"""The console as an app of its own inside the api process: its own error pages, its own door."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Match
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.console import pages
from api.console.guard import ConsoleGuard
from api.console.routes import router
from api.errors import HouseError, NotSignedIn
from api.settings import Settings

#: Title, words, address and words of the link.
BACK = ("/console", "접수 대기로")
MESSAGES: dict[int, tuple[str, str]] = {
    400: ("요청을 읽지 못했어요", "앞 화면으로 돌아가 다시 해 주세요."),
    403: ("이 요청은 받지 않았어요", "화면이 오래됐거나 다른 곳에서 온 요청이에요. 화면을 새로 열고 다시 해 주세요."),
    404: ("찾는 화면이 없어요", "주소가 틀렸거나, 지워졌거나, 우리 센터의 접수가 아니에요."),
    405: ("이 주소로는 할 수 없는 일이에요", "목록에서 다시 골라 주세요."),
    409: ("그 사이 내용이 바뀌었어요", "다른 사람이 먼저 고쳤어요. 접수를 다시 열어 보고 해 주세요."),
    413: ("보낸 내용이 너무 길어요", "내용을 줄여서 다시 보내 주세요."),
    415: ("이런 요청은 받지 않아요", "화면의 단추로 다시 해 주세요."),
    422: ("값이 맞지 않아요", "고른 값이나 적은 값을 다시 봐 주세요."),
    500: ("문제가 생겼어요", "우리 쪽 잘못이에요. 기록해 두었으니 잠시 뒤에 다시 해 주세요."),
    503: ("지금은 기록을 열 수 없어요", "잠시 뒤에 다시 해 주세요. 저장하지 못한 것은 다시 적어야 해요."),
}


def make_console(state: object) -> FastAPI:
    """The console's app; ``state`` is that of the api's app, so that both use one database and one set of settings."""
    console = FastAPI(title="물길 상담사 화면", openapi_url=None, docs_url=None, redoc_url=None)
    console.state = state  # type: ignore[assignment]
    console.router.redirect_slashes = False
    console.include_router(router)
    for error in (HouseError, HTTPException, RequestValidationError, StaleDataError, OperationalError, PoolTimeout):
        console.add_exception_handler(error, _error_page)
    console.add_exception_handler(Exception, _error_page)
    return console


def message_page(request: Request, status: int) -> HTMLResponse:
    """A page that says plainly what happened and where to go."""
    title, words = MESSAGES.get(status, MESSAGES[500 if status >= 500 else 400])
    link, link_words = BACK
    return pages.page(request, "message", status=status, title=title, words=words, link=link, link_words=link_words)


async def _error_page(request: Request, error: Exception) -> Response:
    if isinstance(error, NotSignedIn):
        return _to_login(request)
    if isinstance(error, HouseError | HTTPException):
        return message_page(request, error.status_code)
    if isinstance(error, RequestValidationError):
        return message_page(request, 422)
    if isinstance(error, StaleDataError):
        return message_page(request, 409)
    return message_page(request, 503 if isinstance(error, OperationalError | PoolTimeout) else 500)


def _to_login(request: Request) -> Response:
    """To the login page and, after it, back to where the user wanted to go."""
    address = "/console/login"
    if request.method == "GET" and request.url.path.startswith("/console/intakes/"):
        address += f"?next={request.url.path}"
    if request.headers.get("hx-request"):
        return Response(status_code=200, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


class _Door(BaseRoute):
    """Hands everything at and below one address to an app, with the path as it came."""

    def __init__(self, prefix: str, app: ASGIApp) -> None:
        self.path, self.app = prefix, app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope["path"]
        ours = scope["type"] == "http" and (path == self.path or path.startswith(f"{self.path}/"))
        return (Match.FULL, {"route": self}) if ours else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class _Static:
    """The console's style sheets, script, fonts and icons; a marked address may be kept for a year."""

    def __init__(self) -> None:
        self._files = GZipMiddleware(StaticFiles(directory=pages.STATIC, check_dir=False), minimum_size=4096)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = "public, max-age=31536000, immutable" if b"v=" in scope["query_string"] else "public, max-age=3600"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                age = kept if message["status"] in (200, 304) else "no-store"
                message.setdefault("headers", []).extend(
                    [(b"cache-control", age.encode()), (b"x-content-type-options", b"nosniff")]
                )
            await send(message)

        await self._files({**scope, "root_path": scope.get("root_path", "") + "/static"}, receive, with_headers)


def mount(app: FastAPI, settings: Settings) -> None:
    """Put the console and its static files into the api's app.

    The app's state must hold ``database`` and ``settings`` before the first request.
    """
    console = make_console(app.state)

    async def refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
        request = Request({**scope, "app": console}, receive)
        await message_page(request, status)(scope, receive, send)

    guarded = ConsoleGuard(console, secret=settings.secret_key.get_secret_value(), refuse=refuse)
    app.router.routes.append(_Door("/console", guarded))
    app.router.routes.append(_Door("/static", _Static()))


__all__ = ["make_console", "mount"]
