"""How a plan's arrows run: out of a box's lower edge, along the gap between rows, into a box's upper edge.

merman routes arrows, too, but with boxes this close it enters boxes from behind and lays arrows on one another
(docs/console.md shows why this was written).  Here no arrow crosses a box, no two share a stretch, and every one
points downwards, so that a counselor reads "first this, then that" without tracing lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

#: px between two arrows at one edge of a box, between two in one gutter, and kept free beside a box.
PORT_STEP, GUTTER_STEP, CLEARANCE = 14.0, 6.0, 5.0


@dataclass(frozen=True)
class Box:
    """A placed rectangle; x and y are its upper left corner, in px."""

    id: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """x of its middle, px."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """y of its lower edge, px."""
        return self.y + self.height


@dataclass(frozen=True)
class Arrow:
    """A line from one box's lower edge to another's upper edge, as corner points in px; at least two."""

    source: str
    target: str
    points: tuple[Point, ...]


@dataclass
class _Run:
    """A horizontal stretch in the gap below a row, waiting for its height."""

    row: int
    start: float
    end: float
    y: float = 0.0


def route(boxes: Sequence[Box], lanes: Sequence[Box], pairs: Iterable[tuple[str, str]]) -> tuple[Arrow, ...]:
    """Arrows for ``pairs`` of (before, after); each ``after`` stands in a lower row than its ``before``.

    Args:
        boxes: Placed steps; boxes of one row have the same y.
        lanes: Placed lanes; their borders are the gutters that long arrows use.
        pairs: Each pair once.

    Raises:
        ValueError: An arrow would have to run upwards or sideways.
    """
    ordered = list(pairs)
    by_id = {box.id: box for box in boxes}
    tops = sorted({box.y for box in boxes})
    rows = {box.id: tops.index(box.y) for box in boxes}
    floors = [max(box.bottom for box in boxes if rows[box.id] == row) for row in range(len(tops))]
    if any(rows[before] >= rows[after] for before, after in ordered):
        raise ValueError("A step stands no lower than one it waits for.")
    leave, enter = _ports(by_id, rows, ordered)
    gutters = _Gutters(boxes, lanes, rows)
    runs: dict[tuple[str, str], list[_Run]] = {}
    for before, after in ordered:
        start, end = leave[before, after], enter[before, after]
        first, last = rows[before], rows[after] - 1
        if first == last:
            runs[before, after] = [_Run(first, start, end)] if start != end else []
            continue
        across = gutters.take(start, end, range(first + 1, last + 1))
        runs[before, after] = [_Run(first, start, across), _Run(last, across, end)]
    _give_heights([run for found in runs.values() for run in found], floors, tops)
    arrows = []
    for pair in ordered:
        points: list[Point] = [(leave[pair], by_id[pair[0]].bottom)]
        for run in runs[pair]:
            points += [(run.start, run.y), (run.end, run.y)]
        points.append((enter[pair], by_id[pair[1]].y))
        arrows.append(Arrow(*pair, _without_repeats(points)))
    return tuple(arrows)


def _ports(
    by_id: dict[str, Box], rows: dict[str, int], pairs: Sequence[tuple[str, str]]
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Where each arrow leaves and enters: side by side in the order of the other ends, so that few cross."""
    leaving, entering = defaultdict(list), defaultdict(list)
    for before, after in pairs:
        leaving[before].append(after)
        entering[after].append(before)
    enter = {
        (before, box): x
        for box, others in entering.items()
        for before, x in _spread(by_id[box], sorted(others, key=lambda other: by_id[other].middle))
    }
    leave = {
        (box, after): x
        for box, others in leaving.items()
        for after, x in _spread(by_id[box], sorted(others, key=lambda other: by_id[other].middle))
    }
    for before, after in pairs:
        # Straight down to the box right below: leave where it enters, if nobody else leaves there.
        upper, goal = by_id[before], enter[before, after]
        if upper.middle == by_id[after].middle and rows[after] == rows[before] + 1:
            others = [x for pair, x in leave.items() if pair[0] == before and pair[1] != after]
            if all(abs(x - goal) >= PORT_STEP / 2 for x in others):
                leave[before, after] = goal
    for pair, x in leave.items():
        # Where another arrow comes in right below, half a step aside keeps the two ends from touching.
        meets = any(
            rows[other[1]] == rows[pair[0]] + 1 and abs(goal - x) < 3 and other != pair for other, goal in enter.items()
        )
        if meets and enter[pair] != x:
            leave[pair] = x + PORT_STEP / 2
    return leave, enter


