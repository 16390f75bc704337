"""Lengths of time and dates in months: when the last job ended, how long insurance was paid."""

import datetime as dt
import re
from typing import Optional

from bot.engine.facts.numbers import DIGITS, NATIVE, SINO, parse_number

# No message tells more lengths of time than this; the rest is noise and would only cost time.
_MOST = 40
_N = rf"(?:{DIGITS}|{NATIVE}|{SINO})"
# One length: "3년 6개월", "3년 반", "반년", "두어 달", "일년팔개월", "열다섯 달", "석 주".
LENGTH = re.compile(
    rf"(?<![0-9가-힣])(?P<about>한 (?=[0-9두세네석넉서반이삼사오육칠팔십열일](?!주))|거의 |약 |벌써 |딱 |꼭 |총 |통산 |합쳐서? |이제 |겨우 |어언 |근 )?"
    rf"(?:(?P<half>반 ?년)|(?:(?P<years>{_N}) ?(?:년|해)(?! ?[0-9]{{1,2}} ?월| ?[일이삼사오육칠팔구십]{{1,2}}월|생|도|차이|월|에 한|마다| ?전 ?계획|연속)(?P<yearhalf> ?반(?!복|대|은|도|장|찬))?(?: ?하고)? ?)?"
    rf"(?:(?P<months>{_N}) ?(?:개월|달)(?P<monthhalf> ?반(?!복|대))?)?"
    rf"(?:(?P<weeks>{_N}) ?주(?:일)?(?=[ 가-힣,.]|$)(?!말|중|년|차|소|간 ?계획|변|택|민))?(?:(?P<days>{_N}) ?일(?=째| ?전|[ ]?됐| ?된| ?만))?)"
    r"(?P<tail> ?(?:정도|쯤|가량|남짓|넘게|넘었|조금|좀|가까이|째|차|동안|간|전|됐|된|돼|되))?"
)
_SEASONS = {
    "봄": 4,
    "여름": 7,
    "가을": 10,
    "겨울": 12,
    "초": 1,
    "연초": 1,
    "초순": 1,
    "중순": 6,
    "말": 12,
    "연말": 12,
    "상반기": 4,
    "하반기": 10,
    "설": 2,
    "추석": 9,
}
_FEASTS = re.compile(r"(?<![가-힣])(?P<feast>추석|설날|설(?= )|여름 ?방학|겨울 ?방학|휴가철|장마)")
_FEAST_MONTHS = {"추석": 9, "설": 2, "여름": 8, "겨울": 2, "휴가철": 8, "장마": 7}
_YEAR_WORDS = {
    "올해": 0,
    "올": 0,
    "금년": 0,
    "작년": 1,
    "지난해": 1,
    "재작년": 2,
    "그러께": 2,
    "재재작년": 3,
    "그그러께": 3,
    "지지난해": 2,
    "저작년": 2,
}
_YEAR_DATE = re.compile(
    r"(?<![가-힣0-9])(?:(?P<word>올해|금년|작년|지난해|재작년|그러께|재재작년|지지난해|저작년|올)|(?P<year>(?:20|19)[0-9]{2}|[0-9]{2})(?:년|\.)) ?"
    r"(?:(?P<month>[0-9]{1,2}|[일이삼사오육칠팔구십]{1,2}|시)(?:월|\.(?= ?[0-9]|$| ))|(?P<season>봄|여름|가을|겨울|연초|연말|초순|중순|초(?!등|반)|말(?!고|도|을|은|씀)|상반기|하반기|설|추석))?"
)
_MONTH_DATE = re.compile(
    r"(?<![0-9가-힣])(?P<month>[0-9]{1,2}|[일이삼사오육칠팔구]|십|십일|십이|유|시)월(?!세|급|요)(?P<part> ?(?:초|중순|말))?"
)
_LAST = re.compile(
    r"(?<![가-힣])(?:(?P<before>지지난달|지지난 달|저저번 ?달)|(?P<last>지난달|지난 달|저번 ?달|전달)|(?P<now>이번 ?달|이달|금월|오늘|어제|그저께|그제|엊그제|지난주|지난 주|저번 ?주|이번 ?주|며칠 전|방금|얼마 전에? ?오늘))"
)
_SEASON_ONLY = re.compile(r"(?<![가-힣])(?:지난|올) ?(?P<season>봄|여름|가을|겨울)")


