"""Every page of the console, proof-read, as a stranger, another centre's counselor and a counselor see it."""

from collections.abc import Callable
from datetime import timedelta

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.console.app import MESSAGES
from api.db import Database
from tests.console.makers import PASSWORD, make_alert, make_intake, make_plan_document
from tests.console.proofreader import ProofReader

Browsers = Callable[[str | None], ProofReader]


def test_a_stranger_is_led_to_the_login_page_and_back(open_browser: Browsers, database: Database) -> None:
    # GIVEN an intake, and nobody signed in
    with database.writing() as db:
        given_intake = make_intake(db, "aaaa")
    browser = open_browser(None)
    # WHEN the intake is asked for
    actual_page = browser.open(f"/console/intakes/{given_intake}")
    # THEN the login page comes, without a word of the intake, and leads back after signing in
    assert actual_page.title.startswith("들어가기")
    assert "애 맡길" not in actual_page.text
    landed = browser.post(
        "/console/login", {"login": "kim@example.org", "password": PASSWORD, "next": f"/console/intakes/{given_intake}"}
    )
    assert landed.title.startswith("접수 AAAA00")


def test_a_refused_login_never_tells_which_part_was_wrong(open_browser: Browsers) -> None:
    browser = open_browser(None)
    browser.open("/console/login")
    # WHEN once the password and once the login is wrong
    wrong_password = browser.post("/console/login", {"login": "kim@example.org", "password": "no"}, status=401)
    wrong_login = browser.post("/console/login", {"login": "nobody@example.org", "password": "no"}, status=401)
    # THEN both pages say the same
    assert "이메일이나 비밀번호가 맞지 않아요" in wrong_password.words
    assert wrong_password.words.split() == wrong_login.words.split()


def test_a_login_leads_only_to_a_page_of_the_console(open_browser: Browsers) -> None:
    browser = open_browser(None)
    browser.open("/console/login?next=//evil.example/console/intakes/x")
    landed = browser.post(
        "/console/login", {"login": "kim@example.org", "password": PASSWORD, "next": "//evil.example/"}
    )
    assert landed.title.startswith("접수 대기")


def test_signing_out_ends_the_session(open_browser: Browsers) -> None:
    browser = open_browser("kim@example.org")
    session = browser.client.cookies["mulgil_session"]
    browser.post("/console/logout", {})
    # WHEN the old cookie comes back
    browser.client.cookies.set("mulgil_session", session)
    # THEN it opens nothing
    assert browser.open("/console").title.startswith("들어가기")


def test_the_queue_goes_by_danger_then_urgency_then_waiting_time(open_browser: Browsers, database: Database) -> None:
    # GIVEN intakes that came in the wrong order
    with database.writing() as db:
        make_intake(db, "longwait", urgency="no_rush", waited=timedelta(days=3))
        make_intake(db, "today", urgency="today", waited=timedelta(minutes=5))
        make_intake(db, "scam", urgency=None, danger=1, risk="job_scam", waited=timedelta(minutes=1))
        make_intake(db, "life", urgency="no_rush", danger=3, risk="self_harm", waited=timedelta(minutes=1))
        make_intake(db, "oldtoday", urgency="today", waited=timedelta(hours=2))
        make_intake(db, "closed", status="closed")
        make_intake(db, "elsewhere", center="other", danger=3)
    # WHEN the queue is opened
    actual_page = open_browser("kim@example.org").open("/console")
    # THEN danger to life stands first, then other danger, then who needs help today and waits longer, then the rest
    actual_order = [
        href
        for href, words in actual_page.links
        if words.startswith("접수 ") and "대기" not in words and "보기" not in words
    ]
    expected_order = [f"/console/intakes/{name}-0000" for name in ("life", "scam", "oldtoday", "today", "longwait")]
    assert actual_order == expected_order
    # AND state is told in words
    for words in (
        "위험 신호: 자해·자살 위험",
        "오늘 필요",
        "기다림",
        "자녀 돌봄",
        "웹 대화창",
        "아직 맡은 사람 없음",
        "대기 5건",
        "끝난 1건",
    ):
        assert words in " ".join(actual_page.words.split()), words


