"""Measures how long a start takes and what the house weighs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bench.instance import Instance

_MEGABYTE = 1024


def measure_start(instance: Instance, repeats: int = 3) -> dict[str, Any]:
    """Time starts until everything is healthy; leaves the instance running.

    Returns:
        ``first_s`` (empty data folder: migration and seeding included) and ``warm_s`` (each later start), in seconds.
    """
    first = instance.call("up")
    warm = []
    for _ in range(repeats):
        instance.call("down")
        warm.append(round(instance.call("up"), 1))
    return {"first_s": round(first, 1), "warm_s": warm}


def measure_memory(pids: dict[str, int]) -> dict[str, dict[str, int]]:
    """Weigh processes, by name and in total, in MB.

    Returns:
        ``rss`` counts shared pages in every process that maps them, ``pss`` shares them out; the total of ``pss`` is
        what the house really takes from the machine.
    """
    weights = {name: _weigh(pid) for name, pid in pids.items()}
    total = {kind: sum(weight[kind] for weight in weights.values()) for kind in ("rss", "pss")}
    return weights | {"total": total}


def _weigh(pid: int) -> dict[str, int]:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = {kind: int(kilobytes) for kind, kilobytes in re.findall(r"^(Rss|Pss):\s+(\d+) kB$", text, re.MULTILINE)}
    return {"rss": found["Rss"] // _MEGABYTE, "pss": found["Pss"] // _MEGABYTE}
