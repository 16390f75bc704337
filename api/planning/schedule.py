"""Days, modes and visits: how a client walks through the ordered steps with the fewest trips."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.planning.catalogue import Mode, Service
from api.planning.order import Edge
from api.planning.situation import Situation

# A trip takes no longer than half a day, and a step waits at most this long for company.  Set by judgement.
LONGEST_TRIP_MINUTES = 200
LONGEST_WAIT_FOR_COMPANY = 4
AFTERCARE = "aftercare"
_STAGES_BEST_IN_PERSON = ("assess", "plan")


@dataclass(frozen=True, slots=True)
class Slot:
    """When and how one service first happens; `end` is the day its whole course is over."""

    service: str
    day: int
    end: int
    mode: str
    minutes: int


def schedule(names: Sequence[str], edges: Sequence[Edge], at: Situation) -> dict[str, Slot]:
    """Return a slot for each service.

    Args:
        names: Planned services, each after all it waits for.
    """
    modes = {name: _mode(at.catalogue.services[name], at) for name in names}
    slots = _days(names, edges, modes, {}, at)
    for _ in range(2):
        held_back = _company(names, slots, at)
        slots = _days(names, edges, modes, held_back, at)
    lonely = _lonely_trips(names, slots, at)
    if lonely:
        modes |= lonely
        slots = _days(names, edges, modes, {k: v for k, v in _company(names, slots, at).items() if k not in lonely}, at)
        slots = _days(names, edges, modes, _company(names, slots, at), at)
    return slots


def trips(slots: Mapping[str, Slot], at: Situation) -> list[list[Slot]]:
    """Return slots taken together (same day, same way, same place), in order of day."""
    found: dict[tuple[int, str, str], list[Slot]] = {}
    for slot in slots.values():
        found.setdefault((slot.day, slot.mode, at.catalogue.services[slot.service].place), []).append(slot)
    return [
        found[key]
        for key in sorted(found, key=lambda key: (key[0], ("visit", "phone", "online").index(key[1]), key[2]))
    ]


def _mode(service: Service, at: Situation) -> str:
    """Choose the way to take a service: what a rule prefers, what the client can do, what the catalogue names first."""
    names = list(service.modes)
    for rule in at.fired:
        for wanted, mode in rule.modes:
            if wanted == service.id and mode in service.modes:
                return mode
    return min(names, key=lambda name: (_burden_of(name, service, at), names.index(name)))


def _burden_of(mode: str, service: Service, at: Situation) -> int:
    burden = 0
    if mode == "visit" and at.better_by_phone:
        burden += 10
    if mode == "online" and at.needs_digital_help:
        burden += 20
    if at.only_after_work and not _opens_after_work(service, mode):
        burden += 5
    if at.urgent and service.stage in ("stabilize", "intake"):
        burden += min(service.modes[mode].wait_days, 9)
    return burden


def _opens_after_work(service: Service, mode: str) -> bool:
    times = service.modes[mode].times or service.times
    return "evening" in times or "weekend" in times or mode == "online"


def _days(
    names: Sequence[str], edges: Sequence[Edge], modes: Mapping[str, str], held_back: Mapping[str, int], at: Situation
) -> dict[str, Slot]:
    slots: dict[str, Slot] = {}
    for name in names:
        service = at.catalogue.services[name]
        mode: Mode = service.modes[modes[name]]
        day = max(mode.wait_days, held_back.get(name, 0))  # Aftercare stands last and counts from the last step.
        for edge in edges:
            if edge.then == name and edge.first in slots:
                day = max(day, slots[edge.first].end if edge.to_end else slots[edge.first].day)
        if at.stage_of(service) == AFTERCARE:
            day = mode.wait_days + max((slot.day for slot in slots.values()), default=0)
        slots[name] = Slot(name, day, day + service.days, modes[name], mode.minutes)
    return slots


def _company(names: Iterable[str], slots: Mapping[str, Slot], at: Situation) -> dict[str, int]:
    """Let own visits that are few days apart happen on one day, unless the earlier one is urgent relief."""
    visits = sorted(
        (slots[name] for name in names if slots[name].mode == "visit" and at.catalogue.services[name].place == "own"),
        key=lambda slot: (slot.day, slot.service),
    )
    held_back: dict[str, int] = {}
    group: list[Slot] = []
    for slot in visits:
        if group and _fits_in(slot, group):
            group.append(slot)
        else:
            group = [slot]
        if len(group) > 1 and not at.urgent:
            held_back |= {one.service: slot.day for one in group}
    return held_back


def _fits_in(slot: Slot, group: Sequence[Slot]) -> bool:
    soon = group[0].day > 0 and slot.day - group[0].day <= LONGEST_WAIT_FOR_COMPANY
    return soon and sum(one.minutes for one in [*group, slot]) <= LONGEST_TRIP_MINUTES


def _lonely_trips(names: Iterable[str], slots: Mapping[str, Slot], at: Situation) -> dict[str, str]:
    """Return own visits that stand alone on their day and are as good by phone or online, with that mode."""
    together = {slot.service: len(trip) for trip in trips(slots, at) for slot in trip}
    found = {}
    wished = {service for rule in at.fired for service, mode in rule.modes if mode == "visit"}
    for name in names:
        service, slot = at.catalogue.services[name], slots[name]
        if slot.mode != "visit" or service.place != "own" or together[name] > 1 or slot.day == 0 or name in wished:
            continue
        if at.stage_of(service) in _STAGES_BEST_IN_PERSON and not at.better_by_phone:
            continue
        other = [
            mode
            for mode in ("phone", "online")
            if mode in service.modes and not (mode == "online" and at.needs_digital_help)
        ]
        if other:
            found[name] = other[0]
    return found
