"""The client's age: "서른넷", "83년생", "올해 쉰둘", "만 34세", "40대 후반" -> 34, 43, 52, 34, "40s"."""

import re
from typing import Optional, Union

from bot.engine.facts import people
from bot.engine.facts.message import Message, denied
from bot.engine.facts.numbers import DIGITS, NATIVE_TENS, SINO, TENS, parse_int

Age = Union[int, str]

_SPOKEN = r"[이삼사오육칠팔구]십(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|[일이삼사오육칠팔구])?"
_YEARS = rf"(?:[1-9][0-9]|{NATIVE_TENS}|{_SPOKEN})"
_SAID = re.compile(
    rf"(?<![0-9가-힣.,])(?P<full>만 ?)?(?P<age>{_YEARS}) ?(?:세|살)(?![0-9]|미)(?P<after>[가-힣]* ?[가-힣]*)"
)
_FULL = re.compile(
    rf"(?<![가-힣0-9])만(?: ?나이로?)? ?(?P<age>{_YEARS})(?![0-9]| ?(?:원|명|개|년|평|번|대|,))(?P<after>[가-힣]*)"
)
_NATIVE = re.compile(
    rf"(?<![가-힣])(?P<age>{NATIVE_TENS}|(?<=나이 ){_SPOKEN}(?=에)|{_SPOKEN}(?= ?(?:인데|먹|묵|이고|이라|된|입니다|이에요|예요|이요|노인|할)|[.,]|$))(?P<after>[가-힣]* ?[가-힣]*)"
)
# A lone number in a terse message: "남편 47. 9월 말 권고사직.", "엄마(57)", "57 희망퇴직", "58 / 명퇴 권유", "저 26 남자".
_LONE = re.compile(
    rf"(?:^|[.!?🙋,/→] ?|(?<![가-힣])(?:나|저|전|난|저는|제가|나는|내가)(?: 올해| 이제)? |(?<![가-힣]){people.PERSON}(?: ?\(| ))(?P<age>1[5-9]|[2-8][0-9])(?=[.)]| ?[/→]|$|,(?![0-9])| (?!명|개|곳|군데|번|년|월|일|시|분|만|원|대|%|점|평|주|~|kg|건|회|차|호|층|도)[가-힣]|인데|임(?![가-힣])|이고)(?P<after>)"
)
_BIRTH_YEAR = re.compile(
    r"(?<![0-9])(?P<year>(?:19|20)?[0-9]{2}|(?:천구백)?[오육칠팔구]십[일이삼사오육칠팔구]?)년? ?(?:[0-9]{1,2}월|[가-힣]{1,2}월)? ?(?:[0-9]{1,2}일)? ?(?:생(?!활|각|일|산|기|계|명|겼|긴|길)|에 ?태어|년에 태어)"
)
_DECADE = re.compile(
    r"(?<![0-9가-힣])(?:(?P<tens>[1-9])0|(?P<sino>[이삼사오육칠팔구])?십|(?P<native>스물|서른|마흔|쉰|예순|일흔|여든)) ?"
    r"(?:(?P<dae>대)(?!로|를 |의 ?(?:차|기계)|가 ?(?:넘는|필요)|만|씩)|(?P<jul>줄|고개)|(?P<span> ?(?:초반|중반|후반|언저리|중턱)))"
)
_NAMED = re.compile(
    r"(?<![0-9가-힣.,])(?P<age>[1-9][0-9])(?= ?(?:이에요|예요|에요|입니|이요|이고|인데|임|아니|말고|이라|으로|로 ?고|$|[.,!?]))(?P<after>)"
)
# What follows a number that is no age: a counter, a border, a time of life long past.
_NOT_AGE_AFTER = re.compile(
    r" ?(?:초반|중반|후반|줄에|줄이|때|부터|까지|이상|이하|미만|전후|넘은 ?차|짜리 ?(?:건물|집)|무렵|적에|되기|이면|인가 ?까지|이 ?넘으면|넘으면|돼야|되면|이전|이후|터울|차이|연상|연하|어린|많은|위|아래|넘게|까정|만 ?되면|에 (?:시작|결혼|들어|입사|낳|시집|만나|왔|이혼|퇴직|나와|귀화))"
)
_COUNTER = re.compile(
    r" ?(?:명|번|곳|군데|개|해|시간|마리|분|권|통|가지|장|평|대|병|잔|벌|줄|켤레|건|편|날|달|밤|집|자루|그루|끼|시(?![가-힣])|남은|남짓 (?:해|명|년)|사람|여 ?(?:명|년|곳|개|해|군데)|칸|채|척|판|쪽|차례|배|바퀴|살 ?(?:때|부터|까지)|정거장|년|두 해|한 해|군데|댓)"
)
_AGE_AFTER = re.compile(
    r"^(?:이(?! ?(?:안|다 ?[됐되돼]|넘|되기|되면|뭐|코앞|멀))|에(?! ?(?:은퇴|관두|그만|가까))|의|인|입|임|먹|묵|된|됐|돼|넘(?!어|은 ?(?:데|곳))|줄|고(?![개가])|나(?![가-힣])|다(?![가-힣])|라|로(?= ?(?:적|고쳐|바꿔|해))|치고|여(?![가-힣])|예|요|동갑| (?!남짓|가까이|넘|다 ?[됐되]|전|안팎|쯤 되는 ?(?:곳|회사))[가-힣]|한테|도(?= ?(?:받아|되|돼|할|뽑|써))|부터 ?(?:하|시작)| ?/|[.,!?)(~:ㅋㅎㅠ]|$)"
)
_KOREAN_COUNT = re.compile(r"(?:한국|우리|세는|세) ?나이")
_LATER = re.compile(r"아 ?아니|아니[,. ]|아니다|아니요|아뇨|정정|다시|아니 |했는데|했지만|적었는데|말했는데")
_TIMES_OF_LIFE = {"환갑": 60, "회갑": 60, "칠순": 70, "고희": 70, "팔순": 80, "이립": 30, "불혹": 40, "지천명": 50}


