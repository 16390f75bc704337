"""Reads what a turn does: which of the dialogue's moves, in the light of what the bot had asked.

"네" to a question of consent is a yes; to the question of age it is hardly anything.  So every feature of
a short text exists twice: by itself, and joined with the kind of question that stands open.
"""

import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Text, Tuple

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.encoder.reader import Encoded, shared_encoder
from bot.engine.clauses import Morpheme
from bot.engine.component import TrainedReader
from bot.engine.encoder import encoded_of
from bot.engine.features import identity
from bot.engine.korean import morphemes_of
from bot.engine.lexicon import WeighedTerms
from bot.engine.rows import MOVES, READER_MODULES, asks_of, fingerprint_of, is_payload, note_of

FALLBACK = "nlu_fallback"
SHORT = 24
LONGEST_READ = 160
NUMBER_QUESTIONS = frozenset({"age", "last_job_end", "insured_months", "youngest_child_age", "confidence"})
TEXT_QUESTIONS = frozenset({"region", "desired_job", "goal", "contact", "preferred_time"})
NUMBERS = re.compile(
    r"[0-9]|[한두세네]\s*(?:살|해|달|명|개|점)|[일이삼사오육칠팔구십백]{1,4}\s*(?:년|개월|살|세|점|만)|스물|서른|마흔|쉰|예순|일흔|여든"
)
RANKED = 10


def question_kind(asks: Optional[str]) -> str:
    """The kind of an open question: what sort of answer it waits for."""
    if asks is None:
        return "nothing"
    if asks in {"needs", "consent", "sensitive_consent", "confirm_summary"}:
        return asks
    if asks in NUMBER_QUESTIONS:
        return "number"
    return "text" if asks in TEXT_QUESTIONS else "choice"


def _letter_pieces(text: str) -> List[str]:
    padded = f" {' '.join(text.split())} "
    return [padded[at : at + size] for size in (1, 2, 3, 4) for at in range(len(padded) - size + 1)]


def move_features(text: str, morphemes: List[Morpheme], asks: Optional[str]) -> List[str]:
    """What the classifier looks at.  A long text is read at both ends, where moves are made."""
    kind = question_kind(asks)
    read = text if len(text) <= LONGEST_READ else f"{text[: LONGEST_READ // 2]} {text[-LONGEST_READ // 2 :]}"
    pieces = _letter_pieces(read.lower())
    words = [f"{morpheme.form}/{morpheme.tag}" for morpheme in morphemes[:40]]
    words += [f"{left} {right}" for left, right in zip(words, words[1:])]
    length = min(8, int(np.log2(len(text) + 1)))
    signs = [f"length={length}", f"asks={asks}", f"kind={kind}", f"kind={kind} length={length}"]
    signs += [f"number kind={kind}"] if NUMBERS.search(text) else [f"no number kind={kind}"]
    signs += [f"question kind={kind}"] if re.search(r"[?？]|[까나죠냐]요?\s*$", text) else []
    features = pieces + [f"w:{word}" for word in words] + signs * 3
    if len(text) <= SHORT:
        features += [f"{kind}|{piece}" for piece in pieces] + [f"{asks}|{word}" for word in words]
    return features


class MoveModel(NamedTuple):
    """The moves, and one weight column for each."""

    moves: List[str]
    terms: WeighedTerms


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MoveReader(TrainedReader, IntentClassifier):
    """Sets `intent` and `intent_ranking`; below `threshold` the intent is `nlu_fallback`."""

    model_file = "moves.joblib"
    _model: Optional[MoveModel]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`threshold`: the least probability with which a move is believed; `strength`: C of the regression; `encoder_share`: how
        much the encoder counts."""
        return {"threshold": 0.25, "strength": 20.0, "encoder_share": 0.5}

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The readers' modules count as well."""
        return fingerprint_of([*READER_MODULES, Path(__file__).resolve()])

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the moves, and from messages that state needs or danger."""
        documents, answers = training_rows(training_data)
        return self.keep(fit_moves(documents, answers, self._config["strength"]))

    def process(self, messages: List[Message]) -> List[Message]:
        """Read each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            if is_payload(text):
                continue  # Rasa's own parser has read the command.
            ranking = self._rank(text, message)
            if not ranking or ranking[0][1] < self._config["threshold"]:
                ranking = [(FALLBACK, 1.0 - (ranking[0][1] if ranking else 0.0)), *ranking]
            listed = [
                {INTENT_NAME_KEY: move, PREDICTED_CONFIDENCE_KEY: round(chance, 4)} for move, chance in ranking[:RANKED]
            ]
            message.set(INTENT, dict(listed[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, listed, add_to_output=True)
        return messages

    def _rank(self, text: str, message: Message) -> List[Tuple[str, float]]:
        if self._model is None or not text.strip():
            return []
        features = move_features(text, morphemes_of(message), asks_of(message))
        chances = 1 / (1 + np.exp(-self._model.terms.log_odds([features])[0]))
        moves = self._model.moves
        chances = joined(chances / chances.sum(), moves, encoded_of(message), self._config["encoder_share"])
        return [(moves[place], float(chances[place])) for place in np.argsort(-chances)]


def joined(chances: np.ndarray, moves: List[str], encoded: Encoded, share: float) -> np.ndarray:
    """The classifier's probabilities and the encoder's, their logarithms averaged; `share` is the encoder's part."""
    known = shared_encoder().moves
    scores = np.array([encoded.moves[known.index(move)] if move in known else encoded.moves.min() for move in moves])
    scores = scores - np.logaddexp.reduce(scores)
    both = (1 - share) * np.log(np.clip(chances, 1e-6, 1.0)) + share * np.maximum(scores, -14.0)
    both = np.exp(both - both.max())
    return both / both.sum()


def training_rows(training_data: TrainingData) -> Tuple[List[List[str]], List[str]]:
    """Features and moves.  A message without need or danger that nobody sorted teaches nothing here."""
    documents: List[List[str]] = []
    answers: List[str] = []
    for message in training_data.intent_examples:
        text, move, note = message.get(TEXT), message.get(INTENT), note_of(message)
        if not text or move not in MOVES or is_payload(text):
            continue
        annotated = "needs" in note
        if annotated and move == "state_needs" and not note.get("needs") and not note.get("risks"):
            continue
        asks = asks_of(message, training=True)
        morphemes = morphemes_of(message)
        if annotated:
            # A first message may come before any question or as the answer to "what brings you here?".
            asks = None if sum(map(ord, str(note.get("id", "")))) % 2 else "needs"
        documents.append(move_features(text, morphemes, asks))
        answers.append(move)
    return documents, answers


def fit_moves(documents: List[List[str]], answers: List[str], strength: float) -> MoveModel:
    """One regression a move over TF-IDF features; balanced by the square root of each move's size."""
    vectorizer = TfidfVectorizer(analyzer=identity, min_df=2, sublinear_tf=True, dtype=np.float32)
    matrix = vectorizer.fit_transform(documents)
    sizes = {move: answers.count(move) for move in set(answers)}
    weights = np.array([(len(answers) / (len(sizes) * sizes[move])) ** 0.5 for move in answers])
    classifier = LogisticRegression(
        C=strength, solver="liblinear", dual=True, tol=0.01, multi_class="ovr", random_state=7
    )
    classifier.fit(matrix, answers, sample_weight=weights)
    terms = WeighedTerms(vectorizer, classifier.coef_.T, classifier.intercept_)
    return MoveModel([str(move) for move in classifier.classes_], terms)
