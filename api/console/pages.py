"""Renders the console's templates: every one escapes, and an unknown name is an error."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block

from api.console import formatters

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"


@cache
def environment() -> Environment:
    """The one environment of the process; templates are read from the package's folder."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,  # For every extension used: .html and .svg alike.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(formatters.FILTERS)
    made.globals["static"] = static_address
    return made


@cache
def static_address(path: str) -> str:
    """The address of a static file, with a mark of its content, so that browsers may keep it for long."""
    file = STATIC / path
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "missing"
    return f"/static/{path}?v={mark}"


def page(
    request: Request, template: str, /, *, status: int = 200, block: str | None = None, **context: Any
) -> HTMLResponse:
    """Answer with a page, or with one block of it for htmx.

    Args:
        template: Below ``templates/pages``, without the ending.
        block: Name of the only block to render.
    """
    settings = request.app.state.settings
    token = request.scope.get("csrftoken")
    everything = {
        "demo": settings.is_demo,
        "csrf_token": token() if token else "",
        "user": None,
        "notice": None,
        **context,
    }
    name = f"pages/{template}.html"
    if block:
        return HTMLResponse(render_block(environment(), name, block, **everything), status)
    return HTMLResponse(environment().get_template(name).render(**everything), status)
