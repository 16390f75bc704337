"""What counselors do in the console: taking over, correcting, planning again, and the tokens around it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.db import Database
from api.models import Event, Intake, IntakeFact, IntakeNeed, Plan
from tests.console.makers import make_intake, make_plan_document
from tests.console.proofreader import Page, ProofReader

Browsers = Callable[[str | None], ProofReader]
HOME = "/console/intakes/abcd-0000"


def test_the_second_counselor_is_told_who_has_it(open_browser: Browsers, database: Database) -> None:
    # GIVEN an intake that two counselors look at
    with database.writing() as db:
        make_intake(db, "abcd")
    first, second = open_browser("kim@example.org"), open_browser("lee@example.org")
    # WHEN both press the button
    taken, late = first.post(f"{HOME}/take", {}), second.post(f"{HOME}/take", {})
    # THEN the first has it, the second reads who does, and the history says so
    assert "이 접수를 맡았어요" in taken.words and "내가 맡은 접수예요" in taken.words
    assert "다른 상담사가 먼저 맡았어요" in late.words and "김상담 상담사가 맡고 있어요" in late.words
    assert "김상담 · 맡았어요" in " ".join(late.words.split())
    with database.reading() as db:
        assert len(db.scalars(select(Event).where(Event.action == "intake.taken")).all()) == 1


async def test_of_two_at_the_same_moment_exactly_one_wins(
    app: FastAPI, open_browser: Browsers, database: Database
) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
    browsers = [open_browser("kim@example.org"), open_browser("lee@example.org")]
    # WHEN both presses arrive in one moment
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as line:

        async def press(browser: ProofReader) -> str:
            cookies = dict(browser.client.cookies)
            line.cookies.clear()
            header = "; ".join(f"{name}={value}" for name, value in cookies.items())
            answer = await line.post(
                f"{HOME}/take", data={"csrftoken": cookies["mulgil_csrf"]}, headers={"cookie": header}
            )
            assert answer.status_code == 303
            return answer.headers["location"].rpartition("=")[2]

        outcomes = await asyncio.gather(*(press(browser) for browser in browsers))
    # THEN one has it and the other is told
    assert sorted(outcomes) == ["taken", "taken_by_other"]


def test_a_released_intake_waits_again_and_a_colleague_cannot_release_it(
    open_browser: Browsers, database: Database
) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
    kim, lee = open_browser("kim@example.org"), open_browser("lee@example.org")
    kim.post(f"{HOME}/take", {})
    assert "맡은 상담사나 센터 책임자만" in lee.post(f"{HOME}/release", {}).words
    assert "접수를 놓았어요" in kim.post(f"{HOME}/release", {}).words
    assert "아직 맡은 사람 없음" in kim.open("/console").words


def test_a_corrected_need_keeps_the_clients_words_and_shows_who_changed_it(
    open_browser: Browsers, database: Database, people: dict[str, str]
) -> None:
    # GIVEN a need that was only guessed
    with database.writing() as db:
        make_intake(db, "abcd", needs=(("debt", "inferred", "카드값이 밀렸고"),))
    browser = open_browser("kim@example.org")
    revision = _revision(browser)
    # WHEN the counselor confirms it
    page = browser.post(f"{HOME}/needs", {"need": "debt", "state": "confirmed", "revision": revision})
    # THEN it is confirmed, with the evidence and message it came from, and the change has a name
    words = " ".join(page.words.split())
    assert "확인됨상담사가 고침" in words and "카드값이 밀렸고" in words
    assert "김상담 · 필요를 고쳤어요: 부채·신용" in words
    with database.reading() as db:
        row = db.scalars(select(IntakeNeed)).one()
        assert (row.state, row.message_id, row.corrected_by_id) == ("confirmed", "abcd-m0", people["kim@example.org"])


def test_a_need_heard_in_the_meeting_can_be_added(open_browser: Browsers, database: Database) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
    browser = open_browser("kim@example.org")
    form = {"need": "housing", "state": "confirmed", "revision": _revision(browser)}
    assert "주거" in browser.post(f"{HOME}/needs", form).words
    assert "필요 2가지" in browser.open(HOME).words


@pytest.mark.parametrize(
    ("fact", "values", "expected_value", "expected_words"),
    [
        ("age", ["40대"], "40s", "40대"),
        ("age", ["35"], 35, "만 35세"),
        ("employment_status", ["seeking"], "seeking", "구직 중"),
        ("target_groups", ["single_parent", "migrant"], ["migrant", "single_parent"], "한부모"),
        ("desired_job", ["어린이집 조리사"], "어린이집 조리사", "어린이집 조리사"),
    ],
)
def test_a_corrected_fact_is_kept_in_canonical_form(
    open_browser: Browsers,
    database: Database,
    fact: str,
    values: list[str],
    expected_value: object,
    expected_words: str,
) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
    browser = open_browser("kim@example.org")
    form = {"fact": fact, "state": "told", "value": values, "revision": _revision(browser)}
    page = browser.post(f"{HOME}/facts", form)
    assert expected_words in page.words and "고친 내용을 저장했어요" in page.words
    with database.reading() as db:
        row = db.scalars(select(IntakeFact).where(IntakeFact.fact == fact)).one()
        assert row.state == "told" and row.value == expected_value


@pytest.mark.parametrize(
    ("fact", "state", "value"),
    [("age", "told", "서른"), ("age", "told", "7"), ("household", "told", "castle"), ("household", "told", ""),
     ("nonsense", "told", "x"), ("consent", "told", "no"), ("age", "maybe", "30"), ("age", "told", "9" * 200)],
)  # fmt: skip
def test_a_value_that_means_nothing_is_not_stored(
    open_browser: Browsers, database: Database, fact: str, state: str, value: str
) -> None:
    with database.writing() as db:
        make_intake(db, "abcd", facts={"age": 34})
    browser = open_browser("kim@example.org")
    form = {"fact": fact, "state": state, "value": value, "revision": _revision(browser)}
    assert "값이 맞지 않아 저장하지 않았어요" in browser.post(f"{HOME}/facts", form).words
    with database.reading() as db:
        assert [(row.fact, row.value) for row in db.scalars(select(IntakeFact))] == [("age", 34)]


def test_a_sensitive_fact_needs_the_second_consent(open_browser: Browsers, database: Database) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
    browser = open_browser("kim@example.org")
    form = {"fact": "disability", "state": "told", "value": "mild", "revision": _revision(browser)}
    assert "민감정보 처리에 동의하지 않아" in browser.post(f"{HOME}/facts", form).words


def test_a_change_decided_on_an_old_page_is_refused(open_browser: Browsers, database: Database) -> None:
    # GIVEN two counselors who look at the same state
    with database.writing() as db:
        make_intake(db, "abcd")
    kim, lee = open_browser("kim@example.org"), open_browser("lee@example.org")
    revision = _revision(kim)
    kim.post(f"{HOME}/facts", {"fact": "age", "state": "told", "value": "35", "revision": revision})
    # WHEN the second decides on what is no longer there
    page = lee.post(f"{HOME}/facts", {"fact": "age", "state": "refused", "revision": revision})
    # THEN it is not stored, and the page shows what stands now
    assert "그 사이 내용이 바뀌었어요" in page.words and "만 35세" in page.words


def test_planning_again_makes_a_plan_once(open_browser: Browsers, database: Database) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
    browser = open_browser("kim@example.org")
    made = browser.post(f"{HOME}/replan", {})
    assert "새 계획을 만들었어요" in made.words and "1번째 계획" in made.words
    assert 'class="plan-picture"' in made.text
    # WHEN nothing has changed
    again = browser.post(f"{HOME}/replan", {})
    # THEN the plan stays
    assert "계획도 그대로예요" in again.words
    with database.reading() as db:
        assert [plan.version for plan in db.scalars(select(Plan))] == [1]


def test_the_result_of_a_step_is_noted_and_never_rewritten(open_browser: Browsers, database: Database) -> None:
    with database.writing() as db:
        make_intake(db, "abcd", plan=make_plan_document())
    browser = open_browser("kim@example.org")
    assert "진행 중" in browser.post(f"{HOME}/steps", {"step": "s2", "result": "in_progress"}).words
    assert "값이 맞지 않아" in browser.post(f"{HOME}/steps", {"step": "s2", "result": "done:nonsense"}).words
    assert browser.post(f"{HOME}/steps", {"step": "s99", "result": "done"}, status=404)


def test_danger_is_answered_lifted_and_only_then_the_intake_can_end(open_browser: Browsers, database: Database) -> None:
    # GIVEN an intake with a danger signal, taken over
    with database.writing() as db:
        make_intake(db, "abcd", danger=3, risk="self_harm", waited=timedelta(hours=1))
    browser = open_browser("kim@example.org")
    browser.post(f"{HOME}/take", {})
    # WHEN it is closed too early
    assert "위험 신호가 남아 있어" in browser.post(f"{HOME}/close", {}).words
    # THEN contact is noted, the danger lifted by a person, and the intake can end
    answered = browser.post("/console/alerts/abcd-alert/answered", {"intake": "abcd-0000"})
    assert "직접 연락함" in answered.words and "김상담 · 직접 연락했다고 적었어요" in " ".join(answered.words.split())
    assert "위험 신호가 풀린 것을" in browser.post(f"{HOME}/risks", {"risk": "self_harm"}).words
    ended = browser.post(f"{HOME}/close", {})
    assert "접수를 끝냈어요" in ended.words and "고치기" not in ended.words
    # AND what has ended cannot be changed
    form = {"fact": "age", "state": "told", "value": "35", "revision": 1}
    assert browser.post(f"{HOME}/facts", form, status=409).title.startswith("그 사이 내용이 바뀌었어요")


def test_a_message_to_the_client_waits_for_the_gateway(open_browser: Browsers, database: Database) -> None:
    from api.models import Outgoing

    with database.writing() as db:
        make_intake(db, "abcd")
    browser = open_browser("kim@example.org")
    browser.post(f"{HOME}/take", {})
    assert "메시지를 보냈어요" in browser.post(f"{HOME}/messages", {"text": "내일 오후에 전화드려도 될까요?"}).words
    assert "빈 메시지" in browser.post(f"{HOME}/messages", {"text": "   "}).words
    with database.reading() as db:
        assert [row.text for row in db.scalars(select(Outgoing))] == ["내일 오후에 전화드려도 될까요?"]


POSTS = ["take", "release", "replan", "close", "needs", "facts", "steps", "risks", "messages"]


@pytest.mark.parametrize("deed", POSTS)
def test_a_post_without_its_token_changes_nothing(open_browser: Browsers, database: Database, deed: str) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
    browser = open_browser("kim@example.org")
    for token in ("", "guessed", "한글", browser.client.cookies["mulgil_csrf"][:-2]):
        answer = browser.client.post(f"{HOME}/{deed}", data={"csrftoken": token, "text": "x"})
        assert answer.status_code == 403
        assert Page(answer.text).faults() == []
    with database.reading() as db:
        intake = db.scalars(select(Intake)).one()
        assert (intake.taken_by_id, intake.revision, intake.status) == (None, 1, "submitted")


def test_a_login_without_any_cookie_is_refused(open_browser: Browsers) -> None:
    browser = open_browser(None)
    answer = browser.client.post("/console/login", data={"login": "kim@example.org", "password": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "expected_status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver"}, 303),
        ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, 303),
    ],
)
def test_a_post_from_elsewhere_is_refused(
    open_browser: Browsers, database: Database, headers: dict[str, str], expected_status: int
) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
    browser = open_browser("kim@example.org")
    form = {"csrftoken": browser.client.cookies["mulgil_csrf"]}
    answer = browser.client.post(f"{HOME}/take", data=form, headers=headers, follow_redirects=False)
    assert answer.status_code == expected_status


@pytest.mark.parametrize(
    ("body", "kind", "expected_status"),
    [
        (b"{}", "application/json", 415),
        (b"--x\r\n", "multipart/form-data", 415),
        (b"csrftoken=\xff\xfe", "application/x-www-form-urlencoded", 403),
        (b"csrftoken=%ED%95%9C", "application/x-www-form-urlencoded", 403),
        (b"a=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a%d=1" % n for n in range(400)), "application/x-www-form-urlencoded", 403),
    ],
)
def test_a_malformed_post_gets_a_page_and_never_a_fault(
    open_browser: Browsers, body: bytes, kind: str, expected_status: int
) -> None:
    browser = open_browser("kim@example.org")
    answer = browser.client.post("/console/logout", content=body, headers={"content-type": kind})
    assert answer.status_code == expected_status
    assert Page(answer.text).faults() == []


def _revision(browser: ProofReader) -> int:
    import re

    found = re.search(r'name="revision" value="(\d+)"', browser.open(HOME).text)
    assert found is not None
    return int(found.group(1))
