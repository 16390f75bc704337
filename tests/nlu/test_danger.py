"""The danger guard: what is said plainly is seen in any disguise, and idioms raise nothing.

The sentences here were written for these tests; none is in the training data.
"""

import json
import time
from pathlib import Path

import pytest

from bot.guard.danger import RISKS, Danger, find_danger

HELD_OUT = Path(__file__).resolve().parents[2] / "nlu_data" / "judge"

PLAIN = {
    "self_harm": [
        "요즘은 그냥 죽고 싶다는 생각뿐이에요",
        "죽고싶어요",
        "저 오늘 자살하려고요",
        "유서를 써 뒀습니다",
        "손목을 그었어요",
        "이대로 사라지고 싶어요",
        "제가 죽으면 다 해결되잖아요",
        "더는 살고 싶지 않아요",
        "자다가 안 깨어났으면 좋겠어요",
        "옥상에서 뛰어내리고 싶어요",
        "수면제를 모아 두었어요",
        "극단적인 선택을 생각합니다",
        "목을 매려고 줄을 샀어요",
        "죽을 방법만 찾아보고 있어요",
        "차라리 죽는 게 낫겠어요",
        "그만 살고 싶심더",
    ],
    "violence": [
        "남편이 술만 마시면 저를 때려요",
        "아빠한테 맞고 살아요",
        "사장님이 제 몸을 만졌어요",
        "팀장한테 성추행을 당했어요",
        "전 남자친구가 집 앞에 와서 서 있어요",
        "아들이 제 뺨을 때렸습니다",
        "시어머니가 밥을 안 줘요",
        "동거남이 저를 방에 가뒀어요",
        "가정폭력 때문에 집을 나왔어요",
        "헤어지면 영상을 뿌리겠다고 협박해요",
    ],
    "destitution": [
        "오늘 밤 잘 곳이 없어요",
        "이틀째 굶었어요",
        "쌀이 떨어졌어요",
        "전기가 끊겼어요",
        "역에서 자고 있어요",
        "노숙한 지 사흘 됐어요",
        "먹을 게 하나도 없어요",
        "차에서 지낸 지 일주일이에요",
        "집에 물이 끊겼어요",
        "물만 마시고 버텨요",
    ],
    "job_scam": [
        "회사에서 통장이랑 비밀번호를 보내래요",
        "체크카드를 빌려주면 하루 삼십만 원 준대요",
        "합격했는데 교육비를 먼저 입금하라네요",
        "현금을 받아서 전달만 하면 일당 40이래요",
        "캄보디아에 가면 월 천만원 준다고 비행기표도 끊어 준대요",
        "보이스피싱 수거책을 한 것 같아요",
        "신분증 사진을 먼저 보내라고 해요",
    ],
    "harm_to_others": [
        "그 사람 죽여버릴 거예요",
        "사장을 찔러 버릴 생각이에요",
        "칼을 샀어요. 찾아갈 겁니다",
        "팀장을 못 걷게 만들 거예요",
        "그놈 숨통을 끊어 놓을랍니다",
        "아이를 해칠 것 같아요",
        "집에 불을 지르고 싶어요. 다 같이 끝내려고요",
    ],
}

HARMLESS = [
    "배고파 죽겠어요",
    "더워 죽겠다 진짜",
    "죽기 살기로 해 볼게요",
    "죽을 만큼 보고 싶은 손주",
    "웃겨 죽는 줄 알았어요",
    "힘들어 죽겠네요 이력서 쓰기",
    "죽집을 내고 싶어요",
    "호박죽 먹고 싶어요",
    "혼자 살아요",
    "혼자 살고 싶어서 방을 구해요",
    "유서 깊은 회사에 지원하려고요",
    "자살예방 상담사 자격증을 따고 싶어요",
    "게임에서 매일 죽어요 ㅋㅋ",
    "드라마 보다가 주인공이 죽어서 울었어요",
    "죽고 싶은 마음은 없어요",
    "죽고 싶다거나 그런 건 아니고 의욕이 없어요",
    "쪽팔려서 죽고 싶었어요 ㅋㅋ",
    "죽고 싶지만 떡볶이는 먹고 싶어라는 책을 읽었어요",
    "이 회사에서 뼈를 묻겠습니다",
    "면접관이 나 죽이려고 작정한 듯 ㅋㅋ",
    "연기 죽여주네요",
    "복싱 체육관에서 매일 맞아요",
    "남편은 때리지는 않아요",
    "저한테 맞는 일을 찾고 싶어요",
    "주사를 맞았어요",
    "가정폭력 상담소에 취업하고 싶어요",
    "다이어트 하느라 이틀 굶었어요",
    "건강검진 때문에 굶었어요",
    "아파트 배관 공사로 물이 안 나와요",
    "쌀은 있어요. 관리비만 밀렸어요",
    "노숙인 쉼터에서 봉사해요",
    "급여통장 사본을 내라는데 어떻게 떼요?",
    "월세 보증금을 먼저 내라는데 지원이 되나요?",
    "코이카 해외 봉사단에 지원했어요",
    "경리라서 매일 현금을 은행에 넣어요",
    "내일배움카드를 만들고 싶어요",
    "멧돼지를 잡는 사냥을 했어요",
    "시간을 죽이고 있어요",
    "칼질이 빠른 요리사예요",
    "한강에서 라면 먹었어요",
    "끝내고 싶어요. 이제 안 해요",
    "그만할게요",
    "살 곳을 찾아요",
    "이제 그만 가 볼게요",
]


