"""Household income as a band (`income_band`), from what is said or from a monthly sum and the household's size."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Optional

from bot.engine.facts import people
from bot.engine.facts.message import Message
from bot.engine.facts.numbers import NATIVE, parse_int, parse_number

_LOW_SHARE, _MIDDLE_SHARE = 0.6, 1.5
_SUM = re.compile(
    r"(?<![0-9가-힣.])(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?|[일이삼사오육칠팔구십백천]{1,7})(?P<unit> ?(?:억|천 ?만|백 ?만|천|백|만))?(?P<won> ?원)?(?! ?(?:%|퍼|세|살|년|개월|명|인|일|시|분|주|평|번|점|월|건|kg|군데|곳|회))"
)
_NONE = re.compile(
    r"(?:수입|소득|벌이|들어오는 ?(?:돈|거|것|게)|월급|매출|돈|버는 ?(?:돈|거|것|사람|이))[은는이가도]? ?(?:하나도 |한 ?푼도 |아예 |전혀 |거의 |지금 |현재 |아무 ?것?도 |따로 |땡전 ?한 ?푼 ?)*(?:없|0원|제로|끊[겼긴겨어])|무일푼|무소득|거의 ?없|한 ?푼도 (?:없|안|못)|수입 ?0|빈털터리|땡전 한 푼|만 ?원짜리 (?:한|두) 장 남|통장에 [0-9천백이삼사오육칠팔구,]{1,6}원|잔고 ?[0-9,]{1,5} ?원|잔액 ?[0-9,]{1,5} ?원|벌이가 (?:없|끊)|생활비가? ?(?:똑|딱|다) ?떨어|쌀이? ?(?:떨어|없)"
)
_SHARE = re.compile(
    r"중위 ?(?:소득)?(?:의|에)? ?(?:한 )?(?P<share>[0-9]{2,3}) ?(?:%|퍼|프로)(?P<border> ?(?:이하|미만|안팎|아래|안 ?되|가 안|도 안|이 안|초과|이상|넘)?)"
)
_SIZE = re.compile(
    rf"(?P<size>[1-9]|{NATIVE}|[일이삼사오육]) ?(?:인 ?가구|인 ?가족|식구|명[이서은]?(?: ?살| ?가족|이요|입니다|$)?|가족)"
)
_SIZE_AFTER = re.compile(
    rf"(?:식구|가족|가구원)(?:이|은|는|가|수는?)? ?(?:모두 |다 해서 |총 |전부 )?(?P<size>[1-9]|{NATIVE}|서이|너이)(?:명|이|인|요|예|이요|입|,| |이고|인데|$)"
)
_LIVING = re.compile(
    r"(?P<size>둘이|셋이|서이|넷이|너이|다섯이|여섯이|둘이서|셋이서|넷이서) ?(?:서 )?(?:살|사는|삽|지내|먹)"
)
_WORDS = {
    "둘이": 2,
    "셋이": 3,
    "서이": 3,
    "넷이": 4,
    "너이": 4,
    "다섯이": 5,
    "여섯이": 6,
    "둘이서": 2,
    "셋이서": 3,
    "넷이서": 4,
}
_HIGH = re.compile(r"(?:소득|수입|벌이|월급|연봉)[이은는]? ?(?:높|많|넉넉|꽤 되)|고소득|여유 ?있|잘 ?벌")
# How many a household may count when only its kind is known.
_SIZES = {"single": (1,), "couple": (2,), "single_parent": (2, 3), "with_children": (3, 4), "with_parents": (3, 4)}
_NOT_INCOME = re.compile(
    r"(?:월세|빚|대출|보증금|카드|이자|연체|전세|학원|병원|치료비|관리비|등록금|권리금|벌금|과태료|수수료|사채|체납|가스비|전기세|투자)[^0-9]{0,10}$"
)


def read_income_band(message: Message) -> Optional[str]:
    """One of none, low, middle, high; None when the sum or the household's size leaves it open."""
    text, asked = message.text, message.asked("income_band")
    share = _SHARE.search(text)
    if share:
        return _band_of_share(int(share["share"]) / 100, share["border"])
    if asked:
        amount = _monthly_amount(text)
        if amount is not None:
            return _band(amount, _possible_sizes(message))
        bare = message.bare
        if _NONE.search(text) or re.search(
            r"^(?:없|0|영|제로|거의 ?(?:없|안|0)|남는 ?(?:게|것이|거) ?없|지금은 ?없|전혀|하나도|아무것도|무|땡)", bare
        ):
            return "none"
        if re.search(r"기초 ?(?:생활 ?)?수급|수급비|차상위|노령 ?연금(?:만|뿐)|기초 ?연금(?:만|뿐)|생계 ?급여", text):
            return "low"
        if re.search(r"최저 ?(?:임금|시급)|빠듯|적어|적은 편|낮|얼마 (?:안|못)|쪼들|조금", text):
            return "low" if not re.search(r"모르", text) else None
        if re.search(r"^(?:중간|보통|평균|중산층|남들만큼)", bare):
            return "middle"
        return "high" if _HIGH.search(text) else None
    monthly = re.search(
        r"(?:벌이|수입|소득|생활비|한 ?달에|다달이|월)[가이은는]? ?(?:월 |한 )?(?P<sum>[0-9]{2,4}|[일이삼사오육칠팔구십백]+) ?(?:만 ?원?)(?:으로|이라|밖|뿐|이고|이 전부|만|인데|받|벌|쯤)",
        text,
    )
    if monthly and not _NOT_INCOME.search(text[: monthly.start("sum")]):
        number = parse_number(monthly["sum"])
        if number is not None and re.search(r"(?:뿐|전부|밖|수입|소득|벌이)", text):
            return _band(int(number * 10_000), _possible_sizes(message))
    return "none" if _NONE_STATED.search(text) else None


