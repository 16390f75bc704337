"""Words that decide a turn by themselves, whatever the classifier thought of it.

Few, plain, and only where being wrong costs much: consent, danger, age, a person wanted, a privacy question.
"""

from __future__ import annotations

import re

HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
LATIN = re.compile(r"[A-Za-z]")
OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\u1780-\u17ff]")
FEWEST_LATIN_LETTERS = 4

CHILD_OF_MINE = re.compile(r"애[가는들]?\b|아이|딸|아들|손주|손녀|손자|조카|막내|큰애|동생")
UNDER_14 = re.compile(
    r"^\W*(?:저는?|제가|나는?|전)?\s*(?:만\s*)?(?:열\s?(?:한|두|세)\s?살|열하나|열둘|열셋|1[0-3]\s?(?:살|세))"
    r"|초등학생|초등학교\s?[1-6]\s?학년|초[1-6]\b|201[3-9]\s?년생|14\s?(?:세|살)(?:가|이)?\s?(?:안|아직)"
)
PERSON = re.compile(
    r"(?:사람|상담사|상담원|직원|선생님|담당자)[^.?!]{0,8}(?:바꿔|바까|불러|연결|이어 ?줘|통화|나와|만나|이야기하고|얘기하고|얘기할래|없나|없어요\?|없는교)"
)
SWEARING = re.compile(r"씨발|시발|ㅅㅂ|ㅆㅂ|개새|병신|ㅂㅅ|꺼져|지랄|좆|미친놈|엿먹")
ROBOT = re.compile(
    r"로봇|챗봇(?:이|인)|사람이에요\?|사람인가|사람 ?맞|기계(?:예요|인가|에요)|\bAI\b.{0,4}(?:예요|인가|에요|야)"
)
SECRET = re.compile(r"비밀|누가 ?(?:봐|보나|보는|볼)|알려지|소문|새어")
QUESTION = re.compile(r"\?\s*$|(?:나요|까요|가요|는지요|는교|노|대요)\??\s*$")

# Consent: a yes and a no must be said.
AGREES = re.compile(
    r"동의|네|예|응|넵|넹|그래|그러세요|그러죠|좋아|좋습|괜찮|ㅇㅇ|ㅇㅋ|오케이|ok|yes|적어|해 ?주세요|하세요|하이소|하께",
    re.I,
)
UNCLEAR_YES = re.compile(r"마음대로|맘대로|알아서|그러든|상관 ?없|글쎄|ㄱㄱ|몰라|모르|뭐라는")
OF_OTHERS = re.compile(r"(?:아빠|엄마|부모님|남편|아내|와이프|친구|언니|오빠|형|누나)(?:는|은|가|이|도)?\s*동의")
REFUSES = re.compile(
    r"동의 ?(?:안|못|하지|하고 싶지|는 좀|는 싫|를? ?거부)|안 ?(?:할|해|하|돼|됩|됨)|싫|하지 ?마|말아|아니[요오]?\b|아닙|아녀|아뇨|아이[다라]|"
    r"ㄴㄴ|노노|\bno\b|거절|거부|됐어|됐습|패스|저장.{0,8}(?:싫|말|안|좀)|개인정보.{0,10}(?:좀|싫|그)|꺼려|불안|부담|빼|넘어가",
    re.I,
)

# Danger: only a clear word counts as safe, and none of these may stand beside it.
SAFE = re.compile(r"안전|괜찮|떨어져|무사|집이|집에|친구|가족이랑|같이 있|옆에 있어요|나왔|피했|ㅇㅇ|네\b|넵|예\b|응\b")
HAZARD = re.compile(
    r"칼|흉기|약[을이 ]|한강|다리 ?위|옥상|난간|베란다|사라지|죽|없어지|앞이[다에]|앞에 ?있|무서|모르|몰라|귀찮|소용|비밀|신고하지|"
    r"문 ?(?:잠|두드)|쫓아|숨어|못 ?하|안 ?안전|아니"
)
NOT_MEANT = re.compile(r"그런 ?(?:뜻|게|거|말)[^.]{0,6}아니|그게 ?아니라|농담|말이 ?그렇|쪽팔|비유|과장")
SOMEBODY_ELSE = re.compile(
    r"(?:제|내|나|저)(?:가|는)? ?(?:말고|아니라|아니고)|(?:동생|친구|아들|딸|남편|아내|와이프|엄마|어머니|아빠|아버지|형|누나|언니|오빠|동료|조카|이웃|손님|내담자|의뢰인)"
    r"(?:이|가|은|는|께서)\b"
)
SENT = re.compile(r"보냈|넘겼|줬어|줬는|줬습|줘 ?버|입금했|부쳤|찍어 ?줬|알려 ?줬")
NOT_SENT = re.compile(r"안 ?(?:보냈|줬|넘겼|했)|아직|않았")
NO_SHELTER = re.compile(r"없|어디|못 ?(?:자|가|들어)|노숙|길에서|밖에서|밖에 ?있|춥|추워|굶")

