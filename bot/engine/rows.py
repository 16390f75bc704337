"""Reads our training data as Rasa hands it over, and the needs of the catalogue."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

import yaml
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.heads import Row
from bot.engine.korean import morphemes_of, read_morphemes

NEEDS_FILE = Path(__file__).resolve().parents[2] / "api" / "catalogue" / "data" / "needs.yml"

# Moves that never state a need: their sentences teach the readers what is no need and no danger.
NEEDLESS_MOVES = frozenset(
    [
        "affirm",
        "deny",
        "unsure",
        "refuse",
        "ask_why",
        "ask_human",
        "take_back",
        "wait",
        "repeat",
        "stop",
        "erase_data",
        "show_data",
        "ask_center",
        "ask_status",
        "small_talk",
        "thanks",
        "complaint",
        "off_topic",
        "greet",
        "resume",
    ]
)
MOVES = (
    "state_needs", "answer", "affirm", "deny", "unsure", "refuse", "ask_why", "ask_human", "correct", "take_back", "wait", "repeat",
    "stop", "erase_data", "show_data", "ask_service", "ask_center", "ask_status", "small_talk", "thanks", "complaint", "off_topic",
    "greet", "resume",
)  # fmt: skip
# Rasa keeps the name `back` for an intent of its own; outside it is the public name of this move.
PUBLIC_NAMES = {"take_back": "back"}
PAYLOAD_SIGN = "/"


class Labels(NamedTuple):
    """What the catalogue knows: need ids, risk ids, and phrases that name one need each."""

    needs: Tuple[str, ...]
    risks: Tuple[str, ...]
    phrases: Tuple[Tuple[str, str], ...]  # (phrase, need id)


@lru_cache(maxsize=1)
def read_labels() -> Labels:
    """The closed sets of labels, in the catalogue's order."""
    found = yaml.safe_load(NEEDS_FILE.read_text(encoding="utf-8"))
    phrases = []
    for need in found["needs"]:
        for part in [need["label"], *need.get("includes", "").replace("·", ",").split(",")]:
            if part.strip():
                phrases.append((part.strip(), need["id"]))
    return Labels(
        tuple(need["id"] for need in found["needs"]), tuple(risk["id"] for risk in found["risks"]), tuple(phrases)
    )


def note_of(message: Message) -> Dict[str, Any]:
    """The metadata that the training data gives an entry; empty where it gives none."""
    metadata = message.get("metadata") or {}
    return metadata.get("example") or metadata.get("intent") or {}


def asks_of(message: Message, *, training: bool = False) -> Optional[str]:
    """What the bot had just asked."""
    source = note_of(message) if training else (message.get("metadata") or {})
    asks = source.get("asks") if isinstance(source, dict) else None
    return asks if isinstance(asks, str) else None


def is_payload(text: Optional[str]) -> bool:
    """A quick reply or a command speaks for itself: the readers say nothing of it."""
    return (text or "").startswith(PAYLOAD_SIGN)


def labelled_rows(training_data: TrainingData, key: str) -> Tuple[List[Row], List[Sequence[str]]]:
    """Rows and their labels under `key` ("needs", "risks").

    Messages with annotations are judged, author by author; moves that never state a need come along
    unlabelled; other sentences are left out, because nobody has said what they hold.
    """
    rows: List[Row] = []
    labels: List[Sequence[str]] = []
    for message in training_data.nlu_examples:
        text = message.get(TEXT)
        note = note_of(message)
        if not text or is_payload(text):
            continue
        if key in note:
            author = str(note.get("id", "")).rstrip("0123456789")
            rows.append(Row(text, tuple(morphemes_of(message)), author, True))
            labels.append(note[key])
        elif message.get(INTENT) in NEEDLESS_MOVES:
            rows.append(Row(text, tuple(morphemes_of(message)), "", False))
            labels.append(())
    return rows, labels


def phrase_rows() -> Tuple[List[Row], List[Sequence[str]]]:
    """The catalogue's own phrases, each an example of its need."""
    phrases = read_labels().phrases
    return [Row(phrase, tuple(read_morphemes(phrase)), "", False) for phrase, _ in phrases], [
        [need] for _, need in phrases
    ]


def fingerprint_of(paths: Iterable[Path]) -> str:
    """One hash over the contents of files, for Rasa's cache."""
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


ENGINE_DIR = Path(__file__).resolve().parent
READER_MODULES = tuple(
    ENGINE_DIR / name for name in ("clauses.py", "features.py", "heads.py", "judge.py", "korean.py", "rows.py")
)
