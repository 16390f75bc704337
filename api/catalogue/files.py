"""The catalogue as files: `load_catalogue` reads, checks and builds it once, `load_centers` the centres beside it.

A mistake raises `CatalogueError`, one line for each: file, line, entry, field, what is wrong and what to do.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from api.catalogue.building import Builder
from api.catalogue.checks import check_catalogue
from api.catalogue.reading import CatalogueError, Problem, read_file, with_lines
from api.catalogue.services import Vocabulary
from api.planning.catalogue import Catalogue, Center, Service

DATA = Path(__file__).parent / "data"
_NAMES = ("needs", "profile", "stages", "items", "indicators", "roles", "combinations", "centers")
FILES = tuple(f"{name}.yml" for name in _NAMES)
FORMAT = 1

__all__ = ["DATA", "CatalogueError", "Problem", "load_catalogue", "load_centers"]


@cache
def load_catalogue(center_id: str = "demo", *, root: Path = DATA) -> Catalogue:
    """Return the catalogue of one centre; the same object for the same centre.

    Raises:
        CatalogueError: A file does not fit, or the centre is not in centers.yml.
    """
    common, centers = _load(root)
    if center_id not in centers:
        raise CatalogueError(
            [Problem("centers.yml", "", "", f"no centre {center_id!r}; known are {', '.join(centers)}")]
        )
    return adapt(common, centers[center_id])


def load_centers(*, root: Path = DATA) -> Mapping[str, Center]:
    """Return the centres by id, in the order of centers.yml."""
    return _load(root)[1]


def adapt(common: Catalogue, center: Center) -> Catalogue:
    """Return the common catalogue as one centre has it: without what it lacks, with its own times."""
    services = {s.id: _with_times(s, center) for s in common.services.values() if s.id not in center.lacks}
    return replace(common, services=services, center=center)


def _with_times(service: Service, center: Center) -> Service:
    waits, minutes = center.waits.get(service.id, {}), center.minutes.get(service.id, {})
    if not waits and not minutes:
        return service
    modes = {
        name: replace(mode, wait_days=waits.get(name, mode.wait_days), minutes=minutes.get(name, mode.minutes))
        for name, mode in service.modes.items()
    }
    return replace(service, modes=modes)


@cache
def _load(root: Path) -> tuple[Catalogue, Mapping[str, Center]]:
    names = [*FILES, *sorted(f"services/{path.name}" for path in (root / "services").glob("*.yml"))]
    documents = {name: read_file(root, name) for name in names}
    builder = Builder(documents)
    needs, risks, facts = builder.needs(), builder.risks(), builder.facts()
    raw_facts = builder.raw_facts()
    stages, information = builder.stages(), builder.information(raw_facts)
    documents_needed, partners, hotlines = builder.documents_needed(), builder.partners(), builder.hotlines()
    indicators = builder.indicators(needs)
    roles = builder.roles(stages, indicators, {*information, *facts})
    words = Vocabulary(
        needs, risks, raw_facts, stages, roles, indicators, information, documents_needed, partners, hotlines
    )
    _refuse(root, builder.problems)  # Services and rules can only be read against words that hold.
    services = builder.services(words)
    words = words.with_services(services)
    catalogue = Catalogue(
        version=_version(root, names),
        services=services,
        needs=needs,
        risks=risks,
        facts=facts,
        stages=stages,
        stage_rules=builder.stage_rules([*stages, *services]),
        information=information,
        documents=documents_needed,
        partners=partners,
        hotlines=hotlines,
        roles=roles,
        indicators=indicators,
        combinations=builder.combinations(words),
    )
    centers = builder.centers(services)
    _refuse(root, builder.problems or check_catalogue(catalogue, builder.file_of_service))
    return catalogue, centers


def _refuse(root: Path, problems: list[Problem]) -> None:
    if problems:
        raise CatalogueError(with_lines(root, problems))


def _version(root: Path, names: list[str]) -> str:
    """Return the format's number and a hash of the content: the same files always give the same version."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    return f"{FORMAT}-{digest.hexdigest()[:12]}"
