"""What the alerts' address takes and gives."""

from pydantic import BaseModel, Field

from api.fields import CodeText, Moment, ObjectId, Slug


class AlertIn(BaseModel):
    """A danger signal, without a word of the client."""

    id: ObjectId
    conversation_id: ObjectId
    risks: list[CodeText] = Field(min_length=1, max_length=20)
    channel: Slug
    center: Slug
    at: Moment


class AlertKept(BaseModel):
    """The alert is in the record; a person will see it."""

    id: str
