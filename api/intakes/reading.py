"""Reads an intake's body against the catalogue: which needs, facts and risks may be kept, in canonical form."""

from dataclasses import dataclass
from typing import Any

from api.errors import BadValue
from api.intakes.facts import CONTACT, KEPT_AS_CONSENT, is_sensitive_need, without_sensitive
from api.intakes.schemas import FactIn, IntakeIn, NeedIn, RiskIn
from api.planning.catalogue import Catalogue
from api.planning.intake import IntakeError, read_fact

LONGEST_EVIDENCE = 2_000
LONGEST_TEXT = 500
# A masked contact; the gateway sends what it stands for by itself.
TOKEN_OPENS = "⟦"  # noqa: S105 — the bracket a mask begins with, no secret.


@dataclass(frozen=True)
class ReadFact:
    """One fact ready for the record. `contact` is a contact to be sealed; `value` is null then."""

    id: str
    state: str
    value: Any
    message_id: str | None
    contact: str | None = None


@dataclass(frozen=True)
class ReadIntake:
    """What of a body may be kept. `dropped` counts what lacked the second consent."""

    needs: tuple[NeedIn, ...]
    facts: tuple[ReadFact, ...]
    risks: tuple[RiskIn, ...]
    goal: str
    dropped: int


def read_intake(body: IntakeIn, catalogue: Catalogue, *, sensitive: bool) -> ReadIntake:
    """Check the body's words against the catalogue and leave out what needs a consent that is not there.

    Args:
        sensitive: Whether the second consent stands; without it sensitive needs and facts are dropped.

    Raises:
        BadValue: A need, fact, risk or value is not in the catalogue; the message names the field, not the value.
    """
    needs = {need.id: need for need in body.needs}
    for number, need in enumerate(body.needs):
        if need.id not in catalogue.needs:
            raise BadValue(f"needs.{number}.id: the catalogue has no such need.")
    for number, risk in enumerate(body.risks):
        if risk.id not in catalogue.risks:
            raise BadValue(f"risks.{number}.id: the catalogue has no such risk.")
    kept = [n for n in needs.values() if sensitive or not is_sensitive_need(catalogue, n.id)]
    facts, dropped = [], len(needs) - len(kept)
    for fact_id, fact in body.facts.items():
        if fact_id not in catalogue.facts:
            raise BadValue("facts: the catalogue has no fact of one of these ids.")
        if fact_id in KEPT_AS_CONSENT:
            continue
        read = _contact(fact) if fact_id == CONTACT else _fact(catalogue, fact_id, fact, sensitive=sensitive)
        if read is None:
            dropped += fact_id != CONTACT
        else:
            facts.append(read)
    return ReadIntake(
        needs=tuple(n.model_copy(update={"evidence": n.evidence[:LONGEST_EVIDENCE]}) for n in kept),
        facts=tuple(facts),
        risks=tuple({risk.id: risk for risk in body.risks}.values()),
        goal=body.goal[:LONGEST_TEXT],
        dropped=dropped,
    )


def canonical(catalogue: Catalogue, fact_id: str, value: Any) -> Any:
    """One told value in canonical form, as JSON (a set as a sorted list); longer texts are cut.

    Raises:
        BadValue: It is not a value of this fact; the message names the fact only.
    """
    kind = catalogue.facts[fact_id]
    if kind.type == "text" and isinstance(value, str):
        value = value[:LONGEST_TEXT]
    try:
        read = read_fact(kind, value)
    except IntakeError:
        # The core's message may quote the value, which is what a client said.
        raise BadValue(f"facts.{fact_id}.value: not a value of this fact (type {kind.type}).") from None
    return sorted(read) if isinstance(read, frozenset) else read


def _fact(catalogue: Catalogue, fact_id: str, fact: FactIn, *, sensitive: bool) -> ReadFact | None:
    if fact.state != "told":
        return ReadFact(fact_id, fact.state, None, fact.message_id)
    if fact.value is None:
        return ReadFact(fact_id, "unknown", None, fact.message_id)
    value = canonical(catalogue, fact_id, fact.value)
    if not sensitive:
        value = without_sensitive(catalogue, fact_id, value)
        if value is None:
            return None
    return ReadFact(fact_id, "told", value, fact.message_id)


def _contact(fact: FactIn) -> ReadFact | None:
    if fact.state != "told":
        return ReadFact(CONTACT, fact.state, None, fact.message_id)
    if not isinstance(fact.value, str) or not fact.value.strip() or TOKEN_OPENS in fact.value:
        return None
    return ReadFact(CONTACT, "told", None, fact.message_id, contact=fact.value[:LONGEST_TEXT])
