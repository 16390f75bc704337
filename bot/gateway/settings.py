"""The gateway's settings: read once from the environment, checked, frozen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, TypeAdapter, field_validator, model_validator

PREFIX = "MULGIL_"
ROOT = Path(__file__).resolve().parents[2]
_HTTP_URL = TypeAdapter(HttpUrl)


class Settings(BaseModel):
    """Everything the gateway may be told from outside.

    Each field is the environment variable `MULGIL_` + its name in capitals.  Seconds and counts say their unit in
    the name.  `trusted_proxies` (addresses, comma-separated) may say by `X-Forwarded-*` who the client is.  A value
    that does not fit stops the start with the name of the field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    env: Literal["demo", "production"] = "demo"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    data_dir: Path = Path(".data")
    journal_url: str = ""
    keyset_file: Path | None = None
    service_token: SecretStr | None = None
    center: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")] = "demo"
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 365
    rasa_url: str = "http://127.0.0.1:5005"
    actions_url: str = "http://127.0.0.1:5055"
    api_url: str = "http://127.0.0.1:8002"
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: str = ""
    widget_dir: Path = ROOT / "bot" / "widget"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    rasa_timeout_s: Annotated[float, Field(gt=0, le=8)] = 8.0
    answer_within_s: Annotated[float, Field(gt=0, le=10)] = 9.0
    danger_wait_s: Annotated[float, Field(gt=0, le=1.5)] = 1.5
    alert_wait_s: Annotated[float, Field(gt=0, le=1)] = 1.0
    text_limit_chars: Annotated[int, Field(ge=100, le=100_000)] = 10_000
    body_limit_bytes: Annotated[int, Field(ge=10_000)] = 4 * 1024 * 1024
    messages_per_minute: Annotated[int, Field(ge=1)] = 240
    messages_per_minute_per_address: Annotated[int, Field(ge=1)] = 600
    conversations_per_minute_per_address: Annotated[int, Field(ge=1)] = 60
    forget_after_minutes: Annotated[int, Field(ge=1)] = 120

    @field_validator("rasa_url", "actions_url", "api_url")
    @classmethod
    def _must_be_http(cls, value: str) -> str:
        _HTTP_URL.validate_python(value)
        return value.rstrip("/")

    @field_validator("allowed_origins")
    @classmethod
    def _must_name_each_origin(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if "*" in origin or not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
                raise ValueError(f"'{origin}' is not an origin such as https://centre.example; '*' is not allowed.")
        return value

    @model_validator(mode="after")
    def _production_needs_its_secrets(self) -> Self:
        if self.env == "production":
            missing = [n for n in ("service_token", "keyset_file") if getattr(self, n) is None]
            if missing:
                names = ", ".join(PREFIX + name.upper() for name in missing)
                raise ValueError(f"MULGIL_ENV=production needs {names}.")
        return self

    @property
    def journal(self) -> str:
        """The SQLAlchemy URL of the journal; a SQLite file in the data directory unless set."""
        return self.journal_url or f"sqlite:///{self.data_dir / 'journal.db'}"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Build the settings from environment variables; an empty variable counts as not set.

        Raises:
            pydantic.ValidationError: A value does not fit; names the field.
        """
        values: dict[str, object] = {}
        for name in cls.model_fields:
            raw = environ.get(PREFIX + name.upper(), "").strip()
            if not raw:
                continue
            origins = tuple(part.strip() for part in raw.split(",") if part.strip())
            values[name] = origins if name == "allowed_origins" else raw
        return cls.model_validate(values)
