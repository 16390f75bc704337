"""What the annotated messages are: how many of each label, length and register, and what repeats.

    .venv-engine/bin/python -m bench.data

Near-duplicates are pairs of messages that share more than half of their letter 4-grams (cosine); frames are openings
and endings of three words that several messages share.  Exit status 1: a near-duplicate stands in two splits.
"""

import collections
import json
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.understanding import HELD_OUT
from bot.engine import paths

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NEAR = 0.5
FRAME_WORDS = 3
ROWS_AT_ONCE = 500


class Labelled(NamedTuple):
    """One message with its annotations and where it stands: "train", "judge" or "test"."""

    split: str
    note: dict[str, Any]


def read_all() -> list[Labelled]:
    """Every annotated message of the repository."""
    found = [
        Labelled("train", {**entry["metadata"], "text": entry["examples"].removeprefix("- ").strip()})
        for path in sorted((paths.DATA / "needs").glob("*.yml"))
        for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)["nlu"]  # noqa: S506
    ]
    for split, folder in (("judge", paths.DATA / "judge"), ("test", HELD_OUT)):
        for path in sorted(folder.glob("*.jsonl")):
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [Labelled(split, json.loads(line)) for line in lines]
    return found


def near_duplicates(texts: list[str], least: float = NEAR) -> list[tuple[int, int, float]]:
    """Pairs of places whose texts share more than `least` of their letters' 4-grams, the likest first."""
    matrix = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 4), use_idf=False, binary=True).fit_transform(texts)
    pairs = []
    for start in range(0, len(texts), ROWS_AT_ONCE):
        block = (matrix[start : start + ROWS_AT_ONCE] @ matrix.T).tocoo()
        for row, column, value in zip(block.row, block.col, block.data, strict=True):
            if value > least and start + row < column:
                pairs.append((start + int(row), int(column), round(float(value), 2)))
    return sorted(pairs, key=lambda pair: -pair[2])


def frames(texts: Iterable[str]) -> list[tuple[str, int]]:
    """Openings and endings that at least three messages share."""
    counts: collections.Counter[str] = collections.Counter()
    for text in texts:
        words = text.split()
        if len(words) > 2 * FRAME_WORDS:
            counts["{} …".format(" ".join(words[:FRAME_WORDS]))] += 1
            counts["… {}".format(" ".join(words[-FRAME_WORDS:]))] += 1
    return [(frame, count) for frame, count in counts.most_common() if count >= 3]


def balance(rows: list[Labelled]) -> dict[str, Any]:
    """Counts that the annotation guide sets goals for."""
    notes = [row.note for row in rows]
    with_need = [note for note in notes if note["needs"]]
    words = np.array([len(note["text"].split()) for note in notes])
    count = collections.Counter
    return {
        "messages": len(notes),
        "by split": dict(count(row.split for row in rows)),
        "without need": len(notes) - len(with_need),
        "two or more needs, of those with one": round(np.mean([len(n["needs"]) > 1 for n in with_need]), 3),
        "four or more": round(np.mean([len(n["needs"]) > 3 for n in with_need]), 3),
        "with a risk": sum(bool(note["risks"]) for note in notes),
        "with a refusal": sum(bool(note["negated"]) for note in notes),
        "words": {
            "4 or fewer": int((words <= 4).sum()),
            "60 or more": int((words >= 60).sum()),
            "most": int(words.max()),
        },
        "needs": dict(sorted(count(n for note in notes for n in note["needs"]).items(), key=lambda item: item[1])),
        "refused": dict(count(n for note in notes for n in note["negated"]).most_common()),
        "risks": dict(count(n for note in notes for n in note["risks"])),
        "registers": dict(count(note["register"] for note in notes).most_common()),
    }


def main() -> int:
    """The command."""
    rows = read_all()
    for name, value in balance(rows).items():
        print(f"{name}: {value}")
    texts = [row.note["text"] for row in rows]
    pairs = near_duplicates(texts)
    print(f"near-duplicates: {len(pairs)}")
    across = 0
    for one, other, likeness in pairs:
        apart = rows[one].split != rows[other].split
        across += apart
        print(f"  {likeness} {rows[one].note['id']} {rows[other].note['id']}{' IN TWO SPLITS' if apart else ''}")
    print("frames:", ", ".join(f"{frame} ×{count}" for frame, count in frames(texts)[:30]) or "none")
    return 1 if across else 0


if __name__ == "__main__":
    sys.exit(main())
