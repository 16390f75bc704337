"""Two lexical views of a message and one judge over them: which of several labels hold.

Every label has one logistic regression over letters (character n-grams) and one over morphemes.  Both
read the whole message and each of its clauses.  A judge then weighs, for each label, what the two views
say of the whole, of the clauses that state and of those that take something back, and how sure they are
of anything at all.  The judge is trained on what the views say of authors they have not read, so its
probabilities are honest for a stranger's words.
"""

from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.engine.clauses import Clause, Morpheme
from bot.engine.features import clause_features, clauses_of, identity, is_taken_back
from bot.engine.judge import Judge, folds_of

FLOOR = 1e-4
NOTHING = -9.0  # The log-odds of a clause that is not there.
MOST_CLAUSES = 60


@dataclass(frozen=True)
class Row:
    """One message as the heads read it.  `author` groups rows that must not judge each other."""

    text: str
    morphemes: Tuple[Morpheme, ...]
    author: str = ""
    judged: bool = True  # False: a row that teaches the views but not the judge.


@dataclass
class _Cut:
    """A row, cut and looked at once."""

    row: Row
    clauses: List[Clause]
    parts: List[List[str]]

    @classmethod
    def of(cls, row: Row) -> "_Cut":
        clauses = clauses_of(row.text, row.morphemes)[:MOST_CLAUSES]
        return cls(row, clauses, [clause_features(row.text, clause) for clause in clauses])

    @property
    def features(self) -> List[str]:
        """The features of all clauses, in order."""
        return [feature for part in self.parts for feature in part]


def _head(strength: float, matrix: sp.csr_matrix, answers: np.ndarray) -> Tuple[np.ndarray, float]:
    """Weights and bias of one label."""
    # The dual solver reaches the same weights in a third of the time.
    head = LogisticRegression(
        C=strength, solver="liblinear", dual=True, tol=0.01, class_weight="balanced", random_state=7
    ).fit(matrix, answers)
    return head.coef_[0].astype(np.float32), float(head.intercept_[0])


class View:
    """One vectorizer and one weight column per label."""

    def __init__(self, kind: str, strength: float) -> None:
        self.kind = kind
        self.strength = strength
        if kind == "letters":
            self.vectorizer = TfidfVectorizer(
                analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True, dtype=np.float32
            )
        else:
            self.vectorizer = TfidfVectorizer(analyzer=identity, min_df=2, sublinear_tf=True, dtype=np.float32)
        self.weights = np.zeros((0, 0), dtype=np.float32)
        self.bias = np.zeros(0, dtype=np.float32)

    def fit(self, cuts: Sequence[_Cut], labels: np.ndarray) -> "View":
        """Learn one head per column of `labels` (rows × labels, 0 or 1)."""
        matrix = self.vectorizer.fit_transform(self._documents(cuts))
        self.weights = np.zeros((matrix.shape[1], labels.shape[1]), dtype=np.float32)
        self.bias = np.full(labels.shape[1], NOTHING, dtype=np.float32)
        columns = [column for column in range(labels.shape[1]) if labels[:, column].any()]
        for column in columns:
            self.weights[:, column], self.bias[column] = _head(self.strength, matrix, labels[:, column])
        # What was too rare to be kept is of no use any more, and large.
        self.vectorizer.stop_words_ = None
        return self

    def log_odds(self, documents: Sequence) -> np.ndarray:
        """Rows × labels."""
        matrix: sp.csr_matrix = self.vectorizer.transform(documents)
        return np.clip(np.asarray(matrix @ self.weights) + self.bias, NOTHING, -NOTHING)

    def _documents(self, cuts: Sequence[_Cut]) -> List:
        return [cut.row.text for cut in cuts] if self.kind == "letters" else [cut.features for cut in cuts]

    def whole_and_parts(self, cuts: Sequence[_Cut]) -> Tuple[np.ndarray, np.ndarray]:
        """What the view says of each message, and of each clause of all messages in order."""
        if self.kind == "letters":
            parts = [cut.row.text[clause.start : clause.end] for cut in cuts for clause in cut.clauses]
        else:
            parts = [features for cut in cuts for features in cut.parts]
        odds = self.log_odds(self._documents(cuts) + parts)
        return odds[: len(cuts)], odds[len(cuts) :]


@dataclass
class Said:
    """What both views say of one message: log-odds per label, and per clause and label."""

    letters: np.ndarray
    morphemes: np.ndarray
    parts: np.ndarray
    taken_back: np.ndarray
    spans: List[Tuple[int, int]]


def _said(views: Sequence[View], cuts: Sequence[_Cut]) -> List[Said]:
    if not cuts:
        return []
    # One call a view for messages and clauses together: most of a call's time is its own.
    both = [view.whole_and_parts(cuts) for view in views]
    parts = (both[0][1] + both[1][1]) / 2
    said, first = [], 0
    for place, cut in enumerate(cuts):
        own = parts[first : first + len(cut.clauses)]
        first += len(cut.clauses)
        back = np.array([is_taken_back(cut.row.text, clause) for clause in cut.clauses], dtype=bool)
        spans = [(clause.start, clause.end) for clause in cut.clauses]
        said.append(Said(both[0][0][place], both[1][0][place], own, back, spans))
    return said


