"""Whatever a client writes stays text on every page and in the picture."""

from collections.abc import Callable
from typing import Any

import pytest

from api.catalogue.files import load_catalogue
from api.console.plan_picture import plan_svg
from api.db import Database
from tests.console.makers import make_intake, make_plan_document, make_step
from tests.console.proofreader import ProofReader

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "</title></svg><svg onload=alert(1)>",
    "\u202egnp.exe ⟦전화1⟧⟦<b>⟧",
    "javascript:alert(1)",
    "'); DROP TABLE intakes; --",
    "]]>--><!--",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_client_wrote_stays_text(
    open_browser: Callable[[str | None], ProofReader], database: Database, payload: str
) -> None:
    # GIVEN an intake with the payload wherever a client can write
    plan = make_plan_document((make_step("s1", "intake_counseling", why=payload, confirm=[payload]),))
    plan["unmet"] = [{"need": "housing", "reason": payload, "suggestion": payload}]
    plan["goal"] = payload
    with database.writing() as db:
        make_intake(
            db,
            "abcd",
            goal=payload,
            needs=(("childcare", "said", payload), ("debt", "declined", payload)),
            facts={"desired_job": payload, "preferred_time": payload, "region": payload},
            said=(payload, payload),
            contact=payload,
            plan=plan,
        )
    browser = open_browser("kim@example.org")
    browser.post("/console/intakes/abcd-0000/take", {})
    # WHEN the list and the intake are opened (and proof-read)
    for address in ("/console?tab=mine", "/console/intakes/abcd-0000"):
        page = browser.open(address)
        # THEN the payload is read as text, and no script, handler or element of it came to life
        assert payload.replace("⟦", "").replace("⟧", "") in page.words.replace("가린 정보 ", "")
        assert all(str(script.get("src")).startswith("/static/") for script in page.scripts)
        assert page.handlers == [] and page.elements["img"] == 0 and page.elements["b"] == 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_picture_escapes_ids_and_labels_it_does_not_know(payload: str) -> None:
    from xml.etree import ElementTree

    step: dict[str, Any] = {
        **make_step("s1", "intake_counseling"),
        "service": payload,
        "role": payload,
        "mode": payload,
    }
    drawn = plan_svg(make_plan_document((step,)), load_catalogue("demo"))
    # The picture is well-formed, holds no element but its own, and shows the payload's letters as text.
    root = ElementTree.fromstring(drawn)  # noqa: S314  Our own drawing, parsed to prove that it is one.
    names = {element.tag.split("}")[1] for element in root.iter()}
    assert names <= {"svg", "title", "desc", "defs", "marker", "path", "g", "rect", "text", "circle"}
    assert "".join(payload.split()) in "".join("".join(root.itertext()).split())
