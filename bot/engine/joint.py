"""Joins what the lexical heads and the tuned encoder say of a message.

The two err differently.  How far each is to be believed is learned from messages that neither has read
(`nlu_data/judge/`), so the probabilities hold for a stranger's words.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from bot.encoder.reader import Encoded, shared_encoder
from bot.engine.heads import NOTHING, Reading, Row
from bot.engine.korean import read_morphemes
from bot.engine.paths import DATA

JUDGE_DATA = DATA / "judge"
MOST_ODDS = 12.0


class Heard(NamedTuple):
    """One message of the judge's own, with its annotations and what the encoder says of it."""

    row: Row
    note: Dict[str, Any]
    author: str
    encoded: Encoded


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


def joint_signals(
    reading: Reading, odds: np.ndarray, refused: Optional[np.ndarray], length: int, extra: Optional[np.ndarray] = None
) -> np.ndarray:
    """What the judge of needs or risks looks at, labels × signals.

    Args:
        reading: What the lexical heads say.
        odds: What the encoder says of the same labels.
        refused: What it says of each label's being refused; None where nothing of the kind exists.
        length: The message's, in letters.
        extra: Further signals × labels.
    """
    lexical, encoder = log_odds(reading.scores), np.clip(odds, -MOST_ODDS, MOST_ODDS)
    both = (lexical + encoder) / 2
    labels = len(both)
    order = np.sort(both)[::-1]
    rank = (-both).argsort().argsort()
    others = np.where(rank == 0, order[1] if labels > 1 else NOTHING, order[0])
    stated, back = reading.parts[~reading.taken_back], reading.parts[reading.taken_back]
    best_stated = stated.max(axis=0) if len(stated) else np.full(labels, NOTHING)
    best_back = back.max(axis=0) if len(back) else np.full(labels, NOTHING)
    columns = [
        lexical,
        encoder,
        both,
        np.minimum(lexical, encoder),
        np.maximum(lexical, encoder),
        best_stated,
        best_back - best_stated,
        rank,
        others,
        np.full(labels, (1 / (1 + np.exp(-encoder))).sum()),
        np.full(labels, reading.scores.sum()),
        np.full(labels, np.log1p(length)),
    ]
    if refused is not None:
        columns.append(np.clip(refused, -MOST_ODDS, MOST_ODDS))
    if extra is not None:
        columns += list(extra)
    return np.stack(columns, axis=1)


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
