"""Where the client lives, as "시·도 시·군·구": "노원 쪽" -> "서울 노원구", "분당이요" -> "경기 성남시".

The names come from `regions.tsv` and `region_aliases.tsv` (sources there).  A name that several places share has no value; the
dialogue can ask which one with `ambiguous_region`.
"""

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Optional

from bot.engine.facts import people
from bot.engine.facts.message import Message, denied, plain_text
from bot.engine.facts.spoken import parts

_SIDO = {
    "서울": "서울특별시|서울시|서울",
    "부산": "부산광역시|부산시|부산",
    "대구": "대구광역시|대구시|대구",
    "인천": "인천광역시|인천시|인천",
    "광주": "광주광역시|광주",
    "대전": "대전광역시|대전시|대전",
    "울산": "울산광역시|울산시|울산",
    "세종": "세종특별자치시|세종",
    "경기": "경기도|경기",
    "강원": "강원특별자치도|강원도|강원",
    "충북": "충청북도|충북",
    "충남": "충청남도|충남",
    "전북": "전북특별자치도|전라북도|전북",
    "전남": "전라남도|전남",
    "경북": "경상북도|경북",
    "경남": "경상남도|경남",
    "제주": "제주특별자치도|제주도|제주",
}
# Short forms that are also everyday words, or other things, when nothing says that they are places.
_PLAIN_WORDS = frozenset(
    [
        "고성",
        "동해",
        "남해",
        "양산",
        "진도",
        "공주",
        "여주",
        "이천",
        "광주",
        "화성",
        "상주",
        "보은",
        "나주",
        "영주",
        "사상",
        "남구",
        "동구",
        "서구",
        "중구",
        "북구",
        "장수",
        "무주",
        "청도",
        "예산",
        "고양",
        "인제",
        "정선",
        "연수",
        "수성",
        "금정",
        "안성",
        "강진",
        "하동",
        "산청",
        "의성",
        "청송",
        "완주",
        "계양",
        "군위",
        "달성",
        "동래",
        "서초",
        "성동",
        "성북",
        "강동",
        "강북",
        "강서",
        "강남",
        "보성",
        "함평",
        "오산",
        "구리",
        "과천",
        "의왕",
        "하남",
        "파주",
        "논산",
        "서산",
        "제주",
        "세종",
        "사하",
        "수영",
        "중랑",
        "도봉",
        "양천",
        "화순",
        "부안",
        "고창",
        "임실",
        "담양",
        "장성",
        "해남",
        "영암",
        "신안",
        "순창",
        "남원",
        "정읍",
        "김제",
        "함양",
        "거창",
        "합천",
        "이리",
        "도계",
        "대정",
        "성서",
        "첨단",
        "미사",
        "가산",
        "발산",
        "하단",
        "우도",
        "송도",
        "대천",
        "온양",
        "고한",
        "서면",
        "영도",
        "중문",
        "한림",
        "창동",
        "장항",
        "운정",
        "성산포",
        "충무",
        "대학로",
        "수완",
        "노은",
        "둔산",
    ]
)
_LIVES = re.compile(
    r"^(?:시|군|구|읍|면|동|역)?(?: ?[가-힣0-9]{2,6}(?:구|군|시|동|읍|면|리))?(?: ?[가-힣]{1,4}동)?(?:에서?|서|에도|에가|로|으로|이?요|인데|인디|이에요|예요|에예|이라|쪽|은|는)? ?(?:쪽(?:에|에서|인데|이요)?|근처(?:에|에서|인데)?|변두리에?서?|시내에?|읍내에?|어디|끝자락|산골(?:에|서)?|바닷가|외곽)? ?"
    r"(?:혼자 |지금 |계속 |오래 |둘이 |셋이 |[가-힣]{2,4}랑 |남편(?:하고|이랑) )?(?:삽|살(?!짝|리|려|펴)|사는|산다|사오|사우|사시|사네|살아|산 지|산지|거주|자취|하숙|주민|이사|시집|본가|산속|산골|꼭대기|집 밖|친정|시골|들어왔|들어온|들어와|처인구|반지하|쪽방|친정으로|내려온|내려와|내려왔|올라온|올라와|귀농|귀촌|정착|지냅|지내|머물|왔어(?:요|$)|왔습|사람|토박이|있(?:어요|습|는데요|는 집|음$|어예)|집이|주소|살림|고시원|원룸|월세|전세|쉼터|시설|복지관|요$)"
)
_WORKS = re.compile(
    r"^(?:시|군|구)?(?: ?[가-힣]{1,4}(?:구|동|읍|면|리))?(?:에서|서) (?!서울|태어|왔|온|올라|내려|나고|고속|버스|여기|기차|출발|대학|나온|나왔|군)"
)
_HOME = re.compile(
    r"(?:사는 ?(?:곳|데|동네)[은는이가]?|집[은이도]|(?:^|[.] ?)집|집 ?근처\(?|주소[는가]?|거주지[는가]?|여긴?|여기는?|지역[은이]?|동네[는가]?) ?(?:은|는|이|가)? ?$"
)
_ELSEWHERE = re.compile(
    r"^(?:시|군|구|도)?(?: ?[가-힣]{1,4}(?:구|동))?(?:까지|출신|사람이랑|에서 왔|에서 온|서 왔|서 온|으?로 (?:출근|출퇴근|발령|통근|가|면접|전근|이직)|지사|지점|본사|공장|대학교?|병원|시청|구청|법원|역 ?앞|은행|이 고향|태생|이 친정|친정|본가|쪽 회사|에 있는 (?:회사|공장|병원)|교도소|구치소|노동청|의료원)"
)