def test_tabs_show_what_is_mine_and_what_has_ended(
    open_browser: Browsers, database: Database, people: dict[str, str]
) -> None:
    with database.writing() as db:
        make_intake(db, "mine", taken_by=people["kim@example.org"])
        make_intake(db, "theirs", taken_by=people["lee@example.org"])
        make_intake(db, "closed", status="closed")
    browser = open_browser("kim@example.org")
    mine, done, waiting = browser.open("/console?tab=mine"), browser.open("/console?tab=done"), browser.open("/console")
    assert "/console/intakes/mine-0000" in dict(mine.links) and "/console/intakes/theirs-0000" not in dict(mine.links)
    assert [h for h, _ in done.links if "intakes" in h] == ["/console/intakes/closed-0000"]
    # Colleagues' intakes stay visible below the free ones, with their names.
    assert "이상담 상담사가 맡음" in " ".join(waiting.words.split())


def test_an_unknown_tab_shows_the_queue(open_browser: Browsers) -> None:
    assert open_browser("kim@example.org").open("/console?tab=%3Cscript%3E").title.startswith("접수 대기")


def test_htmx_gets_only_the_list(open_browser: Browsers, database: Database) -> None:
    with database.writing() as db:
        make_intake(db, "aaaa")
    browser = open_browser("kim@example.org")
    answer = browser.client.get("/console", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="queue"') and "<html" not in answer.text
    assert "aaaa-0000" in answer.text


def test_an_alert_before_consent_is_shown_and_can_be_answered(open_browser: Browsers, database: Database) -> None:
    # GIVEN a danger signal of someone who has not consented: no intake, no word
    with database.writing() as db:
        db.add(make_alert("alert-1", "unknown-conversation", "self_harm"))
    browser = open_browser("kim@example.org")
    page = browser.open("/console")
    assert "아직 연락하지 않은 위험 알림 1건" in page.words
    # WHEN the counselor notes that it was answered
    answered = browser.post("/console/alerts/alert-1/answered", {})
    # THEN it leaves the list
    assert "위험 알림" not in answered.words.replace("위험 알림이", "")
    assert "직접 연락했다고 적었어요" in answered.words


def test_an_intake_shows_the_two_minute_summary_first(open_browser: Browsers, database: Database) -> None:
    # GIVEN an intake with danger, a declined and an inferred need, a refused fact, a mask, a contact and a plan
    with database.writing() as db:
        make_intake(
            db,
            "abcd",
            danger=3,
            risk="self_harm",
            needs=(
                ("childcare", "said", "애 맡길 데가 없어서"),
                ("debt", "inferred", "카드값이 밀렸고"),
                ("entrepreneurship", "declined", "가게는 이제 싫어요"),
            ),
            facts={"age": "40s", "target_groups": ["single_parent"], "income_band": None, "preferred_time": "오후에요"},
            said=("애 맡길 데가 없어서 일을 못 구하고 있어요. 제 번호는 ⟦전화1⟧예요",),
            contact="010-1234-5678",
            plan=make_plan_document(),
        )
    # WHEN a counselor opens it
    page = open_browser("kim@example.org").open("/console/intakes/abcd-0000")
    words = " ".join(page.words.split())
    # THEN everything a counselor needs stands there, in words
    for expected in (
        "위험 신호: 안전 담당이 지금 할 일", "109", "다 끝내고 싶어요", "아직 아무도 연락하지 않았어요",
        "왜 왔나요", "애 맡길 데가 없어서 일을 못 구하고 있어요", "필요 2가지", "짐작함(확인 필요)",
        "원하지 않는다고 한 것", "창업", "40대", "한부모", "말하지 않겠다고 함", "오후에요",
        "‘부채·신용’ 필요가 맞는지",
        "사는 곳", "가린 정보 전화1",
        "서비스 흐름 3단계", "초기상담(통합 접수)", "끝났다고 보는 때", "준비물", "오가는 횟수", "따로 다니면 6번",
        "가까운 곳이 없어요.",
        "목표가 정해짐", "동의함", "010-1234-5678",
    ):  # fmt: skip
        assert expected in words, expected
    # AND the summary comes before the talk, the talk before the plan
    levels = [words for level, words in page.headings if level == "h2"]
    assert levels == [
        "위험 신호: 안전 담당이 지금 할 일",
        "2분 요약",
        "접수 사실",
        "나눈 대화",
        "서비스 흐름 3단계",
        "바뀐 기록",
    ]


def test_a_contact_is_shown_only_to_who_takes_the_intake(open_browser: Browsers, database: Database) -> None:
    with database.writing() as db:
        make_intake(db, "abcd", contact="010-1234-5678")
    browser = open_browser("kim@example.org")
    before = browser.open("/console/intakes/abcd-0000")
    assert "010-1234" not in before.text and "맡으면 보여요" in before.words
    after = browser.post("/console/intakes/abcd-0000/take", {})
    assert "010-1234-5678" in after.words


def test_another_centres_intake_looks_like_none(open_browser: Browsers, database: Database) -> None:
    with database.writing() as db:
        make_intake(db, "abcd")
        db.add(make_alert("alert-1", "conversation-abcd", "self_harm"))
    browser = open_browser("far@example.org")
    # WHEN another centre's counselor asks for it, and for one that does not exist
    theirs, none = (
        browser.open("/console/intakes/abcd-0000", status=404),
        browser.open("/console/intakes/zzzz", status=404),
    )
    # THEN both answers are the same
    assert theirs.words.split() == none.words.split()
    for deed in ("take", "release", "replan"):
        assert browser.post(f"/console/intakes/abcd-0000/{deed}", {}, status=404).words.split() == none.words.split()
    assert browser.post("/console/alerts/alert-1/answered", {}, status=404).words.split() == none.words.split()
    assert "0건" in browser.open("/console").words


def test_looking_at_an_intake_is_written_down_but_not_shown_as_a_change(
    open_browser: Browsers, database: Database, people: dict[str, str]
) -> None:
    from sqlalchemy import select

    from api.models import Event

    with database.writing() as db:
        make_intake(db, "abcd")
    page = open_browser("kim@example.org").open("/console/intakes/abcd-0000")
    with database.reading() as db:
        seen = db.scalars(select(Event).where(Event.action == "intake.opened")).all()
        assert [(event.actor_id, event.object_id) for event in seen] == [(people["kim@example.org"], "abcd-0000")]
    assert "아직 바뀐 것이 없어요" in page.words


def test_pages_that_are_not_there_say_so_in_korean(open_browser: Browsers) -> None:
    browser = open_browser("kim@example.org")
    page = browser.open("/console/nothing", status=404)
    assert MESSAGES[404][0] in page.words
    answer = browser.client.get("/console/logout")
    assert answer.status_code == 405 and MESSAGES[405][0] in answer.text


def test_a_fault_of_ours_is_told_plainly_and_shows_nothing_inside(
    app: FastAPI, open_browser: Browsers, monkeypatch: object
) -> None:
    from pytest import MonkeyPatch

    from api.console import records

    assert isinstance(monkeypatch, MonkeyPatch)
    browser = open_browser("kim@example.org")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inner words")

    monkeypatch.setattr(records, "read_queue", broken)
    page = browser.open("/console", status=500)
    assert MESSAGES[500][0] in page.words and "secret" not in page.text


def test_every_page_of_a_demo_says_so(open_browser: Browsers, app: FastAPI) -> None:
    browser = open_browser("kim@example.org")
    for address, status in (("/console", 200), ("/console/login", 200), ("/console/nothing", 404)):
        page = browser.open(address, status=status)
        assert "시연용" in page.words and "시연용" in page.title


def test_static_files_are_served_compressed_and_may_be_kept(app: FastAPI) -> None:
    client = TestClient(app)
    sheet = client.get("/static/console.css?v=1", headers={"accept-encoding": "gzip"})
    assert sheet.status_code == 200 and sheet.headers["content-encoding"] == "gzip"
    assert "immutable" in sheet.headers["cache-control"]
    assert client.get("/static/../routes.py").status_code == 404
    assert client.get("/static/%2e%2e/routes.py").status_code == 404
