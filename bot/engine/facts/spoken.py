"""A message cut into parts, and what each part tells: of whom, and whether of the past, of now, or of something wished.

The rules here look at endings by their letters (a syllable that closes with ㅆ marks the past), so that they hold for
verbs nobody listed.
"""

import re
from functools import lru_cache
from typing import NamedTuple, Optional

from bot.engine.facts import people

_SS = 20
_CUT = re.compile(
    r"[.!?…;~\n]+|,|(?<=고)(?: (?!싶|있|계|나니|나서|보니)|요 )|(?<=데) |(?<=는디) |(?<=인디) |(?<=ㄴ디) |(?<=데요) |(?<=지만) |(?<=니까) |(?<=거든요) |(?<=어요) |(?<=아요) |(?<=니다) |"
    r"(?<=해요) |(?<=예요) |(?<=다가) |(?<=더니) |(?<=면서) |(?<=으며) |(?<=라서) |(?<=어서) |(?<=아서) |(?<=해서) |(?<=돼서) |(?<=심더) |(?<=슴다) |(?<=슈) |(?<=유) (?=[가-힣]{2})"
)
_STRONG = re.compile(r"[.!?…;\n]")
_WISH = re.compile(
    r"고 ?(?:싶|파|자 ?(?:합|하)|잡|시프)|(?:으)?려(?:고|는|구|면|니|합|해|한)|(?<![모몰])(?:을|를)?라(?:고|꼬|구) ?(?:하|허|합|해|캅|카|칸|그)|볼라|면 ?(?:좋|되|돼|안)|예정|싶(?:어|은|습|네|지)|했으면|주세요|주십|달라|바랍|바람(?:$| )|희망(?!퇴직| 퇴직)|"
    r"찾(?:고|아|습|는|음)|구(?:하고|해요|합|함)|궁금|어떻게|어디서|있을까|있나요|있을지|될까|되나요|가능한지"
)
# Entering a state in the past leaves one in it now ("입사했어요", "취직해서").
_ENTERED = re.compile(
    r"입사|취직|취업(?:했|됐|하고|해)|들어(?:왔|갔|온|간)|복직|복귀했|복귀한|옮겼|발령|채용(?:됐|되)|시작했|붙었|합격|다니게|맡(?:게|았)"
)
_SUBJECT = re.compile(
    rf"(?P<who>{people.PERSON}|(?<![가-힣])(?:저희|저|제|나|내|전|난|본인|지)(?=[는가도은 ]|는|가))(?P<mark>님|네|들|분)?(?:(?:은|는|이|가|께서는?|도|이가)(?![가-힣])|(?<=^남편)(?= )|(?<=^아내)(?= ))"
)


class Part(NamedTuple):
    """A stretch of the text with whom it tells of ("self", "child", "other"), and its time ("past", "now", "wish")."""

    start: int
    text: str
    whose: str
    time: str


def closes_with(syllable: str, final: int) -> bool:
    """Whether a syllable ends in the consonant with this index of Unicode's Hangul block.

    >>> closes_with("했", 20), closes_with("할", 20)
    (True, False)
    """
    return "가" <= syllable <= "힣" and (ord(syllable) - 0xAC00) % 28 == final


def in_past(text: str) -> bool:
    """Whether the text's last verb stands in the past ("다녔어요", "하던", "그만둔 지"), whatever the verb."""
    words = text.split()[-3:]
    tail = " ".join(words)
    if any(closes_with(char, _SS) and char not in "있겠" for char in tail):
        return not _ENTERED.search(tail)
    return bool(
        re.search(
            r"던(?:데|가|지)?(?= |$)|[가-힣] ?(?:때|적)(?:는|에|까지|에는|엔)?$|[가-힣][한간온둔난은] ?(?:지|뒤|후)",
            tail,
        )
    )


@lru_cache(maxsize=16)
def parts(text: str) -> tuple[Part, ...]:
    """The parts of a message in order; a part without a subject tells of whom the one before told, within a sentence."""
    found: list[Part] = []
    whose, start = "self", 0
    cuts = [(match.start(), match.end()) for match in _CUT.finditer(text)] + [(len(text), len(text))]
    for stop, after in cuts:
        piece = text[start:stop]
        if piece.strip():
            whose = _whose(piece) or whose
            time = "wish" if _WISH.search(piece) else "past" if in_past(piece) else "now"
            found.append(Part(start, piece, whose, time))
        if _STRONG.search(text[stop:after]):
            whose = "self"
        start = after
    return tuple(found)


def _whose(piece: str) -> Optional[str]:
    """Of whom a piece tells by its first subject; None when none is named."""
    for match in _SUBJECT.finditer(piece):
        who = match["who"]
        if re.fullmatch(r"저희|저|제|나|내|전|난|본인|지", who):
            return "self"
        if people.WORK_PEOPLE.fullmatch(who):
            # What a superior does is done at the client's work.
            return None
        return "child" if people.is_child_word(who) else "other"
    return None
