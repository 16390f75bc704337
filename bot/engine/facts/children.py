"""The youngest child's age: "애 둘 다섯살 세살" -> 3, "고2" -> 17, "돌쟁이" -> 1, "8개월" -> 0."""

import re
from typing import Optional

from bot.engine.facts import people
from bot.engine.facts.message import Message, denied
from bot.engine.facts.numbers import NATIVE, parse_int

# Age in full years of a pupil in the year they enter the class, 초1 at seven.
_SCHOOL = {
    "초": 6,
    "초등": 6,
    "초등학교": 6,
    "국민학교": 6,
    "중": 12,
    "중학교": 12,
    "고": 15,
    "고등": 15,
    "고등학교": 15,
}
_CLASS = re.compile(
    r"(?<![가-힣])(?P<school>초등학교|초등|중학교|고등학교|고등|초|중|고) ?(?P<class>[1-6일이삼사오육]) ?(?:학년)?(?![0-9]|층|급|번|시간|교대|명|개월)"
)
_YEARS = re.compile(
    rf"(?<![0-9가-힣.])(?P<full>만 ?)?(?P<age>[0-9]{{1,2}}|{NATIVE}) ?(?:살|세(?!대|금|탁|번|상|명|군|가|개|시|달|무|련|월))(?P<after>[가-힣]*)"
)
_MONTHS = re.compile(
    rf"(?<![0-9가-힣])(?P<months>[0-9]{{1,2}}|{NATIVE}|[일이삼사오육칠팔구십]{{1,3}}) ?개월(?:짜리|된|배기|인|차|이|아기|애기| 아기| 애기| 애| 된| 아들| 딸)"
)
_BARE_PAIR = re.compile(rf"(?:{people.CHILD})[가-힣]{{0,2}} ?(?P<age>{NATIVE})(?! ?(?:달|개월))(?=[ ,.이라인요예]|$)")
# "아기 넉 달", "넉 달 된 아기", "낳은 지 넉 달".
_BABY = re.compile(
    rf"(?<![가-힣])(?:아기|애기|애|아들|딸|막내|둘째|첫째|쌍둥이)(?:가|는|은|이)? ?(?:이제 )?(?P<first>[0-9]{{1,2}}|{NATIVE}) ?(?:개월|달)(?!(?:[가-힣]{{0,2}}) ?(?:전|동안|만에|째|에 ?한))"
    rf"|(?<![가-힣0-9])(?P<second>[0-9]{{1,2}}|{NATIVE}) ?(?:개월|달) ?(?:된|짜리) ?(?:아기|애기|아이|아들|딸)|(?:낳은 ?지|출산하고|출산한 ?지|낳고) ?(?P<third>[0-9]{{1,2}}|{NATIVE}) ?(?:개월|달)"
)
_PUPIL = re.compile(
    r"(?<![가-힣])(?:아들|딸|아이|애|딸아이|막내|둘째|첫째)(?:이|가|은|는)? ?(?:이제 |지금 |초등 ?)?(?P<class>[1-6]) ?학년"
)
_BORDER = re.compile(r"^ ?(?:때|부터|까지|이상|이하|미만|터울|차이|위|아래|반만|전에|되기|되면|이면|만 되면)")
_TODDLER = re.compile(
    r"돌쟁이|(?P<count>두 ?|세 ?)?돌(?:을|이|도)? ?(?:막 |갓 |이 )?(?P<when>지나|지난|지났|지낫|아이|이에요|예요|된|됐|넘은|안 ?됐|안 ?된|안됫|전)|첫돌"
)
_NEWBORN = re.compile(
    r"신생아|갓난|(?:백일|100일)(?=[^.!?]{0,8}(?:아기|애|아가|된|지난|짜리|인데))|아기 ?[0-9]{1,2}일|막 ?태어난|지난달에 (?:낳|태어|출산)|핏덩이|출산(?:한 지|하고) ?[0-9한두세]+ ?(?:주|개월|달)"
)
_NONE = re.compile(
    r"(?:자녀|아이|애|자식|아들|딸|얼라|애기|아기)[는가이도은들]{0,2} ?(?:아직 )?(?:없|안 ?낳|안 키|못 ?낳)|무자녀|미혼|딩크|결혼[도을은]? ?(?:안|못)|총각|처녀|비혼|싱글|애라뇨"
)
_GROWN = re.compile(
    r"(?:스무|스물|서른|마흔|쉰)[가-힣]{0,3} ?(?:넘|이 ?넘)|다 ?(?:커|컸|큰|키웠|자랐)|성인|출가|시집|장가|대학|취직|결혼했|결혼시|군대"
)


def youngest_child_age(message: Message) -> tuple[bool, Optional[int]]:
    """(whether the message says it, the youngest child's age or None for no child)."""
    text, asked = message.text, message.asked("youngest_child_age")
    ages = _ages(message)
    if ages:
        # "다섯 살이요 … 생일이었구나 여섯 살이에요": the age that stands corrected is the last.
        return True, ages[-1] if re.search(r"아니다|아 ?참|생일", text) else min(ages)
    if not asked:
        return False, None
    bare = re.sub(r"^(?:만|우리|막내는|막내가|애는|이제|올해) ?| ?(?:살|세)$", "", message.bare).strip()
    bare = re.sub(r"^(?:만|이제|올해) ?", "", bare)
    age = parse_int(bare) if bare else None
    if age is not None:
        return (True, age) if 0 <= age <= 18 else (False, None)
    if _NONE.search(text) or re.match(r"(?:아니|없|ㄴㄴ|노|해당 ?없|해당 ?사항 ?없)", text.strip(" .,")):
        return True, None
    if _GROWN.search(text) and not re.search(r"[0-9]", text):
        return True, None
    return False, None


