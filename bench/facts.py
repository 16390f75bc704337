"""How well facts are read: per fact, how many labelled values are found and how many found ones are right.

usage: python -m bench.facts [FILE ...] [--lines even|odd|all] [--show FACT] [--out FILE]

A FILE is JSON lines of {"text", "facts": {id: value}, "asks": optional}, or training data (.yml) whose entries carry
`facts` in their metadata; without any, the messages under nlu_data/needs/ are read.  The readers are rules and
learn nothing from either.
"""

import argparse
import collections
import json
import time
from pathlib import Path
from typing import Any

import yaml

from bench.scores import FREE_WORDS, TODAY, same_fact
from bot.engine.facts.reader import read_facts


def labelled_messages(file: Path) -> list[dict[str, Any]]:
    """The messages of one file with their facts."""
    written = file.read_text(encoding="utf-8")
    if file.suffix != ".yml":
        return [json.loads(line) for line in written.splitlines() if line.strip()]
    return [
        {"text": example.removeprefix("- ").strip(), **entry["metadata"]}
        for entry in yaml.load(written, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["nlu"]  # noqa: S506
        for example in entry["examples"].splitlines()
    ]


def main() -> None:
    """Print a line per fact and the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--lines", choices=("even", "odd", "all"), default="all")
    parser.add_argument("--show", help="print the messages where this fact was read wrongly")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    rows = []
    for file in options.files or sorted((Path(__file__).parents[1] / "nlu_data" / "needs").glob("*.yml")):
        lines = labelled_messages(file)
        rows += lines if options.lines == "all" else lines[1::2] if options.lines == "even" else lines[0::2]
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    shown, times = 0, []
    for row in rows:
        start = time.perf_counter()
        got = read_facts(row["text"], row.get("asks"), TODAY)
        times.append(time.perf_counter() - start)
        want = row.get("facts") or {}
        for fact in {*want, *got} - FREE_WORDS:
            right = fact in want and fact in got and same_fact(fact, want[fact], got[fact])
            counts[fact]["labelled"] += fact in want
            counts[fact]["read"] += fact in got
            counts[fact]["right"] += right
            counts[fact]["wrong"] += fact in want and fact in got and not right
            if options.show in (fact, "all") and not right and shown < options.limit:
                shown += 1
                values = f"want {want.get(fact, '-')} got {got.get(fact, '-')}"
                print(f"  {row.get('asks') or ''} {fact} {values} | {row['text'][:170]}")
    total: collections.Counter[str] = collections.Counter()
    for fact in sorted(counts):
        count = counts[fact]
        total.update(count)
        print(_line(fact, count))
    print(_line("all", total))
    times.sort()
    middle, late = times[len(times) // 2] * 1e3, times[int(len(times) * 0.95)] * 1e3
    print(f"messages {len(rows)}  ms median {middle:.2f}  p95 {late:.2f}")
    if options.out:
        options.out.write_text(json.dumps({**counts, "all": total}, indent=1) + "\n", encoding="utf-8")


def _line(fact: str, count: "collections.Counter[str]") -> str:
    recall, precision = count["right"] / max(1, count["labelled"]), count["right"] / max(1, count["read"])
    extra = count["read"] - count["right"] - count["wrong"]
    found = f"{fact:20s} labelled {count['labelled']:5d}  found {recall:.3f}  precision {precision:.3f}"
    return f"{found}  (wrong {count['wrong']}, unlabelled {extra})"


if __name__ == "__main__":
    main()
