"""Cuts a text into the encoder's word pieces and remembers where each stood in the text.

The pieces are those of multilingual-e5-small (a unigram model, cut by Viterbi), pruned to Hangul, Latin
fragments and common symbols.  Runs under Python 3.10 and 3.11, for the engine and for the training.
"""

import json
import unicodedata
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3
WORD_START = "▁"
UNKNOWN_PENALTY = 10.0
MOST_PIECES = 256  # in one window
MOST_LETTERS = 4_000


class Pieces(NamedTuple):
    """Piece ids with begin and end marks, and for each piece its span in the text as it was given."""

    ids: List[int]
    spans: List[Tuple[int, int]]


class PieceTokenizer:
    """Cuts texts into pieces; immutable, so safe to share between threads."""

    def __init__(self, pieces: List[str], scores: List[float]) -> None:
        """`pieces` and `scores` by id, the four special ones first."""
        self.scores: Dict[str, Tuple[int, float]] = {
            piece: (number, score) for number, (piece, score) in enumerate(zip(pieces, scores)) if number > UNKNOWN
        }
        self._longest = max(map(len, self.scores))
        self._unknown = min(score for _, score in self.scores.values()) - UNKNOWN_PENALTY

    @classmethod
    def load(cls, path: Path) -> "PieceTokenizer":
        """From the JSON file beside the weights: {"pieces": [...], "scores": [...]}."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(found["pieces"], found["scores"])

    def cut(self, text: str) -> Pieces:
        """The pieces of a text; what lies beyond `MOST_LETTERS` is left out.

        >>> PieceTokenizer(["<s>", "<pad>", "</s>", "<unk>", "▁가", "게"], [0, 0, 0, 0, -1.0, -1.0]).cut("가게")
        Pieces(ids=[0, 4, 5, 2], spans=[(0, 0), (0, 1), (1, 2), (2, 2)])
        """
        plain, places = plain_letters(text[:MOST_LETTERS])
        length = len(plain)
        best = [0.0] + [float("-inf")] * length
        back: List[Tuple[int, int]] = [(0, UNKNOWN)] * (length + 1)
        for start in range(length):
            here = best[start]
            for end in range(start + 1, min(length, start + self._longest) + 1):
                known = self.scores.get(plain[start:end])
                if known is not None and here + known[1] > best[end]:
                    best[end], back[end] = here + known[1], (start, known[0])
            if here + self._unknown > best[start + 1]:
                best[start + 1], back[start + 1] = here + self._unknown, (start, UNKNOWN)
        ids, spans, end = [], [], length
        while end:
            start, number = back[end]
            ids.append(number)
            spans.append((places[start][0], places[end - 1][1]))
            end = start
        return Pieces([BEGIN, *ids[::-1], END], [(0, 0), *spans[::-1], (len(text), len(text))])


def windows(pieces: Pieces, most: int = MOST_PIECES) -> List[Pieces]:
    """The same pieces in windows that the encoder can take, each with its begin and end marks; one where all fit.

    >>> [window.ids for window in windows(Pieces([0, 7, 8, 9, 2], [(0, 0), (0, 1), (1, 2), (2, 3), (3, 3)]), 4)]
    [[0, 7, 8, 2], [0, 9, 2]]
    """
    if len(pieces.ids) <= most:
        return [pieces]
    inner = list(zip(pieces.ids[1:-1], pieces.spans[1:-1]))
    found = []
    for start in range(0, len(inner), most - 2):
        ids, spans = zip(*inner[start : start + most - 2])
        first, last = spans[0][0], spans[-1][1]
        found.append(Pieces([BEGIN, *ids, END], [(first, first), *spans, (last, last)]))
    return found


def plain_letters(text: str) -> Tuple[str, List[Tuple[int, int]]]:
    """The text as the pieces spell it, and the span in `text` of each of its letters.

    Decomposed Hangul is put together, full-width letters become plain, invisible characters are dropped,
    and every run of white space is one `WORD_START`, one before the first word too.
    """
    letters: List[str] = []
    places: List[Tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _joins(text[end]):
            end += 1
        # Letter by letter, so that bare jamo (ㅠㅠ, ㅇㅋ) become the conjoining ones that the pieces hold, unjoined.
        for letter in unicodedata.normalize("NFKC", text[start:end]):
            if letter.isspace():
                letter = WORD_START
            elif unicodedata.category(letter) in ("Cf", "Cc", "Cs", "Mn", "Me"):
                continue
            if letter != WORD_START or (letters and letters[-1] != WORD_START):
                letters.append(letter)
                places.append((start, end))
        start = end
    while letters and letters[-1] == WORD_START:
        letters.pop()
        places.pop()
    if not letters:
        return "", []
    return WORD_START + "".join(letters), [(places[0][0], places[0][0]), *places]


def _joins(letter: str) -> bool:
    """Whether a character belongs to the one before it: vowels and finals of decomposed Hangul, accents."""
    return "\u1160" <= letter <= "\u11ff" or unicodedata.category(letter) == "Mn"
