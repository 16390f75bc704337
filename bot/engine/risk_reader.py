"""Reads which dangers a message speaks of: trained heads, the encoder and the guard's rules, joined for recall.

The guard speaks for itself where it is sure.  Where it doubts, or says nothing, the head decides; the
guard's opinion is one of the things the head's judge looks at.
"""

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
from bot.engine.joint import JUDGE_DATA, evidence_of, joint_signals, read_heard
from bot.engine.judge import Judge, fit_by_author
from bot.engine.korean import KiwiSpacyNLP, morphemes_of
from bot.engine.rows import READER_MODULES, fingerprint_of, is_payload, labelled_rows, read_labels
from bot.engine.thresholds import label_matrix, threshold_at_false_alarms
from bot.guard.danger import Danger, find_danger

MODEL_FILE = "risks.joblib"
GUARD_SCORE = 0.99
DOUBT_DISCOUNT = 0.5
ASKED_IN_DOUBT = frozenset({"self_harm", "violence"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class RiskReader(GraphComponent):
    """Sets `risks` ([{id, score, evidence, start, end}], most certain first) on messages."""

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
        """`false_alarm_share`: the share of harmless annotated messages that may raise an alarm."""
        return {"false_alarm_share": 0.01}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "RiskReader":
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
    ) -> "RiskReader":
        """See the parent class."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / MODEL_FILE))

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The readers' modules and the guard's rules count as well."""
        here = Path(__file__).resolve()
        guard = here.parents[1] / "guard"
        own = [here, *(here.with_name(name) for name in ("joint.py", "thresholds.py"))]
        return fingerprint_of(
            [*READER_MODULES, *own, WEIGHTS / MANIFEST, *JUDGE_DATA.glob("*.jsonl"), *guard.rglob("*.py")]
        )

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the annotated messages; the threshold keeps false alarms at the wanted share."""
        ids = read_labels().risks
        rows, labels = labelled_rows(training_data, "risks")
        heads = Heads(ids, folds=3)
        heads.fit(rows, label_matrix(labels, ids), [_guard_columns(find_danger(row.text), ids) for row in rows])
        heads.forget_training()
        self._model = {"heads": heads}
        heard = read_heard()
        looks = [self._look(item.row, item.encoded) for item in heard]
        truth = label_matrix([item.note["risks"] for item in heard], ids)
        joint = Judge(leaf=40, rounds=60)
        chances = fit_by_author(joint, [look.signals for look in looks], truth, [item.author for item in heard])
        threshold = threshold_at_false_alarms(chances, truth, self._config["false_alarm_share"])
        self._model.update(joint=joint, threshold=threshold)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / MODEL_FILE, compress=3)
        return self._resource

    def _look(self, row: Row, encoded: Encoded) -> "_Look":
        """What guard, heads and encoder say of one message, and the signals made of it."""
        heads: Heads = self._model["heads"]
        dangers = {danger.risk: danger for danger in find_danger(row.text)}
        guard = _guard_columns(tuple(dangers.values()), heads.labels)
        reading = heads.read(row, guard)
        asked = shared_encoder().places([f"risk:{risk}" for risk in heads.labels])
        signals = joint_signals(reading, encoded.odds[asked], None, len(row.text), guard)
        return _Look(dangers, reading, encoded, asked, signals)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing that later components train on comes from here."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Read each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            silent = self._model is None or is_payload(text) or not text.strip()
            message.set("risks", [] if silent else self._read(text, message), add_to_output=True)
        return messages

    def _read(self, text: str, message: Message) -> List[Dict[str, Any]]:
        look = self._look(Row(text, tuple(morphemes_of(message))), encoded_of(message))
        chances = self._model["joint"].chances(look.signals)
        found = []
        for place, risk in enumerate(self._model["heads"].labels):
            score, danger = float(chances[place]), look.dangers.get(risk)
            start, end = evidence_of(look.reading, look.encoded, look.asked[place], place)
            if danger is not None:
                start, end = _span_of(danger, text, (start, end))
            if danger is not None and danger.certainty == "sure":
                score = max(score, GUARD_SCORE)
            elif danger is not None and risk in ASKED_IN_DOUBT:
                # A doubt of the guard and half the usual odds are enough to ask gently.
                score = max(score, min(1.0, score / DOUBT_DISCOUNT))
            if score >= self._model["threshold"]:
                found.append(
                    {"id": risk, "score": round(score, 4), "evidence": text[start:end], "start": start, "end": end}
                )
        return sorted(found, key=lambda item: -item["score"])


class _Look(NamedTuple):
    """What is known of one message before anything is decided."""

    dangers: Dict[str, Danger]
    reading: Reading
    encoded: Encoded
    asked: List[int]  # Where the risks stand among the encoder's labels.
    signals: np.ndarray


def _span_of(danger: Danger, text: str, otherwise: Any) -> Any:
    """Where the guard's evidence stands in the text; the head's clause where it was normalised away."""
    start = text.find(danger.evidence)
    return (start, start + len(danger.evidence)) if start >= 0 else otherwise


def _guard_columns(dangers: Any, ids: Any) -> np.ndarray:
    """Two columns for the judge: what the guard is sure of, and what it doubts, label by label."""
    columns = np.zeros((2, len(ids)))
    for danger in dangers:
        columns[0 if danger.certainty == "sure" else 1, list(ids).index(danger.risk)] = 1.0
    return columns
