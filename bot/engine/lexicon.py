"""Two lexical views of a message: one weight column per label over its letters, and one over its morphemes.

Both views read the whole message and each of its clauses, for needs and dangers alike.  The heads
(`heads.py`) weigh what they say; they learn that from what views say of authors whom these have not read.
"""

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from bot.engine.clauses import Clause, Morpheme
from bot.engine.features import clause_features, clauses_of, identity, is_taken_back
from bot.engine.judge import folds_of

NOTHING = -9.0  # The log-odds of a clause that is not there.
MOST_CLAUSES = 60
LETTERS, MORPHEMES = "letters", "morphemes"
STRENGTHS = {LETTERS: 20.0, MORPHEMES: 30.0}


@dataclass(frozen=True)
class Row:
    """One message as the views read it.  `author` groups rows that must not judge each other."""

    text: str
    morphemes: Tuple[Morpheme, ...]
    author: str = ""
    judged: bool = True  # False: a row that teaches the views but not the judge.


@dataclass
class Said:
    """What both views say of one message: log-odds per label, and per clause and label.

    The labels are those of all groups, each group ending with its own "any"; `of` cuts one group out.
    """

    letters: np.ndarray
    morphemes: np.ndarray
    parts: np.ndarray
    taken_back: np.ndarray
    spans: List[Tuple[int, int]]
    length: int  # The message's, in letters.

    @property
    def any_odds(self) -> float:
        """How likely both views hold any label of the group, in log-odds."""
        return float(self.letters[-1] + self.morphemes[-1]) / 2

    def of(self, columns: slice) -> "Said":
        """The same about some labels only."""
        return Said(
            self.letters[columns],
            self.morphemes[columns],
            self.parts[:, columns],
            self.taken_back,
            self.spans,
            self.length,
        )


class WeighedTerms:
    """A fitted TF-IDF vectorizer and linear weights over its terms; asked for few documents at a time.

    scikit-learn's own `transform` spends most of a short document's time on its checks.
    """

    def __init__(self, vectorizer: TfidfVectorizer, weights: np.ndarray, bias: np.ndarray) -> None:
        """`weights`: (terms, labels); `bias`: (labels)."""
        self.vectorizer = vectorizer
        # What was too rare to be kept is of no use any more, and large.
        vectorizer.stop_words_ = None
        self.weights = np.ascontiguousarray(weights, dtype=np.float32)
        self.bias = bias
        self._prepare()

    def _prepare(self) -> None:
        self._terms_of = self.vectorizer.build_analyzer()
        self._rarity = np.asarray(self.vectorizer.idf_, dtype=np.float32)

    def __getstate__(self) -> Dict[str, Any]:
        return {"vectorizer": self.vectorizer, "weights": self.weights, "bias": self.bias}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()

    def log_odds(self, documents: Sequence[Any]) -> np.ndarray:
        """Documents × labels."""
        return np.stack([self._of_one(document) for document in documents])

    def _of_one(self, document: Any) -> np.ndarray:
        known = self.vectorizer.vocabulary_
        places = [place for place in map(known.get, self._terms_of(document)) if place is not None]
        if not places:
            return np.array(self.bias, dtype=np.float32)
        terms, counts = np.unique(places, return_counts=True)
        shares = (1 + np.log(counts)).astype(np.float32) * self._rarity[terms]
        return (shares / np.linalg.norm(shares)) @ self.weights[terms] + self.bias


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

    def documents(self, kind: str) -> List[Any]:
        """What a view reads: the whole message, then each clause."""
        if kind == LETTERS:
            return [self.row.text, *(self.row.text[clause.start : clause.end] for clause in self.clauses)]
        return [[feature for part in self.parts for feature in part], *self.parts]

    def said(self, odds: Mapping[str, np.ndarray]) -> Said:
        """What is made of the views' log-odds, (1 + clauses) × labels each."""
        letters, morphemes = (np.clip(odds[kind], NOTHING, -NOTHING) for kind in (LETTERS, MORPHEMES))
        back = np.array([is_taken_back(self.row.text, clause) for clause in self.clauses], dtype=bool)
        spans = [(clause.start, clause.end) for clause in self.clauses]
        parts = (letters[1:] + morphemes[1:]) / 2
        return Said(letters[0], morphemes[0], parts, back, spans, len(self.row.text))


