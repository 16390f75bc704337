"""A small calibrated judge: probabilities from a few signals, trained on authors that the signals do not know."""

from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

LEAST_FOR_TREES = 2000


class Judge:
    """Trees and a line, their probabilities averaged; with few rows the line alone.  Picklable."""

    def __init__(self, *, leaf: int = 40, rounds: int = 120) -> None:
        self.leaf = leaf
        self.rounds = rounds
        self.trees: Optional[HistGradientBoostingClassifier] = None
        self.line: Optional[LogisticRegression] = None
        self.centre = np.zeros(0)
        self.scale = np.zeros(0)

    def fit(self, features: np.ndarray, answers: np.ndarray) -> "Judge":
        """Learn from rows × signals and their answers, 0 or 1."""
        self.trees = None
        if len(features) >= LEAST_FOR_TREES:
            self.trees = HistGradientBoostingClassifier(
                max_iter=self.rounds,
                learning_rate=0.07,
                max_leaf_nodes=15,
                min_samples_leaf=self.leaf,
                l2_regularization=1.0,
                early_stopping=False,
                random_state=7,
            ).fit(features, answers)
        self.centre, self.scale = features.mean(axis=0), features.std(axis=0) + 1e-6
        self.line = LogisticRegression(C=1.0, max_iter=300).fit((features - self.centre) / self.scale, answers)
        return self

    def chances(self, features: np.ndarray) -> np.ndarray:
        """One probability a row."""
        line = self.line.predict_proba((features - self.centre) / self.scale)[:, 1]
        return line if self.trees is None else (self.trees.predict_proba(features)[:, 1] + line) / 2


def fit_by_author(
    judge: Judge, features: Sequence[np.ndarray], truth: np.ndarray, authors: Sequence[str], folds: int = 4
) -> np.ndarray:
    """Fit on everything; returns what it says of each message (messages × labels) when its author was unknown.

    Args:
        features: Per message, labels × signals.
        truth: Messages × labels.
        authors: Per message; one author's messages are judged together.
    """
    group = folds_of(authors, folds)
    honest = np.zeros(truth.shape)
    for fold in range(folds):
        teach, ask = np.flatnonzero(group != fold), np.flatnonzero(group == fold)
        if len(teach) and len(ask):
            judge.fit(np.concatenate([features[place] for place in teach]), truth[teach].reshape(-1))
            said = judge.chances(np.concatenate([features[place] for place in ask]))
            honest[ask] = said.reshape(len(ask), -1)
    judge.fit(np.concatenate(list(features)), truth.reshape(-1))
    return honest


def folds_of(authors: Sequence[str], folds: int) -> np.ndarray:
    """A fold for each message, whole authors together, folds of like size."""
    sizes: Dict[str, int] = {}
    for author in authors:
        sizes[author] = sizes.get(author, 0) + 1
    load: List[Tuple[int, int]] = [(0, fold) for fold in range(folds)]
    place: Dict[str, int] = {}
    for author in sorted(sizes, key=lambda name: (-sizes[name], name)):
        size, fold = min(load)
        place[author] = fold
        load[fold] = (size + sizes[author], fold)
    return np.array([place[author] for author in authors])
