"""Facts of a free first message: whom a part tells of, what is past, what is only wished or feared."""

import datetime as dt
from typing import Any, Dict

import pytest

from bot.engine.facts.reader import read_facts
from bot.engine.facts.spoken import in_past, parts

TODAY = dt.date(2026, 11, 24)


def facts(text: str) -> Dict[str, Any]:
    return read_facts(text, None, TODAY)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("반장이 제 말은 듣지도 않고 빈정대요. 그래도 이 공장에 오래 다니고 싶어요.", "employed"),
        ("3교대 간호산데 다섯 살 애를 재울 사람이 없어요", "employed"),
        ("내년 2월이면 정년인데 퇴직하고 뭘 하며 살지 그려 보고 싶어요", "employed"),
        ("지난달에 해고됐고 실업급여를 신청하려는데 서류가 없어요", "seeking"),
        ("취준 2년째인데 면접만 가면 떨어져요", "seeking"),
        ("국숫집을 이달까지만 하고 접으려고요", "self_employed"),
        ("대학 막학기인데 인턴을 해 보고 싶어요", "student"),
        ("육아휴직 중인데 복직까지 두 달 남았어요", "on_leave"),
        ("정년퇴직한 지 여섯 달, 아침에 갈 데가 없소", "retired"),
        ("애 셋 키우느라 6년을 쉬었어요", "career_break"),
    ],
)
def test_what_one_does_now_follows_from_what_is_told(given_text: str, expected: str) -> None:
    assert facts(given_text).get("employment_status") == expected


@pytest.mark.parametrize(
    "given_text",
    [
        "남편은 회사에 다니고 저는 집에 있어요",
        "회사에 가끔 나가더라도 집에서 하는 일이면 좋겠어요",
        "동생이 공장에서 잘렸대요",
    ],
)
def test_anothers_work_and_a_condition_are_no_work_of_the_client(given_text: str) -> None:
    assert "employment_status" not in facts(given_text)
    assert "job_loss_reason" not in facts(given_text) or "동생" in given_text


def test_a_message_for_another_tells_of_the_other() -> None:
    # GIVEN a child who writes for the mother
    actual = facts("저 말고 아빠요. 58세고 내년 6월 정년인데 퇴직하고 뭐 하고 살지 같이 짜 주는 상담 있나요")
    # THEN the father's age and work are told
    assert actual["age"] == 58
    assert actual["employment_status"] == "employed"


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("7년 전에 첫째 낳고 그만뒀는데 다시 나가고 싶어요", 84),
        ("그 뒤로 2년을 쉬었어요", 24),
        ("5년 만에 다시 일터로 돌아가려고요", 60),
        ("10월 말에 계약이 끝났어요", 1),
        ("항암 치료가 8월에 끝났어요", None),
        ("이달에 가게 문을 닫을라고 해요", None),
        ("고시원에서 어제 쫓겨났어요", None),
    ],
)
def test_months_count_from_the_end_of_a_job_only(given_text: str, expected: int) -> None:
    assert facts(given_text).get("last_job_end") == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("다니던 신문사가 부도나서 나왔어요", "involuntary"),
        ("내일부터 나오지 말라더니 자진퇴사로 적어 놨어요", "involuntary"),
        ("학교 급식실 계약이 8월에 끝났습니다", "contract_end"),
        ("집 계약이 다음 달에 끝나요", None),
        ("안 잘리고 오래 다니고 싶어요", None),
    ],
)
def test_why_a_job_ended(given_text: str, expected: str) -> None:
    assert facts(given_text).get("job_loss_reason") == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("세살딸이랑 둘이 살아요", 3),
        ("네 살배기를 맡길 데가 없어요", 4),
        ("낳은 지 넉 달인데 눈물이 나요", 0),
        ("저희 딸이 돌을 지나자마자 걸었어요", 1),
        ("아들 2학년, 학교가 1시에 끝나요", 8),
        ("네 살배기 조카가 놀러 왔어요", None),
    ],
)
def test_a_small_childs_age(given_text: str, expected: int) -> None:
    assert facts(given_text).get("youngest_child_age") == expected


@pytest.mark.parametrize(
    ("given_text", "fact", "expected"),
    [
        ("남편이 작년에 죽었어요. 아들이 일곱 살이에요", "household", "single_parent"),
        ("우리 내외가 딸기 농사를 접었어요", "household", "couple"),
        ("23살 인천 미추홀구, 3층 사는중", "region", "인천 미추홀구"),
        ("면허도 없는데 막차가 6시면 끊겨요", "mobility", "limited"),
        (
            "자격시험을 컴퓨터로 친다는데 마우스를 쥐어 본 적이 없어요. 컴퓨터는 켜 본 적도 없고요",
            "digital",
            "needs_help",
        ),
        ("집에서 하는 일거리 없을까요", "availability", "remote"),
        ("혜산에서 군의로 복무했소", "target_groups", ["north_korean_defector"]),
        ("장애 등록을 했고 회사에 의자를 바꿔 달라고 하고 싶어요", "target_groups", ["disability"]),
    ],
)
def test_facts_said_in_passing(given_text: str, fact: str, expected: Any) -> None:
    assert facts(given_text).get(fact) == expected


@pytest.mark.parametrize(
    ("given_text", "fact"),
    [
        ("지금 대답하는 게 사람이에요 기계예요? 기계면 나갈게요", "region"),
        ("딸기 하우스 두 동 하는 귀농인이에요", "target_groups"),
        ("누가 와서 하루 두 시간만 봐 줘도 살겠어요", "availability"),
        ("콘크리트 하던 손이라 새 기계를 배우고 싶어요", "digital"),
    ],
)
def test_words_that_only_look_like_a_fact(given_text: str, fact: str) -> None:
    assert fact not in facts(given_text)


def test_parts_tell_of_whom_and_when() -> None:
    # GIVEN three statements of two people
    told = parts("남편은 공장에 다니고 저는 작년에 그만뒀어요. 다시 일하고 싶어요")
    # THEN each has its person and its time
    assert [(part.whose, part.time) for part in told] == [("other", "now"), ("self", "past"), ("self", "wish")]
    assert in_past("십 년을 구웠어요") and not in_past("지금 입사했어요") and not in_past("손님이 있어요")