# What only the model took for one of these dangers needs such a word: sums of money alone are neither.
WORDS_OF = {
    "job_scam": re.compile(
        r"통장|체크카드|비번|비밀번호|송금|입금|수수료|선불|선입금|대출 ?받|인증|신분증|여권|계좌|캄보디아|필리핀|해외|수거|전달|현금|코인|"
        r"텔레그램|등록비|교육비|재료비|자재비|가입비|유심|개통|명의|보내라|보내래"
    ),
    "destitution": re.compile(
        r"오늘|밤|잘 ?(?:데|곳)|쌀|굶|못 ?먹|끼니|노숙|길에|전기|수도|가스|찜질방|쫓겨|나가래|배고|먹을|계단|차에서|역에서|쉼터|단전|단수|끊"
    ),
}
PRIVATE_MATTER = re.compile(
    r"교도소|출소|전과|수감|우울|불안장애|공황|정신과|장애|병원|약 ?먹|수술|허리|디스크|맞고|때려|때리|폭력|탈북|중독|술을|도박"
)
OPENING_FOR_WORK = re.compile(r"취업|일자리|구직|직장 ?(?:구|찾)|일 ?(?:구|찾)|알바")
SOON = re.compile(r"최대한|빨리|급해|급합|하루라도|하루빨리|얼른")
RESTS = re.compile(r"쉴|쉬었|쉬고|나중에|이따|다음에|가 ?봐야|바빠|바쁘|내일")

FACT_WORDS = {
    "region": re.compile(r"지역|사는 ?(?:곳|데)|동네|주소"),
    "age": re.compile(r"나이|살이? ?(?:틀|아니)|만으로"),
    "contact": re.compile(r"연락처|전화번호|번호|메일 ?주소"),
    "contact_channel": re.compile(r"연락 ?(?:방법|은|을)|문자로|카톡으로|전화로"),
    "availability": re.compile(r"시간|요일|오전|오후|저녁|주말"),
    "income_band": re.compile(r"소득|수입|버는"),
    "household": re.compile(r"가족|식구|같이 사"),
    "desired_job": re.compile(r"하고 ?싶은 ?일|희망 ?직"),
    "employment_status": re.compile(r"일하는 ?중|재직|구직 ?중|쉬는 ?중"),
}


def is_other_language(text: str) -> bool:
    """True for words that hold no Hangul at all; signs, figures and masked contacts are no words.

    >>> [is_other_language(text) for text in ("I agree to nothing", "中文", "ok", "27", "네")]
    [True, True, False, False, False]
    """
    if HANGUL.search(text):
        return False
    return bool(OTHER_SCRIPT.search(text)) or len(LATIN.findall(text)) >= FEWEST_LATIN_LETTERS


def is_under_14(text: str) -> bool:
    """True when somebody says that they themselves are not yet 14.

    >>> [is_under_14(text) for text in ("열세살이요", "만 13살이라고요", "저 2015년생이에요", "애가 초등학교 6학년이에요")]
    [True, True, True, False]
    """
    return bool(UNDER_14.search(text)) and not CHILD_OF_MINE.search(text)


def is_yes_to_consent(text: str) -> bool:
    """True only for a yes that is said, by the person who writes.

    >>> [is_yes_to_consent(t) for t in ("네 동의해요", "예", "마음대로 하세요", "아빠는 동의했어요 네", "배고프다")]
    [True, True, False, False, False]
    """
    return bool(AGREES.search(text)) and not UNCLEAR_YES.search(text) and not OF_OTHERS.search(text)


def is_no(text: str) -> bool:
    """True only for a no that is said.

    >>> [is_no(t) for t in ("아니요 저장은 싫어요", "동의 안 할래요", "배고프다", "서울 살아요")]
    [True, True, False, False]
    """
    return bool(REFUSES.search(text))


def says_safe(text: str, intent: str) -> bool:
    """True only for a clear «safe»: in doubt a person stays in danger.

    >>> says_safe("네 지금은 집이에요", "affirm"), says_safe("지금 한강이에요", "answer"), says_safe("모르겠어요", "unsure")
    (True, False, False)
    """
    return (intent == "affirm" or bool(SAFE.search(text))) and intent != "deny" and not HAZARD.search(text)


def fact_named(text: str) -> str | None:
    """The fact that a correction speaks of without giving its value: «지역은 고쳐 주세요»; None when none is named."""
    return next((fact for fact, words in FACT_WORDS.items() if words.search(text)), None)
