"""What personal identifiers look like in a plain message (see `shadow`).

Python's `\\b` sees no border between a digit and Hangul ("…567이야"), so every pattern says itself what may
stand on either side.  All patterns are bounded: reading time grows with the length of the message only.
"""

import re
from typing import Callable

from bot.masking.addresses import find_addresses
from bot.masking.found import Found

# Kinds that must not appear in a masked message; the caller checks once more after masking.
NEVER_LEFT = frozenset({"rrn", "foreigner", "card", "phone", "email"})


_WORDS = {
    "공": "0",
    "영": "0",
    "빵": "0",
    "일": "1",
    "하나": "1",
    "이": "2",
    "둘": "2",
    "삼": "3",
    "사": "4",
    "오": "5",
    "육": "6",
    "륙": "6",
    "유": "6",
    "칠": "7",
    "팔": "8",
    "구": "9",
    "o": "0",
    "O": "0",
    "l": "1",
    "I": "1",
}
_W = "[공영빵일이삼사오육륙칠팔구]"
_ANY = "[0-9공영빵일이삼사오육륙칠팔구]"
# What people put between groups of a number: a dash, a dot, a space, "에", "다시".
_SEP = r"(?: ?[-./,)( ] ?|\s?(?:에|의|이고|다시|대시|국에|하이픈|빼기|에다가|그리고|끝은|끝자리는|뒷자리는|뒤는|가운데는|중간은) ?|  ?){0,3}"
_FREE = r"(?<![0-9A-Za-z])"
_NO_DIGIT_AHEAD = r"(?![0-9])"


def _group(least: int, most: int) -> str:
    """A group of digits, written close or with single spaces, or spoken: "1234", "1 2 3 4", "일이삼사"."""
    return (
        rf"(?:[0-9]{{{least},{most}}}|[0-9](?: [0-9]){{{least - 1},{most - 1}}}"
        rf"|{_W}{{{least},{most}}}|{_W}(?: {_W}){{{least - 1},{most - 1}}})"
    )


def _digits(text: str) -> str:
    """Only the digits of a number, spoken ones included; the 이 of the joining "이고" is no two."""
    return "".join(char if char.isdigit() else _WORDS.get(char, "") for char in text.replace("이고", ""))


