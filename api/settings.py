"""Settings of the api process: read once from the environment, checked at start, frozen from then on."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

PREFIX = "MULGIL_"
# What production must be given; a first look makes its own and keeps it in the data directory.
PRODUCTION_NEEDS = ("service_token", "secret_key", "keyset_file")
SHORTEST_SECRET = 32


class SettingsError(Exception):
    """The environment does not hold what the process needs; the message names the variables, never their values."""


class Settings(BaseModel):
    """Everything the api process is told from outside.

    Attributes:
        env: `demo` seeds a demo centre and makes missing secrets; `production` does neither.
        data_dir: Holds the SQLite record and, in demo, the generated secrets.
        database_url: SQLAlchemy URL of the record (SQLite or PostgreSQL).
        service_token: Bearer token of the built-in service account.
        secret_key: Signs the console's CSRF tokens.
        keyset_file: Tink keyset (JSON) that seals contacts; kept apart from the database.
        center: Id of the centre new conversations belong to unless they name one.
        retention_days: After how many days without a change an intake is erased; the centre's own number when null.
        api_url: Where the process listens; loopback only.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    env: Literal["demo", "production"] = "demo"
    data_dir: Path = Path(".data")
    database_url: str = ""
    service_token: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    keyset_file: Path | None = None
    center: str = Field("demo", pattern=r"^[a-z0-9_-]{1,64}$")
    retention_days: int | None = Field(None, ge=1, le=3650)
    api_url: str = "http://127.0.0.1:8002"

    @model_validator(mode="after")
    def _check(self) -> Self:
        url = self.database_url
        if url and not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("database_url must begin with sqlite:/// or postgresql://")
        address = urlsplit(self.api_url)
        if address.scheme != "http" or not address.hostname or not address.port:
            raise ValueError("api_url must look like http://127.0.0.1:8002")
        for name in ("service_token", "secret_key"):
            value = getattr(self, name).get_secret_value()
            if self.env == "production" and value and len(value) < SHORTEST_SECRET:
                raise ValueError(f"{name} must have at least {SHORTEST_SECRET} characters")
        if self.env == "production":
            missing = [name for name in PRODUCTION_NEEDS if not _given(getattr(self, name))]
            if missing:
                raise ValueError("production does not start without " + ", ".join(PREFIX + n.upper() for n in missing))
        return self

    @property
    def is_demo(self) -> bool:
        """True for a first look: demo data, logins shown, "시연용" on every page."""
        return self.env == "demo"

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port of `api_url`."""
        address = urlsplit(self.api_url)
        return str(address.hostname), int(address.port or 0)

    @property
    def record_url(self) -> str:
        """The record's SQLAlchemy URL; SQLite in the data directory unless told otherwise."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.resolve() / 'record.sqlite'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the `MULGIL_*` variables, make what a demo lacks, and check the whole.

        Empty variables count as not set.

        Raises:
            SettingsError: A value does not fit, or production lacks a secret.
        """
        source = os.environ if environment is None else environment
        given = {name: source[PREFIX + name.upper()] for name in cls.model_fields if source.get(PREFIX + name.upper())}
        try:
            settings = cls.model_validate(given)
        except ValidationError as error:
            reasons = "; ".join(f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
            raise SettingsError(reasons.replace(f"{PREFIX}: ", "")) from None
        return settings.with_demo_secrets() if settings.is_demo else settings

    def with_demo_secrets(self) -> Self:
        """The same settings with generated secrets where none is given.

        They lie in `<data_dir>/secrets`, readable by the owner only, and are found again at the next start.
        """
        folder = self.data_dir / "secrets"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made: dict[str, object] = {}
        for name in ("service_token", "secret_key"):
            if not _given(getattr(self, name)):
                made[name] = SecretStr(_keep_secret(folder / name))
        if self.keyset_file is None:
            made["keyset_file"] = folder / "keyset.json"
        return self.model_copy(update=made)


def _given(value: object) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _keep_secret(path: Path) -> str:
    """The secret in `path`, made there if the file does not exist; two processes that start at once agree on one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process was faster, or an earlier start made it: that one counts.
    finally:
        draft.unlink()
    return path.read_text(encoding="utf-8").strip()