def length_in_months(match: "re.Match[str]") -> Optional[float]:
    """Months of a match of `LENGTH`; None when it matched nothing."""
    if match["half"]:
        return 6
    total, said = 0.0, False
    for group, months in (("years", 12.0), ("months", 1.0), ("weeks", 0.25), ("days", 1 / 30)):
        if match[group]:
            number = parse_number(match[group])
            if number is None or number > 600:
                return None
            total, said = total + number * months, True
    if match["yearhalf"]:
        total += 6
    return total if said else None


def lengths(text: str) -> list[tuple[int, int, float]]:
    """(start, end, months) of each length of time in the text, in order."""
    found = []
    for match in LENGTH.finditer(text):
        if match.end() > match.start():
            months = length_in_months(match)
            if months is not None:
                found.append((match.start(), match.end(), months))
        if len(found) == _MOST:
            break
    return found


def dates(text: str, today: dt.date) -> list[tuple[int, int, int]]:
    """(start, end, whole months before today) of each date that lies in the past."""
    found: list[tuple[int, int, int]] = []
    named: list[tuple[int, int]] = []
    for match in _YEAR_DATE.finditer(text):
        year = today.year - _YEAR_WORDS[match["word"]] if match["word"] else _full_year(match["year"])
        if match["season"] is None and match["month"] is None and match["word"] is None:
            continue
        named.append((match.end(), year))
        month = _month_of(match["month"]) if match["month"] else _SEASONS.get(match["season"] or "", 0)
        if month is None:
            continue
        if not month:
            if match["word"] in ("작년", "지난해", "재작년", "지지난해"):
                found.append((match.start(), match.end(), 12 * _YEAR_WORDS[match["word"]]))
            continue
        found.append((match.start(), match.end(), (today.year - year) * 12 + today.month - month))
    for match in _LAST.finditer(text):
        found.append((match.start(), match.end(), 2 if match["before"] else 1 if match["last"] else 0))
    for match in _SEASON_ONLY.finditer(text):
        month = _SEASONS[match["season"]]
        found.append((match.start(), match.end(), (today.month - month) % 12))
    for match in _FEASTS.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end, _ in found):
            month = next(number for name, number in _FEAST_MONTHS.items() if match["feast"].startswith(name))
            found.append((match.start(), match.end(), (today.month - month) % 12))
    for match in _MONTH_DATE.finditer(text):
        if any(start < match.end() and match.start() < end for start, end, _ in found):
            continue
        month = _month_of(match["month"])
        if month:
            # "작년 8월이요. 아니다, 9월이" stays in the year that was named.
            earlier = [year for end, year in named if end < match.start()]
            ago = (today.year - earlier[-1]) * 12 + today.month - month if earlier else (today.month - month) % 12
            found.append((match.start(), match.end(), ago))
    return sorted(item for item in found if 0 <= item[2] <= 600)[:_MOST]


def _full_year(written: str) -> int:
    year = int(written)
    return year if year > 100 else year + (2000 if year < 70 else 1900)


def _month_of(written: str) -> Optional[int]:
    number = {"유": 6, "시": 10}.get(written) or parse_number(written)
    return int(number) if number is not None and 1 <= number <= 12 else None


def ranges(text: str) -> list[int]:
    """Months of each range of dates, both ends counted ("2019년 1월부터 2023년 12월까지" -> 60)."""
    found = []
    pattern = r"((?:19|20)?[0-9]{2})(?:년|\.) ?([0-9]{1,2})월?(?:[. ]?[0-9]{1,2}일?)? ?(?:부터|에서|~|-) ?((?:19|20)?[0-9]{2})(?:년|\.) ?([0-9]{1,2})월?"
    for match in re.finditer(pattern, text):
        first, last = _full_year(match[1]) * 12 + int(match[2]), _full_year(match[3]) * 12 + int(match[4])
        if 0 <= last - first < 600:
            found.append(last - first + 1)
    return found
