"""Where the boxes and lanes of a plan's picture stand.  Knows merman and no word of Korean.

merman lays out Mermaid's ``swimlane-beta``.  Only ids and placeholder labels made here are given to it, never a text
of the catalogue or of a client, so nothing can break its grammar and every box gets the same size.  Should merman
fail (its bindings are young), a plain grid stands in, so that the page never loses its picture.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any

import structlog

from api.console.plan_routes import Arrow, Box, route

log = structlog.get_logger(__name__)

#: Measures in px.  merman takes a Hangul letter as 14 px wide, a line as 21 px high, and pads a label on every side.
LETTERS_PER_BOX = 7
NODE_SPACING, RANK_SPACING = 12, 46
GRID_BOX_WIDTH, LINE_HEIGHT, GRID_PADDING = 130.0, 21.0, 24.0
HEADER_HEIGHT, MARGIN = 44.0, 14.0


@dataclass(frozen=True)
class Node:
    """A step to place: its id, its lane's id and the ids it waits for."""

    id: str
    lane: str
    after: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """The whole picture in px, its upper left corner at 0, 0.  Lanes stand side by side, time runs downwards."""

    boxes: tuple[Box, ...]
    lanes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float


def lay_out(nodes: Sequence[Node], *, lines: int) -> Layout:
    """Place nodes in their lanes, below what they wait for.

    Args:
        nodes: In the order of the plan; at least one; each id once.
        lines: Lines of text that every box must hold, at least one.
    """
    pairs = needed_pairs(nodes)
    try:
        return _merman_layout(nodes, pairs, lines)
    except Exception as error:
        log.warning("plan_picture.fallback", error=type(error).__name__)
        return _grid_layout(nodes, pairs, lines)


def needed_pairs(nodes: Sequence[Node]) -> tuple[tuple[str, str], ...]:
    """The pairs (before, after) that remain when everything already said by a longer way is left out.

    >>> needed_pairs([Node("a", "x", ()), Node("b", "x", ("a",)), Node("c", "x", ("a", "b"))])
    (('a', 'b'), ('b', 'c'))
    """
    known = {node.id for node in nodes}
    waits = {node.id: [before for before in node.after if before in known] for node in nodes}
    above: dict[str, frozenset[str]] = {}

    def ancestors(step: str, path: frozenset[str] = frozenset()) -> frozenset[str]:
        if step in path:
            return frozenset()
        if step not in above:
            direct = waits[step]
            above[step] = frozenset(direct).union(*(ancestors(before, path | {step}) for before in direct))
        return above[step]

    return tuple(
        (before, node.id)
        for node in nodes
        for before in waits[node.id]
        if not any(before in ancestors(other) for other in waits[node.id] if other != before)
    )


def _merman_layout(nodes: Sequence[Node], pairs: Sequence[tuple[str, str]], lines: int) -> Layout:
    # Imported late: the wheel loads a native library, and a page without it must still open.
    from merman import Merman

    names = {node.id: f"n{index}" for index, node in enumerate(nodes)}
    lanes = {lane: f"r{index}" for index, lane in enumerate(dict.fromkeys(node.lane for node in nodes))}
    label = "<br/>".join(["가" * LETTERS_PER_BOX] * lines)
    spacing = {"nodeSpacing": NODE_SPACING, "rankSpacing": RANK_SPACING}
    config = {
        "swimlane": {"ignoreCrossLaneEdges": False, **spacing},
        "flowchart": {"wrappingWidth": 600, **spacing},
    }
    source = [f"%%{{init: {json.dumps(config)}}}%%", "swimlane-beta TB"]
    for lane, name in lanes.items():
        source.append(f'subgraph {name}["{name}"]')
        source.extend(f'{names[node.id]}["{label}"]' for node in nodes if node.lane == lane)
        source.append("end")
    # The levelling pairs only hold rows in place; they are not drawn.
    ordered = dict.fromkeys([*pairs, *_levelling_pairs(nodes, pairs)])
    source.extend(f"{names[before]} --> {names[after]}" for before, after in ordered)
    answer = json.loads(Merman().layout_json("\n".join(source), "{}"))["layout"]["SwimlaneDiagram"]
    ids = {name: own for own, name in (names | lanes).items()}
    boxes = [_box(node, ids) for node in answer["nodes"]]
    if {box.id for box in boxes} != set(names):
        raise ValueError("merman left out a step.")
    return _finish(boxes, [_box(lane, ids) for lane in answer["lanes"]], pairs)