def judge_features(said: Said, length: int, extra: Optional[np.ndarray] = None) -> np.ndarray:
    """Labels × features: what the judge looks at, label by label."""
    # The last column of every view says whether the message holds any label at all.
    any_label = (said.letters[-1] + said.morphemes[-1]) / 2
    any_part = said.parts[:, -1].max() if len(said.parts) else NOTHING
    said = Said(said.letters[:-1], said.morphemes[:-1], said.parts[:, :-1], said.taken_back, said.spans)
    labels = len(said.letters)
    stated, back = said.parts[~said.taken_back], said.parts[said.taken_back]
    best_stated = stated.max(axis=0) if len(stated) else np.full(labels, NOTHING)
    best_back = back.max(axis=0) if len(back) else np.full(labels, NOTHING)
    both = (said.letters + said.morphemes) / 2
    order = np.sort(both)[::-1]
    likely = 1 / (1 + np.exp(-both))
    rank = (-both).argsort().argsort()
    others = np.where(rank == 0, order[1] if labels > 1 else NOTHING, order[0])
    columns = [
        said.letters,
        said.morphemes,
        both,
        best_stated,
        best_back,
        best_stated - best_back,
        rank,
        others,
        np.full(labels, order[0]),
        np.full(labels, likely.sum()),
        np.full(labels, np.log1p(length)),
        np.full(labels, any_label),
        np.full(labels, any_part),
        np.full(labels, len(said.parts)),
        np.full(labels, said.taken_back.mean() if len(said.taken_back) else 0.0),
    ]
    if extra is not None:
        columns += list(extra)
    return np.stack(columns, axis=1)


@dataclass
class Reading:
    """What the heads read in one message: a probability per label, and what each clause says of it.

    `parts` (clauses × labels) holds log-odds, `taken_back` says which clauses take something back.
    """

    scores: np.ndarray
    parts: np.ndarray
    taken_back: np.ndarray
    spans: List[Tuple[int, int]]

    def evidence(self, label: int) -> Tuple[int, int]:
        """The span of the clause that speaks most for a label."""
        if not self.spans:
            return 0, 0
        odds = self.parts[:, label] - 2.0 * self.taken_back
        return self.spans[int(odds.argmax())]


class Heads:
    """Reads which labels hold.  Train with `fit`, ask with `read`; picklable with joblib."""

    def __init__(self, labels: Sequence[str], *, folds: int = 5, strengths: Tuple[float, float] = (20.0, 30.0)) -> None:
        self.labels = list(labels)
        self.folds = folds
        self.strengths = strengths
        self.views: List[View] = []
        self.judge = Judge()
        self._honest_said: Dict[int, Said] = {}

    def _views(self, cuts: Sequence[_Cut], truth: np.ndarray) -> List[View]:
        columns = np.hstack([truth, truth.any(axis=1, keepdims=True).astype(truth.dtype)])
        return [
            View("letters", self.strengths[0]).fit(cuts, columns),
            View("morphemes", self.strengths[1]).fit(cuts, columns),
        ]

    def fit(self, rows: Sequence[Row], truth: np.ndarray, extra: Optional[Sequence[np.ndarray]] = None) -> np.ndarray:
        """Learn from labelled rows.

        Args:
            rows: Messages; those of one author are held together.
            truth: Rows × labels, 0 or 1.
            extra: Per row, features × labels that something else says (such as the danger guard).

        Returns:
            Probabilities (rows × labels) that the judge gives each judged row when its author was
            unknown to views and judge; rows that are not judged hold 0.
        """
        cuts = [_Cut.of(row) for row in rows]
        group = _groups([row.author for row in rows], [row.judged for row in rows], self.folds)
        features: Dict[int, np.ndarray] = {}
        for fold in range(self.folds):
            teach = [place for place in range(len(rows)) if group[place] != fold]
            ask = [place for place in range(len(rows)) if group[place] == fold]
            views = self._views([cuts[place] for place in teach], truth[teach])
            for place, said in zip(ask, _said(views, [cuts[place] for place in ask])):
                features[place] = judge_features(said, len(rows[place].text), None if extra is None else extra[place])
                self._honest_said[place] = said
        judged = sorted(features)
        honest = np.zeros(truth.shape)
        for half in (0, 1):
            teach = [place for place in judged if group[place] % 2 != half]
            ask = [place for place in judged if group[place] % 2 == half]
            if teach and ask:
                self._fit_judge([features[place] for place in teach], truth[teach])
                honest[ask] = self._judge([features[place] for place in ask])
        self._fit_judge([features[place] for place in judged], truth[judged])
        self.views = self._views(cuts, truth)
        return honest

    def read(self, row: Row, extra: Optional[np.ndarray] = None) -> Reading:
        """Read one message; `extra` as in `fit`."""
        cut = _Cut.of(row)
        said = _said(self.views, [cut])[0]
        scores = self._judge([judge_features(said, len(row.text), extra)])[0]
        return Reading(scores, said.parts[:, :-1], said.taken_back, said.spans)

    def honest_parts(self, places: Sequence[int]) -> List[Reading]:
        """What the heads said of rows of `fit` while their authors were unknown; without scores."""
        kept = [self._honest_said[place] for place in places]
        return [Reading(np.zeros(len(self.labels)), said.parts[:, :-1], said.taken_back, said.spans) for said in kept]

    def forget_training(self) -> None:
        """Drop what only training needed."""
        self._honest_said = {}

    def _fit_judge(self, features: Sequence[np.ndarray], truth: np.ndarray) -> None:
        self.judge = Judge().fit(np.concatenate(features), truth.reshape(-1))

    def _judge(self, features: Sequence[np.ndarray]) -> np.ndarray:
        return self.judge.chances(np.concatenate(features)).reshape(len(features), -1)


def _groups(authors: Sequence[str], judged: Sequence[bool], folds: int) -> np.ndarray:
    """A fold for each row, whole authors together; -1 for rows that are not judged."""
    found = np.full(len(authors), -1)
    rows = np.flatnonzero(judged)
    found[rows] = folds_of([authors[row] for row in rows], folds)
    return found
