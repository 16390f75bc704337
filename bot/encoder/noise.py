"""Makes other examples of the ones there are: slips of the thumb, lost spaces, two messages in one."""

import random
from typing import Sequence

from bot.encoder.examples import WITHOUT_FACTS, Example, with_sums

LEAD, VOWEL, TAIL = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", 28
# Vowels and consonants that people hear or type for one another.
NEAR_VOWELS = {
    "ㅐ": "ㅔ",
    "ㅔ": "ㅐ",
    "ㅗ": "ㅜ",
    "ㅜ": "ㅗ",
    "ㅓ": "ㅡ",
    "ㅡ": "ㅓ",
    "ㅚ": "ㅙ",
    "ㅙ": "ㅚ",
    "ㅕ": "ㅓ",
    "ㅢ": "ㅣ",
    "ㅖ": "ㅔ",
}
NEAR_LEADS = {
    "ㄱ": "ㅋ",
    "ㄲ": "ㄱ",
    "ㄷ": "ㄸ",
    "ㄸ": "ㄷ",
    "ㅂ": "ㅃ",
    "ㅅ": "ㅆ",
    "ㅆ": "ㅅ",
    "ㅈ": "ㅉ",
    "ㅊ": "ㅈ",
    "ㅎ": "ㅇ",
}
TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
LONGEST_JOINT = 140


def typed_badly(text: str, dice: random.Random, share: float) -> str:
    """The text with about `share` of its letters mistyped, doubled or dropped, and some spaces lost or gained.

    >>> typed_badly("가게 접었어요", random.Random(1), 0.0)
    '가게 접었어요'
    """
    letters = []
    for place, letter in enumerate(text):
        if dice.random() >= share:
            letters.append(letter)
        elif letter == " ":
            continue
        elif "가" <= letter <= "힣":
            letters.append(_slip(letter, dice))
        elif dice.random() < 0.5:
            letters.append(letter + letter)
        if place and letter != " " and dice.random() < share / 4:
            letters.append(" ")
    return "".join(letters).strip() or text


def _slip(letter: str, dice: random.Random) -> str:
    code = ord(letter) - 0xAC00
    lead, vowel, tail = code // (21 * TAIL), code // TAIL % 21, code % TAIL
    way = dice.random()
    if way < 0.3:
        vowel = VOWEL.index(NEAR_VOWELS.get(VOWEL[vowel], VOWEL[vowel]))
    elif way < 0.45:
        lead = LEAD.index(NEAR_LEADS.get(LEAD[lead], LEAD[lead]))
    elif way < 0.65:
        tail = 19 if tail == 20 else 20 if tail == 19 else 0
    elif way < 0.8:
        # The syllable falls apart, as when a phone's keyboard lags.
        return LEAD[lead] + VOWEL[vowel] + TAILS[tail].strip()
    elif way < 0.9:
        return ""
    else:
        return letter + letter
    return chr(0xAC00 + (lead * 21 + vowel) * TAIL + tail)


def without_spaces(text: str, dice: random.Random) -> str:
    """The text without spaces, or with only one in five left."""
    keep = dice.choice((0.0, 0.2))
    return "".join(letter for letter in text if letter != " " or dice.random() < keep)


def joined(one: Example, other: Example, dice: random.Random) -> Example:
    """Both messages in one; what one wants and the other refuses is wanted, and facts are nobody's any more."""
    first, second = (one, other) if dice.random() < 0.5 else (other, one)
    wanted = {label for label in one.labels | other.labels if label.startswith(("need:", "risk:"))}
    refused = {label for label in one.labels | other.labels if label.startswith("refused:")}
    kept = with_sums(wanted | {label for label in refused if label.replace("refused:", "need:") not in wanted})
    return Example(f"{first.text} {second.text}", one.author, kept, WITHOUT_FACTS)


def varied(example: Example, others: Sequence[Example], dice: random.Random) -> Example:
    """The example as it is (mostly), mistyped, unspaced, or joined with another one."""
    way = dice.random()
    if way < 0.12 and "fact" in example.known:
        other = dice.choice(others)
        if len(example.text) + len(other.text) <= LONGEST_JOINT:
            return joined(example, other, dice)
    elif way < 0.29:
        return example._replace(text=typed_badly(example.text, dice, dice.choice((0.03, 0.08, 0.15, 0.2))))
    elif way < 0.37:
        return example._replace(text=without_spaces(example.text, dice))
    return example
