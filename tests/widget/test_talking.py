"""What a client does in the window: writes, taps, reads a plan, calls a number, hides."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.widget.chat_stand_in import ChatStandIn, said
from tests.widget.conftest import Window

CONSENT = (
    "일과 아이 이야기, 들었어요. 계획을 만들려면 적어 둬야 해요.\n왜: 계획을 만들어 상담사에게 전하려고요.\n"
    "언제까지: 3년까지 두고 지워요.\n동의하지 않아도 돼요. 그러면 안내와 연락처는 드려요.\n적어 둬도 될까요?"
)
WEATHER = "<!doctype html><meta charset=utf-8><h1>날씨</h1>"
PLAN = {
    "steps": [
        {
            "id": "s1", "service": "childcare_placement", "label": "어린이집 자리 찾기", "role_label": "복지연계 담당",
            "why": "‘애 맡길 데가 없다’고 하셨어요.", "mode": "online", "status": "planned",
            "documents": ["family_certificate", "id_card"], "documents_to_check": ["family_certificate"],
            "document_labels": {"family_certificate": "가족관계증명서", "id_card": "신분증"},
            "confirm": ["순위와 기다리는 기간"],
        },
        {"id": "s2", "service": "resume_clinic", "label": "이력서 클리닉", "role_label": "취업 담당", "mode": "visit",
         "why": "이력서를 쓴 지 오래라고 하셨어요.", "status": "done", "documents": ["no_name"], "confirm": []},
    ],
    "branches": [{"after": "s1", "label": "대기 중", "adds": ["idolbom_service"], "add_labels": ["아이돌봄서비스"]}],
}  # fmt: skip


def test_enter_sends_and_the_focus_comes_back(window: Window, service: ChatStandIn):
    service.answers = [[said("월급을 두 달 못 받으셨군요.", "question", "age")]]
    # WHEN a client writes two lines and sends them by Enter
    window.field.fill("월급을")
    window.field.press("Shift+Enter")
    window.field.press_sequentially("못 받았어요")
    window.field.press("Enter")
    # THEN both lines went out once, the answer stands below them, and the field is empty and has the focus
    window.hears("월급을 두 달 못 받으셨군요.")
    assert [body["text"] for body in service.got] == ["월급을\n못 받았어요"]
    assert window.messages.count() == 3 and window.field.input_value() == ""
    assert window.focused() == "say" and window.complaints == []


def test_enter_while_a_syllable_is_composed_sends_nothing(window: Window, service: ChatStandIn):
    # GIVEN a Korean input method in the middle of a word
    keys = window.page.context.new_cdp_session(window.page)
    window.field.focus()
    keys.send("Input.imeSetComposition", {"text": "일자리", "selectionStart": 3, "selectionEnd": 3})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    # WHEN Enter ends the syllable
    keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    keys.send("Input.insertText", {"text": "일자리"})
    # THEN the word stands in the field; only the next Enter sends it, once
    assert window.field.input_value() == "일자리" and window.messages.count() == 1
    window.field.press("Enter")
    window.hears("네, 들었어요.")
    assert [body["text"] for body in service.got] == ["일자리"]


def test_quick_replies_by_keyboard_alone(window: Window, service: ChatStandIn):
    service.answers = [[said("언제 일하고 싶으세요?", "question", "availability", ("하루 종일", "몇 시간"))]]
    window.says("일자리")
    window.hears("언제 일하고 싶으세요?")
    window.page.get_by_role("button", name="몇 시간").wait_for()
    # WHEN the client walks back from the field to a quick reply and presses it
    window.page.keyboard.press("Shift+Tab")
    assert window.focused() == "몇 시간"
    window.page.keyboard.press("Enter")
    # THEN its payload goes out, its title is shown as the client's words, and the focus is in the field again
    window.hears("네, 들었어요.")
    assert service.got[-1]["payload"] == "/몇 시간" and "text" not in service.got[-1]
    expect(window.messages.nth(3)).to_contain_text("몇 시간")
    expect(window.button("몇 시간")).to_have_count(0)
    assert window.focused() == "say"


def test_two_messages_in_one_breath_go_out_in_order(window: Window, service: ChatStandIn):
    service.answers = [[said("첫째요.")], [said("둘째요.")]]
    window.says("하나")
    window.says("둘")
    window.hears("둘째요.")
    assert [body["text"] for body in service.got] == ["하나", "둘"]
    assert len({body["message_id"] for body in service.got}) == 2


def test_a_consent_shows_period_and_right_to_refuse_larger_and_equal_buttons(window: Window, service: ChatStandIn):
    service.answers = [[said(CONSENT, "question", "consent", ("동의해요", "동의 안 해요"))]]
    window.says("애 맡길 데가 없어요")
    window.hears("적어 둬도 될까요?")
    strong = window.last.locator("strong")
    assert strong.all_inner_texts() == [line for line in CONSENT.split("\n") if line[:2] in ("언제", "동의")]
    size = "parseFloat(getComputedStyle(element).fontSize)"
    around = window.last.locator("p").evaluate(f"element => {size}")
    assert strong.first.evaluate(f"element => {size}") > around >= 18
    looks = [
        window.button(name).evaluate(
            "one => [one.offsetWidth, one.offsetHeight, getComputedStyle(one).backgroundColor, one.className]"
        )
        for name in ("동의해요", "동의 안 해요")
    ]
    assert looks[0] == looks[1] and looks[0][1] >= 44


def test_numbers_in_a_danger_are_called_by_a_tap(window: Window, service: ChatStandIn):
    lines = [{"number": "109", "label": "자살예방 상담전화(24시간)", "href": "tel:109"},
             {"number": "x", "label": "틀린 줄", "href": "javascript:alert(1)"}]  # fmt: skip
    text = "말해 주셔서 고마워요.\n지금 위험하면 119나 112예요.\n1577-0199는 24시간이에요."
    service.answers = [[said(text, "crisis", None, ("네", "아니요"), hotlines=lines, hide=False)]]
    window.says("죽고 싶어요")
    window.hears("말해 주셔서")
    alert = window.page.get_by_role("alert")
    hrefs = alert.get_by_role("link").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert hrefs == ["tel:119", "tel:112", "tel:1577-0199", "tel:109"]
    expect(alert.get_by_role("link", name="109 자살예방 상담전화(24시간) 전화 걸기")).to_be_visible()


def test_a_plan_says_of_each_step_why_who_what_to_bring_and_what_is_open(window: Window, service: ChatStandIn):
    service.answers = [[said("먼저 어린이집에 자리를 신청해요.", "plan", None, ("좋아요",), plan=PLAN)]]
    window.says("네")
    window.hears("먼저 어린이집")
    cards = window.last.locator(".steps > li")
    first = cards.nth(0).inner_text()
    for words in ("어린이집 자리 찾기", "‘애 맡길 데가 없다’고", "복지연계 담당", "순위와 기다리는 기간",
                  "신분증", "가족관계증명서 (담당이 확인할 수 있으면 필요 없어요)",
                  "대기 중 → 아이돌봄서비스"):  # fmt: skip
        assert words in first
    second = cards.nth(1).inner_text()
    assert "마침" in second and "no_name" not in second and "준비물" not in second
    # A long plan is read from its first line.
    assert window.page.locator(".scroll").evaluate(
        "one => Math.abs(one.querySelector('.message.plan').getBoundingClientRect().top"
        " - one.getBoundingClientRect().top)"
    ) < 40  # fmt: skip


def test_hiding_clears_everything_and_leaves(window: Window, service: ChatStandIn):
    # GIVEN a client in danger of being watched, with a half-written sentence
    service.answers = [[said("누가 화면을 볼 수 있으면 ‘숨기기’를 눌러 주세요.", "crisis", None, (), hide=True)]]
    window.says("남편이 때려요")
    window.hears("숨기기")
    window.field.fill("지금 옆에")
    window.page.route("https://www.weather.go.kr/**", lambda route: route.fulfill(body=WEATHER))
    assert list(window.kept()) == ["mulgil-conversation"]
    # WHEN 숨기기 in the message is pressed
    window.last.get_by_role("button", name="숨기기").click()
    # THEN a page about the weather is there, going back does not lead to the conversation, and nothing is kept
    expect(window.page.get_by_role("heading", name="날씨")).to_be_visible()
    window.page.go_back()
    assert "때려요" not in window.page.content()
    window.page.goto(window.address)
    window.hears("어떤 일로 오셨어요?")
    assert window.messages.count() == 1 and len(service.lines) == 2


def test_an_answer_that_comes_after_hiding_is_not_shown(window: Window, service: ChatStandIn):
    # GIVEN an answer on its way, and a place to leave for that keeps this page
    window.page.evaluate("document.querySelector('mulgil-chat').setAttribute('exit', '#away')")
    on_its_way: list[Route] = []
    window.page.route("**/messages", lambda route: on_its_way.append(route))
    window.says("남편이 때려요")
    expect(window.messages).to_have_count(2)
    # WHEN the client hides, and the answer arrives
    window.button("숨기기").click()
    expect(window.messages).to_have_count(0)
    with window.page.expect_response("**/messages"):
        on_its_way[0].continue_()
    # THEN the window stays empty
    window.page.wait_for_timeout(200)
    assert service.got and window.messages.count() == 0 and window.kept() == {}


def test_the_browser_never_keeps_a_word(window: Window):
    window.says("보랏빛너구리")
    window.hears("네, 들었어요.")
    kept = window.kept()
    assert list(kept) == ["mulgil-conversation"] and "너구리" not in str(kept)
    assert window.page.context.cookies() == []


@pytest.mark.parametrize("text", [
    "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\">",
    "‮거꾸로⁦", "${1+1} {{7*7}} javascript:alert(1)", "가" * 3000,
])  # fmt: skip
def test_hostile_text_stays_text(window: Window, service: ChatStandIn, text: str):
    title = window.page.title()
    service.answers = [
        [said(text, "plan", None, (text[:60],), plan={"steps": [{"id": "s", "label": text, "why": text}]})]
    ]
    window.says(text)
    expect(window.messages).to_have_count(3)
    assert window.messages.nth(1).locator("p").inner_text().strip() == text
    assert window.last.locator(".bubble > p").inner_text().strip() == text
    assert window.page.title() == title and window.last.locator("img, script").count() == 0
    assert _fits(window.page) and window.complaints == []


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_counselors_message_arrives_once_and_says_whose_it_is(window: Window, service: ChatStandIn):
    window.says("사람과 이야기할래요")
    window.hears("네, 들었어요.")
    # WHEN a counselor writes, and the client answers
    service.counselor_says("김 상담사예요. 02-0000-0100으로 걸어도 돼요.")
    window.hears("김 상담사예요.")
    window.says("고마워요")
    window.hears("네, 들었어요.")
    # THEN the message stands there once, as the counselor's, its number can be called, and answers came once, too
    counselor = window.messages.filter(has_text="김 상담사예요.")
    expect(counselor).to_have_count(1)
    expect(counselor.locator(".who")).to_have_text("상담사")
    assert counselor.get_by_role("link").get_attribute("href") == "tel:02-0000-0100"
    expect(window.messages).to_have_count(6)


def test_a_reload_resumes_the_same_conversation(window: Window, service: ChatStandIn):
    window.says("빚이 있어요")
    window.hears("네, 들었어요.")
    service.counselor_says("상담사예요.")
    window.hears("상담사예요.")
    before = window.messages.all_inner_texts()
    window.page.reload()
    window.hears("상담사예요.")
    assert window.messages.all_inner_texts() == before and len(service.lines) == 1
    window.says("네")
    expect(window.messages).to_have_count(6)
    assert re.fullmatch(r"[0-9a-f-]{36}", service.got[-1]["message_id"])
