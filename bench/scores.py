"""Figures of understanding: what was read in labelled messages against what stands in them."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

BY_AGE = {"youth", "middle_aged", "senior"}  # Target groups that follow from age.
FREE_WORDS = {"desired_job", "goal", "preferred_time"}  # Kept as the client says them; there is no one right value.
TODAY = dt.date(2026, 11, 24)
BINS = 10


class Read(NamedTuple):
    """A labelled message, what was read in it, and how many CPU milliseconds that took."""

    wanted: dict[str, Any]
    found: dict[str, Any]
    cpu_ms: float


def _ids(items: Sequence[dict[str, Any]]) -> set:
    return {item["id"] for item in items}


def ratio(part: float, whole: float) -> float:
    """A share, 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0


def f1(hits: int, false: int, missed: int) -> float:
    """The harmonic mean of precision and recall."""
    return ratio(2 * hits, 2 * hits + false + missed)


def count_needs(read: Sequence[Read]) -> dict[str, list[int]]:
    """Per need: found rightly, found wrongly, missed."""
    table: dict[str, list[int]] = {}
    for wanted, found, _ in read:
        right, given = set(wanted["needs"]), _ids(found["needs"])
        for need in right | given:
            counts = table.setdefault(need, [0, 0, 0])
            counts[0 if need in right & given else 1 if need in given else 2] += 1
    return table


def micro_f1(read: Sequence[Read]) -> float:
    """F1 over all needs of all messages."""
    counts = count_needs(read).values()
    hits, false, missed = (sum(count[place] for count in counts) for place in range(3))
    return f1(hits, false, missed)


def score_needs(read: Sequence[Read]) -> dict[str, float]:
    """Micro and macro F1, exact sets, messages with three needs or more, need-free messages that got one, refusals."""
    table = count_needs(read)
    hits, false, missed = (sum(counts[place] for counts in table.values()) for place in range(3))
    carried = [counts for counts in table.values() if counts[0] + counts[2]]
    free = [found for wanted, found, _ in read if not wanted["needs"]]
    refused = [(set(wanted["negated"]), set(found["negated"])) for wanted, found, _ in read]
    return {
        "messages": len(read),
        "micro_f1": f1(hits, false, missed),
        "precision": ratio(hits, hits + false),
        "recall": ratio(hits, hits + missed),
        "macro_f1": ratio(sum(f1(*counts) for counts in carried), len(carried)),
        "exact": ratio(sum(set(wanted["needs"]) == _ids(found["needs"]) for wanted, found, _ in read), len(read)),
        "three_or_more": micro_f1([item for item in read if len(item.wanted["needs"]) > 2]),
        "false_need": ratio(sum(bool(found["needs"]) for found in free), len(free)),
        "negated_recall": ratio(sum(len(want & got) for want, got in refused), sum(len(want) for want, _ in refused)),
        "negated_precision": ratio(sum(len(want & got) for want, got in refused), sum(len(got) for _, got in refused)),
    }


def by_group(read: Sequence[Read], key: Callable[[dict[str, Any]], str], least: int = 20) -> dict[str, float]:
    """Micro F1 of each group of messages; groups of fewer than `least` are left out."""
    groups: dict[str, list[Read]] = defaultdict(list)
    for item in read:
        groups[key(item.wanted)].append(item)
    return {name: micro_f1(own) for name, own in sorted(groups.items()) if len(own) >= least}


def by_need(read: Sequence[Read]) -> dict[str, float]:
    """F1 of each need, worst first."""
    table = {need: f1(*counts) for need, counts in count_needs(read).items()}
    return dict(sorted(table.items(), key=lambda item: item[1]))


def score_risks(read: Sequence[Read]) -> dict[str, float]:
    """The share of dangerous messages of which a danger was seen, and of harmless ones that raised an alarm."""
    dangerous = [item for item in read if item.wanted["risks"]]
    harmless = [item for item in read if not item.wanted["risks"]]
    return {
        "dangerous": len(dangerous),
        "caught": ratio(
            sum(bool(set(item.wanted["risks"]) & _ids(item.found["risks"])) for item in dangerous), len(dangerous)
        ),
        "harmless": len(harmless),
        "false_alarms": ratio(sum(bool(item.found["risks"]) for item in harmless), len(harmless)),
    }


def same_fact(fact: str, want: Any, got: Any) -> bool:
    """Whether a read value counts as the labelled one; months since a job may be a tenth off."""
    if want is None or got is None:
        return want is got
    if isinstance(want, list):
        return isinstance(got, list) and set(got) - BY_AGE == set(want) - BY_AGE
    if fact == "last_job_end" and isinstance(got, int) and isinstance(want, int):
        return abs(got - want) <= max(1, round(want * 0.1))
    if fact == "contact":
        return re.sub(r"[^0-9a-z@._]", "", str(got).lower()) == re.sub(r"[^0-9a-z@._]", "", str(want).lower())
    return str(got) == str(want)


def score_facts(read: Sequence[Read]) -> dict[str, float]:
    """The share of labelled facts that were read rightly, and of read facts that were labelled so."""
    told, right, given = (sum(counts[place] for counts in count_facts(read).values()) for place in range(3))
    return {"told": told, "found": ratio(right, told), "precision": ratio(right, given)}


def count_facts(read: Sequence[Read]) -> dict[str, list[int]]:
    """Per fact: labelled, read rightly, read; the most often labelled first."""
    table: dict[str, list[int]] = {}
    for wanted, found, _ in read:
        for fact in (wanted["facts"].keys() | found["facts"].keys()) - FREE_WORDS:
            counts = table.setdefault(fact, [0, 0, 0])
            told, got = fact in wanted["facts"], fact in found["facts"]
            counts[0] += told
            counts[2] += got
            counts[1] += told and got and same_fact(fact, wanted["facts"][fact], found["facts"][fact])
    return dict(sorted(table.items(), key=lambda item: -item[1][0]))


def score_moves(read: Sequence[Read]) -> dict[str, float]:
    """The share of turns whose move was read rightly."""
    return {
        "turns": len(read),
        "accuracy": ratio(sum(item.wanted["intent"] == item.found["intent"] for item in read), len(read)),
    }


def calibration(read: Sequence[Read]) -> dict[str, Any]:
    """How far scores of found needs are from the share that is right: expected error, and the diagram's bins."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for wanted, found, _ in read:
        for item in found["needs"]:
            bins[min(BINS - 1, int(item["score"] * BINS))].append((item["score"], item["id"] in wanted["needs"]))
    total = sum(map(len, bins))
    diagram = [
        {
            "needs": len(own),
            "score": ratio(sum(score for score, _ in own), len(own)),
            "right": ratio(sum(right for _, right in own), len(own)),
        }
        for own in bins
        if own
    ]
    error = sum(row["needs"] * abs(row["score"] - row["right"]) for row in diagram)
    return {"expected_error": ratio(error, total), "diagram": diagram}
