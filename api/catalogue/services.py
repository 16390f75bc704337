"""Builds one service from its entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.catalogue.rows import Row
from api.planning.catalogue import (
    FULL,
    PARTIAL,
    Confirm,
    Exclusion,
    Mode,
    Outcome,
    Preference,
    RiskExclusion,
    Service,
    StageIf,
)
from api.planning.particles import and_then

MODES = ("visit", "phone", "online")
LONGEST_CHAT = 25
SERVICE_MUST = (
    "id", "label", "chat", "provider", "stage", "role", "addresses", "eligibility", "modes", "cost",
    "needs_info", "provides", "outcomes", "indicators", "source", "verify", "plain",
)  # fmt: skip
SERVICE_KEYS = (
    "partner", "connects", "risks", "always", "requires", "order", "excludes", "excludes_risks", "only_risks",
    "stage_if", "fits_best", "confirm", "sessions", "days", "times", "timing_source", "hotlines", "documents",
)  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """Every id an entry may name."""

    needs: Mapping[str, Any]
    risks: Mapping[str, Any]
    facts: Mapping[str, Mapping[str, Any]]
    stages: Mapping[str, Any]
    roles: Mapping[str, Any]
    indicators: Mapping[str, Any]
    information: Mapping[str, Any]
    documents: Mapping[str, Any]
    partners: Mapping[str, Any]
    hotlines: Mapping[str, Any]
    services: Iterable[str] = ()
    modes: Iterable[str] = MODES

    @property
    def times(self) -> Mapping[str, Any]:
        values: Mapping[str, Any] = self.facts["availability"]["values"]
        return values

    @property
    def items(self) -> set[str]:
        return {*self.information, *self.facts}

    def with_services(self, services: Iterable[str]) -> "Vocabulary":
        return replace(self, services=dict.fromkeys(services))


def build_service(row: Row, words: Vocabulary) -> Service:
    """Return the service of one entry; whatever does not fit is noted in the row's problems."""
    order = _part(row, "order").allow(("after", "before"))
    requires = _part(row, "requires").allow(("services", "info"))
    stage_if = _stage_if(row, words) if "stage_if" in row.raw else None
    partner = row.one_of("partner", words.partners, "partner") if "partner" in row.raw else None
    provider = row.one_of("provider", {"own", "partner"}, "provider")
    if (provider == "partner") != (partner is not None):
        row.wrong("partner", "a partner service names its partner, an own service names none")
    cost = row.raw.get("cost", 0)
    if isinstance(cost, bool) or not isinstance(cost, (int, str)):
        row.wrong("cost", "must be won for the client (0 = free) or a text")
    plain = row.text("plain", needed=True)
    if not plain.endswith("요."):
        row.wrong("plain", "must be one 해요체 sentence, ending in “요.”")
    return Service(
        id=row.identifier(),
        label=row.text("label", needed=True),
        chat=_chat(row),
        plain=plain,
        provider=provider,
        partner=partner,
        stage=row.one_of("stage", words.stages, "stage"),
        role=row.one_of("role", words.roles, "role"),
        addresses=_addresses(row, words),
        risks=frozenset(row.ids("risks", words.risks, "risk")),
        always=row.flag("always"),
        requires_services=requires.ids("services", words.services, "service"),
        requires_info=requires.ids("info", words.items, "information item"),
        after=order.ids("after", words.services, "service"),
        before=order.ids("before", words.services, "service"),
        excludes=_exclusions(row, words),
        excludes_risks=_risk_exclusions(row, words),
        only_risks=frozenset(row.ids("only_risks", words.risks, "risk")),
        stage_if=stage_if,
        fits_best=_preferences(row, words),
        eligibility=row.rule("eligibility", words.facts, sourced=True),
        confirm=_confirms(row),
        modes=_modes(row, words),
        sessions=row.number("sessions", least=1, default=1),
        days=row.number("days", least=1, default=0),
        times=row.ids("times", words.times, "availability"),
        timing_source=row.text("timing_source"),
        cost=cost,
        hotlines=row.ids("hotlines", words.hotlines, "phone number"),
        connects=row.ids("connects", words.partners, "partner"),
        documents=row.ids("documents", words.documents, "document"),
        needs_info=row.ids("needs_info", words.items, "information item"),
        provides=row.ids("provides", words.information, "information item"),
        outcomes=_outcomes(row, words),
        indicators=row.ids("indicators", words.indicators, "indicator"),
        source=row.text("source", needed=True),
        verify=row.flag("verify", needed=True),
    )


def _part(row: Row, key: str) -> Row:
    return Row(row.raw.get(key) or {}, row.file, row.problems, name=row.name, field=key)


