"""Joins what the lexical heads and the tuned encoder say of a message.

The two err differently.  How far each is to be believed is learned from messages that neither has read
(`nlu_data/judge/`), so the probabilities hold for a stranger's words.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np

from bot.encoder.reader import Encoded, shared_encoder
from bot.engine.heads import Reading, best_of_clauses, rank_and_rival
from bot.engine.korean import read_morphemes
from bot.engine.lexicon import Row, Said
from bot.engine.paths import DATA

JUDGE_DATA = DATA / "judge"
MOST_ODDS = 12.0


class Heard(NamedTuple):
    """One message of the judge's own, with its annotations and what the encoder says of it."""

    row: Row
    note: Dict[str, Any]
    author: str
    encoded: Encoded


class Look(NamedTuple):
    """What views and encoder say of one message, before anybody decides."""

    text: str
    said: Said
    encoded: Encoded

    def about(self, columns: slice) -> "Look":
        """The same with the views' opinion of some labels only."""
        return self._replace(said=self.said.of(columns))


@lru_cache(maxsize=1)
def read_heard(folder: Path = JUDGE_DATA) -> List[Heard]:
    """The judge's messages, in the order of files and lines; encoded once for all readers that learn from them."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            note = json.loads(line)
            row = Row(note["text"], tuple(read_morphemes(note["text"])), path.stem)
            found.append(Heard(row, note, path.stem, shared_encoder().encode(note["text"])))
    return found


def log_odds(chances: np.ndarray) -> np.ndarray:
    """Log-odds of probabilities, kept within reach."""
    kept = np.clip(chances, 1e-5, 1 - 1e-5)
    return np.log(kept / (1 - kept))


def encoder_odds(encoded: Encoded, places: Sequence[int]) -> np.ndarray:
    """The encoder's log-odds of some labels, kept within reach."""
    return np.clip(encoded.odds[list(places)], -MOST_ODDS, MOST_ODDS)


def joint_signals(reading: Reading, odds: np.ndarray, length: int, extra: Sequence[np.ndarray] = ()) -> np.ndarray:
    """What the judge of needs or risks looks at, labels × signals.

    Args:
        reading: What the lexical heads say.
        odds: What the encoder says of the same labels.
        length: The message's, in letters.
        extra: Further signals, one number a label each.
    """
    lexical = log_odds(reading.scores)
    both = (lexical + odds) / 2
    rank, others = rank_and_rival(both)
    best_stated, best_back = best_of_clauses(reading.parts, reading.taken_back)
    columns = [
        lexical,
        odds,
        both,
        np.minimum(lexical, odds),
        np.maximum(lexical, odds),
        best_stated,
        best_back - best_stated,
        rank,
        others,
        np.full(len(both), (1 / (1 + np.exp(-odds))).sum()),
        np.full(len(both), reading.scores.sum()),
        np.full(len(both), np.log1p(length)),
    ]
    return np.stack([*columns, *extra], axis=1)


def evidence_of(reading: Reading, encoded: Encoded, place: int, label: int) -> Tuple[int, int]:
    """The clause that speaks most for a label.

    Args:
        place: The label's place among the encoder's labels.
        label: Its place among the reading's.

    The encoder's attention, summed over the pieces of each clause, and the lexical heads vote together.
    """
    if not reading.spans:
        return 0, 0
    parts = reading.parts[:, label] - 2.0 * reading.taken_back
    lexical = np.exp(parts - parts.max())
    votes = lexical / lexical.sum() + attention_of(encoded, place, reading.spans)
    return reading.spans[int(votes.argmax())]


def attention_of(encoded: Encoded, place: int, spans: Sequence[Tuple[int, int]]) -> np.ndarray:
    """The share of a label's attention that falls on each span."""
    shares = np.zeros(len(spans))
    for weight, (start, end) in zip(encoded.weights[place], encoded.spans):
        middle = (start + end) / 2
        for number, (first, last) in enumerate(spans):
            if first <= middle <= last and end > start:
                shares[number] += weight
                break
    total = shares.sum()
    return shares / total if total > 0 else shares


def found_item(label: str, score: float, text: str, span: Tuple[int, int]) -> Dict[str, Any]:
    """A need or a danger as it is put out."""
    start, end = span
    return {"id": label, "score": round(score, 4), "evidence": text[start:end], "start": start, "end": end}
