"""One whole conversation as a client has it: the demo page in a real browser, the whole house behind it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.dialogue.conftest import RunningHouse

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
STORY = (
    "애 둘 키우느라 9년을 쉬었는데 다시 일하고 싶어요. 근데 아이 맡길 데가 없어요. "
    "이력서도 써 본 지가 언젠지 모르겠고요"
)
#: What she says to questions that have a fact of hers in them; to all others she taps or skips.
ANSWERS = {"막내가 몇 살": "세 살이요", "나이가 어떻게": "서른넷이요", "어디에 사세요": "노원 살아요"}
MOST_TURNS = 24


@pytest.fixture
def page(house: RunningHouse) -> Iterator[Page]:
    """The demo page of the running house on a desktop."""
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        page = browser.new_page(locale="ko-KR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page.set_default_timeout(20_000)
        page.goto(house.base)
        yield page
        browser.close()


class Talk:
    """The chat window as a client uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.get_by_role("log").locator(".message")
        expect(self.messages).to_have_count(1, timeout=20_000)

    def says(self, text: str) -> str:
        """Write and send by Enter; returns the words of the last message of the answer."""
        field = self.page.get_by_label("하고 싶은 말")
        field.fill(text)
        field.press("Enter")
        return self.hears()

    def taps(self, title: str) -> str:
        """Tap a quick reply."""
        self.page.get_by_role("button", name=title, exact=True).click()
        return self.hears()

    def hears(self) -> str:
        """Wait until the answer is complete."""
        expect(self.messages.last).not_to_have_class(re.compile(r"\bclient\b"), timeout=20_000)
        expect(self.page.locator(".typing")).to_have_text("", timeout=20_000)
        return self.messages.last.locator(".bubble > p").inner_text()

    def offers(self, title: str) -> bool:
        """Whether a quick reply stands below the last message."""
        return self.page.get_by_role("button", name=title, exact=True).count() > 0

    def story(self) -> str:
        """The talk so far, for the message of a failing test."""
        return "\n" + "\n".join(self.messages.all_inner_texts())


def test_a_mother_with_three_needs_comes_from_the_demo_page_to_her_plan(page: Page):
    # GIVEN a client who opens the page and tells three needs in one breath
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    talk = Talk(page)
    assert "적어 둬도 될까요" in talk.says(STORY), talk.story()
    # WHEN she agrees by a tap and answers what is asked, taps, or skips
    expect(talk.messages.last.locator("strong").first).to_contain_text("언제까지")
    heard = talk.taps("동의해요")
    assert "더 있을까요" in heard, talk.story()
    heard = talk.taps("없어요")
    skipped = 0
    for _ in range(MOST_TURNS):
        known = [answer for question, answer in ANSWERS.items() if question in heard]
        if "이대로 계획을 짤까요" in heard:
            break
        if known:
            heard = talk.says(known[0])
        else:
            heard, skipped = talk.taps("몇 시간" if talk.offers("몇 시간") else "건너뛰기"), skipped + 1
    # THEN the summary names what she said and nothing of what she skipped
    assert "이대로 계획을 짤까요" in heard, talk.story()
    assert "34세" in heard and "노원" in heard and skipped >= 1, talk.story()
    heard = talk.says("네 맞아요")
    # AND the plan stands there in cards that answer the three needs, each with its reason and its role
    plan = page.get_by_role("region", name="계획안")
    expect(plan).to_be_visible()
    cards = plan.locator(".steps > li").all_inner_texts()
    assert len(cards) >= 3 and all("왜" in card and "누가" in card for card in cards), talk.story()
    told = " ".join(cards)
    assert all(words in told for words in ("어린이집", "이력서", "상담")), talk.story()
    assert "상담사가 확인해야 정해져요" in heard
    # AND after a reload the plan is still there
    count = talk.messages.count()
    page.reload()
    expect(talk.messages).to_have_count(count)
    expect(plan).to_be_visible()
    assert complaints == []