# A message or sentence that opens with a place is told from there ("정읍. 한부모.", "김해 부품공장서 …").
_OPENERS = re.compile(
    r"(?:^|[.!?] ?)(?:(?:저는|제가|나는|내가|내|나|저|저희|저기|거시기|여그|여기|지금|그|뭐냐|그러니까요?|뭐이나|네|네네|아|아니|지가유|지가|내사|우리|나가|시방|경기도?|충남|충북|전남|전북|경남|경북|강원도?|제가유|[1-9][0-9](?:세|살),?) ?,? ?){0,5}$"
)
_OPENING = re.compile(
    r"(?:시|군|구)?(?:[.,/]| (?!사람이? ?왔|오일장|가려|갈 ?때)|에서|서|에|인데|인디|으로 시집|로 시집|으?로 (?:귀농|귀촌|이사|내려|시집|들어)|이라|항|공단|산단|군|시|구|$)"
)


def _opens(before: str) -> bool:
    return bool(_OPENERS.search(before))


class Place(NamedTuple):
    """A name in the text and the regions it may mean."""

    start: int
    end: int
    regions: tuple[str, ...]
    plain: bool


class _Gazetteer(NamedTuple):
    full: dict[str, tuple[str, ...]]
    short: dict[str, tuple[str, ...]]
    towns: dict[str, tuple[str, ...]]


def read_region(message: Message) -> Optional[str]:
    """The region the person lives in; None where it is unsaid, shared by several places, or another's."""
    values = {places[0] for places in _said(message) if len(places) == 1}
    if len(values) == 1:
        return values.pop()
    return None


def ambiguous_region(text: str) -> tuple[str, ...]:
    """The regions a shared name may mean, so that the dialogue can ask which; empty when nothing is shared.

    >>> ambiguous_region("중구요")[:3]
    ('서울 중구', '부산 중구', '대구 중구')
    """

    said = _said(Message(plain_text(text), "region", dt.date.min, {}))
    if any(len(regions) == 1 for regions in said):
        return ()
    return said[0] if said else ()


