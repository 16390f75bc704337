"""A column that takes only what the vault has sealed, so that plain text cannot slip into it."""

from dataclasses import dataclass, field

from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


@dataclass(frozen=True)
class Sealed:
    """Ciphertext made by `api.vault.Vault.seal`; opened only by the vault, with the row it belongs to."""

    ciphertext: bytes = field(repr=False)


class SealedText(TypeDecorator[Sealed]):
    """Stores the bytes of a `Sealed` value and gives a `Sealed` value back.

    Raises:
        TypeError: Anything but a `Sealed` value is written.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("This column holds sealed values only; seal it with the vault first.")
        return value.ciphertext

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))
