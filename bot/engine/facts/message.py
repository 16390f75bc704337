"""A client's message made plain for the fact readers: one spelling for what is typed in many ways.

Readers return values, not places, so the text may be rewritten freely here: full-width and decomposed
letters are put together, invisible characters dropped, and the commonest slips of spelling and dialect
("업어여", "댕기고", "컴터") written as the readers expect them.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
# Crying and laughing ("ㅋㅋㅠㅠ") is no split syllable, so bare ㅠ, ㅜ and ㅡ are never joined.
_SPLIT_SYLLABLE = re.compile(
    f"([{_LEADS}])([{_VOWELS.translate({ord(c): None for c in 'ㅠㅜㅡ'})}])(?:([ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㄲㅆ])(?![{_VOWELS}]))?"
)
_TAILS = "\0ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# What was typed -> what was meant.  Only slips that cannot be another word of an intake.
_SPELLINGS: tuple[tuple["re.Pattern[str]", str], ...] = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?:읎|업)(?=어|서|는|고|슴|음|습|다(?!운|컴|치)|네|구|지|엇|었|으|거|당)(?!고 |으면 (?:안|좋))", "없"),
        (r"읎", "없"),
        (r"없심더|없어예|없니더|없당께|없수다|없소", "없어요"),
        (r"잇(?=어|는|고|다|음|슴|습|엇|었|으|네|지|을|나|긴|거)", "있"),
        (r"햇(?=어|습|슴|는|고|다|음|엇|던|네|지)", "했"),
        (r"됫|됬|됏|되엿|되였", "됐"),
        (r"되여|되요", "돼요"),
        (r"엇(?=어|습|슴|는데|고|다|음|네)", "었"),
        (r"앗(?=어|습|슴|는데|고|다|음|네)", "았"),
        (r"왓(?=어|습|는데|고|다|음|네)", "왔"),
        (r"썻", "썼"),
        (r"댕(?=기|겨|깁|긴|길)", "다"),
        (r"다기(?=고|는|다|지|며|면|던|니|요|예|심)", "다니"),
        (r"다겨", "다녀"),
        (r"다긴", "다닌"),
        (r"다깁", "다닙"),
        (r"다길", "다닐"),
        (r"컴터|콤퓨터|컴퓨타|콤퓨타|컴퓨러", "컴퓨터"),
        (r"손전화기?|핸드폰|핸폰|휴대전화|스마트폰|손폰", "휴대폰"),
        (r"짤(?=리|렸|린|려|릴|림|렷)", "잘"),
        (r"짤렷|잘렷", "잘렸"),
        (r"그만둿|그만둣", "그만뒀"),
        (r"(?<![가-힣])관(?=뒀|두|둔|둘)", "그만"),
        (r"(?<![가-힣])관둿", "그만뒀"),
        (r"말구(?= |$|요)", "말고"),
        (r"(?<=[0-9한두세네섯곱덟홉]살)(?=(?:딸|아들|애기|아기|아이|애)(?:이|가|랑|를|을|는|은|아이| |$))", " "),
        (r"하난(?=디|데)", "하나인"),
        (r"아이고(?= ?[가-힣0-9]{1,6}(?:이라|이다|임|라예|입니))|아이라(?= )", "아니고"),
    )
)
_ENDINGS = (
    r"(?:이라예|이라요|이라니까요?|입니더|입니다|임니다|임미다|이에요|이예요|예요|에요|이여|이요|여요|이야|이지요?|이죠|지예|이네요?|이오|이소|이올시다|"
    r"인데요?|인디요?|이고요?|이구요?|이구|이라|라예|라요|임다|임|이긴 해요|정도요?|정도예요|쯤이?요?|쯤|요|여|염|욤|용|예|유|더|오|죠|네|야|슴다)"
)
_TRIM = re.compile(rf"{_ENDINGS}$")
_FILLER = re.compile(
    r"^(?:(?:어|음|아|그|저|저는|전|나는|난|내는|제가|내가|글쎄요?|그냥|걍|네|예|넵|어디 보자|뭐|올해|이제|인자|지금)[ ,.]+)+"
)


@dataclass(frozen=True)
class Message:
    """One message: its plain text, what the bot had asked, today's date, and facts already known."""

    text: str
    asks: Optional[str]
    today: dt.date
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bare(self) -> str:
        """The answer without filler, closing punctuation and sentence ending ("어 27이요.." -> "27")."""
        text = re.sub(r"[\s.,!?~ㅋㅎㅠㅜ^;:…)(\"']+$", "", self.text)
        text = _FILLER.sub("", text)
        return _TRIM.sub("", text).strip(" ,.")

    def asked(self, fact: str) -> bool:
        """Whether the bot had just asked for this fact."""
        return self.asks == fact


def plain_text(text: str) -> str:
    """One spelling, single spaces, no invisible characters; see the module.

    >>> plain_text("ㅈㅔ가 업어여")
    '제가 없어여'
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode("utf-8"))
    text = _SPLIT_SYLLABLE.sub(_join_jamo, text)
    text = re.sub(r"[^\u3131-\u318e]+", lambda part: unicodedata.normalize("NFKC", part.group()), text)
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Zs") else char for char in text if _shows(char))
    text = re.sub(r"\s+", " ", text).strip()
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(plain, text)
    return text


def _shows(char: str) -> bool:
    return char == "\n" or (unicodedata.category(char) not in ("Cf", "Mn", "Me", "Cs") and char != "\x00")


def _join_jamo(match: "re.Match[str]") -> str:
    lead, vowel, tail = _LEADS.index(match[1]), _VOWELS.index(match[2]), _TAILS.index(match[3] or "\0")
    return chr(0xAC00 + (lead * 21 + vowel) * 28 + tail)


_DENIED = re.compile(
    r" ?(?:세|살|점|개월|년|달|만 ?원|쪽)?(?:이|가|은|는|도|으로|로|에|에서)? ?(?:사는 게 |사는 거 |그게 )?(?:절대 |전혀 )?"
    r"(?:아니(?!라면)|아닌|아녀|아님|아이고|말고|말구|틀렸|틀려|빼고|빼 ?주|잘못)"
)


def denied(text: str, end: int) -> bool:
    """Whether what ends at `end` is taken back at once ("서른넷 아니고", "수급자는 아니고", "마흔 말고")."""
    return bool(_DENIED.match(text, end))
