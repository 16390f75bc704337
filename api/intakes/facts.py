"""Facts of an intake: the sealed contact, and what may be kept only with the second consent."""

from typing import Any

from sqlalchemy.orm import Session

from api.models import IntakeFact, new_id
from api.planning.catalogue import Catalogue
from api.vault import Vault

CONTACT = "contact"
# Facts of the profile that are kept elsewhere: as consent rows.
KEPT_AS_CONSENT = frozenset({"consent", "sensitive_consent"})


def seal_contact(db: Session, fact: IntakeFact, value: str) -> None:
    """Put a contact into its fact, encrypted and bound to this row."""
    # A fact that is not written yet gets its id here, because the seal is bound to it.
    fact.id = fact.id or new_id()
    fact.value = None
    fact.sealed = _vault(db).seal(value, table="intake_facts", column="sealed", row=fact.id)


def told_value(db: Session, fact: IntakeFact) -> Any:
    """The fact's value as it was told, a contact opened; None when it was refused or is not known.

    Raises:
        VaultError: The contact was sealed for another row, or its key is gone.
    """
    if fact.sealed is None:
        return fact.value
    return _vault(db).open(fact.sealed, table="intake_facts", column="sealed", row=fact.id)


def is_sensitive_need(catalogue: Catalogue, need_id: str) -> bool:
    """Whether the need's label itself is 민감정보 (개인정보 보호법 제23조)."""
    return catalogue.needs[need_id].sensitive


def without_sensitive(catalogue: Catalogue, fact_id: str, value: Any) -> Any:
    """What of a told value may be kept without the second consent; None when nothing of it may.

    A sensitive fact goes as a whole; of a set (`target_groups`) only the sensitive members go. An empty rest counts as
    nothing told: an empty set would say that none applies.
    """
    fact = catalogue.facts[fact_id]
    if fact.sensitive:
        return None
    if fact.sensitive_values and isinstance(value, (list, tuple, set, frozenset)):
        return [one for one in value if one not in fact.sensitive_values] or None
    return None if value in fact.sensitive_values else value


def _vault(db: Session) -> Vault:
    vault: Vault = db.info["vault"]
    return vault
