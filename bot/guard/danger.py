"""Sees danger in what a client wrote, by rules alone.

The gateway calls this on every raw message before anything else happens, so it must work when Rasa,
the store and the network do not: standard library only, no file, no clock, Python 3.10 and 3.12.

"sure" means that the words say it; the crisis sentences follow at once.  "doubt" means that the words
may mean it; the bot asks.  Idioms ("배고파 죽겠다", "죽기 살기로") raise nothing.

Two readings, one answer: `rules` look for one sentence that says it; `signs` add up what is said around it,
across sentences ("고양이는 친구 줬어요. 편지도 써 놨고."), less what calms (a film, a move of house).
"""

from operator import add
from typing import Dict, List, NamedTuple, Optional, Tuple

from bot.guard.danger_rules import RULES
from bot.guard.danger_signs import READINGS
from bot.guard.rules.rule import Certainty, Rule
from bot.guard.signs.sign import keys_of, weigh
from bot.guard.text_views import plain_view, sentences, tight_view

RISKS = ("self_harm", "violence", "destitution", "job_scam", "harm_to_others")
LONGEST_EVIDENCE = 120
REACH_BEFORE, REACH_AFTER = 60, 60


class Danger(NamedTuple):
    """One danger: which of `RISKS`, how certain, and the client's own words that say so."""

    risk: str
    certainty: Certainty
    evidence: str


def find_danger(text: str, previous: str = "") -> Tuple[Danger, ...]:
    """Find what endangers the writer or somebody the writer speaks of.

    Args:
        text: One message, as it was typed; any length.
        previous: The message before it, so that "죽고" and "싶어요" are read together.

    Returns:
        At most one danger a risk, in the order of `RISKS`; "sure" outranks "doubt".  What only the
        previous message said is not raised again.

    >>> [(d.risk, d.certainty) for d in find_danger("요즘 죽고 싶어요")]
    [('self_harm', 'sure')]
    >>> find_danger("배고파 죽겠어요")
    ()
    >>> [d.risk for d in find_danger("싶어요", previous="나 진짜 죽고")]
    ['self_harm']
    """
    plain = plain_view(text)
    # The same sentence sent a thousand times is read once; this also bounds the work.
    tight = ".".join(sentence for sentence in dict.fromkeys(tight_view(plain).split(".")) if sentence)
    before = tight_view(plain_view(previous))[-REACH_BEFORE:] if previous else ""
    whole = before + tight
    if not tight:
        return ()
    pairs = set(map(add, whole, whole[1:]))
    found: Dict[str, Tuple[Certainty, str]] = {}
    for rule in RULES:
        held = found.get(rule.risk)
        if held is not None and (held[0] == "sure" or rule.certainty == "doubt"):
            continue
        # Most rules have no word whose first two letters occur at all: a glance decides.
        words = [word for word in rule.words if (len(word) < 2 or word[:2] in pairs) and word in whole]
        hit = _first_hit(rule, words, whole, len(before)) if words else None
        if hit is not None:
            found[rule.risk] = (rule.certainty, hit)
    keys = keys_of(whole)
    for reading in READINGS:
        if found.get(reading.risk, ("doubt",))[0] == "doubt":
            weighed = weigh(reading, whole, keys)
            if weighed is not None and (weighed[0] == "sure" or reading.risk not in found):
                found[reading.risk] = weighed
    if not found:
        return ()
    return tuple(Danger(risk, found[risk][0], _evidence(found[risk][1], plain)) for risk in RISKS if risk in found)


def _first_hit(rule: Rule, words: List[str], whole: str, boundary: int) -> Optional[str]:
    """The matched words of the first place where the rule holds and nothing excuses it."""
    for start, end in _windows(words, whole):
        for match in rule.pattern.finditer(whole, start, end):
            if match.end() <= boundary:
                continue
            around = whole[max(0, match.start() - REACH_BEFORE) : match.end() + REACH_AFTER]
            if rule.unless is None or rule.unless.search(around) is None:
                return match.group()
    return None


def _windows(words: List[str], whole: str) -> List[Tuple[int, int]]:
    """Where the rule's pattern can match at all: around its literal words.  Overlaps are merged."""
    places = []
    for word in words:
        at = whole.find(word)
        while at >= 0:
            places.append(at)
            at = whole.find(word, at + 1)
    windows: List[Tuple[int, int]] = []
    for at in sorted(places):
        start, end = max(0, at - REACH_BEFORE), at + REACH_AFTER
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _evidence(hit: str, plain: str) -> str:
    """The client's sentence that holds the matched words; the first that shares them when they span several."""
    core = hit.strip(".")
    parts = [part for part in core.split(".") if part]
    nearest = ""
    for words, tight in sentences(plain):
        if core in tight:
            return words[:LONGEST_EVIDENCE]
        if not nearest and tight.strip(".") and any(part in tight or tight.strip(".") in part for part in parts):
            nearest = words
    return (nearest or plain.strip())[:LONGEST_EVIDENCE]
