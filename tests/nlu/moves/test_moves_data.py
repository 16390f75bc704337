"""The language data for dialogue moves: complete, unambiguous, and apart from what is held out."""

import collections
import json
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
HELD_OUT = ("turns", "held_out", "fresh")
QUESTIONS_OF_CONTROL = {None, "needs", "consent", "sensitive_consent", "confirm_summary"}
FACTS = {
    "age",
    "employment_status",
    "region",
    "last_job_end",
    "insured_months",
    "job_loss_reason",
    "household",
    "care_duty",
    "youngest_child_age",
    "income_band",
    "welfare_status",
    "target_groups",
    "disability",
    "availability",
    "mobility",
    "digital",
    "urgency",
    "desired_job",
    "goal",
    "confidence",
    "contact_channel",
    "contact",
    "preferred_time",
}
INTENTS = {
    "state_needs",
    "answer",
    "affirm",
    "deny",
    "unsure",
    "refuse",
    "ask_why",
    "ask_human",
    "correct",
    "back",
    "wait",
    "repeat",
    "stop",
    "erase_data",
    "show_data",
    "ask_service",
    "ask_center",
    "ask_status",
    "small_talk",
    "thanks",
    "complaint",
    "off_topic",
    "greet",
    "resume",
}
LABELS_OF_RASA = {"take_back": "back"}

Move = tuple[str, str | None, str]


def _read_trained() -> list[Move]:
    moves: list[Move] = []
    for path in sorted((ROOT / "nlu_data" / "moves").glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            intent = LABELS_OF_RASA.get(group["intent"], group["intent"])
            for line in group["examples"].splitlines():
                moves.append((intent, group["metadata"]["asks"], line.removeprefix("- ")))
    return moves


def _read_held_out(name: str) -> list[Move]:
    lines = (Path(__file__).parent / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(row["intent"], row["asks"], row["text"]) for row in rows]


@pytest.fixture(scope="module", name="trained")
def fixture_trained() -> list[Move]:
    return _read_trained()


def test_every_move_has_enough_sentences(trained: list[Move]) -> None:
    # Given the trained sentences, when they are counted by intent
    counts = collections.Counter(intent for intent, _, _ in trained)
    # Then each of the contract's intents is there, and none is thin
    assert set(counts) == INTENTS
    assert min(counts.values()) >= 45


def test_every_fact_is_answered_in_many_forms(trained: list[Move]) -> None:
    # Given the trained answers, when they are counted by the fact that was asked
    counts = collections.Counter(asks for intent, asks, _ in trained if intent == "answer")
    # Then no fact has fewer than fourteen
    assert {fact: counts[fact] for fact in FACTS if counts[fact] < 14} == {}


def test_every_question_is_a_known_one(trained: list[Move]) -> None:
    # Given trained and held-out moves, when their questions are collected
    held = [move for name in HELD_OUT for move in _read_held_out(name)]
    asked = {asks for _, asks, _ in trained + held}
    # Then each is a fact or one of the questions of control
    assert asked <= FACTS | QUESTIONS_OF_CONTROL


def test_no_text_stands_under_two_intents(trained: list[Move]) -> None:
    # Given the trained sentences, when intents are gathered by text
    intents = collections.defaultdict(set)
    for intent, _, text in trained:
        intents[text].add(intent)
    # Then each text has one
    assert {text for text, found in intents.items() if len(found) > 1} == set()


def test_no_sentence_is_written_twice_for_one_question(trained: list[Move]) -> None:
    # Given the trained sentences, when the same sentence is looked for under the same question
    repeated = [move for move, count in collections.Counter(trained).items() if count > 1]
    # Then there is none
    assert repeated == []


def test_no_sentence_reads_as_markup(trained: list[Move]) -> None:
    # Given the trained sentences, when Rasa's entity markup and payload mark are looked for
    marked = [
        text for _, _, text in trained if "](" in text or "]{" in text or text.startswith("/") or not text.strip()
    ]
    # Then there is none, so Rasa reads each sentence as it stands
    assert marked == []


@pytest.mark.parametrize("name", HELD_OUT)
def test_nothing_held_out_is_trained(name: str, trained: list[Move]) -> None:
    # Given a held-out set, when its sentences of more than one word are looked for in training
    texts = {text for _, _, text in trained}
    shared = [text for _, _, text in _read_held_out(name) if " " in text and text in texts]
    # Then there is none; a bare word such as "모름" belongs to nobody
    assert shared == []


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_every_move_is_held_out_too(intent: str) -> None:
    # Given a move, when its held-out sentences by other voices are counted
    count = sum(found == intent for found, _, _ in _read_held_out("held_out"))
    # Then there are eight or more
    assert count >= 8