class Lexicon:
    """The views of all groups of labels ("needs", "risks"); picklable."""

    def __init__(self, groups: Mapping[str, Sequence[str]], *, folds: int = 4) -> None:
        self.folds = folds
        self.columns: Dict[str, slice] = {}
        first = 0
        for group, labels in groups.items():
            self.columns[group] = slice(first, first + len(labels) + 1)
            first += len(labels) + 1
        self.views: Dict[str, WeighedTerms] = {}

    def fit(self, rows: Sequence[Row], truth: Mapping[str, np.ndarray]) -> Dict[int, Said]:
        """Learn from labelled rows.

        Args:
            rows: Messages; those of one author are held together.
            truth: For each group rows × labels, 0 or 1.

        Returns:
            For each judged row, by its place, what views that have not read its author say of it.
        """
        cuts = [_Cut.of(row) for row in rows]
        answers = np.hstack(
            [np.hstack([truth[group], truth[group].any(axis=1, keepdims=True)]) for group in self.columns]
        )
        fold = _groups(rows, self.folds)
        judged = np.flatnonzero(fold >= 0)
        odds: List[Dict[str, np.ndarray]] = [{} for _ in rows]
        for kind, strength in STRENGTHS.items():
            vectorizer = _vectorizer(kind)
            # Terms and their rarity are counted over all rows; what they mean is learned fold by fold.
            whole = vectorizer.fit_transform([cut.documents(kind)[0] for cut in cuts])
            documents = [document for place in judged for document in cuts[place].documents(kind)]
            parts = vectorizer.transform(documents)
            starts = np.cumsum([0] + [1 + len(cuts[place].clauses) for place in judged])
            for own in range(self.folds):
                teach = whole[np.flatnonzero(fold != own)]
                weights, bias = _fit_columns(teach, answers[fold != own], strength)
                # A stranger's new words are not weighed at all, so those of the author left out may not count either.
                known = sp.diags((teach.getnnz(axis=0) > 0).astype(np.float32))
                for number in np.flatnonzero(fold[judged] == own):
                    own_rows = normalize(parts[starts[number] : starts[number + 1]] @ known)
                    odds[judged[number]][kind] = np.asarray(own_rows @ weights) + bias
            self.views[kind] = WeighedTerms(vectorizer, *_fit_columns(whole, answers, strength))
        return {int(place): cuts[place].said(odds[place]) for place in judged}

    def read(self, row: Row) -> Said:
        """What the views say of one message."""
        cut = _Cut.of(row)
        return cut.said({kind: view.log_odds(cut.documents(kind)) for kind, view in self.views.items()})


def _vectorizer(kind: str) -> TfidfVectorizer:
    if kind == LETTERS:
        return TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True, dtype=np.float32)
    return TfidfVectorizer(analyzer=identity, min_df=2, sublinear_tf=True, dtype=np.float32)


def _fit_columns(matrix: sp.csr_matrix, answers: np.ndarray, strength: float) -> Tuple[np.ndarray, np.ndarray]:
    """Weights (terms, labels) and bias (labels); a label that nobody carries is never said."""
    weights = np.zeros((matrix.shape[1], answers.shape[1]), dtype=np.float32)
    bias = np.full(answers.shape[1], NOTHING, dtype=np.float32)
    for column in range(answers.shape[1]):
        if answers[:, column].any():
            # The dual solver reaches the same weights in a third of the time.
            head = LogisticRegression(
                C=strength, solver="liblinear", dual=True, tol=0.01, class_weight="balanced", random_state=7
            ).fit(matrix, answers[:, column])
            weights[:, column], bias[column] = head.coef_[0], float(head.intercept_[0])
    return weights, bias


def _groups(rows: Sequence[Row], folds: int) -> np.ndarray:
    """A fold for each row, whole authors together; -1 for rows that are not judged."""
    found = np.full(len(rows), -1)
    judged = np.flatnonzero([row.judged for row in rows])
    found[judged] = folds_of([rows[place].author for place in judged], folds)
    return found
