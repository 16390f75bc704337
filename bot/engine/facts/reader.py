"""Read the facts of `domain/profile.yml` from one Korean message, in the light of what was asked."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Optional

from bot.engine.facts import (
    ages,
    children,
    choices,
    employment,
    groups,
    household,
    jobs,
    money,
    regions,
    scales,
    wording,
)
from bot.engine.facts.message import Message, plain_text

# Readers of one value; None means unsaid.
_READERS: dict[str, Callable[[Message], Any]] = {
    "age": ages.read_age,
    "employment_status": employment.read_employment_status,
    "region": regions.read_region,
    "job_loss_reason": jobs.read_job_loss_reason,
    "household": household.read_household,
    "care_duty": household.read_care_duty,
    "income_band": money.read_income_band,
    "target_groups": groups.read_target_groups,
    "confidence": scales.read_confidence,
}
# Readers that can also say "not applicable": (whether it was said, value or None).
_MAYBE_NULL: dict[str, Callable[[Message], tuple[bool, Any]]] = {
    "last_job_end": jobs.read_last_job_end,
    "insured_months": jobs.read_insured_months,
    "youngest_child_age": children.youngest_child_age,
}
_CHOICES = ("welfare_status", "disability", "availability", "mobility", "digital", "urgency", "contact_channel")
_WORDINGS = ("desired_job", "goal", "preferred_time")
# An identifier is no age, sum or date.
_TOKEN = re.compile(r"⟦[^⟧]{1,12}⟧")


def read_facts(
    text: str, asks: Optional[str], today: dt.date, known: Optional[Mapping[str, Any]] = None
) -> dict[str, Any]:
    """The facts a message clearly states about the person it is for.

    Args:
        text: One message, masked or raw, as typed.
        asks: The fact the bot had just asked for, or None; a bare answer ("27", "없어요") is read as its answer.
        today: The date in Seoul from which years and months are counted.
        known: Facts told before; `household`, `household_size` help to place a sum of money.

    Returns:
        Canonical values by fact id.  A fact is None only where the client said that it does not apply
        ("일한 적 없어요").  What is unsaid, ambiguous or out of range is absent.

    >>> read_facts("서른넷 아니고 서른다섯이에요", "age", dt.date(2026, 11, 24))
    {'age': 35}
    """
    plain = plain_text(text)
    message = Message(_TOKEN.sub(" ", plain), asks, today, dict(known or {}))
    facts: dict[str, Any] = {}
    for fact, read in _READERS.items():
        value = read(message)
        if value is not None:
            facts[fact] = value
    for fact, read_maybe in _MAYBE_NULL.items():
        said, value = read_maybe(message)
        if said and _in_range(fact, value):
            facts[fact] = value
    for fact in _CHOICES:
        if (choice := choices.read_choice(fact, message)) is not None:
            facts[fact] = choice
    for fact in _WORDINGS:
        if (words := wording.read_wording(fact, message)) is not None:
            facts[fact] = words
    if asks in ("consent", "sensitive_consent") and (consent := wording.read_consent(message)) is not None:
        facts[asks] = consent
    if asks in ("contact", "contact_channel") and (contact := wording.read_contact(message, text)) is not None:
        facts["contact"] = contact
    return facts


def _in_range(fact: str, value: Optional[int]) -> bool:
    low, high = {"youngest_child_age": (0, 18)}.get(fact, (0, 600))
    return value is None or low <= value <= high
