"""Reads which needs a message states, which it takes back, and the words that say so."""

from pathlib import Path
from typing import Any, Dict, List, Optional, Text

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.heads import Heads, Row
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
from bot.engine.thresholds import best_threshold, label_matrix

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
        return [KiwiSpacyNLP]

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
                *(here.with_name(name) for name in ("negation.py", "topics.py", "thresholds.py")),
            ]
        )

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the annotated messages; the threshold is chosen on authors the heads have not read."""
        ids = read_labels().needs
        rows, labels = labelled_rows(training_data, "needs")
        extra_rows, extra_labels = phrase_rows()
        truth = label_matrix(labels + extra_labels, ids)
        heads = Heads(ids)
        honest = heads.fit(rows + extra_rows, truth)
        judged = np.array([row.judged for row in rows] + [False] * len(extra_rows))
        threshold = best_threshold(honest[judged], truth[judged], self._config["false_need_weight"])
        taken_back = TakenBackReader(ids)
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
        heads.forget_training()
        self._model = {"heads": heads, "threshold": threshold, "taken_back": taken_back}
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / MODEL_FILE, compress=3)
        return self._resource

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
        heads: Heads = self._model["heads"]
        reading = heads.read(Row(text, tuple(morphemes_of(message))))
        negated = self._model["taken_back"].read(text, reading)
        refused = self._model["taken_back"].plainly_refused(text, reading)
        found = []
        for place in np.argsort(-reading.scores):
            score = float(reading.scores[place])
            need = heads.labels[place]
            # The heads have learned what is taken back; a second veto of the judge only lost needs
            # (held-out F1 .803, without it .810).  A plain "이력서는 됐고" is believed all the same.
            if score < self._model["threshold"] or need in refused:
                continue
            start, end = reading.evidence(place)
            found.append(
                {"id": need, "score": round(score, 4), "evidence": text[start:end], "start": start, "end": end}
            )
        return found, [need for need in negated if need not in {item["id"] for item in found}]
