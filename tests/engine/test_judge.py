"""The judges that join heads, encoder and rules; and the evidence they give."""

import pickle

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.encoder.reader import Encoded
from bot.engine.fact_judge import FactJudge
from bot.engine.heads import Reading
from bot.engine.joint import attention_of, evidence_of, joint_signals
from bot.engine.judge import Judge, Trees, fit_by_author, folds_of
from bot.engine.lexicon import WeighedTerms


def test_an_authors_messages_stay_together() -> None:
    authors = ["a"] * 50 + ["b"] * 30 + ["c"] * 20 + ["d"] * 10
    folds = folds_of(authors, 2)
    assert all(len({int(fold) for fold, own in zip(folds, authors) if own == author}) == 1 for author in "abcd")
    assert abs(int((folds == 0).sum()) - int((folds == 1).sum())) <= 10


def test_the_judge_believes_the_signal_that_is_right() -> None:
    # GIVEN three authors, a signal that tells the truth, and one that says nothing
    dice = np.random.RandomState(3)
    truth = (dice.rand(300, 2) < 0.3).astype(np.int8)
    features = [np.stack([2.0 * own - 1 + dice.normal(0, 0.3, 2), dice.normal(0, 1, 2)], axis=1) for own in truth]
    # WHEN it is judged, each author by what the others taught
    honest = fit_by_author(Judge(), features, truth, ["a"] * 100 + ["b"] * 100 + ["c"] * 100)
    # THEN nearly all is right, and the probabilities are such
    assert ((honest > 0.5) == truth.astype(bool)).mean() > 0.97
    assert abs(honest.mean() - truth.mean()) < 0.05


def reading_of(scores: list, parts: list, spans: list, taken_back: list) -> Reading:
    return Reading(np.array(scores), np.array(parts, dtype=float), np.array(taken_back), spans)


def test_evidence_is_where_the_attention_lies() -> None:
    # GIVEN two clauses between which the heads cannot choose, and an encoder that looks at the second
    reading = reading_of([0.9], [[0.0], [0.0]], [(0, 10), (10, 20)], [False, False])
    encoded = Encoded(
        np.array([3.0]), np.array([[0.1, 0.1, 0.7, 0.1]]), np.zeros(1), [(0, 0), (2, 6), (12, 18), (20, 20)]
    )
    assert evidence_of(reading, encoded, 0, 0) == (10, 20)
    assert np.allclose(attention_of(encoded, 0, reading.spans), [0.125, 0.875])


def test_evidence_of_nothing_is_nothing() -> None:
    reading = Reading(np.array([0.1]), np.zeros((0, 1)), np.zeros(0, dtype=bool), [])
    encoded = Encoded(np.array([0.0]), np.ones((1, 2)) / 2, np.zeros(1), [(0, 0), (0, 0)])
    assert evidence_of(reading, encoded, 0, 0) == (0, 0)


def test_signals_are_one_row_a_label() -> None:
    reading = reading_of([0.9, 0.1], [[2.0, -3.0]], [(0, 5)], [False])
    signals = joint_signals(reading, np.array([4.0, -4.0]), 5, [np.array([-2.0, 1.0])])
    assert signals.shape[0] == 2 and np.isfinite(signals).all()
    assert joint_signals(reading, np.array([4.0, -4.0]), 5).shape[1] == signals.shape[1] - 1


def test_the_trees_answer_as_the_library_does() -> None:
    # GIVEN trees that have learned something crooked
    dice = np.random.RandomState(11)
    features = dice.normal(0, 1, (3000, 6))
    answers = ((features[:, 0] * features[:, 1] > 0.2) | (features[:, 2] > 1.2)).astype(int)
    model = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=15, random_state=7).fit(features, answers)
    # THEN walking them all at once gives the library's own probabilities
    asked = dice.normal(0, 1.5, (200, 6))
    assert np.allclose(Trees.of(model).chances(asked), model.predict_proba(asked)[:, 1], atol=1e-9)
    assert Trees.of(model).chances(asked).std() > 0.2


def test_weighed_terms_answer_as_the_library_does() -> None:
    # GIVEN letters of some messages, and a weight for each
    texts = [
        "가게 접고 나니 막막하네요",
        "면접 면접 면접만 가면 떨어져요",
        "Excel 을 배우고 싶어요",
        "접고 나니 떨어져요",
    ]
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32)
    matrix = vectorizer.fit_transform(texts)
    weights, bias = np.random.RandomState(2).normal(0, 1, (matrix.shape[1], 3)).astype(np.float32), np.ones(3)
    terms = pickle.loads(pickle.dumps(WeighedTerms(vectorizer, weights, bias)))  # noqa: S301 - our own bytes.
    # THEN known and unknown words weigh what they do there, and a text without a known term only its bias
    asked = [*texts, "excel 접고 무엇을 하죠", "xyz"]
    assert np.allclose(terms.log_odds(asked), vectorizer.transform(asked) @ weights + bias, atol=1e-5)
    assert np.allclose(terms.log_odds([""]), 1.0)


def test_a_fact_is_completed_and_an_answer_left_alone() -> None:
    # GIVEN an encoder that knows two values of one fact and one of a set, and messages in which it is always right
    labels = ["fact:employment_status=employed", "fact:employment_status=seeking", "fact:target_groups=migrant"]
    dice = np.random.RandomState(5)
    told, encoded = [], []
    for _ in range(240):
        value = ("employed", "seeking", None)[dice.randint(3)]
        group = bool(dice.randint(2))
        odds = [4.0 if value == "employed" else -4.0, 4.0 if value == "seeking" else -4.0, 4.0 if group else -4.0]
        told.append(
            {**({"employment_status": value} if value else {}), **({"target_groups": ["migrant"]} if group else {})}
        )
        encoded.append(Encoded(np.array(odds), np.zeros((3, 2)), np.zeros(1), []))
    judge = FactJudge(labels)
    judge.fit([{} for _ in told], encoded, told, ["a", "b", "c", "d"] * 60)
    sure = Encoded(np.array([5.0, -5.0, 5.0]), np.zeros((3, 2)), np.zeros(1), [])
    # THEN what the rules missed is added, what they read beside it stays, and an answer is the rules' own
    found = judge.weigh({"age": 30, "target_groups": ["veteran"]}, sure)
    assert found == {"age": 30, "employment_status": "employed", "target_groups": ["veteran", "migrant"]}
    assert judge.weigh({"employment_status": "seeking"}, sure, ["employment_status"])["employment_status"] == "seeking"
