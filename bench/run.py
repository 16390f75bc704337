"""Runs the benchmarks, prints a table and writes `bench/results/*.json`.

usage: python -m bench.run [start] [latency]        (both when none is named; `make bench`)
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.instance import fresh_instance
from bench.latency import MulgilClient, PlainClient, measure_latency
from bench.plain_rasa import plain_bot
from bench.start import measure_memory, measure_start
from deploy.house_settings import ROOT

RESULTS = ROOT / "bench" / "results"
PARTS = ("start", "latency")


def machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    words = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "processor": _processor(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def write(name: str, result: dict[str, Any]) -> None:
    """Keep a result, with the machine it was measured on."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, ensure_ascii=False, indent=2)
    (RESULTS / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under heads, the first column to the left and the others to the right."""
    cells = [list(map(str, row)) for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    print(f"\n{title}")
    for row in cells:
        first, *others = (
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        print("  " + "  ".join((first, *others)))
    sys.stdout.flush()


def main(wanted: Sequence[str]) -> int:
    """Run the wanted benchmarks; returns the exit status."""
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"There is no benchmark '{unknown[0]}'; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    parts = wanted or PARTS
    about = machine()
    with fresh_instance() as instance:
        if "start" in parts:
            start = measure_start(instance)
            memory = measure_memory(instance.pids())
            write("start", {"machine": about, "start": start, "memory_mb": memory})
            print_table(
                "Start (seconds to healthy)", ("", "s"), [("first", start["first_s"]), ("warm", start["warm_s"])]
            )
            print_table("Memory (MB, idle)", ("", "PSS", "RSS"), [(n, w["pss"], w["rss"]) for n, w in memory.items()])
        else:
            instance.call("up")
        if "latency" in parts:
            ours = measure_latency(lambda http: MulgilClient(http, instance.url))
            loaded = measure_memory(instance.pids())["total"]
    if "latency" in parts:
        with plain_bot() as bot:
            plain = measure_latency(lambda http: PlainClient(http, bot.url))
            plain_memory = measure_memory({"rasa": bot.pid})["total"]
        write(
            "latency",
            {
                "machine": about,
                "mulgil": {"rows": ours, "memory_mb": loaded},
                "plain_rasa": {
                    "rows": plain,
                    "memory_mb": plain_memory,
                    "train_s": bot.train_s,
                    "start_s": bot.start_s,
                },
            },
        )
        keys = ("clients", "turns", "failed", "p50_ms", "p95_ms", "turns_per_s")
        rows = [
            (name, *(row[key] for key in keys)) for name, rs in (("mulgil", ours), ("plain rasa", plain)) for row in rs
        ]
        print_table("Reply latency (a turn: a message and its answer)", ("", *keys), rows)
    print(f"\nWritten: {os.path.relpath(RESULTS, ROOT)}/*.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