def _ages(message: Message) -> list[int]:
    text = message.text
    # A bare "두 살" after a child was named belongs to that child when the question was about the home.
    asked = message.asked("youngest_child_age") or (
        message.asks in ("care_duty", "household", "target_groups", "welfare_status")
        and bool(re.search(people.CHILD, text))
    )
    about_child = (
        re.search(people.CHILD, text)
        or asked
        or re.search(r"살배기|살 ?짜리|낳은 ?지|출산|어린이집|유치원|하원|등원|돌봄교실|초등|돌쟁이|백일", text)
    )
    if not about_child:
        return []
    ages = []
    for match in _YEARS.finditer(text):
        if match["age"] in ("세", "네", "한", "서", "너") and not text[match.end("age") :].lstrip().startswith("살"):
            continue
        age = parse_int(match["age"])
        if age is None or age > 18 or _BORDER.match(match["after"] or text[match.end() :]) or denied(text, match.end()):
            continue
        if _childs(text, match.start(), match.start("after"), asked):
            ages.append(age)
    for match in _CLASS.finditer(text):
        number = parse_int(match["class"])
        school = match["school"]
        if (
            number
            and number <= (6 if school.startswith("초") else 3)
            and _childs(text, match.start(), match.end(), asked)
        ):
            ages.append(_SCHOOL[school] + number)
    for match in _MONTHS.finditer(text):
        months = parse_int(match["months"])
        if months is not None and months < 48 and (asked or _near_child(text, match.start(), match.end())):
            ages.append(months // 12)
    for match in _BABY.finditer(text):
        months = parse_int(match["first"] or match["second"] or match["third"])
        if months is not None and months < 48:
            ages.append(months // 12)
    if not ages:
        ages += [_SCHOOL["초"] + int(match["class"]) for match in _PUPIL.finditer(text)]
    if asked and not ages:
        # "애가 셋" counts children; only larger numbers are ages by themselves.
        ages += [
            age
            for match in _BARE_PAIR.finditer(text)
            if (age := parse_int(match["age"])) is not None and 5 <= age <= 18
        ]
        months_only = re.search(
            rf"(?:^|[애아]기[가는]? ?|애[가는]? ?|이제 |아직 |생후 )(?P<n>[0-9]{{1,2}}|{NATIVE}|[일이삼사오육칠팔구십]+) ?(?:개월|달)",
            text,
        )
        if months_only and not ages:
            ages.append((parse_int(months_only["n"]) or 0) // 12)
    toddler = _TODDLER.search(text)
    if toddler and not ages:
        birthdays = {"두": 2, "세": 3}.get((toddler["count"] or "").strip(), 1)
        ages.append(birthdays - 1 if re.match(r"안|전", toddler["when"] or "") else birthdays)
    if _NEWBORN.search(text) and not ages and re.search(r"아기|애기|애|낳|백일|신생아|갓난", text):
        ages.append(0)
    return ages


def _near_child(text: str, start: int, end: int) -> bool:
    return bool(
        re.search(people.CHILD, text[max(0, start - 14) : start])
        or re.match(rf"[가-힣]* ?(?:된 |난 )?{people.CHILD}", text[end:])
    )


def _childs(text: str, start: int, end: int, asked: bool) -> bool:
    """Whether an age of a few years is told of a child: a child word beside it, or the question was about one."""
    if asked or (re.search(people.CHILD, text) and re.search(r"살? ?(?:아님|아니)", text)):
        return True
    before, after = text[max(0, start - 16) : start], text[end : end + 12]
    if re.match(r" ?(?:짜리|배기)(?! ?(?:조카|손주|손자|손녀|동생))", after):
        return True
    if re.search(r"(?:동생|조카|손주|손자|손녀)[이가은는도]? ?$", before) or re.match(
        r"[가-힣]{0,2} ?(?:동생|조카|손주|손자|손녀)", after
    ):
        return False
    return bool(
        re.search(
            rf"{people.CHILD}[가-힣]{{0,2}} ?(?:둘|셋|넷|하나|[0-9]명|이제|아직|지금|올해|만|겨우|가)? ?(?:[가-힣0-9]{{1,3}} ?살[이랑하고,과 ]{{1,3}})?$",
            before,
        )
        or re.match(
            rf"(?:짜리|배기|박이|백이|먹은|된|난|인|쌍둥이)?[가-힣]? ?(?:짜리|배기|된|먹은|어린|우리|쌍둥이)? ?{people.CHILD}",
            after,
        )
        or re.match(r"[,랑하고과와 ]{1,3}[가-힣0-9]{1,3} ?살", after)
        or re.search(r"살[,이랑하고과와 ]{1,4}$", before)
    )
