"""Reads the catalogue's YAML files fast, and finds the line of a mistake when there is one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file.

    Attributes:
        row: The id of the entry it is in, or "" for the file as a whole.
        field: The key inside the entry, or "".
    """

    file: str
    row: str
    field: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        name = ".".join(part for part in (self.row, self.field) if part)
        return f"{place} {name}: {self.message}" if name else f"{place}: {self.message}"


class CatalogueError(ValueError):
    """The catalogue's files do not fit together; `problems` holds every mistake found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class _StrictLoader(_FastLoader):  # type: ignore[misc]
    """A repeated key would silently win; here it is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep)
        if len(mapping) != len(node.value):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} repeated", key.start_mark)
                seen.add(key.value)
        return mapping  # type: ignore[no-any-return]


def read_file(root: Path, name: str) -> Any:
    """Return the content of one YAML file.

    Raises:
        CatalogueError: The file is missing, is not YAML, or repeats a key.
    """
    try:
        text = (root / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError([Problem(name, "", "", f"cannot be read ({type(error).__name__}); restore it")]) from error
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (the strict loader is a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "is not YAML"
        line = mark.line + 1 if mark else None
        raise CatalogueError([Problem(name, "", "", f"{what}; correct the line", line)]) from error


def with_lines(root: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Add line numbers to problems; only the files that have one are read again."""
    positions: dict[str, Mapping[tuple[str, str], int]] = {}
    placed = []
    for problem in problems:
        if problem.file not in positions:
            positions[problem.file] = _positions(root / problem.file)
        lines = positions[problem.file]
        line = problem.line or lines.get((problem.row, problem.field)) or lines.get((problem.row, ""))
        placed.append(Problem(problem.file, problem.row, problem.field, problem.message, line))
    return tuple(placed)


def _positions(path: Path) -> Mapping[tuple[str, str], int]:
    """Map (entry id, key) to its line for every entry with an id."""
    found: dict[tuple[str, str], int] = {}
    if not path.is_file():
        return found

    def walk(node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            keys = {key.value: (key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
            name = keys.get("id") or keys.get("number")
            if name and isinstance(name[1], yaml.ScalarNode):
                row = name[1].value
                found.setdefault((row, ""), node.start_mark.line + 1)
                for key, (where, _) in keys.items():
                    found.setdefault((row, key), where.start_mark.line + 1)
            for _, value in node.value:
                walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                walk(value)

    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    if root is not None:
        walk(root)
    return found
