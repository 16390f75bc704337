"""What the house does with the catalogue: bring the files into the record, and hand out each centre's view of it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from sqlalchemy.orm import Session

from api.catalogue import records
from api.catalogue.files import load_catalogue, load_centers
from api.errors import BadValue
from api.events.records import record_event
from api.planning.catalogue import Catalogue
from api.scope import SYSTEM


def import_catalogue(db: Session) -> str:
    """Write the centres, and the catalogue's version if it is new, into the record; make it the one in force.

    Returns:
        The version in force.
    """
    centers = load_centers()
    for center in centers.values():
        records.put_center(db, center.id, center.label, plain(center))
    catalogue = load_catalogue(next(iter(centers)))
    # What one centre lacks another may have: the collection lists what any of them offers.
    services = {s.id: s for center in reversed(list(centers)) for s in load_catalogue(center).services.values()}
    if not records.has_version(db, catalogue.version):
        kinds = {"service": dict(sorted(services.items())), "role": catalogue.roles, "indicator": catalogue.indicators}
        records.add_version(db, catalogue.version, {k: [plain(e) for e in v.values()] for k, v in kinds.items()})
        record_event(db, SYSTEM, "catalogue.imported", "catalogue", catalogue.version, center_id=None)
    db.flush()
    records.set_current(db, catalogue.version)
    return catalogue.version


def catalogue_of(center_id: str) -> Catalogue:
    """The catalogue as this centre has it.

    Raises:
        BadValue: There is no such centre.
    """
    if center_id not in load_centers():
        raise BadValue("center: there is no such centre; GET /api/v1/centers lists them.")
    return load_catalogue(center_id)


def plain(value: Any) -> Any:
    """A catalogue value as JSON: dataclasses become objects, sets sorted lists, tuples lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(one) for one in value)
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value
