"""One judge over the two lexical views: which of several labels hold.

For each label the judge weighs what the views say of the whole message, of the clauses that state and of
those that take something back, and how sure they are of anything at all.  It is trained on what views say
of authors they have not read, so its probabilities are honest for a stranger's words.
"""

from dataclasses import dataclass
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from bot.engine.judge import Judge, folds_of
from bot.engine.lexicon import NOTHING, Said


@dataclass
class Reading:
    """What the heads read in one message: a probability per label, and what each clause says of it.

    `parts` (clauses × labels) holds log-odds, `taken_back` says which clauses take something back.
    """

    scores: np.ndarray
    parts: np.ndarray
    taken_back: np.ndarray
    spans: List[Tuple[int, int]]


def best_of_clauses(parts: np.ndarray, taken_back: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Per label the best log-odds of a clause that states, and of one that takes something back."""
    nothing = np.full(parts.shape[1], NOTHING)
    stated, back = parts[~taken_back], parts[taken_back]
    return (stated.max(axis=0) if len(stated) else nothing), (back.max(axis=0) if len(back) else nothing)


def rank_and_rival(odds: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Per label its rank, 0 the best, and the log-odds of the best other label."""
    order = np.sort(odds)[::-1]
    rank = (-odds).argsort().argsort()
    return rank, np.where(rank == 0, order[1] if len(odds) > 1 else NOTHING, order[0])


def judge_features(said: Said, extra: Optional[np.ndarray] = None) -> np.ndarray:
    """Labels × features: what the judge looks at, label by label.

    Args:
        said: The views' opinion of the labels, and last of "any".
        extra: Features × labels that something else says (such as the danger guard).
    """
    letters, morphemes, parts = said.letters[:-1], said.morphemes[:-1], said.parts[:, :-1]
    both = (letters + morphemes) / 2
    best_stated, best_back = best_of_clauses(parts, said.taken_back)
    rank, others = rank_and_rival(both)
    of_message = [
        both.max(),
        (1 / (1 + np.exp(-both))).sum(),
        np.log1p(said.length),
        said.any_odds,
        said.parts[:, -1].max() if len(parts) else NOTHING,
        len(parts),
        said.taken_back.mean() if len(said.taken_back) else 0.0,
    ]
    columns = [letters, morphemes, both, best_stated, best_back, best_stated - best_back, rank, others]
    columns += [np.full(len(both), value) for value in of_message]
    return np.stack([*columns, *(extra if extra is not None else ())], axis=1)


class Heads:
    """Reads which labels hold.  Train with `fit`, ask with `read`; picklable."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = list(labels)
        self.judge = Judge()

    def fit(
        self,
        said: Mapping[int, Said],
        truth: np.ndarray,
        authors: Sequence[str],
        extra: Optional[Mapping[int, np.ndarray]] = None,
    ) -> Dict[int, np.ndarray]:
        """Learn from what views said of rows whose authors they had not read.

        Args:
            said: By the row's place; about these labels only.
            truth: Rows × labels, 0 or 1.
            authors: Per row; one author's rows are judged together.
            extra: By the row's place, see `judge_features`.

        Returns:
            By the row's place, a probability per label of a judge that has not read its author either.
        """
        places = sorted(said)
        features = [judge_features(said[place], None if extra is None else extra[place]) for place in places]
        half = folds_of([authors[place] for place in places], 2)
        honest: Dict[int, np.ndarray] = {}
        for own in (0, 1):
            teach, ask = np.flatnonzero(half != own), np.flatnonzero(half == own)
            if len(teach) and len(ask):
                self._fit(features, truth, places, teach)
                chances = self.judge.chances(np.concatenate([features[number] for number in ask]))
                for number, row in zip(ask, chances.reshape(len(ask), -1)):
                    honest[places[number]] = row
        self._fit(features, truth, places, np.arange(len(places)))
        return honest

    def _fit(
        self, features: Sequence[np.ndarray], truth: np.ndarray, places: Sequence[int], chosen: np.ndarray
    ) -> None:
        rows = np.concatenate([features[number] for number in chosen])
        self.judge = Judge().fit(rows, np.concatenate([truth[places[number]] for number in chosen]))

    def read(self, said: Said, extra: Optional[np.ndarray] = None) -> Reading:
        """Read one message; `extra` as in `judge_features`."""
        scores = self.judge.chances(judge_features(said, extra))
        return Reading(scores, said.parts[:, :-1], said.taken_back, said.spans)
