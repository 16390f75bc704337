"""Reads what a message is about: the needs it states, the needs it refuses, the dangers it speaks of, and the words that say so."""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.reader import MANIFEST, WEIGHTS
from bot.engine.component import TrainedReader
from bot.engine.encoder import encoded_of
from bot.engine.joint import JUDGE_DATA, Look, read_heard
from bot.engine.korean import morphemes_of
from bot.engine.lexicon import Lexicon, Row, Said
from bot.engine.need_judge import NeedJudge
from bot.engine.risk_judge import RiskJudge
from bot.engine.rows import (
    NEEDS_FILE,
    READER_MODULES,
    fingerprint_of,
    is_payload,
    labelled_rows,
    phrase_rows,
    read_labels,
)
from bot.engine.thresholds import label_matrix

NEEDS, RISKS = "needs", "risks"


class Meaning(NamedTuple):
    """What is kept of the training."""

    lexicon: Lexicon
    needs: NeedJudge
    risks: RiskJudge


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class MeaningReader(TrainedReader):
    """Sets `needs` and `risks` ([{id, score, evidence, start, end}], most certain first) and `negated` ([ids]) on messages."""

    model_file = "meaning.joblib"
    _model: Optional[Meaning]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`false_need_weight`: how many found needs one need-free message that gets a need may cost; `false_alarm_share`: the share
        of harmless annotated messages that may raise an alarm."""
        return {"false_need_weight": 2.0, "false_alarm_share": 0.03}

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Rasa hashes only this class; all that the readers are made of counts as well."""
        here = Path(__file__).resolve()
        names = ("need_judge.py", "risk_judge.py", "negation.py", "topics.py")
        own = [here, *(here.with_name(name) for name in names), NEEDS_FILE, WEIGHTS / MANIFEST]
        guard = here.parents[1] / "guard"
        return fingerprint_of([*READER_MODULES, *own, *JUDGE_DATA.glob("*.jsonl"), *guard.rglob("*.py")])

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the annotated messages; then learn, from others, how to join the words and the encoder."""
        labels = read_labels()
        rows, notes = labelled_rows(training_data)
        phrases, named = phrase_rows()
        needs = label_matrix([note[NEEDS] for note in notes] + named, labels.needs)
        risks = label_matrix([note[RISKS] for note in notes] + [()] * len(phrases), labels.risks)
        lexicon = Lexicon({NEEDS: labels.needs, RISKS: labels.risks})
        rows += phrases
        said = lexicon.fit(rows, {NEEDS: needs, RISKS: risks})
        authors = [row.author for row in rows]
        need_judge, risk_judge = NeedJudge(labels.needs), RiskJudge(labels.risks)
        texts = {place: rows[place].text for place in said}
        refused = {place: notes[place]["negated"] for place in said}
        need_judge.fit_words(_about(said, lexicon, NEEDS), needs, authors, texts, refused)
        risk_judge.fit_words(_about(said, lexicon, RISKS), risks, authors, texts)
        heard = read_heard()
        looks = [Look(item.row.text, lexicon.read(item.row), item.encoded) for item in heard]
        need_judge.fit_joint(
            [look.about(lexicon.columns[NEEDS]) for look in looks],
            [item.note for item in heard],
            [item.author for item in heard],
            self._config["false_need_weight"],
        )
        risk_judge.fit_joint(
            [look.about(lexicon.columns[RISKS]) for look in looks],
            [item.note for item in heard],
            [item.author for item in heard],
            self._config["false_alarm_share"],
        )
        return self.keep(Meaning(lexicon, need_judge, risk_judge))

    def process(self, messages: List[Message]) -> List[Message]:
        """Read each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            found: Dict[str, Any] = {NEEDS: [], "negated": [], RISKS: []}
            if self._model is not None and text.strip() and not is_payload(text):
                said = self._model.lexicon.read(Row(text, tuple(morphemes_of(message))))
                look = Look(text, said, encoded_of(message))
                columns = self._model.lexicon.columns
                found[NEEDS], found["negated"] = self._model.needs.read(look.about(columns[NEEDS]))
                found[RISKS] = self._model.risks.read(look.about(columns[RISKS]))
            for name, value in found.items():
                message.set(name, value, add_to_output=True)
        return messages


def _about(said: Dict[int, Said], lexicon: Lexicon, group: str) -> Dict[int, Said]:
    return {place: own.of(lexicon.columns[group]) for place, own in said.items()}
