"""Seals single values with authenticated encryption, each bound to its table, column and row."""

import os
import secrets
from pathlib import Path

import tink
from tink import aead, secret_key_access

from api.models.sealed import Sealed


class VaultError(Exception):
    """A sealed value does not belong to this row, or no key of the keyset made it. Never names the value."""


class Vault:
    """One keyset. Its primary key seals; every key of it opens, so that keys can be rotated."""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self._aead = keyset.primitive(aead.Aead)

    @classmethod
    def from_file(cls, path: Path, *, make: bool = False) -> "Vault":
        """Read a Tink keyset in JSON; with `make`, write a fresh one (owner only) where there is none.

        Raises:
            VaultError: The file is missing or holds no keyset.
        """
        aead.register()
        if make and not path.exists():
            _write_new_keyset(path)
        try:
            text = path.read_text(encoding="utf-8")
            return cls(tink.json_proto_keyset_format.parse(text, secret_key_access.TOKEN))
        except (OSError, ValueError, tink.TinkError) as error:
            raise VaultError(f"The keyset file cannot be read ({type(error).__name__}).") from None

    def seal(self, text: str, *, table: str, column: str, row: str) -> Sealed:
        """Encrypt `text` for one place; two seals of the same text differ."""
        return Sealed(self._aead.encrypt(text.encode(), _place(table, column, row)))

    def open(self, sealed: Sealed, *, table: str, column: str, row: str) -> str:
        """Decrypt a value read from its place.

        Raises:
            VaultError: It was sealed for another place or with a key that is gone.
        """
        try:
            return self._aead.decrypt(sealed.ciphertext, _place(table, column, row)).decode()
        except tink.TinkError:
            raise VaultError("A sealed value does not open in this place.") from None


def new_keyset() -> str:
    """A fresh AES-256-GCM keyset as JSON text. Whoever holds it can open every sealed value."""
    aead.register()
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    return tink.json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)


def _place(table: str, column: str, row: str) -> bytes:
    return f"{table}/{column}/{row}".encode()


def _write_new_keyset(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(new_keyset())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process made the keyset first; both use that one.
    finally:
        draft.unlink()
