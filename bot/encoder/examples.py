"""The examples that the encoder learns from: annotated messages, dialogue moves and the catalogue's phrases."""

import zlib
from collections import Counter
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
NEEDS_DATA = ROOT / "nlu_data" / "needs"
MOVES_DATA = ROOT / "nlu_data" / "moves"
CATALOGUE = ROOT / "api" / "catalogue" / "data"
LEAST_OF_A_VALUE = 25
SUMMED_KINDS = ("need", "risk", "refused")
WITHOUT_FACTS = frozenset({*SUMMED_KINDS, "mentioned", "any"})
CHOSEN_FACTS = (
    "employment_status", "job_loss_reason", "household", "care_duty", "income_band", "welfare_status", "disability",
    "availability", "mobility", "digital", "urgency", "target_groups",
)  # fmt: skip
# Moves that never state a need or a danger.
EMPTY_MOVES = frozenset(
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
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Example(NamedTuple):
    """One text and what is known of it.  A kind of label that nobody has looked for is not in `known`."""

    text: str
    author: str
    labels: FrozenSet[str]
    known: FrozenSet[str]
    move: Optional[str] = None
    asks: Optional[str] = None


def label_of(kind: str, value: str) -> str:
    """The name of one output: "need:debt", "risk:violence", "refused:debt", "fact:digital=needs_help"."""
    return f"{kind}:{value}"


def _entries(path: Path) -> Iterator[Dict[str, Any]]:
    yield from yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)["nlu"]  # noqa: S506 - the safe loader, in C.


def _lines(entry: Dict[str, Any]) -> List[str]:
    return [line[2:].strip() for line in entry["examples"].splitlines() if line.startswith("- ")]


def fact_labels(facts: Dict[str, Any]) -> List[str]:
    """The outputs that facts stand for; ages, places and durations are read by rules and have none."""
    found = []
    for fact in CHOSEN_FACTS:
        values = facts.get(fact)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str):
                found.append(label_of("fact", f"{fact}={value}"))
    return found


def with_sums(labels: Iterable[str]) -> FrozenSet[str]:
    """The labels, and what follows from them: that a need is spoken of at all, and that the message holds any of a kind.

    Few needs are refused often enough to be learned alone; "is it spoken of?" and "is anything refused?" are.

    >>> sorted(with_sums(["refused:debt"]))
    ['any:refused', 'mentioned:debt', 'refused:debt']
    """
    given = frozenset(labels)
    parts = [label.split(":", 1) for label in given]
    spoken = {label_of("mentioned", value) for kind, value in parts if kind in ("need", "refused")}
    kinds = {label_of("any", kind) for kind, _ in parts if kind in SUMMED_KINDS}
    return given | spoken | kinds


def message_labels(note: Dict[str, Any]) -> FrozenSet[str]:
    """All outputs that an annotated message stands for."""
    return with_sums(
        [
            *(label_of("need", need) for need in note["needs"]),
            *(label_of("risk", risk) for risk in note["risks"]),
            *(label_of("refused", need) for need in note["negated"]),
            *fact_labels(note["facts"]),
        ]
    )


def read_messages(folder: Path = NEEDS_DATA) -> List[Example]:
    """The annotated messages, author by author."""
    everything = WITHOUT_FACTS | {"fact"}
    return [
        Example(text, path.stem, message_labels(entry["metadata"]), everything, *_move_of(entry))
        for path in sorted(folder.glob("*.yml"))
        for entry in _entries(path)
        for text in _lines(entry)
    ]


def _move_of(entry: Dict[str, Any]) -> Tuple[Optional[str], Optional[str]]:
    """The move of an annotated message, and what may have been asked; none where nobody has sorted it."""
    note = entry["metadata"]
    if entry["intent"] == "state_needs" and not note["needs"] and not note["risks"]:
        return None, None
    # A first message may come before any question or as the answer to "what brings you here?".
    return entry["intent"], None if zlib.crc32(note["id"].encode()) % 2 else "needs"


def read_moves(folder: Path = MOVES_DATA) -> List[Example]:
    """The dialogue moves, with what had been asked."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        for entry in _entries(path):
            move = entry["intent"]
            known = WITHOUT_FACTS if move in EMPTY_MOVES else frozenset()
            asks = (entry.get("metadata") or {}).get("asks")
            found += [Example(text, "moves", frozenset(), known, move, asks) for text in _lines(entry)]
    return found


def read_phrases(path: Path = CATALOGUE / "needs.yml") -> List[Example]:
    """Label and inclusions of each need, each phrase an example of it."""
    known = frozenset({"need", "mentioned", "any"})
    return [
        Example(phrase, "catalogue", with_sums([label_of("need", need)]), known)
        for phrase, need in need_phrases(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]


def need_phrases(catalogue: Dict[str, Any]) -> List[Tuple[str, str]]:
    """(phrase, need id): label and inclusions of each need of the catalogue's file."""
    return [
        (phrase.strip(), need["id"])
        for need in catalogue["needs"]
        for phrase in [need["label"], *need.get("includes", "").replace("·", ",").split(",")]
        if phrase.strip()
    ]


class Outputs(NamedTuple):
    """What the network answers, in order: labels, moves, and the questions it knows of ("" for none)."""

    labels: Tuple[str, ...]
    moves: Tuple[str, ...]
    questions: Tuple[str, ...]

    @classmethod
    def of(cls, messages: Sequence[Example], moves: Sequence[Example]) -> "Outputs":
        """All needs, risks and refusals of the catalogue, and the values of facts that are said often enough."""
        catalogue = yaml.safe_load((CATALOGUE / "needs.yml").read_text(encoding="utf-8"))
        needs = [need["id"] for need in catalogue["needs"]]
        counts = Counter(label for message in messages for label in message.labels)
        return cls(
            (
                *(label_of("need", need) for need in needs),
                *(label_of("risk", risk["id"]) for risk in catalogue["risks"]),
                *(label_of("refused", need) for need in needs),
                *(label_of("mentioned", need) for need in needs),
                *(label_of("any", kind) for kind in SUMMED_KINDS),
                *sorted(
                    label for label, count in counts.items() if label.startswith("fact:") and count >= LEAST_OF_A_VALUE
                ),
            ),
            tuple(sorted({move.move for move in moves if move.move})),
            ("", *sorted({move.asks for move in moves if move.asks})),
        )
