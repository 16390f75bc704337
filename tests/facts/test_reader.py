"""Facts are read from answers and stories as written in the files beside this one, and nothing more is read."""

import datetime as dt
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.facts.reader import read_facts
from bot.engine.facts.regions import ambiguous_region

TODAY = dt.date(2026, 11, 24)
# Facts that follow from the same words; a file need not repeat them.
FOLLOWS = {"household", "care_duty", "target_groups", "employment_status", "job_loss_reason", "last_job_end", "age"}


def told_sentences() -> list[tuple[str, dict[str, Any]]]:
    """Every sentence of the files, with the file it stands in."""
    sentences = []
    for path in sorted(Path(__file__).parent.glob("*.yml")):
        sentences += [(path.stem, line) for line in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return sentences


def read(line: dict[str, Any], say: str | None = None) -> dict[str, Any]:
    return read_facts(line["say"] if say is None else say, line.get("asks"), TODAY)


def expected_facts(line: dict[str, Any]) -> dict[str, Any]:
    return {fact: value for fact, value in line.items() if fact not in ("say", "asks")}


SENTENCES = told_sentences()


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES) >= 350
    assert len({line["say"] + str(line.get("asks")) for _, line in SENTENCES}) == len(SENTENCES)


@pytest.mark.parametrize(("file", "line"), SENTENCES, ids=[f"{f}:{line['say']}" for f, line in SENTENCES])
def test_a_sentence_is_read_as_meant(file: str, line: dict[str, Any]) -> None:
    # GIVEN a sentence and what it tells
    expected = expected_facts(line)
    # WHEN it is read
    actual = read(line)
    # THEN each fact is there, the fact asked for is not guessed, and nothing unrelated was read
    assert {fact: actual.get(fact, "unread") for fact in expected} == expected
    unexpected = set(actual) - set(expected) - FOLLOWS
    assert not unexpected, {fact: actual[fact] for fact in unexpected}
    if line.get("asks") not in (None, *expected):
        assert line["asks"] not in actual
    if not expected:
        assert actual == {}


@pytest.mark.parametrize(("file", "line"), SENTENCES[::3], ids=[str(n) for n in range(len(SENTENCES[::3]))])
def test_the_way_of_typing_changes_nothing(file: str, line: dict[str, Any]) -> None:
    # GIVEN the same sentence decomposed, with invisible characters, and with more spaces and dots
    say = line["say"]
    variants = (unicodedata.normalize("NFD", say), f"\u200b{say}\u200b", f"  {say} ..", say.replace(" ", "  "))
    # THEN it is read alike
    for variant in variants:
        assert read(line, variant) == read(line), repr(variant)


def test_a_shared_name_offers_its_places() -> None:
    assert "부산 중구" in ambiguous_region("중구요")
    assert set(ambiguous_region("고성군이요")) == {"강원 고성군", "경남 고성군"}
    assert ambiguous_region("부산 중구요") == ()
    assert ambiguous_region("안녕하세요") == ()


def test_a_known_household_places_a_sum_of_money() -> None:
    # GIVEN a sum that means different things to one and to four
    given_answer = "300이요"
    # WHEN the household is known
    alone = read_facts(given_answer, "income_band", TODAY, known={"household": "single"})
    four = read_facts(given_answer, "income_band", TODAY, known={"household_size": 4})
    # THEN the band follows it
    assert (alone["income_band"], four["income_band"]) == ("middle", "low")


def test_years_are_counted_from_today() -> None:
    assert read_facts("90년생이요", "age", dt.date(2030, 1, 1)) == {"age": 40}
    assert read_facts("작년 12월에 그만뒀어요", "last_job_end", dt.date(2027, 2, 1))["last_job_end"] == 2


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.text(st.characters(), max_size=60),
    st.sampled_from([None, "age", "region", "income_band", "confidence", "contact"]),
)
def test_any_text_can_be_read(text: str, asks: str | None) -> None:
    # GIVEN any characters at all, THEN reading ends and what is read is in range
    facts = read_facts(text, asks, TODAY)
    assert isinstance(facts.get("age", 20), (int, str))
    assert 0 <= facts.get("confidence", 0) <= 10


@pytest.mark.parametrize(
    "piece", ["서른", "3년 ", "010 ", "일이삼사", "남편이 ", "애 ", "오늘 ", "1,", "월급이 200 ", "노원구 "]
)
def test_time_grows_with_length_only(piece: str) -> None:
    # GIVEN eight thousand characters made to confuse patterns
    given_text = piece * (8_000 // len(piece))
    # WHEN they are read
    start = time.process_time()
    read_facts(given_text, "age", TODAY)
    # THEN it is done within two seconds
    assert time.process_time() - start < 2.0