def _said(message: Message) -> list[tuple[str, ...]]:
    """The regions of each place of residence in the message, the corrected one only."""
    text, asked = message.text, message.asked("region")
    places = _places(text)
    kept: list[Place] = []
    homes_told: list[bool] = []
    corrected = any(denied(text, place.end) for place in places) or bool(re.search(r"주소[가는]? ?틀렸|아니라", text))
    for place in places:
        before, after = text[: place.start], text[place.end :]
        if denied(text, place.end) or (
            re.match(r"[가-힣]{0,2} ?(?:에서|살다가?|있다가?) ", after)
            and re.search(r"이사|옮[겼기]|왔|지금|이제", after)
            and len(places) > 1
        ):
            continue
        if re.search(rf"(?:{people.OTHERS}|아들|딸|남편|아내)(?:은|는|이|가|네)? ?$", before) and not asked:
            continue
        if asked:
            if not re.match(
                r"(?:[가-힣]{0,3})? ?(?:출신|에서 ?(?:났|태어|나고)|서 ?(?:났|태어)|이 고향|에서 왔|으?로 출근|회사)",
                after,
            ):
                kept.append(place)
            continue
        if corrected and re.search(r"거주|사는|주소|동네|집", text):
            kept.append(place)
            continue
        if _ELSEWHERE.match(after):
            continue
        strong = (
            _LIVES.match(after)
            or _HOME.search(before)
            or (_opens(before) and len(place.regions) == 1 and _OPENING.match(after))
        )
        lives = _LIVES.match(after) or _HOME.search(before)
        if not lives and _passed_through(text, place):
            continue
        if strong or (not place.plain and _WORKS.match(after)) or (message.asks == "confirm_summary"):
            kept.append(place)
            homes_told.append(bool(lives))
    if asked and len(kept) > 1:
        homes = [place for place in kept if _LIVES.match(text[place.end :]) or _HOME.search(text[: place.start])]
        kept = homes or kept[-1:] if any(len(p.regions) == 1 for p in kept) else kept
    if not asked and len(homes_told) == len(kept) and any(homes_told):
        # Where one is said to live stands against where one works or comes by.
        kept = [place for place, home in zip(kept, homes_told) if home]
    return [place.regions for place in kept]


def _passed_through(text: str, place: Place) -> bool:
    """Whether a place is told of as past, as wished for, or as another's; such a place is no home."""
    part = next((part for part in reversed(parts(text)) if part.start <= place.start), None)
    if part is None:
        return False
    rest = part.text[max(0, place.end - part.start) :]
    return part.whose == "other" or bool(_PASSING.search(rest[:26]))


_PASSING = re.compile(
    r"[가-힣]던 (?!사람|할|영감|아지매|노인|아짐|품)|[가-힣]다가 |댕기던|교도소|구치소|고 ?싶|려고|라 ?카|팔러|놀러|붙으러|면접|시청|군청|호텔 |중앙시장|발령|왕복|출장"
)


def _places(text: str) -> list[Place]:
    """All names of places, read with the names before them ("창원 성산구" is one place)."""
    table = _gazetteer()
    found: list[Place] = []
    sido, sido_end, sido_start = "", -9, 0
    for token in re.finditer(r"[가-힣0-9]+", text):
        word, at = token.group(), token.start()
        prefix = _sido_prefix(word)
        whole = _names_at(word, table)
        # 제주시, 광주시 and 부산진구 are names of their own that begin like a province.
        if prefix and not (whole and whole[0][0] in table.full and len(whole[0][0]) > len(prefix[0])):
            name, sido = prefix
            sido_start = at
            rest = word[len(name) :]
            # "제주" and "광주" are also cities; the province is meant only before a second name.
            if not rest or re.match(_PARTICLE, rest):
                sido_end = token.end() if not rest else -9
                if word not in table.short and name not in table.short:
                    continue
            else:
                word, at, sido_end = rest, at + len(name), at + len(name)
        for name, regions in _names_at(word, table):
            start, end = at, at + len(name)
            at, plain = (
                end,
                name in _PLAIN_WORDS or (name in table.towns and name not in table.full and name not in table.short),
            )
            near = sido if 0 <= start - sido_end <= 2 else ""
            if not near and _LIKE_A_VERB.search(name):
                continue
            if near and not (narrowed := tuple(region for region in regions if region.startswith(near + " "))):
                continue
            if found and start - found[-1].end <= 2:
                inner = tuple(region for region in regions if region in found[-1].regions)
                if inner:
                    found[-1] = Place(found[-1].start, end, inner, False)
                    continue
                if name in table.towns and name not in table.full:
                    found[-1] = found[-1]._replace(end=end)
                    continue
            found.append(Place(sido_start if near else start, end, narrowed if near else regions, plain and not near))
    return found + _whole_sido(text, found)