_NONE_STATED = re.compile(
    r"(?:수입|소득|벌이|들어오는 ?(?:돈|거|것|게)|버는 ?(?:돈|거|것|사람|이))[은는이가도]? ?(?:하나도 |한 ?푼도 |아예 |전혀 |지금 |현재 |아무 ?것?도 |뚝 |딱 )*(?:없|0원|제로|끊[겼긴겨어])|무일푼|무소득|빈털터리|수입 ?0|통장에 ?(?:달랑 |딱 |단돈 )?[0-9,]{1,6}원|(?:통장 ?)?(?:잔고|잔액)[이가는은]? ?(?:달랑 |딱 )?[0-9,]{1,6} ?원|만 ?원짜리 (?:한|두) 장|땡전 ?한 ?푼"
)


def household_size(message: Message) -> Optional[int]:
    """How many live on the income, from this message or from what is known; None when unsaid."""
    text = message.text
    for pattern in (_SIZE_AFTER, _SIZE):
        match = pattern.search(text)
        if match:
            size = parse_int(match["size"])
            if size and 1 <= size <= 12:
                return size
    living = _LIVING.search(text)
    if living:
        return _WORDS[living["size"]]
    if re.search(r"혼자|나 홀로|홀로|독거|자취", text):
        return 1
    children = re.search(r"(?:아이|애|자녀|아들|딸)[가-힣]{0,2} ?(?P<n>하나|둘|셋|넷|[1-5]명)", text)
    if children:
        count = parse_int(children["n"].rstrip("명")) or 1
        return count + (2 if re.search(people.SPOUSE, text) else 1)
    size = message.known.get("household_size")
    return size if isinstance(size, int) else None


def _possible_sizes(message: Message) -> tuple[int, ...]:
    """The household's size where it is said, else what its kind or the earners named leave open."""
    if size := household_size(message):
        return (size,)
    if known := _SIZES.get(str(message.known.get("household"))):
        return known
    if re.search(r"부모님|엄마 ?아빠|아버지[^.]{0,8}(?:형|어머니|엄마)|어머니[^.]{0,8}아버지", message.text):
        return (3, 4)
    if re.search(r"아동 ?수당|애들|아이들", message.text):
        return (3, 4)
    if re.search(rf"{people.SPOUSE}|맞벌이|둘이", message.text):
        return (2, 3, 4)
    return (1, 2, 3, 4)


def _monthly_amount(text: str) -> Optional[int]:
    """The sum of money a month in won; several incomes are added, a yearly one divided, spending left out."""
    total: Optional[float] = None
    for match in _SUM.finditer(text):
        number = parse_number(match["number"])
        if (
            number is None
            or _NOT_INCOME.search(text[: match.start()])
            or re.match(r" ?(?:갚|나가|빠져|내고|써|쓰)", text[match.end() :])
        ):
            continue
        unit = (match["unit"] or "").replace(" ", "")
        if not match["won"] and re.fullmatch(r"[일이삼사오육칠팔구십]", match["number"]):
            continue
        if not unit and not match["won"] and re.fullmatch(r"[일이삼사오육칠팔구]", match["number"]):
            continue
        factor = {
            "": 1,
            "백": 100,
            "천": 1_000,
            "만": 10_000,
            "백만": 1_000_000,
            "천만": 10_000_000,
            "억": 100_000_000,
        }[unit]
        won = number * factor
        if unit in ("백", "천") and won < 10_000:
            won *= 10_000
        elif not unit and won < 10_000:
            if won < 10 and not match["won"]:
                continue
            won *= 10_000 if not (match["won"] and won >= 1000) else 1
        if re.search(
            r"연봉|한 ?해|일 ?년에|1년에|연 ?소득|연 ?수입|연간", text[max(0, match.start() - 14) : match.start()]
        ):
            won /= 12
        elif re.search(r"일당|하루(?:에)?|시급", text[max(0, match.start() - 8) : match.start()]):
            continue
        if (
            total is not None
            and re.search(r"합(?:쳐|치|해)|다 해|총|모두", text[max(0, match.start() - 10) : match.start()])
        ) or (
            total is not None
            and re.search(r"아니[고라,]|에서|~|사이|-", text[max(0, match.start() - 6) : match.start()])
        ):
            total = won
        else:
            total = (total or 0) + won
    return int(total) if total is not None else None


def _band_of_share(share: float, border: str) -> str:
    if re.search(r"초과|이상|넘", border):
        share += 0.01
    return "low" if share <= _LOW_SHARE + 0.05 else "middle" if share <= _MIDDLE_SHARE else "high"


def _band(amount: int, sizes: tuple[int, ...]) -> Optional[str]:
    """The band of a monthly sum, where all sizes the household may have agree on it."""
    if amount < 100_000:
        return "none"
    bands = {_band_for_size(amount, size) for size in sizes}
    return bands.pop() if len(bands) == 1 else None


def _band_for_size(amount: int, size: int) -> str:
    median = _median_income()[min(size, 7)]
    return "low" if amount <= median * _LOW_SHARE * 1.05 else "middle" if amount <= median * _MIDDLE_SHARE else "high"


@lru_cache(maxsize=1)
def _median_income() -> dict[int, int]:
    lines = Path(__file__).with_name("median_income.tsv").read_text(encoding="utf-8").splitlines()
    return {int(size): int(amount) for size, amount in (line.split("\t") for line in lines if not line.startswith("#"))}
