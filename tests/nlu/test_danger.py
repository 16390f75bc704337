"""The danger guard: what is said plainly is seen in any disguise, and idioms raise nothing.

The sentences here were written for these tests; none is in the training data.
"""

import json
import time
from pathlib import Path

import pytest

from bot.guard.danger import RISKS, Danger, find_danger
from bot.guard.signs.sign import make_sign

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

# Old and young, four dialects, learners of Korean, typing errors, and people who write for somebody else.
PLAIN_ANYWHERE = {
    "self_harm": (
        "죽고 싶어예 / 죽고 싶당께요 / 죽고 싶수다 / 자살하고 싶어요 / 저 오늘 밤에 죽을 거예요 / "
        "유서 다 썼어요 / 약을 한꺼번에 먹으려고 모아 뒀어요 / 손목을 또 그었어요 / 목을 매려고 해요 / "
        "번개탄을 샀어요 / 다리에서 뛰어내리려고 왔어요 / 나 죽고 싶어요. 한국 너무 힘들어요 / "
        "제 친구가 자살하겠대요 / 딸이 죽고 싶다고 해요 / 엄마가 유서를 써 놨어요 / "
        "오늘 옥상에 올라가서 뛰어내릴 거예요 / 그냥 확 죽어버릴까 봐요 / 살고 싶지 않소 / "
        "인자 고만 살고 싶다 아이가 / 고만 살라요 / 이제 그만 죽으려고요 / 수면제 백 알 먹었어요 / "
        "지금 약 먹었어요. 죽으려고 / 나 죽을래 / 죽는 게 낫소 / 동생이 손목을 그었습니다 / "
        "자해를 멈출 수가 없어요 / 죽고 싶은 생각이 자꾸 들어요 / 죽고시퍼요 진짜로 / 주거버리고 싶다 / "
        "생을 마감하려 합니다 / 세상을 등지고 싶습니다 / 농약을 마시려고 했소 / "
        "내 하나 없어지믄 다 편할 낀데 / 제가 없어지는 게 낫겠어요 / 사라져 버리고 싶어요 / "
        "아침에 눈을 안 떴으면 좋겠어요 / 남편 따라 죽고 싶어요 / 아이랑 같이 죽으려고 했어요"
    ),
    "violence": (
        "남편이 때려요 / 남편한테 맞았어요 / 신랑이 또 때렸심더 / 서방이 술만 묵으면 패요 / "
        "남편 때려요 나 무서워요 / 아버지가 저를 때립니다 / 엄마가 맨날 때려요 / 아들이 나를 때리오 / "
        "사장님 때려요 / 사장이 여권 뺏고 방에 가뒀어요 / 남자친구가 목을 졸랐어요 / "
        "남편이 칼을 들고 위협해요 / 새아빠가 제 몸을 만져요 / 상사한테 성폭행 당했어요 / "
        "팀장이 강제로 키스했어요 / 전남편이 스토킹해요 / 전남친이 집 앞에 매일 찾아와요 / "
        "동생이 남편한테 맞고 있어요 / 옆집 아이가 학대당하는 것 같아요 / 남편이 못 나가게 가둬 놨어요 / "
        "남편이 죽이겠다고 협박해요 / 영감이 지팡이로 때리오 / 남편한테 두들겨 맞아서 갈비뼈가 부러졌어요 / "
        "요양원에서 어머니를 때렸어요 / 사장님 나 엉덩이 만져요 / 가정폭력으로 피신 중이에요 / "
        "선임이 매일 때립니다 / 맞을까 봐 집에 못 들어가요 / 오빠가 방에 들어와서 만져요 / "
        "남편이 목 졸랐어요 도와주세요"
    ),
    "destitution": (
        "사흘째 굶고 있어요 / 이틀 동안 아무것도 못 먹었어요 / 오늘 잘 데가 없어요 / 노숙하고 있어요 / "
        "쌀이 떨어졌심더 / 밥을 못 먹은 지 이틀이에요 / 전기가 끊겼습니다 / 가스가 끊겼어요 / 수도가 끊겼소 / "
        "단전됐어요 / 먹을 거 없어요 나 배고파요 어제부터 / 길에서 자고 있어요 / 차에서 자요 / "
        "공원 벤치에서 잤어요 / 오늘 쫓겨나서 갈 데가 없어요 / 아기 분유가 떨어졌어요 / "
        "묵을 게 하나도 없어예 / 찜질방비도 없어서 오늘은 밖에서 자야 해요 / "
        "고시원에서 쫓겨났어요 오늘 밤 어디서 자요 / 집에 먹을 게 없어 애들이 굶어요 / "
        "난방이 끊겨서 얼어 죽겠어요 / 서울역에서 노숙해요 / 방세 못 내서 오늘 나왔어요, 갈 곳이 없어요 / "
        "전기 끊겼어요 애기 있어요 / 쌀도 없고 돈도 없수다 / 나흘째 물만 마셨습니다"
    ),
    "job_scam": (
        "통장을 빌려주면 돈을 준대요 / 체크카드를 보내래요 / 통장이랑 비밀번호 달래요 회사에서 / "
        "제 명의로 휴대폰을 개통하래요 / 현금 수거 알바를 하고 있어요 / "
        "돈을 받아서 다른 사람한테 전달하는 알바예요 하루 30만원 / 보이스피싱 알바 같아요 / "
        "취업하려면 먼저 300만원을 입금하래요 / 등록비를 먼저 내야 채용된대요 / "
        "캄보디아에서 월 천만원 준대요 / 신분증이랑 통장 사진 보내라는 알바예요 / "
        "유심 개통해 주면 건당 10만원 준대요 / 통장에 들어온 돈을 인출해서 주면 수수료 준대요 / "
        "회사에서 공인인증서랑 OTP를 달라고 해요 / 통장 빌려 도고 카는데 해도 됩니꺼 / "
        "브로커한테 오백 주면 취직시켜 준대요 / 여권 맡기면 해외 일자리 준대요 / "
        "상품권을 사서 번호를 보내면 돈 준대요 / 교육비 50만원 입금해야 출근할 수 있대요 / "
        "현금 봉투 받아 오면 일당 40만원이래요 / 제 계좌로 돈 받아서 코인으로 바꿔 보내 달래요 / "
        "대포통장 만들라고 해요"
    ),
    "harm_to_others": (
        "그 사람을 죽이고 싶어요 / 사장을 죽여버릴 거야 / 남편을 죽이고 싶어요 / 칼로 찌를 거예요 / "
        "팀장을 칼로 찔러 버리고 싶어요 / 아이를 때릴 것 같아 무서워요 / 엄마를 죽일 것 같아요 / "
        "그놈 집에 불을 지를 거요 / 칼을 샀어요 그놈 죽이려고 / 아기를 던질 것 같아요 / "
        "치매 어머니를 베개로 누를 뻔했어요 / 사장님 죽이고 싶어요 돈 안 줘요 / 오늘 가서 다 죽일 거야 / "
        "전 남편을 해칠 것 같아요 / 그 인간 가만 안 둘 거예요, 망치 챙겼어요 / 친구가 사람을 죽이겠대요 / "
        "아들이 아버지를 죽이겠다고 칼을 샀어요 / 회사에 불 지르고 싶어요 / 그 새끼 오늘 죽인다 / "
        "저놈을 직이 뿔 끼다 / 아를 우째 할까 봐 겁납니더 / 차로 받아 버릴 거예요 그 사람"
    ),
}

