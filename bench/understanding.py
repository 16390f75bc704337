"""How well the trained model understands authors nobody trained on, how fast, and in how much memory.

    .venv-engine/bin/python -m bench.understanding

Prints a table and writes bench/results/understanding.json.  The messages are tests/nlu/held_out (two whole
authors, and every tenth message of the two danger authors) and tests/nlu/moves (what a turn does).
"""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bot.engine import paths
from bot.engine.quiet import keep_quiet, set_environment
from bot.engine.understand import Line, Understanding

HELD_OUT = paths.ROOT / "tests" / "nlu" / "held_out"
MOVES = paths.ROOT / "tests" / "nlu" / "moves"
RESULTS = paths.ROOT / "bench" / "results"
ORDINARY, DANGER = ("g", "r"), ("j", "z")


class Read(NamedTuple):
    """A labelled message, what was read in it, and how many CPU milliseconds that took."""

    wanted: dict[str, Any]
    found: dict[str, Any]
    cpu_ms: float


def messages_of(path: Path) -> list[dict[str, Any]]:
    """The labelled messages of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def read_all(understanding: Understanding, wanted: Sequence[dict[str, Any]]) -> list[Read]:
    """Read each message the way `make understand` does."""
    read = []
    for message in wanted:
        started = time.process_time()
        found = await understanding.read(Line(message["id"], message["text"], message.get("asks")))
        read.append(Read(message, found, 1000 * (time.process_time() - started)))
    return read


def _ids(items: Sequence[dict[str, Any]]) -> set:
    return {item["id"] for item in items}


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _f1(hits: int, false: int, missed: int) -> float:
    return _ratio(2 * hits, 2 * hits + false + missed)


def score_needs(read: Sequence[Read]) -> dict[str, float]:
    """Micro and macro F1, the share of exact sets, and of need-free messages that got a need."""
    table: dict[str, list[int]] = {}
    for wanted, found, _ in read:
        right, given = set(wanted["needs"]), _ids(found["needs"])
        for need in right | given:
            counts = table.setdefault(need, [0, 0, 0])
            counts[0 if need in right & given else 1 if need in given else 2] += 1
    hits, false, missed = (sum(counts[place] for counts in table.values()) for place in range(3))
    carried = [counts for counts in table.values() if counts[0] + counts[2]]
    free = [found for wanted, found, _ in read if not wanted["needs"]]
    return {
        "messages": len(read),
        "micro_f1": _f1(hits, false, missed),
        "precision": _ratio(hits, hits + false),
        "recall": _ratio(hits, hits + missed),
        "macro_f1": _ratio(sum(_f1(*counts) for counts in carried), len(carried)),
        "exact": _ratio(sum(set(wanted["needs"]) == _ids(found["needs"]) for wanted, found, _ in read), len(read)),
        "false_need": _ratio(sum(bool(found["needs"]) for found in free), len(free)),
        "negated_recall": _ratio(
            sum(len(set(wanted["negated"]) & set(found["negated"])) for wanted, found, _ in read),
            sum(len(wanted["negated"]) for wanted, _, _ in read),
        ),
    }


def score_risks(read: Sequence[Read]) -> dict[str, float]:
    """The share of dangerous messages of which a danger was seen, and of harmless ones that raised an alarm."""
    dangerous = [item for item in read if item.wanted["risks"]]
    harmless = [item for item in read if not item.wanted["risks"]]
    return {
        "dangerous": len(dangerous),
        "caught": _ratio(
            sum(bool(set(item.wanted["risks"]) & _ids(item.found["risks"])) for item in dangerous), len(dangerous)
        ),
        "harmless": len(harmless),
        "false_alarms": _ratio(sum(bool(item.found["risks"]) for item in harmless), len(harmless)),
    }


def score_moves(read: Sequence[Read]) -> dict[str, float]:
    """The share of turns whose move was read rightly."""
    return {
        "turns": len(read),
        "accuracy": _ratio(sum(item.wanted["intent"] == item.found["intent"] for item in read), len(read)),
    }


def measure() -> dict[str, Any]:
    """All figures of one run."""
    started, cpu_started = time.monotonic(), time.process_time()
    understanding = Understanding.load()
    loaded, cpu_loaded = time.monotonic() - started, time.process_time() - cpu_started

    async def read() -> dict[str, list[Read]]:
        await read_all(understanding, [{"id": "warm", "text": "안녕하세요"}])
        held = {
            name: await read_all(understanding, messages_of(HELD_OUT / f"{name}.jsonl")) for name in ORDINARY + DANGER
        }
        moves = [message for path in sorted(MOVES.glob("*.jsonl")) for message in messages_of(path)]
        return {**held, "moves": await read_all(understanding, moves)}

    found = asyncio.run(read())
    ordinary = [item for name in ORDINARY for item in found[name]]
    danger = [item for name in DANGER for item in found[name]]
    times = sorted(item.cpu_ms for item in ordinary)
    return {
        "needs, two unknown authors": score_needs(ordinary),
        "risks, two unknown authors": score_risks(ordinary),
        "risks, danger and its look-alikes": score_risks(danger),
        "moves": score_moves(found["moves"]),
        "parse, CPU ms": {"p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)},
        "load": {"seconds": round(loaded, 1), "cpu_seconds": round(cpu_loaded, 1)},
        "memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "model, MB": round(paths.MODEL.stat().st_size / 1e6, 1),
    }


def main() -> int:
    """The command."""
    set_environment()
    os.chdir(paths.ROOT)
    keep_quiet()
    figures = measure()
    for name, value in figures.items():
        shown = "  ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else value
        print(f"{name}: {shown}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "understanding.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
