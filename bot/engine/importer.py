"""Reads the training data a hundred times faster than Rasa's own reader, to the same messages.

Rasa parses YAML with a pure-Python round-trip loader; thousands of annotated entries take it minutes on
a busy machine.  The files here are plain YAML, so the C loader does.  `rasa data validate` still reads
them its own way; tests/engine holds both readers to the same result.
"""

from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Text

import yaml
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data import entities_parser
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KNOWN_KEYS = frozenset({"intent", "examples", "metadata"})


class TrainingDataError(ValueError):
    """A training file holds what this reader does not know; names the file and the intent."""


def _examples(item: Dict[Text, Any], path: Path) -> Iterator[Text]:
    examples = item.get("examples")
    if not isinstance(item.get("intent"), str) or not isinstance(examples, str) or set(item) - KNOWN_KEYS:
        raise TrainingDataError(
            f"{path.name}: an entry of intent {item.get('intent')!r} is not intent, metadata and examples."
        )
    for line in examples.splitlines():
        if not line.startswith("-"):
            raise TrainingDataError(f"{path.name}: an example of intent {item['intent']!r} does not start with '-'.")
        yield line[1:].strip()


def read_messages(path: Path) -> List[Message]:
    """The messages of one file, as Rasa's own reader would build them.

    Raises:
        TrainingDataError: The file holds something else than intents with examples.
    """
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - the safe loader, in C.
    messages = []
    for item in found.get("nlu") or []:
        for example in _examples(item, path):
            entities = entities_parser.find_entities_in_training_example(example)
            plain = entities_parser.replace_entities(example)
            messages.append(Message.build(plain, item["intent"], entities, item.get("metadata"), None))
    return messages


class QuickImporter(RasaFileImporter):
    """Rasa's file importer with a quick way to read messages."""

    def get_nlu_data(self, language: Optional[Text] = "ko") -> TrainingData:
        """All messages of all files, in the order of the files' names."""
        return TrainingData([message for path in sorted(self._nlu_files) for message in read_messages(Path(path))])
