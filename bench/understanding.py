"""How well the trained model understands authors nobody trained on, how fast, and in how much memory.

    .venv-engine/bin/python -m bench.understanding

Prints a table and writes bench/results/understanding.json.  The messages are tests/nlu/held_out: three whole
authors (t1, t2, t3), and a twin of each file that the readers learn from; and tests/nlu/moves (what a turn does).
"""

import asyncio
import json
import math
import os
import random
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.scores import (
    Read,
    by_group,
    by_need,
    calibration,
    count_facts,
    score_facts,
    score_moves,
    score_needs,
    score_risks,
)
from bot.encoder.noise import typed_badly, without_spaces
from bot.encoder.reader import shared_encoder
from bot.engine import paths
from bot.engine.quiet import keep_quiet, set_environment
from bot.engine.understand import Line, Understanding

HELD_OUT = paths.ROOT / "tests" / "nlu" / "held_out"
MOVES = paths.ROOT / "tests" / "nlu" / "moves"
RESULTS = paths.ROOT / "bench" / "results"
UNKNOWN_AUTHORS = ("t1", "t2", "t3")
DANGER = ("j", "x", "z")
NOISE = 0.15
PIECES = (45, 130, math.inf)


def messages_of(path: Path) -> list[dict[str, Any]]:
    """The labelled messages of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def noisy(message: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The message with `NOISE` of its letters mistyped, or (one in three) hardly any spaces."""
    text = message["text"]
    worse = without_spaces(text, dice) if dice.random() < 1 / 3 else typed_badly(text, dice, NOISE)
    return {**message, "text": worse}


async def read_all(understanding: Understanding, wanted: Sequence[dict[str, Any]]) -> list[Read]:
    """Read each message the way `make understand` does."""
    read = []
    for message in wanted:
        started = time.process_time()
        found = await understanding.read(Line(message["id"], message["text"], message.get("asks")))
        read.append(Read(message, found, 1000 * (time.process_time() - started)))
    return read


def parse_times(read: Sequence[Read]) -> dict[str, str]:
    """CPU milliseconds of a parse, middle and 95th percentile, of messages up to so many word pieces."""
    timed = [(len(shared_encoder().cut(item.wanted["text"]).ids), item.cpu_ms) for item in read]
    shown: dict[str, str] = {}
    least = 0.0
    for most in PIECES:
        own = sorted(took for count, took in timed if least < count <= most)
        shown[f"to {most}"] = f"{own[len(own) // 2]:.1f} / {own[int(len(own) * 0.95)]:.1f} of {len(own)}" if own else ""
        least = most
    return shown


def measure() -> dict[str, Any]:
    """All figures of one run."""
    started, cpu_started = time.monotonic(), time.process_time()
    understanding = Understanding.load()
    loaded, cpu_loaded = time.monotonic() - started, time.process_time() - cpu_started
    twins = sorted(path.stem for path in HELD_OUT.glob("*.jsonl") if path.stem not in UNKNOWN_AUTHORS)

    async def read() -> dict[str, list[Read]]:
        await read_all(understanding, [{"id": "warm", "text": "안녕하세요"}])
        held = {
            name: await read_all(understanding, messages_of(HELD_OUT / f"{name}.jsonl"))
            for name in (*UNKNOWN_AUTHORS, *twins)
        }
        dice = random.Random(7)
        worse = [noisy(m, dice) for name in UNKNOWN_AUTHORS for m in messages_of(HELD_OUT / f"{name}.jsonl")]
        turns = {
            f"moves {path.stem}": await read_all(understanding, messages_of(path))
            for path in sorted(MOVES.glob("*.jsonl"))
        }
        return {**held, "noisy": await read_all(understanding, worse), **turns}

    found = asyncio.run(read())
    unknown = [item for name in UNKNOWN_AUTHORS for item in found[name]]
    twin = [item for name in twins for item in found[name]]
    danger = [item for name in DANGER for item in found[name]]
    return {
        "needs, unknown authors": score_needs(unknown),
        "needs, twins": score_needs(twin),
        "needs, unknown authors, noisy": score_needs(found["noisy"]),
        "by author": by_group(unknown + twin, lambda wanted: wanted["id"].rstrip("0123456789"), 10),
        "by register": by_group(unknown + twin, lambda wanted: wanted["register"]),
        "by register, unknown authors": by_group(unknown, lambda wanted: wanted["register"]),
        "by number of needs": by_group(unknown + twin, lambda wanted: str(min(4, len(wanted["needs"])))),
        "by need": by_need(unknown + twin),
        "calibration": calibration(unknown + twin),
        "risks, unknown authors": score_risks(unknown),
        "risks, danger and its look-alikes": score_risks(danger),
        "facts, unknown authors": score_facts(unknown),
        "facts, twins": score_facts(twin),
        "labelled, right, read by fact": count_facts(unknown),
        **{name: score_moves(own) for name, own in found.items() if name.startswith("moves ")},
        "parse, CPU ms by pieces": parse_times(unknown),
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
