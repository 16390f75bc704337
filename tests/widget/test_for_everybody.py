"""Phones, zoomed windows, screen readers: axe finds nothing, nothing is cut off, everything can be reached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.widget.build import HERE
from tests.widget.chat_stand_in import ChatStandIn, said
from tests.widget.conftest import DESKTOP, Window
from tests.widget.test_talking import CONSENT, PLAN

AXE = HERE.parents[1] / "api" / "console" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
#: A window of 1280 px zoomed to 400 % is as narrow as this.
ZOOMED = {"width": 320, "height": 256}
HOTLINES = [{"number": "1577-1366", "label": "다누리콜센터(이주여성·여러 언어)", "href": "tel:1577-1366"},
            {"number": "112", "label": "경찰", "href": "tel:112"}]  # fmt: skip


def whole_talk(window: Window, service: ChatStandIn) -> None:
    """One conversation with every kind of message in it."""
    replies = ("동의해요", "동의 안 해요", "자세히", "만 14세가 안 됐어요")
    service.answers = [
        [said("위험하면 112예요.", "crisis", None, ("네", "아니요"), hotlines=HOTLINES, hide=True)],
        [said("먼저 어린이집에 자리를 신청해요.", "plan", None, (), plan=PLAN)],
        [said(CONSENT, "question", "consent", replies)],
    ]
    for text, answer in (("무서워요", "위험하면"), ("네", "먼저"), ("그다음", "적어 둬도")):
        window.says(text)
        window.hears(answer)
    service.counselor_says("상담사예요.")
    expect(window.messages).to_have_count(8)


@pytest.mark.parametrize("size", [DESKTOP, PHONE, ZOOMED], ids=["desktop", "phone", "zoomed"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    opens: Callable[..., Window], service: ChatStandIn, size: dict[str, int]
):
    window = opens(viewport=size)
    window.hears("어떤 일로 오셨어요?")
    whole_talk(window, service)
    assert axe_violations(window.page) == []
    assert window.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    scroll = window.page.locator(".scroll")
    assert scroll.evaluate("one => one.scrollWidth <= one.clientWidth && one.clientHeight >= 120")
    # Everything to press is large enough for a thumb.
    small = window.page.locator("mulgil-chat button, mulgil-chat .numbers a").evaluate_all(
        "all => all.filter(one => one.offsetHeight < 44).map(one => one.textContent)"
    )
    assert small == []


def axe_violations(page: Page) -> list[str]:
    """What axe finds, by the rules of WCAG 2.2 AA."""
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']"
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {{runOnly: {rules}}})")
    assert any("mulgil-chat" in str(one["nodes"]) for one in found["passes"]), "axe did not look into the window"
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found["violations"]]


def test_a_screen_reader_hears_answers_replies_and_dangers(window: Window, service: ChatStandIn):
    service.answers = [
        [said("언제 일하고 싶으세요?", "question", "availability", ("하루 종일", "몇 시간"))],
        [said("위험하면 112예요.", "crisis", hotlines=HOTLINES)],
    ]
    log = window.page.get_by_role("log", name="대화 내용")
    assert log.get_attribute("aria-live") == "polite"
    window.says("일자리")
    expect(log).to_contain_text("언제 일하고 싶으세요?")
    expect(window.page.get_by_role("status").filter(has_text="빠른 답 2개가 있어요.")).to_have_count(1)
    window.says("무서워요")
    expect(log.get_by_role("alert")).to_contain_text("위험하면 112예요.")


def test_the_page_opens_without_taking_the_focus_and_skips_to_the_window(window: Window):
    assert window.page.evaluate("document.activeElement.tagName") == "BODY"
    window.page.keyboard.press("Tab")
    assert window.page.evaluate("document.activeElement.textContent") == "대화 창으로 바로 가기"
    window.page.keyboard.press("Enter")
    window.page.keyboard.press("Tab")
    assert window.focused() == "숨기기"
    assert window.page.evaluate("document.documentElement.lang") == "ko"


def test_on_a_touch_screen_a_tapped_reply_does_not_call_up_the_keyboard(
    opens: Callable[..., Window], service: ChatStandIn
):
    window = opens(viewport=PHONE, has_touch=True, is_mobile=True)
    service.answers = [[said("언제 일하고 싶으세요?", "question", "availability", ("하루 종일", "몇 시간"))]]
    window.says("일자리")
    window.hears("언제 일하고 싶으세요?")
    window.button("하루 종일").tap()
    window.hears("네, 들었어요.")
    assert window.focused() not in ("", "say")


def test_the_field_is_seen_on_a_phone_without_scrolling(opens: Callable[..., Window]):
    window = opens(viewport={"width": 390, "height": 844})
    window.hears("어떤 일로 오셨어요?")
    expect(window.field).to_be_in_viewport(ratio=1)
