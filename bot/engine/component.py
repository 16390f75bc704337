"""What all readers have in common as components of Rasa's graph: how they are made, kept and loaded."""

from pathlib import Path
from typing import Any, Dict, List, Optional, Text

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.engine.encoder import TunedEncoder
from bot.engine.korean import KiwiSpacyNLP


class TrainedReader(GraphComponent):
    """Learns one model; `_model` is None until then."""

    model_file: str  # The model's name in its storage.

    def __init__(
        self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource, model: Optional[Any] = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> List[type]:
        """Morphemes come with the documents, and the encoder reads the message first."""
        return [KiwiSpacyNLP, TunedEncoder]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TrainedReader":
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
    ) -> "TrainedReader":
        """See the parent class."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(Path(folder) / cls.model_file))

    def keep(self, model: Any) -> Resource:
        """Take a trained model, and store it."""
        self._model = model
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(model, Path(folder) / self.model_file, compress=3)
        return self._resource
