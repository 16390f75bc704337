"""Keys: seals words that may not lie open in the journal, and makes and checks tokens."""

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

import tink
from tink import aead, json_proto_keyset_format, secret_key_access


class Vault:
    """Seals JSON values with the keyset (AES-256-GCM by tink), each bound to its place."""

    def __init__(self, primitive: aead.Aead) -> None:
        self._aead = primitive

    @classmethod
    def open(cls, path: Path, *, may_create: bool) -> "Vault":
        """Read the keyset file, or make one (mode 0600) where that is allowed.

        Raises:
            FileNotFoundError: No such file and `may_create` is false.
            tink.TinkError: The file is not a keyset.
        """
        aead.register()
        if may_create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
            text = json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(text)
        handle = json_proto_keyset_format.parse(path.read_text(), secret_key_access.TOKEN)
        return cls(handle.primitive(aead.Aead))

    def seal(self, value: Any, *, place: str) -> bytes:
        """Encrypt a JSON value; it opens only with the same `place` (table, row)."""
        return bytes(self._aead.encrypt(json.dumps(value, ensure_ascii=False).encode(), place.encode()))

    def unseal(self, sealed: bytes, *, place: str) -> Any:
        """Decrypt what `seal` made.

        Raises:
            tink.TinkError: Another key, another place or changed bytes.
        """
        return json.loads(self._aead.decrypt(sealed, place.encode()))


def new_token() -> str:
    """Return a fresh token of 256 bits."""
    return secrets.token_urlsafe(32)


def new_conversation_id() -> str:
    """Return a fresh conversation id of 128 bits: not to be guessed."""
    return secrets.token_hex(16)


def hash_token(token: str) -> str:
    """Return the hash under which a token is kept.  Tokens are random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_token_of(token: str, token_hash: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(hash_token(token), token_hash)


def fingerprint(token: str, what: str, words: str) -> str:
    """Return a keyed print of a message, by which a repeated one is known without keeping its words.

    The key is the client's own token, which the journal does not have: a short "네" cannot be looked up.
    """
    key, message = token.encode("utf-8", "surrogatepass"), f"{what}\0{words}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()
