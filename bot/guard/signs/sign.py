"""Signs: small ideas that mean little alone and much together.

Few people in danger name it.  They say that the cat lives with a friend now, that the letters are written, that
no appointment is needed after Friday.  No sentence of these is alarming; their company is.  A `Sign` is one idea
with the ways in which people word it; a `Reading` adds up the distinct signs of one risk that stand near each other,
across sentences, less what calms (a film, a move of house, a trouble long over).

Ways are written over the tight view (no spaces, "." between sentences), separated by spaces, as small regular
expressions; "~" is a gap of up to ten letters within the sentence, "…" one of up to thirty across sentences.
"""

import re
from operator import add
from typing import Dict, List, NamedTuple, Optional, Pattern, Set, Tuple

from bot.guard.rules.rule import Certainty

# Signs belong together when they stand within so many tight letters: four or five spoken sentences.
NEAR = 220
SURE_AT, DOUBT_AT = 3.0, 2.0
_GAPS = (("~", "[^.]{0,10}"), ("…", ".{0,30}"))


class Way(NamedTuple):
    """One wording: it can only match where one of the `needles` occurs; a bare word has no pattern."""

    needles: Tuple[str, ...]
    pattern: Optional[Pattern[str]]


class Sign(NamedTuple):
    """One idea: what it adds to its risk (below zero: what it takes away), and the ways to word it."""

    name: str
    weight: float
    ways: Tuple[Way, ...]


class Reading(NamedTuple):
    """One risk: its signs, of which a danger needs at least one whose name is in `cores`."""

    risk: str
    cores: Tuple[str, ...]
    signs: Tuple[Sign, ...]
    # The ways (with the number of their sign) by the first two letters of their needles: a message that holds
    # none of these letters costs nothing.
    by_letters: Dict[str, Tuple[Tuple[int, Way], ...]]


def make_sign(name: str, weight: float, *ways: str) -> Sign:
    """A sign from strings of ways that are separated by spaces."""
    return Sign(name, weight, tuple(_make_way(way) for words in ways for way in words.split()))


def make_reading(risk: str, cores: Tuple[str, ...], signs: Tuple[Sign, ...]) -> Reading:
    """A reading with its index; every core must be the name of a sign."""
    if not set(cores) <= {sign.name for sign in signs}:
        raise ValueError(f"{risk}: a core without a sign")
    index: Dict[str, List[Tuple[int, Way]]] = {}
    for number, sign in enumerate(signs):
        for way in sign.ways:
            for key in {needle[:2] for needle in way.needles}:
                index.setdefault(key, []).append((number, way))
    return Reading(risk, cores, signs, {key: tuple(ways) for key, ways in index.items()})


def keys_of(text: str) -> Set[str]:
    """What `weigh` looks ways up by: the letters of a tight text, single and in pairs."""
    return set(text).union(map(add, text, text[1:]))


def weigh(reading: Reading, text: str, keys: Set[str]) -> Optional[Tuple[Certainty, str]]:
    """How certain the signs in a tight text make its risk, and the letters of the weightiest sign."""
    hits = sorted(_hits(reading, text, keys))
    best, evidence = 0.0, ""
    for place, (start, _, _) in enumerate(hits):
        near = [hit for hit in hits[place:] if hit[0] - start <= NEAR]
        if not any(reading.signs[hit[1]].name in reading.cores for hit in near):
            continue
        weights = {number: reading.signs[number].weight for _, number, _ in near}
        total = sum(weights.values()) + sum(
            reading.signs[number].weight
            for number in {hit[1] for hit in hits[:place] if start - hit[0] <= NEAR}
            if reading.signs[number].weight < 0 and number not in weights
        )
        if total > best:
            best = total
            heaviest = max(near, key=lambda hit: reading.signs[hit[1]].weight)
            evidence = text[heaviest[0] : heaviest[2]]
    if best < DOUBT_AT:
        return None
    return ("sure" if best >= SURE_AT else "doubt"), evidence


def _hits(reading: Reading, text: str, keys: Set[str]) -> Set[Tuple[int, int, int]]:
    """Where each sign stands: (start, number of the sign, end)."""
    found = set()
    index = reading.by_letters
    for number, way in {entry for key in keys & index.keys() for entry in index[key]}:
        if way.pattern is None:
            needle = way.needles[0]
            at = text.find(needle)
            while at >= 0:
                found.add((at, number, at + len(needle)))
                at = text.find(needle, at + NEAR // 2)
        elif any(needle in text for needle in way.needles):
            found.update((match.start(), number, match.end()) for match in way.pattern.finditer(text))
    return found


def _make_way(way: str) -> Way:
    needles = _needles(way)
    if needles == (way,) and not set(way) & set("[(?*{~….$"):
        return Way(needles, None)
    if not needles or not all(needles):
        raise ValueError(f"a way needs a fixed word of its own: {way}")
    pattern = way
    for sign, gap in _GAPS:
        pattern = pattern.replace(sign, gap)
    return Way(needles, re.compile(pattern))


def _needles(way: str) -> Tuple[str, ...]:
    """The longest words of which every match of the way holds one; ("",) when there are none."""
    runs: List[Tuple[str, ...]] = [("",)]
    run, place = "", 0
    while place < len(way):
        start, place = place, _piece_end(way, place)
        piece = way[start:place]
        repeat = re.match(r"[?*]|\{[^}]*\}", way[place:])
        place += repeat.end() if repeat else 0
        if not repeat and len(piece) == 1 and piece not in "~….$":
            run += piece
            continue
        runs.append((run,))
        run = ""
        if not repeat and piece.startswith("(?:"):
            runs.append(tuple(needle for branch in _branches(piece[3:-1]) for needle in _needles(branch)))
    runs.append((run,))
    return max(runs, key=lambda words: min(map(len, words)))


def _piece_end(way: str, start: int) -> int:
    """Where the letter, class or group that begins at `start` ends."""
    if way[start] == "[":
        return way.index("]", start) + 1
    if way[start] != "(":
        return start + 1
    depth = 0
    for place in range(start, len(way)):
        depth += {"(": 1, ")": -1}.get(way[place], 0)
        if depth == 0:
            return place + 1
    raise ValueError(f"a group is left open: {way}")


def _branches(body: str) -> List[str]:
    """The alternatives of a group, split outside of the groups in it."""
    branches, depth = [""], 0
    for letter in body:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            branches.append("")
        else:
            branches[-1] += letter
    return branches
