"""What the catalogue's collections look like from outside."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class CatalogueEntry(BaseModel):
    """One service, role or indicator. The fields beside `id` and `label` are those of docs/catalog.md."""

    model_config = ConfigDict(extra="allow")

    id: str
    label: str
    version: str


class CenterOut(BaseModel):
    """One centre."""

    id: str
    label: str
    phone: str | None = None
    region: str | None = None
    opening: dict[str, Any] = {}
    closed_on_holidays: bool | None = None