_MOBILE = re.compile(
    _FREE
    + r"(?:\+? ?82[ -.)]{0,2}\(?0?|[0oO공영빵]\)?) ?(?:[1lI일] ?[0oO공영빵16789일육륙칠팔구]|하나 ?[공영])\)?"
    + _SEP
    + _group(3, 4)
    + _SEP
    + _group(4, 4)
    + _NO_DIGIT_AHEAD
)
# The same number cut in odd places ("0101 2345 678").
_MOBILE_LOOSE = re.compile(_FREE + r"01[016789](?:[ .-]{0,2}[0-9]){7,8}(?![ .-]?[0-9])")
_LANDLINE = re.compile(
    _FREE
    + r"\(?(?:\+? ?82[ -.]{0,2}(?:2|[3-6][1-5]|70|50[0-9])|0(?:2|[3-6][1-5]|70|50[2-8])|[공영](?:이|[삼사오육륙][일이삼사오]|칠공))\)?"
    + _SEP
    + _group(3, 4)
    + _SEP
    + _group(4, 4)
    + _NO_DIGIT_AHEAD
)
# Seven or eight digits alone are a telephone number only where the client says so.
_SHORT_PHONE = re.compile(
    r"(?:전화 ?번호|폰 ?번호|휴대폰|핸드폰|손전화|연락처|연락 ?번호|제 ?번호|내 ?번호|뒷 ?번호|뒷자리|나머지)"
    r"[은는이가도]?(?: ?번호)?[은는이가]?[: ]{0,3}"
    r"(?P<number>(?!1[5-8][0-9]{2})[2-9][0-9]{2,3}[-. ][0-9]{4})(?![0-9])"
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63} ?(?:@|골뱅이) ?[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,5}[A-Za-z]{2,12}"
)
_SPOKEN_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{1,40} ?(?:@|골뱅이) ?"
    r"(?:(?:네이버|지메일|한메일|다음|카카오|네이트|핫메일|naver|gmail|daum|hanmail|kakao|nate)(?: ?(?:\.|점|닷) ?(?:com|net|co\.kr|컴|넷|씨오엠))?)"
)
_RRN = re.compile(
    _FREE + r"(?P<birth>[0-9](?: ?[0-9]){5}|" + _W + r"(?: ?" + _W + r"){5})"
    r"(?: ?[-./,] ?|  ?| ?(?:다시|대시|에|하이픈|빼기) ?|)"
    r"(?P<rest>[0-9](?: ?[0-9*xX●○#]){6}|[0-9]\*{1,6}|" + _W + r"(?: ?" + _W + r"){6})(?![0-9])"
)
_RRN_FRONT = re.compile(
    r"(?:주민|민증|외국인 ?등록)(?: ?등록)?(?: ?번호)?(?:는|은|가|이)?(?: ?(?:앞자리|뒷자리|앞|뒤))?(?:는|은|가|이)?[: ]{0,3}(?P<number>[0-9]{6,7})(?![0-9])"
)
_CARD = re.compile(
    _FREE + r"(?:[0-9]{4}(?:[-. ] ?[0-9]{4}){3}|3[47][0-9]{2}[-. ][0-9]{6}[-. ][0-9]{5}"
    r"|" + _W + r"{4}(?:[-. ] ?" + _W + r"{4}){3})" + _NO_DIGIT_AHEAD
)
_CARD_CLOSE = re.compile(_FREE + r"[0-9]{15,16}(?![0-9])")
_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:[MSRODGmsrodg] ?[0-9]{8}|[MSRODGmsrodg] ?[0-9]{3} ?[A-Za-z] ?[0-9]{4})(?![A-Za-z0-9])"
)
_PASSPORT_NAMED = re.compile(
    r"(?:여권|passport)(?: ?번호)?(?: ?no\.?)?[은는이가도]?[: ]{0,3}(?P<number>(?=[A-Za-z]{0,3}[0-9]{5})[A-Za-z0-9]{6,10})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    _FREE
    + r"(?:(?:서울|부산|경기|경기남부|경기북부|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산|세종) ?-? ?[0-9]{2}|[0-9]{2}[-. ][0-9]{2})"
    r"[-. ][0-9]{6}[-. ][0-9]{2}(?![0-9])"
)
_LICENCE_NAMED = re.compile(
    r"면허(?: ?증)?(?: ?번호)?[은는이가도]?[: ]{0,3}(?P<number>[0-9](?:[- ]?[0-9]){11})(?![0-9])"
)
_ACCOUNT = re.compile(_FREE + r"[0-9]{2,6}(?:(?: ?- ?| )[0-9]{1,8}){1,4}(?![0-9])|" + _FREE + r"[0-9]{9,16}(?![0-9])")
_MESSENGER = re.compile(
    r"(?:카톡|카카오톡|카카오|텔레|텔레그램|라인|위챗)(?: ?(?:아이디|아디|id|아뒤))?(?:는|은|이|가|요)?[: ]{0,3}"
    r"(?P<number>@?[A-Za-z](?=[A-Za-z_-]*[0-9._])[A-Za-z0-9._-]{3,24})(?![A-Za-z0-9@])",
    re.IGNORECASE,
)
_MESSENGER_NAMED = re.compile(
    r"(?:카톡|카카오톡|카카오|텔레|텔레그램|라인|위챗) ?(?:아이디|아디|id|아뒤)(?:는|은|이|가|요)?[: ]{0,3}(?P<number>@?[A-Za-z][A-Za-z0-9._-]{3,24})(?![A-Za-z0-9@])",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![A-Za-z0-9._%+@-])@[A-Za-z][A-Za-z0-9_]{3,31}(?![A-Za-z0-9@._-]*\.[A-Za-z])")
_BANK = re.compile(
    r"계좌|통장|은행|뱅크|농협|수협|신협|새마을|우체국|국민|신한|우리|하나|기업|토스|입금|송금|이체|예금주"
)
_NOT_ACCOUNT = re.compile(
    r"공고|구인|접수 ?번호|인증 ?번호|사업자|관리 ?번호|등록 ?번호|자격|사건|번호표|상품|주문|송장|운송장|코드"
)
_MONEY_AHEAD = re.compile(r"\s?(?:원|만|억|천|달러|위안|명|개|년|월)")
_DATE = re.compile(r"(?:19|20)[0-9]{2}[-. ] ?[01]?[0-9][-. ] ?[0-3]?[0-9]")


def find(plain: str) -> list[Found]:
    """All identifiers of a plain text, in order and without overlap; the more certain kind wins."""
    covered = bytearray(len(plain))
    kept: list[Found] = []
    for reader in _READERS:
        for found in reader(plain):
            if found.end > found.start and not any(covered[found.start : found.end]):
                covered[found.start : found.end] = b"\x01" * (found.end - found.start)
                kept.append(found)
    return sorted(kept, key=lambda found: found.start)