@pytest.mark.parametrize(("risk", "given_text"), [(risk, text) for risk, texts in PLAIN.items() for text in texts])
def test_what_is_said_plainly_is_seen(risk: str, given_text: str) -> None:
    assert risk in {danger.risk for danger in find_danger(given_text)}


@pytest.mark.parametrize("given_text", HARMLESS)
def test_idioms_and_harmless_words_raise_nothing(given_text: str) -> None:
    assert find_danger(given_text) == ()


@pytest.mark.parametrize(
    "given_text",
    [
        "죽 고 싶 어 요",
        "죽고싶어",
        "죽고  싶다...",
        "ㅈㅜㄱㄱㅗ ㅅㅣㅍㅇㅓ",
        "죽고\u200b싶어요",
        "죽고 시퍼요",
        "쥭고십다",
        "주꼬 싶다",
        "죽구 싶어",
        "죽고 싶어ㅠㅠㅠㅠ",
        "죽고싶다ㅋㅋ",
        "죽고 싶어어어어어",
        "죽고싶습니더",
        "죽고 접다",
        "죽고잡다",
        "\u1112\u1161\u11ab \u110c\u116e\u11a8\u1100\u1169 \u1109\u1175\u11c1\u110b\u1165",
    ],
)
def test_a_plain_word_is_seen_through_any_disguise(given_text: str) -> None:
    assert [danger.risk for danger in find_danger(given_text) if danger.certainty == "sure"] == ["self_harm"]


@pytest.mark.parametrize(
    ("given_first", "given_second"),
    [
        ("죽고", "싶어요"),
        ("나 진짜 죽고", "싶다"),
        ("남편이 술만 마시면 저를", "때려요"),
        ("오늘 밤 잘 곳이", "없어요"),
    ],
)
def test_danger_split_over_two_messages_is_read_together(given_first: str, given_second: str) -> None:
    # GIVEN halves that say nothing alone
    assert find_danger(given_first) == ()
    assert find_danger(given_second) == ()
    # WHEN the second follows the first, THEN it is seen
    assert find_danger(given_second, previous=given_first)


def test_what_only_the_message_before_said_is_not_raised_again() -> None:
    assert find_danger("이력서는 어떻게 써요?", previous="죽고 싶어요") == ()


def test_an_idiom_split_over_two_messages_stays_an_idiom() -> None:
    assert find_danger("죽겠어요", previous="배고파") == ()


def test_danger_behind_ten_thousand_letters_is_seen() -> None:
    given_text = "저는 물류 창고에서 일했고 이력서를 쓰고 싶어요. " * 400 + "그런데 요즘 죽고 싶어요."
    assert find_danger(given_text) == (Danger("self_harm", "sure", "그런데 요즘 죽고 싶어요."),)


@pytest.mark.parametrize(
    "given_text",
    [
        "",
        " ",
        "😀",
        "\ud800",
        "\x00",
        "a" * 10_000,
        "ㅏ" * 10_000,
        "죽" * 10_000,
        "죽고 " * 3_000,
        "통장 현금 봉투 때려 굶 칼로 " * 600,
    ],
)
def test_no_text_makes_the_guard_fail_or_slow(given_text: str) -> None:
    # WHEN the guard reads it
    started = time.process_time()
    find_danger(given_text)
    # THEN it is done at once: 2 ms on an idle core; the bound leaves room for a busy machine
    assert time.process_time() - started < 0.1


def test_dangers_come_in_one_order_and_once_each() -> None:
    found = find_danger("남편이 저를 때려요. 오늘 밤 잘 곳이 없어요. 죽고 싶어요. 또 때려요.")
    assert [danger.risk for danger in found] == [risk for risk in RISKS if risk in {danger.risk for danger in found}]
    assert {"self_harm", "violence", "destitution"} <= {danger.risk for danger in found}
    assert all(danger.evidence for danger in found)


def held_out(name: str) -> list[dict]:
    return [json.loads(line) for line in (HELD_OUT / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_ordinary_clients_nobody_wrote_rules_for_are_not_alarmed() -> None:
    # GIVEN the 550 messages of two authors, dangers aside
    calm = [row for name in ("g", "r") for row in held_out(name) if not row["risks"]]
    # WHEN the guard reads them
    alarmed = [row["id"] for row in calm if any(danger.certainty == "sure" for danger in find_danger(row["text"]))]
    # THEN it is sure of a danger in at most one of two hundred
    assert len(alarmed) <= 0.005 * len(calm), alarmed


def test_oblique_danger_is_caught_as_often_as_was_measured() -> None:
    # GIVEN held-out messages of the danger authors, most of which say it sideways
    dangerous = [row for name in ("j", "z") for row in held_out(name) if row["risks"]]
    # WHEN the guard reads them
    caught = [row for row in dangerous if {danger.risk for danger in find_danger(row["text"])} & set(row["risks"])]
    # THEN rules alone catch at least half; the trained reader adds the rest
    assert len(caught) >= 0.5 * len(dangerous)


def test_hunger_said_before_it_does_not_make_it_a_figure_of_speech():
    # "배고파 죽겠다" is a figure of speech; "배고파요. 죽고 싶어요." is not.
    for text in ("배고파요. 죽고 싶어요.", "배고파요 죽고 싶어요", "추워요 그냥 죽고 싶어요"):
        assert ("self_harm", "sure") in [(d.risk, d.certainty) for d in find_danger(text)], text
