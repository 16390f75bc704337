"""The tuned sentence encoder as a component: it reads each message once, for all readers after it."""

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.reader import Encoded, shared_encoder
from bot.engine.rows import asks_of, is_payload

ENCODED = "encoded"


def encoded_of(message: Message) -> Encoded:
    """What the encoder says of a message; read now where the component has not."""
    kept = message.get(ENCODED)
    return kept if kept is not None else shared_encoder().encode(message.get(TEXT) or "", asks_of(message))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TunedEncoder(GraphComponent):
    """Leaves `encoded` on messages; nothing of it is put out."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TunedEncoder":
        """Loads the encoder, so that the first client does not wait for it."""
        shared_encoder()
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Read each message, commands left out."""
        for message in messages:
            text = message.get(TEXT) or ""
            if text.strip() and not is_payload(text):
                message.set(ENCODED, shared_encoder().encode(text, asks_of(message)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The readers encode what they need of it themselves."""
        return training_data
