"""Reads our training data as Rasa hands it over, and the needs of the catalogue."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

import yaml
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.examples import EMPTY_MOVES, need_phrases
from bot.engine.korean import morphemes_of, read_morphemes
from bot.engine.lexicon import Row

NEEDS_FILE = Path(__file__).resolve().parents[2] / "api" / "catalogue" / "data" / "needs.yml"

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
    return Labels(
        tuple(need["id"] for need in found["needs"]),
        tuple(risk["id"] for risk in found["risks"]),
        tuple(need_phrases(found)),
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


def labelled_rows(training_data: TrainingData) -> Tuple[List[Row], List[Dict[str, Any]]]:
    """Rows and their annotations.

    Messages with annotations are judged, author by author; moves that never state a need come along
    with empty ones; other sentences are left out, because nobody has said what they hold.
    """
    rows: List[Row] = []
    notes: List[Dict[str, Any]] = []
    for message in training_data.nlu_examples:
        text = message.get(TEXT)
        note = note_of(message)
        if not text or is_payload(text):
            continue
        if "needs" in note:
            author = str(note.get("id", "")).rstrip("0123456789")
            rows.append(Row(text, tuple(morphemes_of(message)), author, True))
            notes.append(note)
        elif message.get(INTENT) in EMPTY_MOVES:
            rows.append(Row(text, tuple(morphemes_of(message)), "", False))
            notes.append({"needs": [], "risks": [], "negated": []})
    return rows, notes


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
# What every reader is made of, for Rasa's cache.
READER_MODULES = (
    *(
        ENGINE_DIR / name
        for name in (
            "clauses.py", "component.py", "features.py", "heads.py", "joint.py", "judge.py", "korean.py", "lexicon.py", "rows.py",
            "thresholds.py",
        )
    ),
    *(ENGINE_DIR.parent / "encoder" / name for name in ("examples.py", "pieces.py", "reader.py")),
)  # fmt: skip