def _chat(row: Row) -> str:
    chat = row.text("chat", needed=True)
    if len(chat) > LONGEST_CHAT:
        row.wrong("chat", f"has {len(chat)} characters; say it in {LONGEST_CHAT} or fewer")
    try:
        and_then(chat)
    except ValueError as error:
        row.wrong("chat", str(error))
    return chat


def _addresses(row: Row, words: Vocabulary) -> dict[str, str]:
    found = {}
    for need, how in row.mapping("addresses").items():
        if need not in words.needs:
            row.wrong("addresses", f"unknown need {need!r}; use an id of needs.yml")
        if how not in (FULL, PARTIAL):
            row.wrong("addresses", f"{need}: {how!r} must be full or partial")
        found[str(need)] = str(how)
    return found


def _modes(row: Row, words: Vocabulary) -> dict[str, Mode]:
    found = {}
    modes = row.mapping("modes")
    if not modes:
        row.wrong("modes", "must say how it is given: visit, phone or online")
    for name, raw in modes.items():
        if name not in MODES:
            row.wrong("modes", f"unknown mode {name!r}; use visit, phone or online")
        mode = Row(raw, row.file, row.problems, name=row.name, field="modes").allow(
            ("times",), ("minutes", "wait_days")
        )
        found[str(name)] = Mode(
            mode.number("minutes", least=1, default=1),
            mode.number("wait_days", least=0),
            mode.ids("times", words.times, "availability"),
        )
    return found


def _exclusions(row: Row, words: Vocabulary) -> tuple[Exclusion, ...]:
    found = []
    for part in row.rows("excludes"):
        part.allow((), ("service", "kind", "reason", "source", "verify"))
        other = part.one_of("service", words.services, "service")
        if other == row.name:
            part.wrong("excludes", "a service cannot exclude itself")
        if part.raw.get("kind") != "concurrent":
            part.wrong("excludes", "kind must be concurrent")
        found.append(
            Exclusion(other, part.text("reason", needed=True), part.text("source", needed=True), part.flag("verify"))
        )
    return tuple(found)


def _risk_exclusions(row: Row, words: Vocabulary) -> tuple[RiskExclusion, ...]:
    found = []
    for part in row.rows("excludes_risks"):
        part.allow((), ("risk", "reason", "source", "verify", "instead"))
        instead = part.ids("instead", words.services, "service")
        if not instead:
            part.wrong("excludes_risks", "must name what answers instead")
        found.append(
            RiskExclusion(
                part.one_of("risk", words.risks, "risk"),
                part.text("reason", needed=True),
                instead,
                part.text("source", needed=True),
                part.flag("verify", needed=True),
            )
        )
    return tuple(found)


def _stage_if(row: Row, words: Vocabulary) -> StageIf:
    part = _part(row, "stage_if").allow((), ("stage", "when"))
    stage = part.one_of("stage", words.stages, "stage")
    if stage == row.raw.get("stage"):
        part.wrong("stage_if", "must name another stage than the service's own")
    return StageIf(stage, part.rule("when", words.facts, sourced=False))


def _preferences(row: Row, words: Vocabulary) -> tuple[Preference, ...]:
    found = []
    for part in row.rows("fits_best"):
        part.allow((), ("need", "when"))
        need = part.one_of("need", words.needs, "need")
        if need and need not in row.mapping("addresses"):
            part.wrong("fits_best", f"{need} is not among the needs it addresses")
        found.append(Preference(need, part.rule("when", words.facts, sourced=False)))
    return tuple(found)


def _confirms(row: Row) -> tuple[Confirm, ...]:
    found = []
    for part in row.rows("confirm"):
        part.allow((), ("what", "source", "verify"))
        found.append(
            Confirm(part.text("what", needed=True), part.text("source", needed=True), part.flag("verify", needed=True))
        )
    return tuple(found)


def _outcomes(row: Row, words: Vocabulary) -> tuple[Outcome, ...]:
    found: list[Outcome] = []
    for part in row.rows("outcomes"):
        part.allow((), ("id", "label", "adds", "drops"))
        name = str(part.raw.get("id"))
        adds, drops = part.ids("adds", words.services, "service"), part.ids("drops", words.services, "service")
        if name in [outcome.id for outcome in found]:
            part.wrong("outcomes", f"outcome {name} is used twice")
        if row.name in adds + drops or set(adds) & set(drops):
            part.wrong("outcomes", f"outcome {name} adds or drops itself, or both adds and drops one service")
        found.append(Outcome(name, part.text("label", needed=True), adds, drops))
    if len(found) < 2:
        row.wrong("outcomes", "needs two or more results, else nothing is conditional")
    return tuple(found)
