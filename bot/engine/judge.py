"""A small calibrated judge: probabilities from a few signals, trained on authors that the signals do not know."""

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

LEAST_FOR_TREES = 2000


class Trees(NamedTuple):
    """Boosted trees as flat arrays, walked all at once: for a few dozen rows scikit-learn's own call takes ten times as long.

    Each array holds the nodes of all trees; a leaf leads to itself.
    """

    feature: np.ndarray
    bound: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    start: float
    depth: int

    @classmethod
    def of(cls, model: HistGradientBoostingClassifier) -> "Trees":
        """The trees of a fitted binary classifier without categories and without missing values."""
        nodes = [predictors[0].nodes for predictors in model._predictors]
        roots = np.cumsum([0] + [len(own) for own in nodes[:-1]])
        every = np.concatenate(nodes)
        leaf, itself = every["is_leaf"].astype(bool), np.arange(len(every))
        offset = np.repeat(roots, [len(own) for own in nodes])
        return cls(
            np.where(leaf, 0, every["feature_idx"]).astype(np.intp),
            every["num_threshold"].astype(np.float64),
            np.where(leaf, itself, every["left"] + offset).astype(np.intp),
            np.where(leaf, itself, every["right"] + offset).astype(np.intp),
            every["value"].astype(np.float64),
            roots,
            float(np.ravel(model._baseline_prediction)[0]),
            int(every["depth"].max()),
        )

    def chances(self, features: np.ndarray) -> np.ndarray:
        """One probability a row of rows × signals."""
        at = np.tile(self.roots, (len(features), 1))
        rows = np.arange(len(features))[:, None]
        for _ in range(self.depth):
            at = np.where(features[rows, self.feature[at]] <= self.bound[at], self.left[at], self.right[at])
        return _chance(self.start + self.value[at].sum(axis=1))


class Line(NamedTuple):
    """A logistic regression over signals brought to like size."""

    centre: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: float

    @classmethod
    def fit(cls, features: np.ndarray, answers: np.ndarray) -> "Line":
        """Learn from rows × signals."""
        centre, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
        model = LogisticRegression(C=1.0, max_iter=300).fit((features - centre) / scale, answers)
        return cls(centre, scale, model.coef_[0], float(model.intercept_[0]))

    def chances(self, features: np.ndarray) -> np.ndarray:
        """One probability a row."""
        return _chance((features - self.centre) / self.scale @ self.weights + self.bias)


def _chance(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


class Judge:
    """Trees and a line, their probabilities averaged; with few rows the line alone.  Picklable."""

    def __init__(self, *, leaf: int = 40, rounds: int = 120) -> None:
        self.leaf = leaf
        self.rounds = rounds
        self.trees: Optional[Trees] = None
        self.line: Optional[Line] = None

    def fit(self, features: np.ndarray, answers: np.ndarray) -> "Judge":
        """Learn from rows × signals and their answers, 0 or 1."""
        self.trees = None
        if len(features) >= LEAST_FOR_TREES:
            self.trees = Trees.of(
                HistGradientBoostingClassifier(
                    max_iter=self.rounds,
                    learning_rate=0.07,
                    max_leaf_nodes=15,
                    min_samples_leaf=self.leaf,
                    l2_regularization=1.0,
                    early_stopping=False,
                    random_state=7,
                ).fit(features, answers)
            )
        self.line = Line.fit(features, answers)
        return self

    def chances(self, features: np.ndarray) -> np.ndarray:
        """One probability a row."""
        line = self.line.chances(features)
        return line if self.trees is None else (self.trees.chances(features) + line) / 2


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
