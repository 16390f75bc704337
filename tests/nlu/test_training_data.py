"""The annotated messages are well-formed, and nobody trains on what is held out."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
NEEDS_DATA = ROOT / "nlu_data" / "needs"
JUDGE_DATA = ROOT / "nlu_data" / "judge"
HELD_OUT = Path(__file__).parent / "held_out"
CATALOGUE = yaml.safe_load((ROOT / "api" / "catalogue" / "data" / "needs.yml").read_text(encoding="utf-8"))
NEEDS = {need["id"] for need in CATALOGUE["needs"]}
RISKS = {risk["id"] for risk in CATALOGUE["risks"]}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def entries(path: Path) -> list[dict]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)["nlu"]  # noqa: S506 - the safe loader, in C.


def text_of(entry: dict) -> str:
    return entry["examples"].removeprefix("- ").rstrip("\n")


@pytest.mark.parametrize("given_file", sorted(NEEDS_DATA.glob("*.yml")), ids=lambda path: path.stem)
def test_each_entry_is_one_annotated_message(given_file: Path) -> None:
    for entry in entries(given_file):
        note = entry["metadata"]
        assert set(note) == {"id", "register", "needs", "risks", "negated", "facts"}, note
        assert note["id"].startswith(given_file.stem), note
        assert set(note["needs"]) <= NEEDS and set(note["negated"]) <= NEEDS and set(note["risks"]) <= RISKS, note
        assert not set(note["needs"]) & set(note["negated"]), note
        # Brackets would be entity marks, and a second line a second message.
        assert entry["examples"].count("\n") == 1 and not re.search(r"[\[\]{}]", text_of(entry)), note


def texts_of(folder: Path) -> list[str]:
    return [
        json.loads(line)["text"]
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_nobody_trains_on_what_is_held_out() -> None:
    # GIVEN every text of the training data, every text the judge learns from, and every held-out text
    trained = {
        line[2:].strip()
        for path in (ROOT / "nlu_data").rglob("*.yml")
        for entry in entries_or_none(path)
        for line in entry["examples"].splitlines()
    }
    judged, held = texts_of(JUDGE_DATA), texts_of(HELD_OUT)
    # THEN no two of them have anything in common
    assert judged and held
    assert [text for text in held if text in trained or text in judged] == []
    assert [text for text in judged if text in trained] == []


def test_whole_authors_are_held_out() -> None:
    # GIVEN the authors of the training data and the judge's
    known = {path.stem for folder in (NEEDS_DATA, JUDGE_DATA) for path in folder.iterdir()}
    # THEN three authors are known to neither, and every other held-out file is a twin of one that is
    assert {path.stem for path in HELD_OUT.glob("*.jsonl")} - known == {"t1", "t2", "t3"}


def entries_or_none(path: Path) -> list[dict]:
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - the safe loader, in C.
    return [entry for entry in found.get("nlu") or [] if isinstance(entry.get("examples"), str)]


def test_a_message_with_a_need_or_a_danger_states_needs() -> None:
    for path in NEEDS_DATA.glob("*.yml"):
        for entry in entries(path):
            if entry["metadata"]["needs"] or entry["metadata"]["risks"]:
                assert entry["intent"] == "state_needs", entry["metadata"]["id"]


def test_the_judges_authors_teach_nobody_else() -> None:
    assert {path.stem for path in JUDGE_DATA.glob("*.jsonl")} & {
        path.stem for path in NEEDS_DATA.glob("*.yml")
    } == set()