def _spread(box: Box, others: Sequence[str]) -> list[tuple[str, float]]:
    step = min(PORT_STEP, (box.width - 20) / max(len(others), 1))
    first = box.middle - step * (len(others) - 1) / 2
    return [(other, round(first + step * index, 1)) for index, other in enumerate(others)]


class _Gutters:
    """Gives long arrows a vertical way that touches no box and no other long arrow."""

    def __init__(self, boxes: Sequence[Box], lanes: Sequence[Box], rows: dict[str, int]) -> None:
        self._boxes = [(rows[box.id], box) for box in boxes]
        borders = {round(lane.x, 1) for lane in lanes} | {round(lane.x + lane.width, 1) for lane in lanes}
        inner = min(borders), max(borders)
        self._ways = [
            round(border + side * GUTTER_STEP, 1)
            for border in borders
            for side in (0, -1, 1)
            if inner[0] < border + side * GUTTER_STEP < inner[1]
        ]
        self._taken: list[tuple[float, range]] = []

    def take(self, start: float, end: float, rows: range) -> float:
        """The x of the way that makes the arrow shortest; ``rows`` are the rows it passes."""
        # A lane's own column is nicer than a gutter, where no box stands in the way.
        candidates = [end, start, *self._ways]
        free = [x for x in candidates if self._is_free(x, rows)] or self._ways
        best = min(free, key=lambda x: (abs(start - x) + abs(end - x), candidates.index(x)))
        self._taken.append((best, rows))
        return best

    def _is_free(self, x: float, rows: range) -> bool:
        beside_boxes = all(
            row not in rows or not box.x - CLEARANCE < x < box.x + box.width + CLEARANCE for row, box in self._boxes
        )
        return beside_boxes and all(
            abs(x - other) >= GUTTER_STEP - 0.5 or rows.stop <= taken.start or taken.stop <= rows.start
            for other, taken in self._taken
        )


def _give_heights(runs: Sequence[_Run], floors: Sequence[float], tops: Sequence[float]) -> None:
    """Stack the stretches of each gap: those which overlap at different heights, with as few crossings as can be."""
    for row in {run.row for run in runs}:
        here = sorted((run for run in runs if run.row == row), key=lambda run: (run.start, run.end))
        for _ in here:
            for index in range(len(here) - 1):
                upper, lower = here[index], here[index + 1]
                if _crossings(lower, upper) < _crossings(upper, lower):
                    here[index], here[index + 1] = lower, upper
        levels: list[int] = []
        for index, run in enumerate(here):
            above = [levels[other] for other in range(index) if _overlap(here[other], run)]
            levels.append(max(above, default=0) + 1)
        # The gap's lower part is left to the arrow heads.
        top, room = floors[row] + 3, tops[row + 1] - floors[row] - 15
        for run, level in zip(here, levels, strict=True):
            run.y = round(top + room * level / (max(levels) + 1), 1)


def _crossings(upper: _Run, lower: _Run) -> int:
    """How often two stretches cross when ``upper`` lies above ``lower``: each comes from above and goes on below."""
    falls_through = min(lower.start, lower.end) < upper.end < max(lower.start, lower.end)
    comes_through = min(upper.start, upper.end) < lower.start < max(upper.start, upper.end)
    return falls_through + comes_through


def _overlap(one: _Run, other: _Run) -> bool:
    return max(one.start, one.end) + 2 >= min(other.start, other.end) and max(other.start, other.end) + 2 >= min(
        one.start, one.end
    )


def _without_repeats(points: Sequence[Point]) -> tuple[Point, ...]:
    """The same line without repeated points and without corners that do not turn."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        straight = len(kept) >= 2 and (kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1])
        if straight:
            kept[-1] = point
        else:
            kept.append(point)
    return tuple(kept)
