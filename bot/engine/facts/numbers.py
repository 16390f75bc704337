"""Korean numbers: digits, 한자어 ("이십칠", "백오십만") and 고유어 ("서른넷", "쉰둘"), dialects included."""

import re
from typing import Optional

_TENS = {
    "열": 10,
    "스물": 20,
    "스무": 20,
    "서른": 30,
    "설흔": 30,
    "마흔": 40,
    "마은": 40,
    "쉰": 50,
    "쉬흔": 50,
    "예순": 60,
    "일흔": 70,
    "이른": 70,
    "여든": 80,
    "야든": 80,
    "아흔": 90,
}
_UNITS = {
    "하나": 1,
    "한": 1,
    "둘": 2,
    "두": 2,
    "둘이": 2,
    "셋": 3,
    "세": 3,
    "서이": 3,
    "석": 3,
    "넷": 4,
    "네": 4,
    "너이": 4,
    "넉": 4,
    "다섯": 5,
    "다서": 5,
    "여섯": 6,
    "여서": 6,
    "일곱": 7,
    "일굽": 7,
    "여덟": 8,
    "여덜": 8,
    "여덥": 8,
    "야달": 8,
    "아홉": 9,
    "아홉이": 9,
    "다섯이": 5,
    "너": 4,
    "서": 3,
}
# "한두 달" and the like: the smaller of the two.
_ABOUT = {
    "한두": 1,
    "두어": 2,
    "두세": 2,
    "두서너": 2,
    "서너": 3,
    "너댓": 4,
    "네댓": 4,
    "네다섯": 4,
    "대여섯": 5,
    "대엿": 5,
    "예닐곱": 6,
    "일고여덟": 7,
    "일여덟": 7,
    "몇": 0,
}
_SINO_DIGITS = {
    "영": 0,
    "공": 0,
    "일": 1,
    "이": 2,
    "삼": 3,
    "사": 4,
    "오": 5,
    "육": 6,
    "륙": 6,
    "칠": 7,
    "팔": 8,
    "구": 9,
}
_SINO_PLACES = {"십": 10, "백": 100, "천": 1000}
_SINO_MYRIADS = {"만": 10_000, "억": 100_000_000}

_units_by_length = sorted(_UNITS, key=len, reverse=True)
_lone_units = [
    unit for unit in _units_by_length if unit not in ("서", "너", "다서", "여서", "둘이", "아홉이", "다섯이")
]
_tens_by_length = sorted(_TENS, key=len, reverse=True)
_tens_units = (
    "|".join(
        unit
        for unit in _units_by_length
        if unit not in ("둘이", "아홉이", "다섯이", "서", "너", "석", "넉", "세", "네", "한", "두")
    )
    + "|한|두|세|네"
)
DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?"
TENS = rf"(?:{'|'.join(_tens_by_length)})"
NATIVE_TENS = rf"{TENS}(?: ?(?:{_tens_units})(?![가-힣]*(?:달|해) ))?"
ABOUT = "|".join(sorted((word for word in _ABOUT if word != "몇"), key=len, reverse=True))
NATIVE = rf"(?:{ABOUT}|{TENS}(?: ?(?:{_tens_units}))?|{'|'.join(_lone_units)})"
SINO = r"[일이삼사오육륙칠팔구십백천]+(?:만[일이삼사오육륙칠팔구십백천]*)?"
NUMBER = rf"(?:{DIGITS}|{NATIVE}|{SINO})"

_NATIVE_PARTS = re.compile(rf"({TENS})? ?({'|'.join(_units_by_length)})?")


def parse_number(text: str) -> Optional[float]:
    """The number a piece of text writes and nothing else; None when it is no number.

    >>> parse_number("서른 넷"), parse_number("백오십만"), parse_number("3.5"), parse_number("네댓")
    (34, 1500000, 3.5, 4)
    """
    text = text.strip().replace(",", "")
    if re.fullmatch(r"[0-9]{1,12}", text):
        return int(text)
    if re.fullmatch(r"[0-9]{1,12}\.[0-9]{1,4}", text):
        return float(text)
    if text in _ABOUT and text != "몇":
        return _ABOUT[text]
    native = _NATIVE_PARTS.fullmatch(text)
    if native and (native[1] or native[2]):
        return _TENS.get(native[1] or "", 0) + _UNITS.get(native[2] or "", 0)
    return _parse_sino(text.replace(" ", ""))


def parse_int(text: str) -> Optional[int]:
    """As `parse_number`, for whole numbers only."""
    number = parse_number(text)
    return int(number) if number is not None and number == int(number) else None


def _parse_sino(text: str) -> Optional[float]:
    """한자어 numbers, also mixed with digits ("3천만", "2백", "칠십사")."""
    mixed = re.fullmatch(r"([이삼사오육칠팔구]?)십 ?([가-힣]{1,2})", text)
    if mixed and mixed[2] in _UNITS and mixed[2] not in _SINO_DIGITS:
        return (_SINO_DIGITS[mixed[1]] if mixed[1] else 1) * 10 + _UNITS[mixed[2]]
    if not re.fullmatch(r"(?:[0-9]+(?:\.[0-9]+)?|[영공일이삼사오육륙칠팔구십백천만억]){1,14}", text):
        return None
    if re.fullmatch(r"[영공일이삼사오육륙칠팔구]{2,}", text):
        return int("".join(str(_SINO_DIGITS[char]) for char in text))
    total, section, digit = 0.0, 0.0, None
    for part in re.findall(r"[0-9]+(?:\.[0-9]+)?|.", text):
        if part in _SINO_PLACES:
            section += (1 if digit is None else digit) * _SINO_PLACES[part]
            digit = None
        elif part in _SINO_MYRIADS:
            section += digit or 0
            total += (section or 1) * _SINO_MYRIADS[part]
            section, digit = 0.0, None
        elif digit is not None:
            return None
        else:
            digit = _SINO_DIGITS[part] if part in _SINO_DIGITS else float(part)
    result = total + section + (digit or 0)
    return int(result) if result == int(result) else result