def _levelling_pairs(nodes: Sequence[Node], pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs that keep each step in the highest row it can stand in.

    merman would push a step that waits for nothing down to the one that waits for it; a counselor would then read the
    first day at the foot of the picture.
    """
    row: dict[str, int] = {}
    before: dict[str, str] = {}
    for node in _from_first_to_last(nodes, pairs):
        waits = [pair[0] for pair in pairs if pair[1] == node]
        lowest = max(waits, key=lambda step: row[step], default=None)
        row[node] = 0 if lowest is None else row[lowest] + 1
        if lowest is not None:
            before[node] = lowest
    spine = [max(row, key=lambda node: row[node])]
    while spine[-1] in before:
        spine.append(before[spine[-1]])
    spine.reverse()
    return [(node, spine[level + 1]) for node, level in row.items() if level + 1 < len(spine)]


def _from_first_to_last(nodes: Sequence[Node], pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Step ids so that none stands before one it waits for; graphlib names a circle, and the grid takes over."""
    waits: dict[str, list[str]] = {node.id: [] for node in nodes}
    for first, then in pairs:
        waits[then].append(first)
    return list(TopologicalSorter(waits).static_order())


def _box(placed: Mapping[str, Any], ids: Mapping[str, str]) -> Box:
    width, height = float(placed["width"]), float(placed["height"])
    return Box(ids[placed["id"]], placed["x"] - width / 2, placed["y"] - height / 2, width, height)


def _grid_layout(nodes: Sequence[Node], pairs: Sequence[tuple[str, str]], lines: int) -> Layout:
    """One row for each step in the plan's order: long, but never wrong."""
    lanes = list(dict.fromkeys(node.lane for node in nodes))
    lane_width, box_height = GRID_BOX_WIDTH + NODE_SPACING * 2, LINE_HEIGHT * lines + GRID_PADDING
    boxes = [
        Box(
            node.id,
            lanes.index(node.lane) * lane_width + NODE_SPACING,
            row * (box_height + RANK_SPACING),
            GRID_BOX_WIDTH,
            box_height,
        )
        for row, node in enumerate(nodes)
    ]
    return _finish(boxes, [Box(lane, i * lane_width, 0.0, lane_width, 0.0) for i, lane in enumerate(lanes)], pairs)


def _finish(boxes: Sequence[Box], lanes: Sequence[Box], pairs: Sequence[tuple[str, str]]) -> Layout:
    """Move everything to 0, 0, let the lanes tile the width, make room for their heads and draw the arrows."""
    tiled = _tile(boxes, sorted(lanes, key=lambda lane: lane.middle))
    left, top = tiled[0].x, min(box.y for box in boxes)
    moved = tuple(
        replace(box, x=round(box.x - left, 1), y=round(box.y - top + HEADER_HEIGHT + MARGIN, 1)) for box in boxes
    )
    height = max(box.bottom for box in moved) + MARGIN
    placed = tuple(replace(lane, x=round(lane.x - left, 1), y=0.0, height=height) for lane in tiled)
    return Layout(moved, placed, route(moved, placed, pairs), round(placed[-1].x + placed[-1].width, 1), height)


def _tile(boxes: Sequence[Box], lanes: Sequence[Box]) -> list[Box]:
    """The lanes side by side with their boxes in the middle; merman pads the first and the last one differently."""
    inside = [[box for box in boxes if lane.x <= box.middle <= lane.x + lane.width] for lane in lanes]
    starts = [min(box.x for box in held) for held in inside]
    ends = [max(box.x + box.width for box in held) for held in inside]
    inner = [(end + start) / 2 for end, start in zip(ends, starts[1:], strict=False)]
    borders = [starts[0] - NODE_SPACING, *inner, ends[-1] + NODE_SPACING]
    return [
        replace(lane, x=round(before, 1), width=round(after - before, 1))
        for lane, before, after in zip(lanes, borders, borders[1:], strict=False)
    ]
