"""Reads which needs a message states, which it takes back, and the words that say so."""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Text

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.reader import MANIFEST, WEIGHTS, Encoded, shared_encoder
from bot.engine.encoder import TunedEncoder, encoded_of
from bot.engine.heads import Heads, Reading, Row
from bot.engine.joint import JUDGE_DATA, MOST_ODDS, Heard, evidence_of, joint_signals, log_odds, read_heard
from bot.engine.judge import Judge, fit_by_author
from bot.engine.korean import KiwiSpacyNLP, morphemes_of
from bot.engine.negation import TakenBackReader
from bot.engine.rows import (
    NEEDS_FILE,
    READER_MODULES,
    fingerprint_of,
    is_payload,
    labelled_rows,
    note_of,
    phrase_rows,
    read_labels,
)
from bot.engine.thresholds import best_recall_threshold, best_threshold, label_matrix

MODEL_FILE = "needs.joblib"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class NeedReader(GraphComponent):
    """Sets `needs` ([{id, score, evidence, start, end}], best first) and `negated` ([ids]) on messages."""

    def __init__(
        self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource, model: Optional[Dict[str, Any]] = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> List[type]:
        """Morphemes come with the documents."""
        return [KiwiSpacyNLP, TunedEncoder]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`false_need_weight`: how many found needs one need-free message that gets a need may cost."""
        return {"false_need_weight": 4.0}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NeedReader":
        """See the parent class."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NeedReader":
        """See the parent class."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / MODEL_FILE))

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Rasa hashes only this class; the readers' modules and the catalogue's phrases count as well."""
        here = Path(__file__).resolve()
        return fingerprint_of(
            [
                *READER_MODULES,
                NEEDS_FILE,
                here,
                WEIGHTS / MANIFEST,
                *JUDGE_DATA.glob("*.jsonl"),
                *(here.with_name(name) for name in ("joint.py", "negation.py", "topics.py", "thresholds.py")),
            ]
        )

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the annotated messages; then learn, from others, how to join the heads and the encoder."""
        ids = read_labels().needs
        rows, labels = labelled_rows(training_data, "needs")
        extra_rows, extra_labels = phrase_rows()
        heads = Heads(ids, folds=4)
        honest = heads.fit(rows + extra_rows, label_matrix(labels + extra_labels, ids))
        taken_back = self._fit_taken_back(training_data, heads, rows, honest)
        heads.forget_training()
        self._model = {"heads": heads, "taken_back": taken_back}
        self._fit_joint(read_heard())
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / MODEL_FILE, compress=3)
        return self._resource

    @staticmethod
    def _fit_taken_back(
        training_data: TrainingData, heads: Heads, rows: List[Row], honest: np.ndarray
    ) -> TakenBackReader:
        taken_back = TakenBackReader(heads.labels)
        notes = {
            message.get(TEXT): note_of(message)
            for message in training_data.nlu_examples
            if "negated" in note_of(message)
        }
        with_notes = [place for place, row in enumerate(rows) if row.judged and row.text in notes and row.morphemes]
        taken_back.fit(
            [rows[place].text for place in with_notes],
            heads.honest_parts(with_notes),
            [honest[place] for place in with_notes],
            [notes[rows[place].text]["negated"] for place in with_notes],
        )
        return taken_back

    def _fit_joint(self, heard: List[Heard]) -> None:
        """Learn how far to believe whom, and where to draw the lines."""
        heads: Heads = self._model["heads"]
        seen = [self._look(item.row, item.encoded) for item in heard]
        authors = [item.author for item in heard]
        wanted = label_matrix([item.note["needs"] for item in heard], heads.labels)
        joint = Judge(leaf=60, rounds=60)
        chances = fit_by_author(joint, [look.signals for look in seen], wanted, authors)
        refused = label_matrix([item.note["negated"] for item in heard], heads.labels)
        refusals = Judge(leaf=60, rounds=60)
        signals = [self._refusal_signals(item.row.text, look, own) for item, look, own in zip(heard, seen, chances)]
        doubts = fit_by_author(refusals, signals, refused, authors)
        self._model.update(
            joint=joint,
            threshold=best_threshold(chances, wanted, self._config["false_need_weight"]),
            refusals=refusals,
            refusal_threshold=best_recall_threshold(doubts, refused),
        )

    def _look(self, row: Row, encoded: Encoded) -> "_Look":
        """What heads and encoder say of one message, and the signals made of it."""
        heads: Heads = self._model["heads"]
        reading = heads.read(row)
        encoder = shared_encoder()
        asked = encoder.places([f"need:{need}" for need in heads.labels])
        refused = encoded.odds[encoder.places([f"refused:{need}" for need in heads.labels])]
        signals = joint_signals(reading, encoded.odds[asked], refused, len(row.text))
        return _Look(reading, encoded, asked, refused, signals)

    def _refusal_signals(self, text: str, look: "_Look", chances: np.ndarray) -> np.ndarray:
        """What the judge of refusals looks at, labels × signals."""
        taken_back: TakenBackReader = self._model["taken_back"]
        plain = set(taken_back.plainly_refused(text, look.reading))
        return np.stack(
            [
                log_odds(taken_back.chances(text, look.reading)),
                np.clip(look.refused, -MOST_ODDS, MOST_ODDS),
                np.clip(look.encoded.odds[look.asked], -MOST_ODDS, MOST_ODDS),
                log_odds(look.reading.scores),
                log_odds(chances),
                np.array([float(need in plain) for need in taken_back.labels]),
                np.argsort(np.argsort(-look.refused)),
            ],
            axis=1,
        )

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing that later components train on comes from here."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Read each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            if self._model is None or is_payload(text) or not text.strip():
                needs: List[Dict[str, Any]] = []
                negated: List[str] = []
            else:
                needs, negated = self._read(text, message)
            message.set("needs", needs, add_to_output=True)
            message.set("negated", negated, add_to_output=True)
        return messages

    def _read(self, text: str, message: Message) -> Any:
        look = self._look(Row(text, tuple(morphemes_of(message))), encoded_of(message))
        chances = self._model["joint"].chances(look.signals)
        doubts = self._model["refusals"].chances(self._refusal_signals(text, look, chances))
        labels = self._model["heads"].labels
        found = []
        for place in np.argsort(-chances):
            if chances[place] < self._model["threshold"]:
                break
            if doubts[place] > max(chances[place], self._model["refusal_threshold"]):
                continue  # Named in order to be refused.
            start, end = evidence_of(look.reading, look.encoded, look.asked[place], int(place))
            found.append(
                {
                    "id": labels[place],
                    "score": round(float(chances[place]), 4),
                    "evidence": text[start:end],
                    "start": start,
                    "end": end,
                }
            )
        kept = {item["id"] for item in found}
        refused = [need for need, doubt in zip(labels, doubts) if doubt >= self._model["refusal_threshold"]]
        return found, [need for need in refused if need not in kept]


class _Look(NamedTuple):
    """What is known of one message before anything is decided."""

    reading: Reading
    encoded: Encoded
    asked: List[int]  # Where the needs stand among the encoder's labels.
    refused: np.ndarray
    signals: np.ndarray