# "안내면", "기계면" and "서면" are townships that read like words when no province stands before them.
_LIKE_A_VERB = re.compile(
    r"^(?:안내|기계|내|서|남|북|동|이|대|화|현|장기|가야|소수|수신|신기|성내|부리|미로|도화|근덕|하면|가면|오면|사면|지면)면$"
)

_PARTICLE = r"(?:에서|에|서|은|는|이|가|도|으?로|쪽|사는|살|요|여|인데|인디|예요|이에요|입니다|임|까지|의|과|와|랑|하고|근처|출신|주민|끝|네|라|시민|사람)"
_AFTER_NAME = re.compile(rf"{_PARTICLE}|시내|읍내|역|항|공단|산단|공항|혁신|신도시|[0-9]|$")


def _names_at(word: str, table: "_Gazetteer") -> list[tuple[str, tuple[str, ...]]]:
    """The place names a word is made of, longest first; nothing when the rest is no ending of a name."""
    names = []
    while word:
        for length in range(min(len(word), 8), 1, -1):
            name, rest = word[:length], word[length:]
            regions = table.full.get(name) or table.short.get(name) or table.towns.get(name)
            if regions and (not rest or _AFTER_NAME.match(rest) or _starts_with_name(rest, table)):
                names.append((name, regions))
                word = rest if rest and _starts_with_name(rest, table) else ""
                break
        else:
            return names
    return names


def _starts_with_name(word: str, table: "_Gazetteer") -> bool:
    return any(
        word[:length] in table.full or word[:length] in table.towns for length in range(min(len(word), 8), 2, -1)
    )


_SIDO_NAMES = {name: short for short, names in _SIDO.items() for name in names.split("|")}


def _sido_prefix(word: str) -> Optional[tuple[str, str]]:
    for length in range(min(len(word), 7), 1, -1):
        if short := _SIDO_NAMES.get(word[:length]):
            return word[:length], short
    return None


def _whole_sido(text: str, found: list[Place]) -> list[Place]:
    """ "세종" and "제주시" are places by themselves; "서울" or "경기" alone say no district."""
    if not found and (match := re.search(r"(?<![가-힣])세종(?:시|특별자치시)?(?!대왕|로|문화|호텔)", text)):
        return [Place(match.start(), match.end(), ("세종 세종시",), False)]
    return []


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    full: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    towns: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("regions.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        sido, name, districts, dongs = line.split("\t")
        region = f"{sido} {name}"
        full.setdefault(name, []).append(region)
        if len(name) > 2:
            short.setdefault(name[:-1], []).append(region)
        for district in filter(None, districts.split(",")):
            full.setdefault(district, []).append(region)
        for dong in filter(None, dongs.split(",")):
            towns.setdefault(dong, []).append(region)
    aliases = Path(__file__).with_name("region_aliases.tsv").read_text(encoding="utf-8").splitlines()
    for alias, region in (line.split("\t") for line in aliases if not line.startswith("#")):
        short[alias] = [region]
        towns.pop(alias, None)
    # The metropolitan city is what people mean by 광주 only together with a gu; the Gyeonggi city is as likely.
    short["광주"] = ["경기 광주시", "광주 광산구", "광주 북구", "광주 서구", "광주 남구", "광주 동구"]
    return _Gazetteer(_tuples(full), _tuples(short), _tuples(towns))


def _tuples(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(dict.fromkeys(regions)) for name, regions in table.items()}
