"""The API's description as a page: made from OpenAPI here, with nothing loaded from anywhere else."""

import secrets
from collections import defaultdict
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, StrictUndefined

TEMPLATE = Path(__file__).parent / "docs_page.html"
METHODS = ("get", "put", "post", "patch", "delete")


def add_docs_page(app: FastAPI, path: str) -> None:
    """Serve the description of `app` at `path`."""
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(TEMPLATE.read_text(encoding="utf-8"))

    def docs(request: Request) -> HTMLResponse:
        nonce = secrets.token_urlsafe(16)
        described = app.openapi()
        text = page.render(
            info=described["info"], openapi_url=app.openapi_url, groups=_groups(described["paths"]), nonce=nonce
        )
        policy = f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'"
        return HTMLResponse(text, headers={"content-security-policy": policy})

    app.add_api_route(path, docs, include_in_schema=False)


def _groups(paths: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The operations by tag, in the order of the routes."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, operations in paths.items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                groups[operation["tags"][0]].append(_operation(path, method, operation))
    return dict(groups)


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "path": path,
        "method": method.upper(),
        "description": operation.get("description", ""),
        "parameters": [
            {
                "name": one["name"],
                "in": one["in"],
                "required": one.get("required", False),
                "description": one.get("description", ""),
            }
            for one in operation.get("parameters", [])
        ],
        "body": _name_of(operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")),
        "answers": sorted(operation["responses"]),
    }


def _name_of(schema: dict[str, Any] | None) -> str:
    """The name of a body's type, as it stands among the description's schemas."""
    if schema is None:
        return ""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return f"[{_name_of(schema.get('items'))}]" if schema.get("type") == "array" else str(schema.get("title", ""))
