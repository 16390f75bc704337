"""The views of a message that the danger rules read.

People in danger write fast, broken or in disguise: without spaces, with letters drawn apart
("ㅈㅜㄱㄱㅗ"), full-width, with zero-width characters or repeated letters.  All of these are one text
to the rules: the tight view, which keeps Hangul, letters and digits, and a full stop where a sentence
ends.  Everything here runs at the speed of C (translate, re.sub), so a long message stays cheap.
"""

import re
import unicodedata
from operator import add
from typing import Iterator, Tuple

_JAMO_RUN = re.compile("[\u3131-\u3163]{2,}")
_DRAWN_APART = re.compile("(?<=[\u3131-\u3163])[ .\\-_*~]+(?=[\u3131-\u3163])")
_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_LAUGH_OR_CRY = re.compile("[\u314b\u314e\u3160\u315c\u3161^]{1,}")
_SENTENCE_END = re.compile("[.!?\n\r\u2026\u3002]+")
_KEPT = re.compile("[0-9a-z\uac00-\ud7a3\u3131-\u3163%.]+")
_SENTENCE = re.compile("[^.!?\n\r\u2026\u3002]+[.!?\n\r\u2026\u3002]*")

_CHOSEONG = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_JUNGSEONG = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_JONGSEONG = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# Spellings that people type for the same sound; the rules know one of each.
_SPELLINGS = (
    ("잇", "있"),
    ("엇", "었"),
    ("햇", "했"),
    ("앗", "았"),
    ("겟", "겠"),
    ("됫", "됐"),
    ("갓", "갔"),
    ("왓", "왔"),
    ("낫으", "났으"),
    ("렷", "렸"),
    ("졋", "졌"),
    ("겻", "겼"),
    ("쳣", "쳤"),
    ("줫", "줬"),
    ("켯", "켰"),
    ("럿", "렀"),
    ("끈겨", "끊겨"),
    ("끈겼", "끊겼"),
    ("끈긴", "끊긴"),
    ("굼었", "굶었"),
    ("굼고", "굶고"),
    ("업는데", "없는데"),
    ("업구", "없구"),
    ("업서", "없어"),
    ("업써", "없어"),
    ("업슴", "없음"),
    ("업다", "없다"),
    ("시퍼", "싶어"),
    ("십어", "싶어"),
    ("시픔", "싶음"),
    ("십다", "싶다"),
    ("싶퍼", "싶어"),
    ("시프", "싶으"),
    ("쥭", "죽"),
    ("듁", "죽"),
    ("주꼬", "죽고"),
    ("죽꼬", "죽고"),
    ("죽구", "죽고"),
    ("뒤지고", "죽고"),
    ("디지고", "죽고"),
    ("뒈지고", "죽고"),
    ("죽고접", "죽고싶"),
    ("죽고잡", "죽고싶"),
    ("죽고자퍼", "죽고싶어"),
    ("죽고픈", "죽고싶은"),
    ("죽고파", "죽고싶어"),
    ("죽여불", "죽여버릴"),
    ("죽이뿔", "죽여버릴"),
    ("죽이삘", "죽여버릴"),
    ("직이", "죽이"),
    ("쥑이", "죽이"),
    ("쥐기", "죽이"),
    ("읎", "없"),
    ("어신디", "없는데"),
    ("피씨방", "피시방"),
    ("pc방", "피시방"),
    ("피방", "피시방"),
    ("깜빵", "감옥"),
    ("려권", "여권"),
    ("가꼬", "가지고"),
    ("ㅅㄲ", "새끼"),
    ("ㅈㅅ하", "자살하"),
    ("ㅈㅅ할", "자살할"),
    ("ㅈㅅ각", "자살각"),
    ("ㅈㅅ생각", "자살생각"),
)


def _compose(match: "re.Match[str]") -> str:
    """Join letters that were drawn apart: ㅈㅜㄱㄱㅗ to 죽고."""
    letters, out, place = match.group(), [], 0
    while place < len(letters):
        first = _CHOSEONG.find(letters[place])
        vowel = _JUNGSEONG.find(letters[place + 1]) if first >= 0 and place + 1 < len(letters) else -1
        if vowel < 0:
            out.append(letters[place])
            place += 1
            continue
        last, width = 0, 2
        if place + 2 < len(letters):
            next_is_vowel = place + 3 < len(letters) and letters[place + 3] in _JUNGSEONG
            found = _JONGSEONG.find(letters[place + 2])
            if found > 0 and not next_is_vowel:
                last, width = found, 3
        out.append(chr(0xAC00 + (first * 21 + vowel) * 28 + last))
        place += width
    return "".join(out)


def plain_view(text: str) -> str:
    """The text a person sees, in one form: composed, half-width, lower case, without invisible characters."""
    plain = unicodedata.normalize("NFC", text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", _ZERO_WIDTH.sub("", plain))
        plain = "".join(map(_half_width, plain)) if re.search("[\uff01-\uff5e\uffa1-\uffdc]", plain) else plain
    return plain.lower()


def _half_width(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uffdc" else letter


def tight_view(plain: str) -> str:
    """What the rules read: no spaces, no decoration, one spelling; a full stop ends each sentence.

    Args:
        plain: What `plain_view` returned.
    """
    tight = _DRAWN_APART.sub("", plain)
    tight = _JAMO_RUN.sub(_compose, tight)
    tight = _LAUGH_OR_CRY.sub("", tight)
    tight = _SENTENCE_END.sub(".", tight)
    tight = "".join(_KEPT.findall(tight))
    for pair in set(map(add, tight, tight[1:])):
        if pair[0] == pair[1] and pair + pair[0] in tight:
            tight = re.sub(f"{re.escape(pair[0])}{{3,}}", pair[0], tight)
    for written, meant in _SPELLINGS:
        if written in tight:
            tight = tight.replace(written, meant)
    return tight


def sentences(plain: str) -> Iterator[Tuple[str, str]]:
    """Each sentence as (the words, their tight view), in order."""
    for match in _SENTENCE.finditer(plain):
        words = match.group().strip()
        if words:
            yield words, tight_view(words)
