"""Which needs a message explicitly does not want, or says are no problem.

"빚은 없어요" names a need and takes it back.  A need is a candidate where a clause that takes something
back speaks of it; a small judge, trained on the annotated messages, decides.
"""

from typing import List, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.engine.heads import NOTHING, Reading

LEAST_CLAUSE_ODDS = -2.5
THRESHOLD = 0.5


def _features(reading: Reading, scores: np.ndarray, label: int) -> np.ndarray:
    back, stated = reading.parts[reading.taken_back, label], reading.parts[~reading.taken_back, label]
    in_back = back.max() if len(back) else NOTHING
    in_stated = stated.max() if len(stated) else NOTHING
    rivals = np.delete(reading.parts[reading.taken_back], label, axis=1)
    strongest = rivals[back.argmax()].max() if len(back) else NOTHING
    share = float(reading.taken_back.mean()) if len(reading.taken_back) else 0.0
    return np.array([in_back, in_stated, in_back - in_stated, in_back - strongest, scores[label], float(scores.max()), share, len(reading.parts)])


class TakenBackReader:
    """Decides need by need; picklable."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = list(labels)
        self.judge: LogisticRegression = LogisticRegression(C=1.0, max_iter=500)
        self.threshold = THRESHOLD
        self.centre = np.zeros(8)
        self.scale = np.ones(8)
        self.trained = False

    def fit(self, readings: Sequence[Reading], scores: Sequence[np.ndarray], negated: Sequence[Sequence[str]]) -> None:
        """Learn from what the heads honestly said of annotated messages."""
        rows, answers = [], []
        for reading, honest, taken in zip(readings, scores, negated):
            for label in self._candidates(reading):
                rows.append(_features(reading, honest, label))
                answers.append(self.labels[label] in taken)
        if not any(answers) or all(answers):
            return
        matrix = np.stack(rows)
        self.centre, self.scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
        self.judge.fit((matrix - self.centre) / self.scale, answers)
        chances = self.judge.predict_proba((matrix - self.centre) / self.scale)[:, 1]
        self.threshold = _best_cut(chances, np.array(answers), sum(len(taken) for taken in negated))
        self.trained = True

    def read(self, reading: Reading) -> List[str]:
        """The needs that a message takes back, in the catalogue's order."""
        candidates = self._candidates(reading) if self.trained else []
        if not candidates:
            return []
        matrix = np.stack([_features(reading, reading.scores, label) for label in candidates])
        chances = self.judge.predict_proba((matrix - self.centre) / self.scale)[:, 1]
        return [self.labels[label] for label, chance in zip(candidates, chances) if chance >= self.threshold]

    @staticmethod
    def _candidates(reading: Reading) -> List[int]:
        back = reading.parts[reading.taken_back]
        return [int(label) for label in np.flatnonzero(back.max(axis=0) >= LEAST_CLAUSE_ODDS)] if len(back) else []


def _best_cut(chances: np.ndarray, answers: np.ndarray, wanted: int) -> float:
    best, best_value = THRESHOLD, -1.0
    for cut in np.arange(0.15, 0.85, 0.02):
        found = chances >= cut
        hits = float((found & answers).sum())
        value = 2 * hits / (float(found.sum()) + wanted) if hits else 0.0
        if value > best_value:
            best, best_value = float(cut), value
    return best