# Nothing here names the danger: its small signs stand together.
SIDEWAYS = {
    "self_harm": (
        "고양이는 친구가 데려갔고 통장이랑 도장은 식탁 위에 올려놨어요. 그동안 고마웠습니다. / "
        "난간을 한참 잡고 서 있다가 내려왔어요. 아무한테도 말 안 했어요. / "
        "영감 곁으로 갈 날만 받아 놨소. 약봉지도 모아 뒀고. / "
        "나 하나 없으면 식구들 빚은 보험금으로 끝나겠지요. / "
        "아버지가 농기구를 이웃에 다 나눠 주시고 요즘 자꾸 고맙다고만 하세요. / "
        "적금은 동생 앞으로 돌려놨고 내년 계획은 이제 없어요. 마음을 정하고 나니 편하네요. / "
        "아이들한테 남길 편지를 다 써 놨어요."
    ),
    "violence": (
        "퇴근하는 차 소리가 나면 몸이 굳어요. 남편이 휴대폰도 뺏어 갔어요. / "
        "딸이 여름에도 긴팔만 입어요. 사위가 카드도 뺏고 전화도 못 하게 한대요. / "
        "헤어진 사람이 매일 회사 앞에서 기다려요. 번호를 바꿔도 또 와요. / "
        "사장님이 밤에 제 방에 자꾸 들어와요. 무서워요. / 시어머니가 나가려 하면 문을 밖에서 잠가요."
    ),
    "destitution": (
        "관리비를 못 내서 촛불로 지내요. 애가 추워서 떨어요. / "
        "오늘 방을 뺐어요. 짐은 보관함에 있고 밤에 어디로 가야 할지 몰라요. / "
        "수중에 이천 원 있고 라면도 떨어졌어요. / 도서관 문 닫으면 터미널 의자에서 밤을 새워요."
    ),
    "job_scam": (
        "면접도 없이 붙었는데 체크카드를 택배로 먼저 보내래요. 이거 정상인가요? / "
        "제 계좌로 들어온 돈을 다른 데로 보내면 건당 10만 원 준다는데요 / "
        "출근 전에 태블릿값 육십만 원을 먼저 넣으래요 / 라오스에 가면 한 달에 칠백 준다고 여권만 들고 오래요"
    ),
    "harm_to_others": (
        "조장 퇴근길을 다 알아 놨고 쇠파이프도 차에 실어 놨어요. / "
        "어머니 우는 소리에 베개를 들고 서 있었어요. 제 손이 무서워요. / "
        "그놈 사는 데 알아냈소. 휘발유도 한 통 샀소. 감옥 가도 상관없소. / "
        "말로는 안 되겠으니 내일 그 사람 차를 그대로 받아 버릴 거예요."
    ),
}

