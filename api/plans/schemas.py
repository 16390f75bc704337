"""What plans look like from outside."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class PlanOut(BaseModel):
    """One version of an intake's plan."""

    id: str
    intake_id: str
    center: str
    version: int
    catalogue_version: str
    status: str = Field(description="`current`, or `superseded` by a later version.")
    made_at: datetime
    made_by: str | None = Field(description="The counselor's id; null when it was made as the conversation ended.")
    plan: dict[str, Any] = Field(description="Plan JSON, with the steps as they stand now.")
