"""What the intakes' addresses take and give."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from api.fields import CodeText, MessageId, Pseudonym, Slug, Version, Words, clean_value

Status = Literal["in_progress", "submitted", "handoff", "closed"]


class ConsentIn(BaseModel):
    """One answer to a consent question, and which text was shown."""

    answer: Literal["yes", "no"]
    message_id: MessageId | None = None
    version: Version


class ConsentsIn(BaseModel):
    """Both answers; null where the question was not answered yet."""

    general: ConsentIn | None = None
    sensitive: ConsentIn | None = None


class NeedIn(BaseModel):
    """One need with the client's words."""

    id: CodeText
    state: Literal["said", "inferred", "confirmed", "declined"] = "said"
    evidence: Words = ""
    score: float | None = Field(None, ge=0, le=1, allow_inf_nan=False)
    message_id: MessageId | None = None


class FactIn(BaseModel):
    """One fact; `value` counts only when it was told."""

    value: Any = None
    state: Literal["told", "refused", "unknown"] = "told"
    message_id: MessageId | None = None

    @field_validator("value")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        return clean_value(value)


class RiskIn(BaseModel):
    """One danger signal."""

    id: CodeText
    evidence: Words = ""
    message_id: MessageId | None = None


class IntakeIn(BaseModel):
    """The whole intake as it stands after a turn of the conversation."""

    turn: int = Field(ge=0, le=1_000_000)
    channel: Slug = "web"
    center: Slug | None = Field(None, description="The house's own centre when null.")
    client_ref: Pseudonym | None = Field(None, description="The conversation's id when null.")
    consent: ConsentsIn
    needs: list[NeedIn] = Field(default_factory=list, max_length=100)
    facts: dict[str, FactIn] = Field(default_factory=dict, max_length=100)
    risks: list[RiskIn] = Field(default_factory=list, max_length=50)
    goal: Words = ""
    status: Status = "in_progress"
    questions_asked: int = Field(0, ge=0, le=10_000)


class IntakeKept(BaseModel):
    """The answer to a kept intake."""

    intake_id: str
    status: str
    turn: int
    plan: dict[str, Any] | None


class NeedOut(BaseModel):
    """One need, its label, and the client's words it was read from."""

    id: str
    label: str
    state: str
    evidence: str
    score: float | None
    message_id: str | None
    corrected_by: str | None = Field(description="Id of the counselor whose judgement stands.")


class FactOut(BaseModel):
    """One fact with the message it came from."""

    label: str
    value: Any
    state: str
    message_id: str | None
    corrected_by: str | None


class RiskOut(BaseModel):
    """One danger signal; it stands while `lifted_at` is null."""

    id: str
    label: str
    evidence: str
    message_id: str | None
    raised_at: datetime
    lifted_at: datetime | None


class ConsentOut(BaseModel):
    """The answer that counts for one purpose."""

    answer: str
    version: str
    message_id: str | None
    at: datetime


class IntakeRow(BaseModel):
    """One intake in a list."""

    id: str
    conversation_id: str
    client_ref: str
    center: str
    status: str
    turn: int
    urgency: str | None
    max_risk: str | None
    needs: list[str]
    plan_version: int | None
    waiting_since: datetime | None
    taken_by: str | None
    created_at: datetime
    updated_at: datetime


class IntakeOut(BaseModel):
    """One intake with all that is known of it."""

    id: str
    conversation_id: str
    client_ref: str
    center: str
    channel: str
    status: str
    turn: int
    goal: str
    urgency: str | None
    questions_asked: int
    needs: list[NeedOut]
    facts: dict[str, FactOut]
    risks: list[RiskOut]
    consent: dict[Literal["general", "sensitive"], ConsentOut | None]
    plan: dict[str, Any] | None
    waiting_since: datetime | None
    taken_by: str | None
    taken_at: datetime | None
    created_at: datetime
    updated_at: datetime