def read_age(message: Message) -> Optional[Age]:
    """The age of the person the message is for; None when it is not clearly said."""
    text = message.text
    if message.asked("youngest_child_age") and not (people.speaks_of_self(text)):
        return None
    if message.asked("age"):
        answer = _bare_answer(message)
        if answer is not None:
            return answer
    candidates = _candidates(message)
    if candidates:
        return _choose(text, candidates, message)
    return _decade(message)


def _bare_answer(message: Message) -> Optional[Age]:
    """The whole answer is a number: "27", "이십칠", "서른서이"."""
    bare = re.sub(
        r"^(?:만|올해|이제|나이는?|지금|인자|한) ?| ?(?:세|살)$|(?:세|살)(?:입|이|임).*$", "", message.bare
    ).strip()
    if re.fullmatch(rf"{DIGITS}|{NATIVE_TENS}|{SINO}", bare):
        age = parse_int(bare)
        if age is not None and 14 <= age <= 99:
            return age
        if age is not None and re.fullmatch(r"(?:19[3-9]|20[01])[0-9]", bare):
            return message.today.year - age
    return None


def _candidates(message: Message) -> list[tuple[int, int, int, int]]:
    """(start, end, age, weight) of each number that may be the client's age; heavier is surer."""
    text, found = message.text, []
    for match in _BIRTH_YEAR.finditer(text):
        age = _age_of_year(match["year"], message)
        if age is not None:
            found.append((match.start(), match.end(), age, 3))
    for pattern, weight in (
        (_SAID, 3),
        (_FULL, 4),
        (_NATIVE, 2),
        (_LONE, 1),
        *(((_NAMED, 3),) if "나이" in text or message.asked("age") else ()),
    ):
        for match in pattern.finditer(text):
            end = match.end("age")
            if any(start < end and match.start() < stop for start, stop, _, _ in found):
                continue
            after = text[end : end + 12]
            if pattern is _NATIVE and (_COUNTER.match(after) or not _AGE_AFTER.match(after)):
                continue
            # "쉰" alone is also the past of 쉬다, and "스무" waits for its counter.
            if (
                match["age"] in ("쉰", "스무")
                and pattern is _NATIVE
                and not (
                    re.match(
                        r" ?(?:먹|묵|된|넘|줄|고개|초반|중반|후반)|이(?:에|고|라|요|ㄴ|다|니|지)|인(?![가-힣])|인데",
                        after,
                    )
                    or re.search(r"(?:올해|나이|이제|벌써|만|내년이면|금년) ?$", text[: match.start()])
                )
            ):
                continue
            if pattern is _NATIVE and re.match(r" ?(?:살|세(?![가-힣]))", after):
                continue
            if pattern is _NATIVE and re.search(
                r"(?:직원|회사|가게|집|방|몸무게|점수|시급|점)[이가은는]? ?$", text[: match.start()]
            ):
                continue
            if pattern in (_SAID, _FULL):
                after = re.sub(r"^ ?(?:세|살)", "", after)
            if _NOT_AGE_AFTER.match(after) or re.match(r"(?:이|을)? ?(?:넘|다 ?됐|다 ?되|안 ?보)", after):
                continue
            # An age at which something happened is the client's age only where nothing better is said.
            weight_here = 1 if re.match(r"에(?!요|예|여|유)", after) else weight
            if weight_here == 1 and message.asks not in (None, "needs", "goal", "age"):
                continue
            if (
                re.fullmatch(r"[이삼사오육칠팔구]십", match["age"])
                and re.match(r"[.,]|$", text[end:])
                and match.start() > 0
            ):
                continue
            age = parse_int(match["age"])
            if age is not None and 14 <= age <= 99:
                found.append(
                    (match.start(), text.find(match["age"], match.start()) + len(match["age"]), age, weight_here)
                )
    return sorted(found)


