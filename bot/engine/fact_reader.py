"""Puts the facts that a message states on the message; the reading itself is `bot.engine.facts`."""

import datetime
import logging
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.facts.reader import read_facts
from bot.engine.facts.regions import ambiguous_region
from bot.engine.quiet import describe_error
from bot.engine.rows import asks_of, fingerprint_of, is_payload

log = logging.getLogger("mulgil.engine.facts")


def today_of(message: Message) -> datetime.date:
    """The day on which the message was written; the machine's own day in Seoul when the message does not say."""
    said = (message.get("metadata") or {}).get("today")
    try:
        return datetime.date.fromisoformat(said)
    except (TypeError, ValueError):
        return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactReader(GraphComponent):
    """Sets `facts` ({fact id: canonical value}) on messages, and `ambiguous` ({fact id: what it may mean}).  A reader that fails costs its facts, not the turn."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FactReader":
        """See the parent class."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The fact reader's modules and tables count as well."""
        folder = Path(__file__).resolve().parent / "facts"
        return fingerprint_of([*folder.rglob("*.py"), *folder.rglob("*.tsv")])

    def process(self, messages: List[Message]) -> List[Message]:
        """Read each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            facts: Dict[str, Any] = {}
            ambiguous: Dict[str, List[str]] = {}
            if text.strip() and not is_payload(text):
                try:
                    facts = read_facts(text, asks_of(message), today_of(message))
                    if asks_of(message) == "region" and "region" not in facts:
                        ambiguous = {"region": list(ambiguous_region(text))}
                except Exception as error:  # The turn goes on without facts; the log names the type only.
                    log.error("facts could not be read: %s", describe_error(error))
            message.set("facts", facts, add_to_output=True)
            message.set("ambiguous", ambiguous, add_to_output=True)
        return messages
