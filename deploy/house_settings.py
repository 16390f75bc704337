"""What the operator may set, read once at start, checked, and completed with safe defaults for a first look."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tink
from dotenv import dotenv_values
from tink import aead, secret_key_access

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "MULGIL_"
_SECRETS = ("SERVICE_TOKEN", "SECRET_KEY")
_LEAST_SECRET_LETTERS = 32
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


class SettingsError(Exception):
    """A setting is missing or does not fit; the message names it and says what to do."""


@dataclass(frozen=True)
class HouseSettings:
    """The settings of one instance.

    Attributes:
        env: ``demo`` or ``production``.
        host: Address the public port listens on.
        port: The public port.
        data_dir: Absolute; holds all state of this instance.
        given: Every MULGIL_ setting the operator gave, without the prefix.
    """

    env: str
    host: str
    port: int
    data_dir: Path
    given: Mapping[str, str]

    @property
    def house_id(self) -> str:
        """Name this instance: the same for the same data folder. Marks its processes, so that none is ever mistaken."""
        return hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:16]

    @property
    def public_url(self) -> str:
        """Where a browser on this machine finds the public port."""
        host = _ANY_ADDRESS.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def read_settings(environ: Mapping[str, str] | None = None, env_file: Path = ROOT / ".env") -> HouseSettings:
    """Read the MULGIL_ settings of the environment, and below them those of `.env` where there is one.

    Raises:
        SettingsError: A value does not fit, or production lacks a secret.
    """
    environ = os.environ if environ is None else environ
    from_file = {name: value for name, value in dotenv_values(env_file).items() if value is not None}
    merged = {**from_file, **environ}
    given = {name.removeprefix(PREFIX): value for name, value in merged.items() if name.startswith(PREFIX) and value}
    env = given.get("ENV", "demo")
    if env not in ("demo", "production"):
        raise SettingsError(f"MULGIL_ENV is '{env}'; it must be demo or production.")
    settings = HouseSettings(
        env=env,
        host=given.get("HOST", "127.0.0.1"),
        port=_read_port(given.get("PORT", "8000")),
        data_dir=(ROOT / given.get("DATA_DIR", ".data")).resolve(),
        given=given,
    )
    if env == "production":
        _check_production(settings)
    return settings


def _read_port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"MULGIL_PORT is '{text}'; it must be a number from 1 to 65535.")
    return int(text)


def _check_production(settings: HouseSettings) -> None:
    problems = [
        f"MULGIL_{name} must be set to {_LEAST_SECRET_LETTERS} random letters or more"
        for name in _SECRETS
        if len(settings.given.get(name, "")) < _LEAST_SECRET_LETTERS
    ]
    keyset = settings.given.get("KEYSET_FILE")
    if not keyset:
        problems.append("MULGIL_KEYSET_FILE must name a keyset file outside the database (docs/operations.md)")
    elif not Path(keyset).is_file():
        problems.append(f"MULGIL_KEYSET_FILE names '{keyset}', which is not there")
    elif Path(keyset).stat().st_mode & 0o077:
        problems.append(f"MULGIL_KEYSET_FILE names '{keyset}', which others may read; run: chmod 600 {keyset}")
    if problems:
        raise SettingsError("MULGIL_ENV=production does not start: " + "; ".join(problems) + ".")


def values_for_processes(settings: HouseSettings) -> dict[str, str]:
    """Complete the operator's settings for the processes (without prefix); makes the data folder and demo secrets.

    The folder is readable by its owner only. A demo's secrets are made once, from the system's randomness, and kept in
    `secrets/` of the data folder, so that a second start reads what the first one wrote.
    """
    data_dir = settings.data_dir
    for folder in (data_dir, data_dir / "run", data_dir / "logs", data_dir / "secrets"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    values = dict(settings.given)
    values.update(ENV=settings.env, HOST=settings.host, PORT=str(settings.port), DATA_DIR=str(data_dir))
    for name in _SECRETS:
        values.setdefault(name, _kept_secret(data_dir / "secrets" / name.lower()))
    if "KEYSET_FILE" not in values:
        values["KEYSET_FILE"] = str(_kept_keyset(data_dir / "secrets" / "keyset.json"))
    return values


def _kept_keyset(path: Path) -> Path:
    # Made here, before two processes that both want it start at the same moment.
    if not path.exists():
        aead.register()
        handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
        write_private(path, tink.json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
    return path


def _kept_secret(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read; a reader sees the old or the new one, never half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