def normal_phone(value: str) -> str:
    """A Korean telephone number with dashes; anything else as it is.

    >>> normal_phone("+82 10 0000 0041"), normal_phone("021234567")
    ('010-0000-0041', '02-123-4567')
    """
    digits = _digits(value)
    if digits.startswith("82") and len(digits) > 9:
        digits = "0" + digits[2:].lstrip("0")
    if not digits.startswith("0"):
        return f"{digits[:-4]}-{digits[-4:]}" if len(digits) in (7, 8) else digits
    area = 2 if digits.startswith("02") else 4 if digits.startswith("050") else 3
    return f"{digits[:area]}-{digits[area:-4]}-{digits[-4:]}"


def _spans(kind: str, pattern: "re.Pattern[str]", plain: str, value: Callable[[str], str] = _digits) -> list[Found]:
    found = []
    for match in pattern.finditer(plain):
        group = "number" if "number" in pattern.groupindex else 0
        found.append(Found(kind, match.start(group), match.end(group), value(match.group(group))))
    return found


def _emails(plain: str) -> list[Found]:
    def value(text: str) -> str:
        text = text.replace(" ", "").replace("골뱅이", "@")
        for word, letters in _MAIL_WORDS.items():
            text = text.replace(word, letters)
        return text if "." in text.rpartition("@")[2] else text + ".com"

    return _spans("email", _EMAIL, plain, value) + _spans("email", _SPOKEN_EMAIL, plain, value)


_MAIL_WORDS = {
    "네이버": "naver",
    "지메일": "gmail",
    "한메일": "hanmail",
    "다음": "daum",
    "카카오": "kakao",
    "네이트": "nate",
    "핫메일": "hotmail",
    "점": ".",
    "닷": ".",
    "씨오엠": "com",
    "컴": "com",
    "넷": "net",
}


def _residents(plain: str) -> list[Found]:
    found = []
    for match in _RRN.finditer(plain):
        birth, rest = _digits(match["birth"]), _digits(match["rest"])
        month, day = int(birth[2:4]), int(birth[4:6])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            continue
        kind = "foreigner" if rest[0] in "5678" else "rrn"
        found.append(Found(kind, match.start(), match.end(), birth + rest))
    return found + _spans("rrn", _RRN_FRONT, plain)


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        doubled = int(char) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _cards(plain: str) -> list[Found]:
    close = [
        found
        for found in _spans("card", _CARD_CLOSE, plain)
        if _luhn(found.value) or "카드" in plain[max(0, found.start - 20) : found.start]
    ]
    return _spans("card", _CARD, plain) + close


def _licences(plain: str) -> list[Found]:
    return _spans("licence", _LICENCE, plain) + _spans("licence", _LICENCE_NAMED, plain)


def _mobiles(plain: str) -> list[Found]:
    return [
        found
        for found in _spans("phone", _MOBILE, plain) + _spans("phone", _MOBILE_LOOSE, plain)
        if _is_mobile(found.value)
    ]


def _is_mobile(digits: str) -> bool:
    """010 is always followed by eight digits; the older prefixes by seven or eight."""
    digits = "0" + digits[2:].lstrip("0") if digits.startswith("82") else digits
    return len(digits) == 11 if digits.startswith("010") else len(digits) in (10, 11)


def _landlines(plain: str) -> list[Found]:
    return _spans("phone", _LANDLINE, plain) + _spans("phone", _SHORT_PHONE, plain)


def _passports(plain: str) -> list[Found]:
    def value(text: str) -> str:
        return text.replace(" ", "").upper()

    return _spans("passport", _PASSPORT, plain, value) + _spans("passport", _PASSPORT_NAMED, plain, value)


def _accounts(plain: str) -> list[Found]:
    return [found for found in _spans("account", _ACCOUNT, plain) if _is_account(plain, found)]


def _is_account(plain: str, found: Found) -> bool:
    """Ten to sixteen digits near a bank word; without one only the written form 000-000-000000 counts."""
    written = plain[found.start : found.end]
    if not 9 <= len(found.value) <= 16 or _DATE.match(written) or _MONEY_AHEAD.match(plain, found.end):
        return False
    before = plain[max(0, found.start - 30) : found.start]
    if _NOT_ACCOUNT.search(before[-14:]):
        return False
    if _BANK.search(before) or _BANK.search(plain[found.end : found.end + 14]):
        return True
    return written.count("-") >= 2 and 10 <= len(found.value) <= 14 and not written.startswith("0")


def _messengers(plain: str) -> list[Found]:
    def value(text: str) -> str:
        return text.strip()

    return (
        _spans("messenger", _MESSENGER_NAMED, plain, value)
        + _spans("messenger", _MESSENGER, plain, value)
        + _spans("messenger", _HANDLE, plain, value)
    )


# The surest kinds first: what one has taken, no later one looks at.
_READERS: tuple[Callable[[str], list[Found]], ...] = (
    _emails,
    _residents,
    _cards,
    _licences,
    _mobiles,
    _landlines,
    _passports,
    _accounts,
    _messengers,
    find_addresses,
)
