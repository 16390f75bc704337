"""What the client does now (`employment_status`): an answer to the question, or clear signs in a story."""

import re
from typing import Optional

from bot.engine.facts import people
from bot.engine.facts.message import Message, denied
from bot.engine.facts.working import evidence

_BREAK = re.compile(
    r"전업 ?(?:주부|맘|으로)|주부(?:예요|입니다|인데|이고|라|로|요|$|임)|(?:애|아이|애들|애기|아기|육아|아들|딸|쌍둥이)[^.!?]{0,12}(?:키우느라|키운다고|키우며|키우면서|보느라|때문에|만 ?(?:보고|봐|키워|키우)|낳고)[^.!?]{0,20}(?:쉬|놀|그만|집에|못 ?나|일을? ?(?:못|안)|경력|[0-9년]+)|경력이 ?(?:끊|단절)|(?:간병|병구완|수발|모시느라|돌보느라|간호)[^.!?]{0,16}(?:쉬|그만|일을? ?(?:못|안)|회사를|나왔|직장)|살림만|집에서 ?(?:애|아이|살림|육아)|애만 ?(?:봐|보고|키)|육아로 ?쉬"
)

_ASKED: tuple[tuple[str, str], ...] = (
    ("on_leave", r"출산 ?휴가|휴가 ?들어|쉬는데 ?복직|휴직|육휴|병가"),
    ("retired", r"은퇴|정년|퇴임|명퇴|연금"),
    (
        "self_employed",
        r"팔고 ?(?:있|살)|폐업 ?준비|접는 ?중|택시 ?몰|화물 ?(?:차|몰)|배달 ?뛰|고기 ?잡|물질|하우스 ?농|포차|노점|유튜브|자영|장사|프리|가게|사업|사장|농사|점포|식당 ?(?:해|하)|개인 ?택시|철물점|[가-힣]집 ?(?:해|하|합|운영)|집 하나|운영|배달 ?기사|대리 ?기사|어업|배 ?타",
    ),
    (
        "career_break",
        r"주부|육아|살림|애 ?(?:보|키우|봐)|애만|애기 ?(?:보|봐)|아이 ?(?:보|키우|돌보)|간병|돌봄|경력 ?단절|경단",
    ),
    ("student", r"학생|재학|대학|고[1-3]|학교|휴학|졸업|수능|학년|대[1-4]"),
    (
        "seeking",
        r"무직|손 ?놨|손 ?놓|일 ?찾고|실업|그만뒀|퇴사|나왔|쉬면서 ?(?:찾|알아)|관뒀|짤|폐업했|일이 ?없|구직|취준|일자리|찾(?:고|는|아)|구하|구해|백수|실업|실직|알아보|놀아|놀고|취업 ?준비|면접|이력서|잘렸|해고|준비 ?중",
    ),
    ("neet", r"암것도|쉬|아무것도|안 ?해요|그냥|집에|놀|없"),
    (
        "employed",
        r"나가고 ?있|일 ?나가|나갑|근속|인턴|수습|재직|(?:년|개월|달|주) ?차|일 ?다|교대|일용|공공 ?근로|자활|사원|대리|과장|교사|간호사|기사|공무원|하고 ?있|댕|다니|다녀|다닙|다님|재직|근무|일해|일하|일함|출근|회사|직장|알바|공장|직원|계약직|정규직|취직|취업|입사",
    ),
)


def read_employment_status(message: Message) -> Optional[str]:
    """One of the eight states, of the person the message is for."""
    if message.asked("employment_status"):
        return _asked(message)
    text = message.text
    if message.asks in ("last_job_end", "job_loss_reason") and re.search(
        r"(?:아직|지금도|계속) ?(?:다니|다녀|다닙|일하|일해)|재직", text
    ):
        return "employed"
    told = evidence(text)
    about_past = message.asks in ("last_job_end", "job_loss_reason", "insured_months")
    about_children = message.asks in ("youngest_child_age", "care_duty", "household") and not people.speaks_of_self(
        text
    )
    # "9월 말이 마지막 출근" tells of work that is over.
    for hidden in ("employed", "student") if about_children else ("employed",) if about_past else ():
        told.pop(hidden, None)
    if _others_school(text):
        told.pop("student", None)
    # In the middle of a talk a passing word is not enough.
    surer = 1.0 if message.asks in (None, "needs", "goal") else 1.5
    return _decide(told, surer)


_ENOUGH = {"employed": 0.6}


def _decide(told: dict[str, float], surer: float) -> Optional[str]:
    """The status that is shown surely enough, the rarer and more telling ones first."""
    lost = told.pop("lost", 0.0)
    if lost:
        told["seeking"] = told.get("seeking", 0.0) + lost
        told["employed"] = told.get("employed", 0.0) - 1.0
    sure = {status: weight for status, weight in told.items() if weight >= surer * _ENOUGH.get(status, 0.9)}
    for status in ("on_leave", "student", "self_employed", "retired", "career_break"):
        if status in sure and sure[status] >= told.get("employed", 0.0) - 0.4:
            return status
    return max(sure, key=lambda status: sure[status] / _ENOUGH.get(status, 0.9)) if sure else None


def _asked(message: Message) -> Optional[str]:
    text = message.text
    # What was finished or given up is not what the client does now.
    text = re.sub(r"(?:대학교?|대학원|학교|고등학교)[를을은는도]? ?(?:졸업|자퇴|중퇴|그만)[가-힣]*", " ", text)
    text = re.sub(r"[가-힣]{1,4} ?(?:장사|가게|사업)[를을]? ?(?:접고|접었|정리하고)[가-힣]*", " ", text)
    if _BREAK.search(text):
        return "career_break"
    if re.search(r"실업 ?급여|구직|일 ?(?:찾고|알아보고|구하고)|일자리 ?(?:찾|구|알아)", text):
        return "seeking"
    for status, words in _ASKED:
        for match in re.finditer(words, text):
            given_up = re.match(r"[가-힣]{0,4} ?(?:것도|거도|게)? ?(?:아니|접|포기|관심 ?없)", text[match.end() :])
            if not denied(text, match.end()) and not given_up and not people.person_before(text, match.start()):
                return status
    return None


def _others_school(text: str) -> bool:
    """Whether the pupil or student is a child of the client rather than the client."""
    return bool(
        re.search(
            rf"(?:{people.CHILD}|동생|손주|조카)[가-힣]{{0,3}} ?(?:지금 |이제 |올해 )?(?:고[1-3]|중[1-3]|대[1-4]|초등|[1-6] ?학년|대학|고등|중학)|(?:고[1-3]|중[1-3]|초등학생|고등학생|중학생|대학생)(?: ?짜리| ?인)? ?(?:{people.CHILD}|동생|손주|조카)",
            text,
        )
    ) and not people.written_for_another(text)
