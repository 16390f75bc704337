"""What the event log looks like from outside."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class EventOut(BaseModel):
    """One entry: who did what to which object, and when. It holds ids and states, no content."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: datetime
    center_id: str | None
    actor: str
    actor_id: str | None
    action: str
    object_type: str
    object_id: str
    origin: str | None
    detail: dict[str, Any]
