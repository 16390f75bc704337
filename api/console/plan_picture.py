"""The picture of a plan: steps as boxes in the lanes of those who carry them out.

One seam around merman: ``plan_svg``.  Layout comes from ``plan_layout``, the drawing is the template
``components/plan_picture.svg``; colours and letters come from the console's style sheet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from api.console import pages
from api.console.plan_layout import Node, lay_out
from api.console.plan_routes import Arrow, Box
from api.console.plan_words import mode_words, short_day_words, step_status_words
from api.planning.catalogue import Catalogue

#: A Hangul letter counts 1.  The line must fit the box of plan_layout at the style sheet's 13 px.
LETTERS_PER_LINE = 9.0
#: px of a letter in a lane's head.
LANE_LETTER_WIDTH = 13.5
LINE_HEIGHT = 18.0
CORNER = 6.0
BREAK_AFTER = " ·,)/"
BREAK_BEFORE = "("


@dataclass(frozen=True)
class DrawnStep:
    """One box with its words. ``tone`` is ``danger``, ``done``, ``skipped`` or ``plain``; words say the same."""

    box: Box
    number: int
    when: str
    lines: tuple[str, ...]
    note: str
    tone: str

    @property
    def middle(self) -> float:
        """x of the middle of the box, px."""
        return round(self.box.x + self.box.width / 2, 1)

    def line_y(self, index: int) -> float:
        """Baseline of this line of the label, px; the label stands in the middle of the room below the head."""
        head, foot = 30.0, (LINE_HEIGHT if self.note else 0.0)
        room = self.box.height - head - foot
        return round(self.box.y + head + (room - LINE_HEIGHT * len(self.lines)) / 2 + LINE_HEIGHT * index + 9.5, 1)


@dataclass(frozen=True)
class DrawnLane:
    """One lane with its role's label, wrapped."""

    box: Box
    lines: tuple[str, ...]
    odd: bool


def plan_svg(plan_document: Mapping[str, Any], catalogue: Catalogue, *, dom_id: str = "plan-picture") -> Markup:
    """Draw the plan as one SVG element with role lanes from left to right and time from top to bottom.

    Args:
        plan_document: Plan JSON of the contract; step ``status`` may hold the live state of each step.
        catalogue: Gives the labels; an id it does not know stands for itself.
        dom_id: Prefix of the ids inside; differs for each picture of a page.

    Returns:
        Safe markup; empty if the plan has no step.
    """
    steps: Sequence[Mapping[str, Any]] = plan_document.get("steps") or ()
    if not steps:
        return Markup("")
    branching = {branch.get("after") for branch in plan_document.get("branches") or ()}
    wrapped = {step["id"]: wrap(_label(catalogue.services, step["service"]), LETTERS_PER_LINE) for step in steps}
    notes = {step["id"]: _note(step, branches=step["id"] in branching) for step in steps}
    lines = max(len(wrapped[step["id"]]) + bool(notes[step["id"]]) for step in steps) + 1
    nodes = [Node(step["id"], step["role"], tuple(step.get("depends_on") or ())) for step in steps]
    layout = lay_out(nodes, lines=lines)
    boxes = {box.id: box for box in layout.boxes}
    drawn = [
        DrawnStep(boxes[step["id"]], number, _when(step), wrapped[step["id"]], notes[step["id"]], _tone(step))
        for number, step in enumerate(steps, start=1)
    ]
    lanes = [
        DrawnLane(
            lane, wrap(_label(catalogue.roles, lane.id), (lane.width - 12) / LANE_LETTER_WIDTH), odd=index % 2 == 1
        )
        for index, lane in enumerate(layout.lanes)
    ]
    template = pages.environment().get_template("components/plan_picture.svg")
    return Markup(  # noqa: S704  The template escapes each text; nothing else enters.
        template.render(
            dom_id=dom_id,
            lanes=lanes,
            steps=drawn,
            paths=[_rounded(arrow) for arrow in layout.arrows],
            width=round(layout.width, 1),
            height=round(layout.height, 1),
            role_count=len(lanes),
        )
    )


def wrap(text: str, letters: float) -> tuple[str, ...]:
    """Break a label into lines of at most ``letters`` Hangul widths, after spaces and middle dots where it can.

    >>> wrap("이력서·자기소개서 클리닉", 9.6)
    ('이력서·자기소개서', '클리닉')
    """
    pieces: list[str] = []
    for letter in text.strip():
        if not pieces or pieces[-1][-1] in BREAK_AFTER or letter in BREAK_BEFORE:
            pieces.append(letter)
        else:
            pieces[-1] += letter
    lines: list[str] = [""]
    for piece in pieces:
        if _width((lines[-1] + piece).rstrip()) <= letters:
            lines[-1] += piece
            continue
        if lines[-1]:
            lines.append("")
        for letter in piece:
            if _width(lines[-1] + letter) > letters and letter != " ":
                lines.append("")
            lines[-1] += letter
    return tuple(line.strip() for line in lines if line.strip())


def _width(text: str) -> float:
    return sum(1.0 if ord(letter) > 0x2E7F else 0.35 if letter in " ·()," else 0.62 for letter in text)


def _label(entries: Mapping[str, Any], id_: str) -> str:
    return str(entries[id_].label) if id_ in entries else id_


def _when(step: Mapping[str, Any]) -> str:
    return f"{short_day_words(step.get('earliest_day'))} · {mode_words(step.get('mode'))}"


def _note(step: Mapping[str, Any], *, branches: bool) -> str:
    status = step.get("status") or "planned"
    words = [step_status_words(status)] if status != "planned" else []
    if branches:
        words.append("결과 따라 갈림")
    return " · ".join(words)


def _tone(step: Mapping[str, Any]) -> str:
    if step.get("status") in ("done", "skipped"):
        return str(step["status"])
    return "danger" if step.get("stage") == "safety" else "plain"


def _rounded(arrow: Arrow) -> str:
    """The path's ``d``: straight lines with small round corners."""
    points = arrow.points
    parts = [f"M{points[0][0]} {points[0][1]}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        parts.append(f"L{near[0]} {near[1]}Q{corner[0]} {corner[1]} {far[0]} {far[1]}")
    parts.append(f"L{points[-1][0]} {points[-1][1]}")
    return "".join(parts)


def _towards(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """The point a corner's radius away from ``corner`` on the way to ``other``, never past its middle."""
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    if length == 0:
        return corner
    part = min(CORNER, length / 2) / length
    return (
        round(corner[0] + (other[0] - corner[0]) * part, 1),
        round(corner[1] + (other[1] - corner[1]) * part, 1),
    )