def _age_of_year(written: str, message: Message) -> Optional[int]:
    year = parse_int(written.replace("천구백", ""))
    if year is None:
        return None
    if year < 100:
        year += 2000 if year <= message.today.year - 2014 else 1900
    age = message.today.year - year
    return age if 14 <= age <= 99 else None


def _choose(text: str, candidates: list[tuple[int, int, int, int]], message: Message) -> Optional[int]:
    """One of several numbers: what was taken back goes, then what belongs to other people."""
    kept = [c for c in candidates if not denied(text, c[1])]
    for_another = _for_another(text) and not message.asked("age")
    mine: list[tuple[int, int, int, int]] = []
    theirs: list[tuple[int, int, int, int]] = []
    for candidate in kept:
        start, end, _, _ = candidate
        stop = re.match(r" ?(?:세|살)", text[end:])
        after = people.person_after(text, end + (stop.end() if stop else 0))
        (theirs if after or people.person_before(text, start) else mine).append(candidate)
    leads = bool(theirs) and theirs[0][0] <= 12 and not _OWN_WORK.search(text)
    if (
        not mine
        and message.asks in (None, "needs", "goal")
        and (leads or for_another or not people.speaks_of_self(text))
    ):
        mine = [c for c in theirs if c[2] >= 17]
    if not mine:
        return None
    if len({c[2] for c in mine}) == 1:
        return _checked(text, mine[0], message)
    for earlier, later in zip(mine, mine[1:]):
        if _LATER.search(text[earlier[1] : later[0]]):
            return _checked(text, mine[-1], message)
    heaviest = max(c[3] for c in mine)
    best = [c for c in mine if c[3] == heaviest]
    return (
        _checked(text, best[0], message)
        if len({c[2] for c in best}) == 1
        else (best[-1][2] if message.asked("age") else None)
    )


_OWN_WORK = re.compile(
    r"(?:저는|제가|나는|내가|저도|나도) [^.!?]{0,14}(?:출근|마트|회사|직장|일을? ?(?:하|나|못)|다니|다녀|그만|쉬|살|혼자)"
)


def _for_another(text: str) -> bool:
    """Whether the message seeks something for another and the client does not speak of own work or troubles."""
    return people.written_for_another(text) and not _OWN_WORK.search(text)


def _checked(text: str, candidate: tuple[int, int, int, int], message: Message) -> Optional[int]:
    """A count by the old Korean reckoning is one more than the full years once the birthday has passed."""
    start, _, age, _ = candidate
    return age - 1 if _KOREAN_COUNT.search(text[max(0, start - 10) : start]) and age > 15 else age


def _decade(message: Message) -> Optional[str]:
    text = message.text
    for match in _DECADE.finditer(text):
        if match["tens"]:
            tens = int(match["tens"])
        elif match["native"]:
            tens = (parse_int(match["native"]) or 0) // 10
        else:
            tens = (parse_int((match["sino"] or "") + "십") or 0) // 10
        if denied(text, match.end()) or people.person_before(text, match.start()):
            continue
        if people.person_after(text, match.end()) and not people.written_for_another(text):
            continue
        if re.match(r"[가-힣]* ?(?:때|까지|부터|이상|채용|만 |우대|모집|들이?만|들은|들 )", text[match.end() :]):
            continue
        if not match["dae"] and re.match(r" ?(?:곳|명|번|개)", text[match.end() :]):
            continue
        if 1 <= tens <= 9:
            return f"{tens}0s"
    over = re.search(
        rf"(?<![가-힣])(?P<age>{TENS})(?:이|을)? ?(?:넘(?:어|은|었|겼|긴|기)|훌쩍)(?! ?(?:배|들어|곳))", text
    )
    if (
        over
        and re.match(rf"[가-힣]{{0,2}} ?{people.PERSON}", text[over.end() :])
        and not people.written_for_another(text)
    ):
        over = None
    if over and (parse_int(over["age"]) or 0) >= 20 and not people.person_before(text, over.start()):
        return f"{parse_int(over['age'])}s"
    for word, age in _TIMES_OF_LIFE.items():
        said = re.search(rf"{word}(?P<after>[가-힣 ]{{0,6}})", text)
        if said and (
            message.asked("age") or re.search(r"올해|이제|지금", text[max(0, said.start() - 6) : said.start()])
        ):
            return f"{age // 10 * 10}s" if re.search(r"넘|지나|지났", said["after"]) else age  # type: ignore[return-value]
    return None
