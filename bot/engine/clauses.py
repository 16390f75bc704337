"""Cuts a Korean message into clauses at connective endings.

A clause is what the readers quote as evidence, so a cut must leave words a counselor can read.
The rules were found by trying: cut after a sentence end, and after a connective ending that
joins two statements, unless an auxiliary verb or a particle follows.
"""

from dataclasses import dataclass
from typing import List, NamedTuple, Sequence, Tuple

MIN_CONTENT_MORPHEMES = 2

CONNECTIVES = frozenset(
    [
        "고",
        "는데",
        "은데",
        "ㄴ데",
        "ᆫ데",
        "지만",
        "으면서",
        "면서",
        "어서",
        "아서",
        "여서",
        "으니까",
        "니까",
        "으며",
        "며",
        "느라",
        "느라고",
        "다가",
        "더니",
        "길래",
        "자마자",
        "려고",
        "으려고",
        "구",
        "구요",
        "거든",
        "거든요",
        "ᆫ디",
        "는디",
        "은디",
        "응께",
        "ᆫ께",
        "니께",
        "어",
        "아",
        "어요",
        "아요",
        "ᆸ니다",
        "습니다",
    ]
)
SENTENCE_ENDS = frozenset({"SF", "EF"})
CONTENT_TAGS = frozenset({"NNG", "NNP", "NR", "VV", "VA", "XR", "MAG", "SL", "SN", "IC"})
AUXILIARIES = frozenset({"VX", "SP"})
PARTICLE_PREFIX = "J"
GO_TAKES = frozenset({"싶", "있", "나", "하", "보"})


class Morpheme(NamedTuple):
    """One Kiwi token: its form, its tag without Kiwi's irregularity suffix, and its place in the text."""

    form: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True)
class Clause:
    """A stretch of the message (`text[start:end]`) and the morphemes within."""

    start: int
    end: int
    morphemes: Tuple[Morpheme, ...]


def _cuts_after(morphemes: Sequence[Morpheme], place: int, content: int) -> bool:
    here = morphemes[place]
    following = morphemes[place + 1] if place + 1 < len(morphemes) else None
    if following is None:
        return False
    if here.tag == "SF":
        return following.tag not in {"SF", "SSC"}
    if content < MIN_CONTENT_MORPHEMES or following.start <= here.end - 1 or following.start == here.end:
        # Without a space after it an ending usually belongs to one word: "와서는", "하고요".
        return (
            here.tag == "EF"
            and content >= MIN_CONTENT_MORPHEMES
            and following.tag not in {"SF", "SP", "JX", "EC", "EF"}
        )
    if here.tag in {"SP", "SO"}:
        return True
    if here.tag == "EF":
        return following.tag != "SF"
    if here.tag == "EC" and here.form in CONNECTIVES:
        if following.tag in AUXILIARIES or following.tag.startswith(PARTICLE_PREFIX):
            return False
        if here.form in {"고", "구"} and following.form in GO_TAKES and following.tag.startswith("V"):
            return False
        return not (here.form in {"려고", "으려고"} and following.form == "하")
    # Kiwi reads "타는데" as an adnominal ending and the bound noun "데".
    return here.tag == "NNB" and here.form == "데" and place > 0 and morphemes[place - 1].tag == "ETM"


def split_clauses(text: str, morphemes: Sequence[Morpheme]) -> List[Clause]:
    """Cut a message into clauses.

    Args:
        text: The message.
        morphemes: Its morphemes in order; positions count characters of `text`.

    Returns:
        Clauses in order; none is empty, they do not overlap, and each begins and ends on a
        character that is no white space.  An empty or blank message has none.
    """
    clauses: List[Clause] = []
    first = 0
    content = 0
    for place, morpheme in enumerate(morphemes):
        if morpheme.tag in CONTENT_TAGS:
            content += 1
        if place == len(morphemes) - 1 or _cuts_after(morphemes, place, content):
            members = tuple(morphemes[first : place + 1])
            start, end = members[0].start, max(member.end for member in members)
            if text[start:end].strip():
                clauses.append(Clause(start, end, members))
            first, content = place + 1, 0
    return clauses
