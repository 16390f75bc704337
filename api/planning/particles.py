"""Korean particles by sound, and the joining form of a 해요체 phrase."""

import re

_PAIRS = {
    "은": ("은", "는"), "는": ("은", "는"), "이": ("이", "가"), "가": ("이", "가"), "을": ("을", "를"),
    "를": ("을", "를"), "과": ("과", "와"), "와": ("과", "와"), "으로": ("으로", "로"), "로": ("으로", "로"),
    "이라서": ("이라서", "라서"), "라서": ("이라서", "라서"), "이라고": ("이라고", "라고"),
    "라고": ("이라고", "라고"), "이에요": ("이에요", "예요"), "예요": ("이에요", "예요"),
    "이나": ("이나", "나"), "나": ("이나", "나"), "아": ("아", "야"), "이랑": ("이랑", "랑"),
    "랑": ("이랑", "랑"), "이어서": ("이어서", "여서"), "여서": ("이어서", "여서"),
}  # fmt: skip

_FIRST, _LAST, _RIEUL = 0xAC00, 0xD7A3, 8

# How a final figure, letter or sign is read aloud, as the jongseong it ends in: "" none, "ㄹ" rieul, "x" any other.
_DIGITS = {"0": "x", "1": "ㄹ", "2": "", "3": "x", "4": "", "5": "", "6": "x", "7": "ㄹ", "8": "ㄹ", "9": ""}
_LETTERS = {"l": "ㄹ", "r": "ㄹ", "m": "x", "n": "x"}  # 엘, 알, 엠, 엔; every other letter's name ends in a vowel.
_SIGNS = {"%": "", "℃": "", "+": "", "㎡": "x", "kg": "x"}

_BRACKETS = re.compile(r"\s*[(\[〔（][^()\[\]〔〕（）]*[)\]〕）]\s*$")
_CLOSING = "‘’“”'\"」』〉》.,!?…~·」 \t\n*_`"


def particle(word: str, kind: str) -> str:
    """Return the particle that fits the sound a word ends in.

    Quotes and final punctuation are ignored, a bracketed word at the end is skipped (it is not read with the
    particle), figures are taken as read aloud, and 으로 loses its 으 after a vowel or ㄹ.

    Args:
        word: The word before the particle.
        kind: Either form of the pair, such as "을" or "를".

    Raises:
        ValueError: The kind is not a pair known here.

    >>> particle("일자리", "을"), particle("서울", "으로"), particle("1유형", "은"), particle("구직등록(고용24)", "을")
    ('를', '로', '은', '을')
    """
    if kind not in _PAIRS:
        raise ValueError(f"Unknown particle {kind!r}; known are {', '.join(sorted(_PAIRS))}.")
    with_final, without = _PAIRS[kind]
    ending = _ending(word)
    if with_final == "으로" and ending == "ㄹ":
        return without
    return with_final if ending else without


def with_particle(word: str, kind: str) -> str:
    """Return the word and its particle.

    >>> with_particle("‘빚’", "이라고"), with_particle("58", "이에요")
    ('‘빚’이라고', '58이에요')
    """
    return word + particle(word, kind)


def _ending(word: str) -> str:
    """Return "" for a vowel, "ㄹ" for rieul, "x" for any other final consonant."""
    text = word.rstrip(_CLOSING)
    while (shorter := _BRACKETS.sub("", text)) != text and shorter.rstrip(_CLOSING):
        text = shorter.rstrip(_CLOSING)
    text = text.rstrip(_CLOSING + ")]）〕")
    if not text:
        return ""
    last = text[-1]
    if _FIRST <= ord(last) <= _LAST:
        final = (ord(last) - _FIRST) % 28
        return "" if final == 0 else "ㄹ" if final == _RIEUL else "x"
    if last.isdigit():
        return _figure(text)
    if "ㄱ" <= last <= "ㅎ":
        return "ㄹ" if last == "ㄹ" else "x"  # Their names (기역, 니은, …) end in a consonant.
    if last.lower() == "g" and text[-2:].lower() == "kg":
        return "x"
    return _SIGNS.get(last, _LETTERS.get(last.lower(), ""))


def _figure(text: str) -> str:
    digits = re.search(r"[\d,]*\d$", text)
    number = digits[0].replace(",", "") if digits else text[-1]
    spelled_out = number.startswith("0") or "-" in text or len(number) > 16
    zeros = len(number) - len(number.rstrip("0"))
    if zeros and not spelled_out and zeros < len(number):
        return "" if zeros >= 12 else "x"  # 십, 백, 천, 만 and 억 end in a consonant, 조 in a vowel.
    return _DIGITS[number[-1]]


# Endings of 해요체 and how each joins to the next phrase with -고.
_JOINING = (
    ("아니에요", "아니고"), ("이에요", "이고"), ("예요", "이고"), ("해요", "하고"), ("봐요", "보고"),
    ("줘요", "주고"), ("돼요", "되고"), ("찾아요", "찾고"), ("받아요", "받고"), ("나눠요", "나누고"),
    ("배워요", "배우고"), ("고쳐요", "고치고"), ("줄여요", "줄이고"), ("만나요", "만나고"),
    ("나가요", "나가고"), ("가요", "가고"), ("나요", "나고"), ("쌓아요", "쌓고"), ("맞춰요", "맞추고"),
    ("익혀요", "익히고"), ("넣어요", "넣고"), ("골라요", "고르고"), ("짜요", "짜고"), ("풀어요", "풀고"),
    ("막아요", "막고"), ("돌봐요", "돌보고"), ("챙겨요", "챙기고"), ("적어요", "적고"), ("모아요", "모으고"),
    ("따져요", "따지고"), ("이어요", "잇고"), ("가라앉혀요", "가라앉히고"), ("있어요", "있고"),
    ("없어요", "없고"), ("내요", "내고"), ("둬요", "두고"), ("써요", "쓰고"), ("들어요", "듣고"),
    ("읽어요", "읽고"), ("와요", "오고"), ("바꿔요", "바꾸고"), ("옮겨요", "옮기고"), ("늘려요", "늘리고"),
    ("되찾아요", "되찾고"), ("여쭤요", "여쭙고"), ("여쭤봐요", "여쭤보고"),
)  # fmt: skip


def and_then(phrase: str) -> str:
    """Return a 해요체 phrase in the form that another phrase can follow.

    Raises:
        ValueError: The phrase ends in a verb form this table does not know.

    >>> and_then("어린이집 자리를 신청해요"), and_then("이력서를 고쳐요.")
    ('어린이집 자리를 신청하고', '이력서를 고치고')
    """
    bare = phrase.strip().rstrip(".")
    for ending, joined in sorted(_JOINING, key=lambda pair: -len(pair[0])):
        if bare.endswith(ending):
            return bare.removesuffix(ending) + joined
    raise ValueError(f"ends in an unknown 해요체 form ({bare[-6:]!r}); end it in a verb such as “…신청해요”")
