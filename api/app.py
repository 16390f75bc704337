"""Puts the api process together: record, addresses, console, errors, health."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from api.alerts.routes import router as alerts
from api.catalogue.files import load_centers
from api.catalogue.routes import router as catalogue
from api.catalogue.usecases import import_catalogue
from api.console.app import mount as mount_console
from api.conversations.routes import router as conversations
from api.db import Database, migrate_database, open_database
from api.demo import seed_demo
from api.docs import add_docs_page
from api.errors import Problem, add_error_handlers
from api.events.routes import router as events
from api.guards import Guards
from api.idempotency import forget_old_keys
from api.intakes.routes import router as intakes
from api.outgoing.routes import router as outgoing
from api.plans.routes import router as plans
from api.retention import keep_tidy
from api.settings import Settings, SettingsError
from api.transactions import WriteTurns
from api.users.routes import router as users

log = structlog.get_logger("api")
ROOT = "/api/v1"
ABOUT = """Intakes, plans and what belongs to them. Send `Authorization: Bearer <token>`; repeatable writes take an
`Idempotency-Key`. Lists page with `limit` and `cursor`. Errors are RFC 9457 problem details."""


def create_app(settings: Settings) -> FastAPI:
    """The api's app on the record of these settings, migrated, with the catalogue in force (and the demo's data).

    Raises:
        SettingsError: `settings.center` is not in the catalogue.
        CatalogueError: The catalogue's files do not fit together.
        VaultError: The keyset cannot be read.
    """
    database = open_database(settings)
    prepare(database, settings)
    app = FastAPI(
        title="Mulgil intake API",
        version="1",
        description=ABOUT,
        openapi_url=f"{ROOT}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        responses={code: {"model": Problem} for code in (401, 403, 422, 503)},
    )
    app.state.settings = settings
    app.state.database = database
    app.state.write_turns = WriteTurns(database)
    app.router.redirect_slashes = False
    for router in (conversations, intakes, plans, alerts, outgoing, catalogue, users, events):
        app.include_router(router, prefix=ROOT)
    app.add_api_route("/healthz", _healthz, include_in_schema=False)
    app.add_api_route("/readyz", _readyz_of(database), include_in_schema=False)
    add_docs_page(app, f"{ROOT}/docs")
    mount_console(app, settings)
    add_error_handlers(app)
    app.add_middleware(Guards)
    return app


def prepare(database: Database, settings: Settings) -> None:
    """Migrate the record, import the catalogue, seed a demo, and tidy away keys nobody repeats. Harmless to repeat."""
    if settings.center not in load_centers():
        raise SettingsError(f"MULGIL_CENTER: the catalogue has no such centre; it has {', '.join(load_centers())}")
    migrate_database(database)
    with database.writing() as db:
        version = import_catalogue(db)
        forget_old_keys(db)
    if settings.is_demo:
        seed_demo(database, settings)
    log.info("record.ready", catalogue=version, env=settings.env)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    tidying = asyncio.create_task(keep_tidy(app.state.database, app.state.settings))
    yield
    tidying.cancel()
    await asyncio.gather(tidying, return_exceptions=True)
    await run_in_threadpool(app.state.database.close)


async def _healthz() -> JSONResponse:
    """The process lives."""
    return JSONResponse({"status": "ok"})


def _readyz_of(database: Database) -> Callable[[], JSONResponse]:
    def readyz() -> JSONResponse:
        """Every part this process needs answers; otherwise 503 and the part's name."""
        try:
            database.answers()
        except SQLAlchemyError as error:
            log.warning("readyz.failed", part="record", kind=type(error).__name__)
            return JSONResponse({"status": "unavailable", "part": "record"}, 503)
        return JSONResponse({"status": "ok"})

    return readyz
