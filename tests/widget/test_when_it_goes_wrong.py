"""Networks fail, texts are refused, conversations are erased: nothing written is lost, nothing is sent twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Route, expect

from tests.widget.chat_stand_in import ChatStandIn, said
from tests.widget.conftest import Window

ON_ITS_WAY = "**/chat/conversations/*/messages"


def test_a_broken_line_keeps_the_text_and_sends_it_again_with_the_same_id(window: Window, service: ChatStandIn):
    # GIVEN a line that breaks after the service has heard, before its answer arrives
    ids: list[str] = []

    def answer_is_lost(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "")["message_id"])
        route.fetch()
        route.abort()

    window.page.route(ON_ITS_WAY, answer_is_lost)
    window.says("월세가 밀렸어요")
    expect(window.page.get_by_role("alert")).to_contain_text("보내지 못했어요. 글은 이 화면에 있어요.")
    expect(window.messages.filter(has_text="월세가 밀렸어요")).to_contain_text("아직 보내지 못했어요")
    # AND the number of those who can help now stands there, since the service cannot say it
    assert window.page.get_by_role("alert").get_by_role("link").all_inner_texts() == ["119", "112"]
    # WHEN the line is back and the client sends again
    window.page.unroute(ON_ITS_WAY)
    window.button("다시 보내기").click()
    # THEN the same id went out, the words and the answer stand there once
    expect(window.page.get_by_role("alert")).to_have_count(0)
    window.hears("네, 들었어요.")
    assert [body["message_id"] for body in service.got] == ids * 2
    expect(window.messages).to_have_count(3)
    expect(window.messages.filter(has_text="아직 보내지 못했어요")).to_have_count(0)


def test_what_waits_goes_out_first_and_by_itself_once_the_browser_is_online(window: Window, service: ChatStandIn):
    window.page.context.set_offline(True)
    window.says("첫 번째")
    expect(window.button("다시 보내기")).to_be_visible()
    window.field.fill("두 번째")
    window.page.context.set_offline(False)
    window.hears("네, 들었어요.")
    window.field.press("Enter")
    expect(window.messages).to_have_count(5)
    assert [body["text"] for body in service.got] == ["첫 번째", "두 번째"]


def test_a_service_that_cannot_store_is_tried_again(window: Window, service: ChatStandIn):
    service.answers = [(503, "방금 글을 저장하지 못했어요. 글은 이 화면에 있어요."), [said("이제 적었어요.")]]
    window.says("일자리")
    expect(window.page.get_by_role("alert")).to_contain_text("방금 글을 저장하지 못했어요.")
    window.button("다시 보내기").click()
    window.hears("이제 적었어요.")
    assert len({body["message_id"] for body in service.got}) == 1


@pytest.mark.parametrize("status", [413, 422])
def test_a_refused_text_goes_back_before_what_was_written_meanwhile(window: Window, service: ChatStandIn, status: int):
    # GIVEN a client who writes on while a text that is too long travels
    service.answers = [(status, "한 번에 10000자까지 읽어요. 글은 지우지 않았으니 나눠 보내 주세요.")]
    travelling: list[Route] = []
    window.page.route(ON_ITS_WAY, lambda route: travelling.append(route))
    window.says("아주 긴 이야기")
    window.field.fill("그리고 또")
    expect(window.messages).to_have_count(2)
    # WHEN it is refused
    travelling[0].continue_()
    # THEN both are in the field, no bubble claims to have been sent, and there is no button to send it again
    expect(window.page.get_by_role("alert")).to_contain_text("나눠 보내 주세요.")
    assert window.field.input_value() == "아주 긴 이야기\n그리고 또"
    expect(window.messages).to_have_count(1)
    expect(window.button("다시 보내기")).to_have_count(0)


def test_an_erased_conversation_offers_a_new_one_and_keeps_the_text(window: Window, service: ChatStandIn):
    window.says("다 지워 주세요")
    window.hears("네, 들었어요.")
    service.erased.update(service.lines)
    window.says("하나만 더요")
    expect(window.page.get_by_role("alert")).to_contain_text("이 대화는 지웠어요.")
    window.button("새로 시작하기").click()
    window.hears("어떤 일로 오셨어요?")
    expect(window.messages).to_have_count(1)
    expect(window.field).to_have_value("하나만 더요")
    window.field.press("Enter")
    window.hears("네, 들었어요.")
    assert len(service.lines) == 2 and service.got[-1]["text"] == "하나만 더요"


def test_after_an_erasure_a_reload_begins_anew(window: Window, service: ChatStandIn):
    service.erased.update(service.lines)
    window.page.reload()
    window.hears("어떤 일로 오셨어요?")
    assert len(service.lines) == 2


def test_a_service_that_is_away_says_whom_to_call_and_tries_again(opens: Callable[..., Window], address: str):
    # GIVEN a page whose service does not answer
    window = opens("about:blank")
    window.page.route("**/chat/conversations", lambda route: route.abort())
    window.page.goto(address)
    alert = window.page.get_by_role("alert")
    expect(alert).to_contain_text("지금은 대화를 열 수 없어요.")
    assert alert.get_by_role("link").all_inner_texts() == ["119", "112"]
    # WHEN a client writes all the same, and the service comes back
    window.says("도와주세요")
    expect(window.field).to_have_value("도와주세요")
    window.page.unroute("**/chat/conversations")
    window.button("다시 해 보기").click()
    # THEN the conversation opens and the text is still there
    window.hears("어떤 일로 오셨어요?")
    expect(window.field).to_have_value("도와주세요")


def test_a_page_without_tls_can_make_ids(opens: Callable[..., Window], address: str, service: ChatStandIn):
    # GIVEN a browser that offers no crypto.randomUUID, as on a page without TLS
    window = opens("about:blank")
    window.page.add_init_script("delete Crypto.prototype.randomUUID")
    window.page.goto(address)
    window.hears("어떤 일로 오셨어요?")
    for text in ("하나", "둘"):
        window.says(text)
        window.hears("네, 들었어요.")
    expect(window.messages).to_have_count(5)
    ids = {body["message_id"] for body in service.got}
    assert len(ids) == 2 and all(UUID(one).version == 4 for one in ids)
