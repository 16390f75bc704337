"""Turns the read files into the core's catalogue types; every entry is checked on the way."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.catalogue.reading import Problem
from api.catalogue.rows import Row
from api.catalogue.services import SERVICE_KEYS, SERVICE_MUST, Vocabulary, build_service
from api.planning.catalogue import (
    Accountability,
    Center,
    Combination,
    Document,
    FactType,
    HandOver,
    Hotline,
    Indicator,
    Item,
    NeedType,
    Partner,
    RiskType,
    Role,
    Service,
    Stage,
    StageRule,
)

RELATIONS = {"before", "before_or_beside", "after"}
FACTS_PLANNED_WITH = frozenset(
    {"age", "availability", "digital", "disability", "employment_status", "household", "mobility", "target_groups"}
    | {"urgency"}
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Builder:
    """Builds one catalogue from documents by file name; mistakes gather in `problems`."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self.documents = documents
        self.problems: list[Problem] = []
        self._where: dict[str, str] = {}

    def rows(self, file: str, key: str | None) -> list[Row]:
        """The entries of one list of a file; ids must be unique among them."""
        top = self.documents[file]
        entries = top if key is None else top.get(key) if isinstance(top, Mapping) else None
        if not isinstance(entries, list):
            self.problems.append(Problem(file, "", key or "", "must hold a list of entries"))
            return []
        rows = [Row(raw, file, self.problems) for raw in entries]
        seen: set[str] = set()
        for row in rows:
            if row.name and row.name in seen:
                row.wrong("id", f"id {row.name} is used twice; rename one")
            seen.add(row.name)
        return rows

    def file_of_service(self, service: str) -> str:
        return self._where.get(service, "services")

    def needs(self) -> dict[str, NeedType]:
        profile = self.documents["profile.yml"]
        named = profile.get("sensitive_needs") if isinstance(profile, Mapping) else None
        sensitive = {str(need) for need in named} if isinstance(named, list) else set()
        found = {}
        for row in self.rows("needs.yml", "needs"):
            row.allow(("includes", "excludes"), ("id", "domain", "label"))
            need = row.identifier()
            found[need] = NeedType(
                need, row.text("domain", needed=True), row.text("label", needed=True), row.text("includes"),
                row.text("excludes"), need in sensitive,
            )  # fmt: skip
        for need in sorted(sensitive - found.keys()):
            self.problems.append(Problem("profile.yml", "", "sensitive_needs", f"unknown need {need!r}"))
        return found

    def risks(self) -> dict[str, RiskType]:
        found = {}
        for row in self.rows("needs.yml", "risks"):
            row.allow(("includes",), ("id", "label"))
            found[row.identifier()] = RiskType(row.name, row.text("label", needed=True), row.text("includes"))
        return found

    def raw_facts(self) -> dict[str, Mapping[str, Any]]:
        """Facts as written, by id: what conditions are checked against while everything is still being built."""
        top = self.documents["profile.yml"]
        rows = top.get("facts") if isinstance(top, Mapping) else None
        entries = rows if isinstance(rows, list) else []
        return {str(row.get("id")): row for row in entries if isinstance(row, Mapping) and row.get("type")}

    def facts(self) -> dict[str, FactType]:
        found = {}
        for row in self.rows("profile.yml", "facts"):
            row.allow(("effort", "unit", "range", "values", "sensitive", "notes"), ("id", "label", "type"))
            values = row.mapping("values")
            kind = row.one_of("type", {"integer", "enum", "set", "text"}, "type")
            if kind in {"enum", "set"} and not values:
                row.wrong("values", "an enum or set must list its values")
            limits = row.items("range")
            if kind == "integer" and len(limits) != 2:
                row.wrong("range", "an integer must have [lowest, highest]")
            sensitive = row.raw.get("sensitive", False)
            members = frozenset(sensitive) if isinstance(sensitive, list) else frozenset()
            if members - values.keys():
                row.wrong("sensitive", f"unknown values {', '.join(sorted(members - values.keys()))}")
            found[row.identifier()] = FactType(
                row.name,
                row.text("label", needed=True),
                kind,
                effort=row.number("effort", least=1, default=1),
                unit=row.text("unit"),
                range=(limits[0], limits[1]) if len(limits) == 2 else None,
                values={str(key): str(label) for key, label in values.items()},
                sensitive=sensitive is True,
                sensitive_values=members,
                notes=row.text("notes"),
            )
        for fact in sorted(FACTS_PLANNED_WITH - found.keys()):
            self.problems.append(Problem("profile.yml", "", "facts", f"fact {fact} is missing; the planner reads it"))
        return found

    def stages(self) -> dict[str, Stage]:
        found = {}
        for row in self.rows("stages.yml", "stages"):
            row.allow((), ("id", "order", "label", "purpose"))
            found[row.identifier()] = Stage(
                row.name, row.number("order", least=1), row.text("label", needed=True), row.text("purpose", needed=True)
            )
        if len({stage.order for stage in found.values()}) != len(found):
            self.problems.append(Problem("stages.yml", "", "stages", "two stages share an order; number them anew"))
        return found

    def stage_rules(self, known: Iterable[str]) -> tuple[StageRule, ...]:
        names = {*known, "all"}
        found = []
        for row in self.rows("stages.yml", "rules"):
            row.allow(("unless",), ("id", "relation", "first", "then", "strength", "rationale", "source", "verify"))
            sides = []
            for side in ("first", "then"):
                value = row.raw.get(side)
                ids = tuple(value) if isinstance(value, list) else (value,)
                for one in ids:
                    if one not in names:
                        row.wrong(side, f"unknown stage or service {one!r}")
                sides.append(tuple(str(one) for one in ids))
            found.append(
                StageRule(
                    row.identifier(),
                    row.one_of("relation", RELATIONS, "relation"),
                    sides[0],
                    sides[1],
                    row.one_of("strength", {"hard", "soft"}, "strength") == "hard",
                    row.text("rationale", needed=True),
                    row.text("source", needed=True),
                    row.flag("verify", needed=True),
                    row.text("unless"),
                )
            )
        return tuple(found)

    def information(self, facts: Mapping[str, Any]) -> dict[str, Item]:
        found = {}
        for row in self.rows("items.yml", "information"):
            row.allow(("sensitive", "held_if"), ("id", "label"))
            held = row.rule("held_if", facts, sourced=False) if "held_if" in row.raw else None
            found[row.identifier()] = Item(row.name, row.text("label", needed=True), row.flag("sensitive"), held)
            if row.name in facts:
                row.wrong("id", f"{row.name} is also a fact of profile.yml; rename it")
        return found

    def documents_needed(self) -> dict[str, Document]:
        found = {}
        for row in self.rows("items.yml", "documents"):
            row.allow(("admin", "sensitive"), ("id", "label", "issuer"))
            found[row.identifier()] = Document(
                row.name, row.text("label", needed=True), row.text("issuer"), row.flag("admin"), row.flag("sensitive")
            )
        return found

    def partners(self) -> dict[str, Partner]:
        rows = self.rows("items.yml", "partners")
        return {row.allow((), ("id", "label")).identifier(): Partner(row.name, row.text("label")) for row in rows}

    def hotlines(self) -> dict[str, Hotline]:
        found = {}
        for row in self.rows("items.yml", "hotlines"):
            row.name = str(row.raw.get("number", ""))
            row.allow((), ("number", "label", "verify"))
            if row.name in found:
                row.wrong("number", f"number {row.name} is listed twice")
            found[row.name] = Hotline(
                row.text("number", needed=True), row.text("label"), row.flag("verify", needed=True)
            )
        return found

    def indicators(self, needs: Mapping[str, Any]) -> dict[str, Indicator]:
        texts = ("label", "kind", "unit", "instrument", "numerator", "denominator", "guards_against")
        found = {}
        for row in self.rows("indicators.yml", "indicators"):
            row.allow((), ("id", "when", "needs", "verify", *texts))
            answers = tuple(needs) if row.raw.get("needs") == "all" else row.ids("needs", needs, "need")
            if not row.items("when"):
                row.wrong("when", "must say when it is measured")
            words = {key: row.text(key, needed=True) for key in texts}
            found[row.identifier()] = Indicator(
                id=row.name, when=tuple(map(str, row.items("when"))), needs=answers,
                verify=row.flag("verify", needed=True), **words,
            )  # fmt: skip
        return found

    def roles(self, stages: Iterable[str], indicators: Iterable[str], items: Iterable[str]) -> dict[str, Role]:
        rows = self.rows("roles.yml", "roles")
        names = {row.name for row in rows}
        found, seen = {}, set()
        for row in rows:
            row.allow((), ("id", "label", "mission", "owns", "accountabilities", "hands_over"))
            duties = []
            for part in row.rows("accountabilities"):
                measured = part.ids("indicators", indicators, "indicator")
                duty = Accountability(str(part.raw.get("id")), part.text("sentence", needed=True), measured)
                if not measured:
                    part.wrong("accountabilities", f"accountability {duty.id} needs an indicator")
                if duty.id in seen:
                    part.wrong("accountabilities", f"accountability {duty.id} is used twice")
                seen.add(duty.id)
                duties.append(duty)
            if not duties:
                row.wrong("accountabilities", "a role answers for something; add an accountability")
            hands = []
            for part in row.rows("hands_over"):
                to = part.one_of("to", names - {row.name}, "role")
                travelling = part.ids("with", items, "information item")
                if not travelling:
                    part.wrong("hands_over", f"hand-over to {to} says nothing travels; name the items")
                hands.append(HandOver(to, part.text("when", needed=True), travelling))
            found[row.identifier()] = Role(
                row.name, row.text("label", needed=True), row.text("mission"), row.ids("owns", stages, "stage"),
                tuple(duties), tuple(hands),
            )  # fmt: skip
        return found

    def services(self, words: Vocabulary) -> dict[str, Service]:
        rows = [row for file in sorted(self.documents) if file.startswith("services/") for row in self.rows(file, None)]
        names: dict[str, str] = {}
        for row in rows:
            if row.name in names and names[row.name] != row.file:
                row.wrong("id", f"id {row.name} is also in {names[row.name]}; keep one")
            names[row.name] = row.file
        self._where = names
        words = words.with_services(names)
        return {row.name: build_service(row.allow(SERVICE_KEYS, SERVICE_MUST), words) for row in rows if row.name}

    def combinations(self, words: Vocabulary) -> tuple[Combination, ...]:
        found = []
        for row in self.rows("combinations.yml", "rules"):
            row.allow((), ("id", "when", "then", "why", "source", "verify"))
            when = Row(row.raw.get("when"), row.file, self.problems, name=row.name, field="when")
            then = Row(row.raw.get("then"), row.file, self.problems, name=row.name, field="then")
            when.allow(("needs", "any_needs", "risks", "facts"))
            then.allow(("adds", "drops", "orders", "parallel", "modes", "times", "asks", "notes"))
            if not row.text("why", needed=True).endswith("요."):
                row.wrong("why", "is shown to clients; write it in 해요체, ending in “요.”")
            known = words.services
            orders = [
                (part.one_of("first", known, "service"), part.one_of("then", known, "service"))
                for part in then.rows("orders")
            ]
            modes = [
                (part.one_of("service", known, "service"), part.one_of("prefer", words.modes, "mode"))
                for part in then.rows("modes")
            ]
            times = [
                (part.one_of("service", known, "service"), part.ids("prefer", words.times, "availability"))
                for part in then.rows("times")
            ]
            parallel = [tuple(map(str, pair)) for pair in then.items("parallel")]
            for name in {name for pair in parallel for name in pair} - set(words.services):
                then.wrong("parallel", f"unknown service {name!r}")
            found.append(
                Combination(
                    row.identifier(),
                    row.text("why"),
                    needs=when.ids("needs", words.needs, "need"),
                    any_needs=when.ids("any_needs", words.needs, "need"),
                    risks=when.ids("risks", words.risks, "risk"),
                    facts=tuple(
                        when.condition("facts", raw, words.facts, sourced=False) for raw in when.items("facts")
                    ),
                    adds=then.ids("adds", words.services, "service"),
                    drops=then.ids("drops", words.services, "service"),
                    orders=tuple(orders),
                    parallel=tuple(parallel),
                    modes=tuple(modes),
                    times=tuple(times),
                    asks=then.ids("asks", words.facts, "fact"),
                    notes=then.text("notes"),
                    source=row.text("source", needed=True),
                    verify=row.flag("verify", needed=True),
                )
            )
        return tuple(found)

    def centers(self, services: Mapping[str, Service]) -> dict[str, Center]:
        found = {}
        for row in self.rows("centers.yml", "centers"):
            row.allow(
                ("region", "closed_on_holidays", "lacks", "waits", "minutes"),
                ("id", "label", "phone", "opening", "retention_days", "retention_ground"),
            )
            opening = {}
            for day, hours in row.mapping("opening").items():
                if day not in WEEKDAYS or not isinstance(hours, list) or len(hours) != 2:
                    row.wrong("opening", f'{day}: write a weekday ({", ".join(WEEKDAYS)}) and ["09:00", "18:00"]')
                    continue
                opening[day] = (str(hours[0]), str(hours[1]))
            ground = Row(
                row.raw.get("retention_ground"), row.file, self.problems, name=row.name, field="retention_ground"
            )
            found[row.identifier()] = Center(
                row.name,
                row.text("label", needed=True),
                row.text("phone", needed=True),
                row.text("region"),
                opening,
                row.flag("closed_on_holidays"),
                row.number("retention_days", least=1, default=1095),
                ground.text("text", needed=True),
                ground.flag("verify", needed=True),
                frozenset(row.ids("lacks", services, "service")),
                self._overrides(row, "waits", services, 0),
                self._overrides(row, "minutes", services, 1),
            )
        return found

    def _overrides(self, row: Row, key: str, services: Mapping[str, Service], least: int) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for service, modes in row.mapping(key).items():
            if service not in services or not isinstance(modes, Mapping):
                row.wrong(key, f"{service!r}: write a service id and {{mode: number}}")
                continue
            for mode, value in modes.items():
                if (
                    mode not in services[service].modes
                    or isinstance(value, bool)
                    or not isinstance(value, int)
                    or value < least
                ):
                    row.wrong(
                        key, f"{service}.{mode}: {value!r} must be a mode of the service and a number, {least} or more"
                    )
                    continue
                found.setdefault(service, {})[mode] = value
        return found
