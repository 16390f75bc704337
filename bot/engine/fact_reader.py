"""Puts the facts that a message states on the message; the reading itself is `bot.engine.facts`."""

import datetime
import logging
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.reader import MANIFEST, WEIGHTS, shared_encoder
from bot.engine.component import TrainedReader
from bot.engine.encoder import encoded_of
from bot.engine.fact_judge import ANNOTATED_ON, FactJudge
from bot.engine.facts.reader import read_facts
from bot.engine.facts.regions import ambiguous_region
from bot.engine.joint import JUDGE_DATA, read_heard
from bot.engine.quiet import describe_error
from bot.engine.rows import READER_MODULES, asks_of, fingerprint_of, is_payload

log = logging.getLogger("mulgil.engine.facts")


def today_of(message: Message) -> datetime.date:
    """The day on which the message was written; the machine's own day in Seoul when the message does not say."""
    said = (message.get("metadata") or {}).get("today")
    try:
        return datetime.date.fromisoformat(said)
    except (TypeError, ValueError):
        return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class FactReader(TrainedReader):
    """Sets `facts` ({fact id: canonical value}) on messages, and `ambiguous` ({fact id: what it may mean}).  A reader that fails costs its facts, not the turn."""

    model_file = "facts.joblib"
    _model: Optional[FactJudge]

    def train(self, training_data: TrainingData) -> Resource:
        """Learn how far to believe rules and encoder, from messages that neither has read."""
        heard = read_heard()
        judge = FactJudge(shared_encoder().labels)
        judge.fit(
            [read_facts(item.row.text, None, ANNOTATED_ON) for item in heard],
            [item.encoded for item in heard],
            [item.note["facts"] for item in heard],
            [item.author for item in heard],
        )
        return self.keep(judge)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The fact reader's modules and tables count as well."""
        here = Path(__file__).resolve()
        folder = here.parent / "facts"
        own = [here, here.with_name("fact_judge.py"), *(here.parents[1] / "masking").rglob("*.py")]
        tables = [*folder.rglob("*.py"), *folder.rglob("*.tsv"), *JUDGE_DATA.glob("*.jsonl"), WEIGHTS / MANIFEST]
        return fingerprint_of([*READER_MODULES, *own, *tables])

    def process(self, messages: List[Message]) -> List[Message]:
        """Read each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            facts: Dict[str, Any] = {}
            ambiguous: Dict[str, List[str]] = {}
            if text.strip() and not is_payload(text):
                try:
                    asks = asks_of(message)
                    facts = read_facts(text, asks, today_of(message))
                    if self._model is not None:
                        facts = self._model.weigh(facts, encoded_of(message), [asks] if asks else [])
                    if asks == "region" and "region" not in facts:
                        ambiguous = {"region": list(ambiguous_region(text))}
                except Exception as error:  # The turn goes on without facts; the log names the type only.
                    log.error("facts could not be read: %s", describe_error(error))
            message.set("facts", facts, add_to_output=True)
            message.set("ambiguous", ambiguous, add_to_output=True)
        return messages
