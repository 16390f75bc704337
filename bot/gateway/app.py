"""Builds the gateway: the one public port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from bot.gateway import front_door, routes
from bot.gateway.errors import add_handlers
from bot.gateway.headers import SecurityHeaders
from bot.gateway.house import House
from bot.gateway.readers import FindDanger, Mask
from bot.gateway.settings import Settings


def create_app(settings: Settings, *, find_danger: FindDanger | None = None, mask: Mask | None = None) -> FastAPI:
    """Return the gateway as an ASGI app; its parts start and stop with the app's lifespan.

    Args:
        settings: Everything from outside.
        find_danger: The reader of danger; the house's own unless given.
        mask: The reader of identifiers; the house's own unless given.
    """
    if find_danger is None:
        from bot.guard.danger import find_danger as own_find_danger

        find_danger = own_find_danger
    if mask is None:
        from bot.masking.identifiers import mask as own_mask

        mask = own_mask
    reads_danger, masks = find_danger, mask

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.house = await House.open(settings, find_danger=reads_danger, mask=masks)
        try:
            yield
        finally:
            await app.state.house.close()

    app = FastAPI(
        title="물길 chat API", version="1", lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/chat/openapi.json",
    )  # fmt: skip
    add_handlers(app)
    app.include_router(routes.router)
    app.include_router(front_door.router)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(settings.allowed_origins), allow_credentials=False,
            allow_methods=["GET", "POST", "DELETE"], allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After"], max_age=600,
        )  # fmt: skip
    app.add_middleware(SecurityHeaders)
    return app
