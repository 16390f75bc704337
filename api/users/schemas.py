"""What the users' and sessions' addresses take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from api.fields import Slug

Role = Literal["counselor", "manager", "admin"]
Login = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._@-]{2,79}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]{1,80}$")]
# At least 15 characters or none of the rules of ASVS 5.0 6.2 would hold; no rule about what they are made of.
Password = Annotated[SecretStr, Field(min_length=15, max_length=256)]


class UserIn(BaseModel):
    """A new user. Only an administrator may be without a centre."""

    login: Login
    name: Name
    role: Role
    center: Slug | None = None
    password: Password


class UserChange(BaseModel):
    """What to change; null leaves as it is. Every change ends the user's sessions."""

    name: Name | None = None
    role: Role | None = None
    active: bool | None = None
    password: Password | None = None


class UserOut(BaseModel):
    """One user."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    login: str
    name: str
    role: str
    center_id: str | None
    active: bool
    created_at: datetime


class SessionIn(BaseModel):
    """Login and password."""

    login: str = Field(max_length=256)
    password: SecretStr = Field(max_length=1024)


class SessionOut(BaseModel):
    """A token that speaks for the user: idle for 30 minutes or 12 hours old, it opens nothing any more."""

    token: str
    user_id: str
    role: str
    center_id: str | None
