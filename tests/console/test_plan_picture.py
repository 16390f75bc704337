"""The picture of a plan: every step stands in its lane, below what it waits for, and no arrow crosses a box."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.catalogue.files import load_catalogue
from api.console import plan_layout
from api.console.plan_layout import Layout, Node, needed_pairs
from api.console.plan_picture import LETTERS_PER_LINE, plan_svg, wrap
from tests.console.makers import make_plan_document, make_step


@st.composite
def plans(draw: st.DrawFn) -> list[Node]:
    """Up to 11 steps of up to 6 roles, each waiting for some earlier ones."""
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 11))):
        earlier = [node.id for node in nodes]
        after = draw(st.lists(st.sampled_from(earlier), max_size=4, unique=True)) if earlier else []
        nodes.append(Node(f"s{number}", f"role{draw(st.integers(0, 5))}", tuple(after)))
    return nodes


@settings(max_examples=12, deadline=None)
@given(nodes=plans(), lines=st.integers(1, 4))
def test_steps_stand_in_their_lanes_below_what_they_wait_for(nodes: list[Node], lines: int) -> None:
    # lay_out would hide a failure of merman behind the grid, so the part itself is asked.
    _check(plan_layout._merman_layout(nodes, needed_pairs(nodes), lines), nodes)


@settings(max_examples=12, deadline=None)
@given(nodes=plans())
def test_the_plain_grid_keeps_the_same_promises(nodes: list[Node]) -> None:
    _check(plan_layout._grid_layout(nodes, needed_pairs(nodes), 2), nodes)


def _check(layout: Layout, nodes: list[Node]) -> None:
    boxes, lanes = {box.id: box for box in layout.boxes}, {lane.id: lane for lane in layout.lanes}
    assert boxes.keys() == {node.id for node in nodes}
    for node in nodes:
        box, lane = boxes[node.id], lanes[node.lane]
        assert lane.x <= box.x and box.x + box.width <= lane.x + lane.width
        assert box.bottom <= layout.height
        for before in node.after:
            assert boxes[before].bottom < box.y
    ordered = sorted(lanes.values(), key=lambda lane: lane.x)
    assert all(left.x + left.width <= right.x + 0.2 for left, right in itertools.pairwise(ordered))
    for one in boxes.values():
        for other in boxes.values():
            beside = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert one.id == other.id or beside or one.bottom <= other.y or other.bottom <= one.y
    assert {(arrow.source, arrow.target) for arrow in layout.arrows} == set(needed_pairs(nodes))
    for arrow in layout.arrows:
        assert arrow.points[0][1] == boxes[arrow.source].bottom and arrow.points[-1][1] == boxes[arrow.target].y
        for (x1, y1), (x2, y2) in zip(arrow.points, arrow.points[1:], strict=False):
            assert x1 == x2 or y1 == y2
            assert y2 >= y1
            for box in boxes.values():
                inside = (
                    min(x1, x2) < box.x + box.width and max(x1, x2) > box.x
                    and min(y1, y2) < box.bottom and max(y1, y2) > box.y
                )  # fmt: skip
                assert not inside, (arrow, box)


def test_what_a_longer_way_says_already_is_left_out() -> None:
    nodes = [Node("a", "x", ()), Node("b", "x", ("a",)), Node("c", "x", ("b", "a", "gone"))]
    assert needed_pairs(nodes) == (("a", "b"), ("b", "c"))


def test_the_picture_survives_without_merman(monkeypatch: pytest.MonkeyPatch) -> None:
    import merman

    def broken(*_: object) -> str:
        raise RuntimeError("no layout today")

    monkeypatch.setattr(merman.Merman, "layout_json", broken)
    drawn = plan_svg(make_plan_document(), load_catalogue("demo"))
    assert drawn.count('class="pp-step') == 3 and "초기상담" in drawn


def test_the_picture_tells_in_words_what_it_colours() -> None:
    # GIVEN a safety step, a finished, a running and a skipped one, and a branch
    given_steps = (
        make_step("s1", "selfharm_crisis", mode="phone"),
        make_step("s2", "intake_counseling", after=("s1",), status="done"),
        make_step("s3", "care_planning", after=("s2",), day=14, status="in_progress"),
        make_step("s4", "career_counseling", after=("s2",), day=3, status="skipped"),
    )
    # WHEN it is drawn
    drawn = plan_svg(make_plan_document(given_steps), load_catalogue("demo"))
    # THEN days, ways, states and the branch stand there in words, with a title and a description
    for words in ("첫날 · 전화", "15일째 · 방문", "끝남", "진행 중", "건너뜀 · 결과 따라 갈림", "<title", "<desc"):
        assert words in drawn, words


def test_no_line_of_a_label_is_longer_than_its_box() -> None:
    for service in load_catalogue("demo").services.values():
        lines = wrap(service.label, LETTERS_PER_LINE)
        assert "".join("".join(lines).split()) == "".join(service.label.split())
        assert len(lines) <= 5 and all(len(line) <= 2 * LETTERS_PER_LINE for line in lines)


def test_a_plan_without_steps_has_no_picture() -> None:
    empty: dict[str, Any] = {"steps": []}
    assert plan_svg(empty, load_catalogue("demo")) == ""
