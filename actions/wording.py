"""Turns values into the pieces of Korean that responses take in.

All words come from domain.yml (and labels from the catalogue); what happens here is choosing, joining and
giving each piece the right particle, by the one tested function of `api.planning.particles`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from api.catalogue.files import load_catalogue
from api.planning.particles import with_particle

DOMAIN_FILE = Path(__file__).resolve().parent.parent / "domain.yml"


@lru_cache(maxsize=1)
def _responses() -> dict[str, str]:
    domain = yaml.safe_load(DOMAIN_FILE.read_text(encoding="utf-8"))
    return {name: variants[0]["text"] for name, variants in domain["responses"].items()}


def has_response(name: str) -> bool:
    """True when domain.yml has a response of this name."""
    return name in _responses()


def word(name: str, **values: Any) -> str:
    """The text of a response, filled in.

    Raises:
        KeyError: domain.yml has no such response.
    """
    return _responses()[name].format(**values) if values else _responses()[name]


def need_word(need: str) -> str:
    """How the bot names a need in plain words."""
    return word(f"word_need_{need}")


def list_words(words: Iterable[str]) -> str:
    """Words joined by commas, each once, order kept."""
    return ", ".join(dict.fromkeys(words))


def join_and(words: Sequence[str]) -> str:
    """Two or more words joined by 과/와, as one says a short list aloud: 일과 아이.

    >>> join_and(["일", "가족"])
    '일과 가족'
    """
    unique = list(dict.fromkeys(words))
    return " ".join([with_particle(w, "과") for w in unique[:-1]] + unique[-1:])


def topics(needs: Iterable[str]) -> str:
    """What was talked about, in a word or three, by the domains of the needs."""
    catalogue = load_catalogue()
    words = []
    for need in needs:
        own = f"word_topic_{need}"
        words.append(word(own if has_response(own) else f"word_topic_{catalogue.needs[need].domain}"))
    return join_and(list(dict.fromkeys(words))[:3])


def fact_phrase(fact: str, value: Any) -> str:
    """A fact as the summary says it: 35세, 노원구, 막내 3살, 자신감 3점.

    Args:
        fact: Id of profile.yml.
        value: Canonical value; sets are lists.
    """
    if fact == "contact":
        return word("word_fact_contact")
    if fact == "age" and isinstance(value, str):
        return word("word_fact_age_band", value=value.rstrip("s"))
    if fact in {"last_job_end", "insured_months"}:
        if fact == "insured_months" and value == 0:
            return word("word_fact_insured_none")
        return word(f"word_fact_{fact}", value=months_phrase(value))
    if isinstance(value, str) and has_response(f"word_value_{fact}_{value}"):
        return word(f"word_value_{fact}_{value}")
    text = _label(fact, value)
    name = f"word_fact_{fact}"
    return word(name, value=text) if has_response(name) else text


def months_phrase(months: int) -> str:
    """A number of months as one says it: 8개월, 3년 6개월."""
    years, rest = divmod(months, 12)
    if years and rest:
        return word("word_years_months", years=years, months=rest)
    if years:
        return word("word_years", value=years)
    return word("word_months", value=rest) if rest else word("word_this_month")


def _label(fact: str, value: Any) -> str:
    labels = load_catalogue().facts[fact].values or {}
    if isinstance(value, list):
        return list_words(labels.get(v, str(v)) for v in value) or word("word_fact_target_groups_none")
    return str(labels.get(value, value))


def fact_label(fact: str) -> str:
    """A fact's name in plain words: 나이, 사는 곳."""
    return load_catalogue().facts[fact].label
