"""What the outgoing messages' address gives."""

from datetime import datetime

from pydantic import BaseModel, Field


class OutgoingOut(BaseModel):
    """One message to deliver; the gateway posts it back among the messages, as `c-<id>`, once it is in the talk."""

    id: str
    conversation_id: str
    text: str
    at: datetime
    cursor: str = Field(description="Pass it as `after` once this message is taken over.")


class OutgoingPage(BaseModel):
    """Messages behind the cursor, oldest first."""

    items: list[OutgoingOut]
    cursor: str = Field(description="Pass it as `after` next time; unchanged when there was nothing new.")
