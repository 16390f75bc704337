"""The console in a real browser: by keyboard alone, narrow, zoomed, under its own policy, and checked by axe."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.console import build
from api.db import Database
from api.security import COOKIE
from tests.console.makers import make_intake, make_plan_document, make_session, make_step

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
AXE = build.NODE_MODULES / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
#: Our own pages at 1280 px zoomed to 400 % are as narrow as this.
ZOOMED = {"width": 320, "height": 256}


@pytest.fixture(scope="module", autouse=True)
def vendor_files() -> None:
    """The pages need their style sheets; building twice does nothing."""
    build.build()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The app on a loopback port."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def _window(
    chromium: Browser, address: str, database: Database, people: dict[str, str], size: dict[str, int]
) -> tuple[BrowserContext, Page, list[str]]:
    """A signed-in window; the list fills with what the browser complains about."""
    with database.writing() as db:
        token = make_session(db, people["kim@example.org"])
    context = chromium.new_context(viewport=size, locale="ko-KR")  # type: ignore[arg-type]
    context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("request", lambda r: complaints.append(r.url) if not r.url.startswith((address, "data:")) else None)
    return context, page, complaints


def _grave_violations(page: Page, complaints: list[str]) -> list[str]:
    # axe puts style sheets of its own into the page, which the policy refuses: that is not the page's fault.
    before = len(complaints)
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document)")
    del complaints[before:]
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


def _full_plan() -> dict[str, Any]:
    return make_plan_document(
        (
            make_step("s1", "selfharm_crisis", mode="phone"),
            make_step("s2", "intake_counseling", after=("s1",)),
            make_step("s3", "care_planning", after=("s2",)),
            make_step("s4", "money_first_talk", after=("s2",)),
            make_step("s5", "career_counseling", after=("s2", "s3"), day=7),
            make_step("s6", "outcome_followup", after=("s4", "s5"), day=40),
        )
    )


def test_pages_pass_axe_and_a_counselor_takes_over_by_keyboard_alone(
    chromium: Browser, address: str, database: Database, people: dict[str, str]
) -> None:
    # GIVEN a waiting intake with danger and a plan, and a counselor without a mouse
    with database.writing() as db:
        make_intake(db, "abcd", danger=3, risk="self_harm", plan=_full_plan(), contact="010-1234-5678")
    context, page, complaints = _window(chromium, address, database, people, {"width": 1280, "height": 900})
    page.goto(f"{address}/console")
    assert _grave_violations(page, complaints) == []
    # WHEN the first key press lands on the skip link, and the next ones walk to the intake
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "본문 바로가기"
    _tab_to(page, "접수 ABCD00")
    assert _focus_is_visible(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/intakes/abcd-0000")
    assert _grave_violations(page, complaints) == []
    _tab_to(page, "이 접수 맡기")
    assert _focus_is_visible(page)
    page.keyboard.press("Enter")
    # THEN it is theirs, and opened forms pass, too
    page.wait_for_selector("text=내가 맡은 접수예요")
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert _grave_violations(page, complaints) == []
    assert complaints == []
    context.close()


@pytest.mark.parametrize("size", [{"width": 360, "height": 740}, ZOOMED])
def test_nothing_is_cut_off_when_the_window_is_narrow_or_zoomed(
    chromium: Browser, address: str, database: Database, people: dict[str, str], size: dict[str, int]
) -> None:
    with database.writing() as db:
        make_intake(db, "abcd", danger=3, risk="self_harm", plan=_full_plan(), said=("가" * 400, "www." + "x" * 200))
    context, page, complaints = _window(chromium, address, database, people, size)
    for path in ("/console/login", "/console", "/console/intakes/abcd-0000", "/console/nothing"):
        page.goto(address + path)
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        # Only the picture may be wider than the window; it has a scroll bar of its own.
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
    assert [one for one in complaints if "404" not in one] == []
    context.close()


def test_the_list_refreshes_itself_and_keeps_the_focus(
    chromium: Browser, address: str, database: Database, people: dict[str, str]
) -> None:
    # GIVEN a list with the focus on its one intake
    with database.writing() as db:
        make_intake(db, "abcd")
    context, page, complaints = _window(chromium, address, database, people, {"width": 1280, "height": 900})
    page.goto(f"{address}/console")
    page.focus("text=접수 ABCD00")
    # WHEN another intake arrives and the list asks again
    with database.writing() as db:
        make_intake(db, "efab", urgency="today")
    page.evaluate("htmx.ajax('GET', '/console?tab=waiting', {source: '#queue', target: '#queue', swap: 'outerMorph'})")
    page.wait_for_selector("text=접수 EFAB00")
    # THEN it is there, and the focus stays where it was
    assert page.evaluate("document.activeElement.textContent") == "접수 ABCD00"
    assert complaints == []
    context.close()


def _tab_to(page: Page, words: str) -> None:
    for _ in range(60):
        if (page.evaluate("document.activeElement.textContent") or "").strip() == words:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not reach {words!r}.")


def _focus_is_visible(page: Page) -> bool:
    style = page.evaluate(
        "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
    )
    return style[0] != "none" and float(style[1].removesuffix("px")) >= 2