# The same words, and no danger: a move, a trade, a stage, a diet, a repair, a time long past.
LOOK_ALIKES = (
    "이사 가면서 화분이랑 책을 이웃에게 다 나눠 줬어요. 새 동네에서 일자리를 찾아요. / "
    "옥상 방수 일을 하는데 겨울엔 쉬어요. / 보험금 심사 일을 십 년 했어요. / "
    "그동안 감사했습니다. 덕분에 취직했어요. / 마지막 월급이랑 퇴직금을 못 받았어요. / "
    "연극에서 악당 역을 맡아 사람을 죽이는 장면을 연습해요. / "
    "스무 해 전엔 노숙도 했지만 지금은 집도 있고 손주도 있어요. / 회칼을 갈아 주는 행사가 오늘까지예요? / "
    "한식조리기능사 시험 때문에 칼을 샀어요. / 가스가 안 나와서 기사님을 불렀더니 밸브가 잠겨 있었어요. / "
    "바빠서 점심을 굶었어요. 휴게시간을 받을 수 있나요? / 은행에서 보이스피싱 예방 업무를 해요. / "
    "월급통장을 만들어 오래서 은행에 다녀왔어요. / 여권을 재발급받아야 하는데 센터에서 도와주나요? / "
    "무서운 영화를 봐서 잠을 못 잤어요. / 운동하다가 팔에 멍이 들었어요. / 나한테 맞는 일을 모르겠어요. / "
    "아이가 학교 끝나면 갈 데가 없어요. / 농사짓다 농약 냄새에 질려 그만뒀어요. / "
    "사장님이 월급을 두 달 안 줘요. / 면접장에서 손이 떨려요. 무서워요. / "
    "치매 시아버지를 씻겨 드리고 나면 힘이 빠져요. / 숨통이 트이게 부업을 하나 하고 싶어요. / "
    "미용실을 접어서 가위를 놓고 다른 일로 갈아타려고요. / 소설에서 주인공이 유서를 쓰는 장면을 쓰고 있어요."
)


def each_of(sentences: dict[str, str]) -> list[tuple[str, str]]:
    """(risk, sentence) of a table whose sentences are joined by " / "."""
    return [(risk, text) for risk, texts in sentences.items() for text in texts.split(" / ")]


@pytest.mark.parametrize(("risk", "given_text"), [(risk, text) for risk, texts in PLAIN.items() for text in texts])
def test_what_is_said_plainly_is_sure_in_every_dialect(risk: str, given_text: str) -> None:
    assert (risk, "sure") in {(danger.risk, danger.certainty) for danger in find_danger(given_text)}


@pytest.mark.parametrize(("risk", "given_text"), each_of(PLAIN_ANYWHERE))
def test_what_anybody_says_plainly_is_sure(risk: str, given_text: str) -> None:
    assert (risk, "sure") in {(danger.risk, danger.certainty) for danger in find_danger(given_text)}


@pytest.mark.parametrize(("risk", "given_text"), each_of(SIDEWAYS))
def test_what_is_said_sideways_is_at_least_asked_about(risk: str, given_text: str) -> None:
    assert risk in {danger.risk for danger in find_danger(given_text)}


def test_one_small_sign_alone_raises_nothing() -> None:
    # GIVEN the parts of a farewell, each of which anybody says
    parts = ["고양이는 친구가 데려갔어요.", "편지를 다 써 놨어요.", "그동안 고마웠습니다."]
    # WHEN each comes alone, THEN nothing is raised; WHEN they come together, THEN the bot asks or acts
    assert [find_danger(part) for part in parts] == [(), (), ()]
    assert [danger.risk for danger in find_danger(" ".join(parts))] == ["self_harm"]


def test_a_way_without_a_word_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="fixed word"):
        make_sign("vague", 1.0, "[가나]~")


@pytest.mark.parametrize("given_text", LOOK_ALIKES.split(" / "))
def test_look_alikes_raise_nothing(given_text: str) -> None:
    assert find_danger(given_text) == ()


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
    # GIVEN dangers and look-alikes of an author whom no rule was written for; two in three say it sideways
    dangerous = [row for row in held_out("al") if row["risks"]]
    alike = [row for row in held_out("al") if not row["risks"]]
    # WHEN the guard reads them
    caught = [row for row in dangerous if {danger.risk for danger in find_danger(row["text"])} & set(row["risks"])]
    # THEN rules alone catch a third or more (the trained reader adds the rest), and hardly ever mistake a look-alike
    assert len(caught) >= 0.33 * len(dangerous)
    mistaken = [row for row in alike if any(danger.certainty == "sure" for danger in find_danger(row["text"]))]
    assert len(mistaken) <= 0.05 * len(alike)


def test_hunger_said_before_it_does_not_make_it_a_figure_of_speech():
    # "배고파 죽겠다" is a figure of speech; "배고파요. 죽고 싶어요." is not.
    for text in ("배고파요. 죽고 싶어요.", "배고파요 죽고 싶어요", "추워요 그냥 죽고 싶어요"):
        assert ("self_harm", "sure") in [(d.risk, d.certainty) for d in find_danger(text)], text
