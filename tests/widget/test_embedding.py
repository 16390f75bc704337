"""A centre's own page on another origin takes the window in by one script tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.widget.chat_stand_in import ChatStandIn
from tests.widget.conftest import Window, served

HEAD = """<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>어느 센터</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>html {{ font-size: 62.5%; }} button {{ font-size: 1rem !important; color: red; }} p {{ display: none; }}</style>
{script}</head><body><h1>어느 센터</h1>"""


@dataclass
class Centre:
    """A centre's site and the service it embeds."""

    site: str
    service: str


@pytest.fixture
def centre(service: ChatStandIn) -> Iterator[Centre]:
    """A site on an origin of its own that the service allows."""
    addresses: dict[str, str] = {}

    async def page(request: Request) -> HTMLResponse:
        tag = f'<script src="{addresses["service"]}/widget/mulgil.js" data-center="seoul" defer></script>'
        body = {"/twice": tag, "/own": '<mulgil-chat style="height: 600px" heading="마음 상담"></mulgil-chat>'}
        return HTMLResponse(HEAD.format(script=tag) + body.get(request.url.path, ""))

    site = Starlette(routes=[Route("/{path:path}", page)])
    with served(site) as site_address:
        origin = site_address.replace("127.0.0.1", "localhost")
        with served(service.app(allowed_origins=(origin,))) as service_address:
            addresses["service"] = service_address
            yield Centre(origin, service_address)


def test_one_script_tag_brings_a_button_that_opens_the_window(
    opens: Callable[..., Window], centre: Centre, service: ChatStandIn
):
    # GIVEN a site whose root font is 62.5 % and whose own styles are bold
    window = opens(centre.site)
    launcher = window.button("상담 시작하기")
    expect(launcher).to_be_visible()
    assert service.lines == {}
    # WHEN the button is pressed
    launcher.click()
    # THEN a conversation of this centre opens, in letters of full size that the host page does not change
    window.hears("어떤 일로 오셨어요?")
    assert service.opened_with == [{"channel": "web", "center": "seoul"}] and window.focused() == "say"
    looks = "one => [getComputedStyle(one).fontSize, getComputedStyle(one).display]"
    assert window.last.locator("p").evaluate(looks) == ["18px", "block"]
    assert window.button("숨기기").evaluate(looks)[0] == "17px"
    window.says("일자리")
    window.hears("네, 들었어요.")
    assert window.complaints == []


def test_folded_it_goes_on_listening_and_says_what_is_new(
    opens: Callable[..., Window], centre: Centre, service: ChatStandIn
):
    window = opens(centre.site)
    window.button("상담 시작하기").click()
    window.hears("어떤 일로 오셨어요?")
    window.page.keyboard.press("Escape")
    assert window.focused() == "상담 이어 하기"
    service.counselor_says("상담사예요.")
    expect(window.page.get_by_role("button", name="새 글 1개")).to_be_visible()
    window.page.get_by_role("button", name="새 글 1개").click()
    window.hears("상담사예요.")
    window.button("접기").click()
    expect(window.button("상담 이어 하기")).to_be_focused()


def test_a_page_may_place_the_window_itself(opens: Callable[..., Window], centre: Centre, service: ChatStandIn):
    window = opens(f"{centre.site}/own")
    window.hears("어떤 일로 오셨어요?")
    expect(window.page.get_by_role("heading", name="마음 상담")).to_be_visible()
    expect(window.button("상담 시작하기")).to_have_count(0)
    assert service.opened_with == [{"channel": "web", "center": "seoul"}]


def test_a_script_named_twice_makes_one_window(opens: Callable[..., Window], centre: Centre):
    window = opens(f"{centre.site}/twice")
    expect(window.button("상담 시작하기")).to_have_count(1)
    assert window.complaints == []


def test_an_origin_that_is_not_allowed_gets_nothing(opens: Callable[..., Window], centre: Centre):
    window = opens(centre.site.replace("localhost", "127.0.0.1"))
    window.button("상담 시작하기").click()
    expect(window.page.get_by_role("alert")).to_contain_text("지금은 대화를 열 수 없어요.")
    assert window.kept() == {}


def test_on_a_phone_the_open_window_fills_the_screen(opens: Callable[..., Window], centre: Centre):
    window = opens(centre.site, viewport={"width": 360, "height": 740})
    window.button("상담 시작하기").click()
    window.hears("어떤 일로 오셨어요?")
    box = window.page.locator("section.window").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 360
