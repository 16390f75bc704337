"""Takes typed values out of one entry of a file and notes what does not fit, so that all mistakes show at once."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from api.catalogue.reading import Problem
from api.planning.conditions import NO_LIMITS, Condition, Group, Rule

_SNAKE = re.compile(r"^[a-z][a-z0-9_]*$")
OPS_BY_TYPE = {
    "integer": {"eq", "ne", "gte", "lte", "between", "in", "not_in"},
    "enum": {"eq", "ne", "in", "not_in"},
    "set": {"has", "has_any", "not_has"},
}
_LIST_OPS = {"in", "not_in", "has_any", "between"}


class Row:
    """One entry.  Every reader returns a usable value even after a mistake, and adds the mistake to `problems`."""

    def __init__(self, raw: Any, file: str, problems: list[Problem], *, name: str = "", field: str = "") -> None:
        self.raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        self.file, self.problems, self._field = file, problems, field
        self.name = name or str(self.raw.get("id", ""))
        if not isinstance(raw, Mapping):
            self.wrong("", f"{str(raw)[:40]!r} is not an entry with keys; write it as `key: value`")

    def wrong(self, field: str, message: str) -> None:
        self.problems.append(Problem(self.file, self.name, self._field or field, message))

    def allow(self, keys: Iterable[str], must: Iterable[str] = ()) -> "Row":
        """Note keys that are not known and keys that are missing."""
        known = set(keys) | set(must)
        for key in self.raw:
            if key not in known:
                self.wrong(str(key), f"unknown key {key!r}; known keys are {', '.join(sorted(known))}")
        for key in must:
            if key not in self.raw:
                self.wrong(key, f"is missing; add `{key}:`")
        return self

    def identifier(self) -> str:
        value = self.raw.get("id")
        if not isinstance(value, str) or not _SNAKE.match(value):
            self.wrong("id", f"id {value!r} must be lower case letters, digits and _, and start with a letter")
        return str(value)

    def text(self, key: str, *, needed: bool = False) -> str:
        value = self.raw.get(key)
        if value is None or value == "":
            if needed:
                self.wrong(key, "must have a text")
            return ""
        if not isinstance(value, str):
            self.wrong(key, f"{value!r} must be a text; put it in quotes")
            return str(value)
        return value.strip()

    def one_of(self, key: str, known: Iterable[str], kind: str) -> str:
        value = self.raw.get(key)
        self._known(key, [value], known, kind)
        return value if isinstance(value, str) else ""

    def flag(self, key: str, *, needed: bool = False) -> bool:
        value = self.raw.get(key)
        if value is None and not needed:
            return False
        if not isinstance(value, bool):
            self.wrong(key, f"{value!r} must be true or false")
        return value is True

    def number(self, key: str, *, least: int, default: int = 0) -> int:
        value = self.raw.get(key, default)
        if key not in self.raw:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.wrong(key, f"{value!r} must be a whole number, {least} or more")
            return default
        return value

    def items(self, key: str) -> tuple[Any, ...]:
        value = self.raw.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, f"{str(value)[:40]!r} must be a list")
            return ()
        return tuple(value)

    def ids(self, key: str, known: Iterable[str], kind: str) -> tuple[str, ...]:
        values = self.items(key)
        self._known(key, values, known, kind)
        if len({str(value) for value in values}) < len(values):
            self.wrong(key, "names one entry twice; keep it once")
        return tuple(value for value in values if isinstance(value, str))

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.raw.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.wrong(key, f"{str(value)[:40]!r} must be `name: value` pairs")
            return {}
        return value

    def rows(self, key: str) -> list["Row"]:
        """The entries of a list inside this entry; their mistakes are told under this entry's id and `key`."""
        return [Row(raw, self.file, self.problems, name=self.name, field=key) for raw in self.items(key)]

    def rule(self, key: str, facts: Mapping[str, Mapping[str, Any]], *, sourced: bool) -> Rule:
        """Read one condition or an all/any group; `sourced` asks for `source` and `verify` on each."""
        raw = self.raw.get(key)
        if raw is None or raw == {}:
            return NO_LIMITS
        return self.condition(key, raw, facts, sourced=sourced)

    def condition(self, key: str, raw: Any, facts: Mapping[str, Mapping[str, Any]], *, sourced: bool) -> Rule:
        if not isinstance(raw, Mapping):
            self.wrong(key, f"{str(raw)[:40]!r} is not a condition; write {{fact, op, value}}")
            return NO_LIMITS
        if set(raw) <= {"all", "any"} and raw:
            kind = next(iter(raw))
            parts = raw[kind]
            if len(raw) != 1:
                self.wrong(key, "has all and any at one level; nest one inside the other")
            if not isinstance(parts, list) or not parts:
                self.wrong(key, f"group {kind!r} must be a list of conditions")
                return NO_LIMITS
            return Group(kind, tuple(self.condition(key, part, facts, sourced=sourced) for part in parts))
        return self._single(key, raw, facts, sourced=sourced)

    def _single(
        self, key: str, raw: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]], *, sourced: bool
    ) -> Rule:
        extra = set(raw) - {"fact", "op", "value", "source", "verify", "on_false"}
        if extra:
            self.wrong(key, f"unknown keys in a condition: {', '.join(sorted(map(str, extra)))}")
        fact, op, value = raw.get("fact"), raw.get("op"), raw.get("value")
        if not isinstance(fact, str) or fact not in facts:
            self.wrong(key, f"unknown fact {fact!r}; use a fact id of profile.yml")
            return NO_LIMITS
        allowed = OPS_BY_TYPE.get(facts[fact].get("type", ""), set())
        if not isinstance(op, str) or op not in allowed:
            self.wrong(key, f"op {op!r} does not fit {fact}; use one of {', '.join(sorted(allowed))}")
            return NO_LIMITS
        if (op in _LIST_OPS) != isinstance(value, list):
            self.wrong(key, f"{fact} {op} needs {'a list' if op in _LIST_OPS else 'one value, not a list'}")
            return NO_LIMITS
        values: list[Any] = value if isinstance(value, list) else [value]
        if not self._values_fit(key, fact, facts[fact], op, values):
            return NO_LIMITS
        if raw.get("on_false", "verify") != "verify":
            self.wrong(key, "on_false may only be `verify`")
        if sourced and not raw.get("source"):
            self.wrong(key, f"condition on {fact} has no source; name the law or programme")
        if sourced and not isinstance(raw.get("verify"), bool):
            self.wrong(key, f"condition on {fact} has no verify; write true (확인 필요) or false")
        return Condition(
            fact,
            op,
            tuple(values) if op in _LIST_OPS else values[0],
            source=str(raw.get("source") or ""),
            verify=raw.get("verify") is True,
            lenient="on_false" in raw,
        )

    def _values_fit(self, key: str, fact: str, kind: Mapping[str, Any], op: str, values: list[Any]) -> bool:
        before = len(self.problems)
        if kind["type"] in {"enum", "set"}:
            self._known(key, values, kind.get("values", {}), f"value of {fact}")
        else:
            low, high = kind.get("range", [-(10**9), 10**9])
            for one in values:
                if isinstance(one, bool) or not isinstance(one, int) or not low <= one <= high:
                    self.wrong(key, f"{fact} value {one!r} is outside {low}..{high}")
            if op == "between" and len(self.problems) == before and (len(values) != 2 or values[0] > values[1]):
                self.wrong(key, f"{fact} between needs [low, high]")
        return len(self.problems) == before

    def _known(self, key: str, values: Iterable[Any], known: Iterable[str], kind: str) -> None:
        known = known if isinstance(known, (set, frozenset, Mapping)) else set(known)
        for value in values:
            if not isinstance(value, str) or value not in known:
                self.wrong(key, f"unknown {kind} {value!r}; correct it or add it to its file")
