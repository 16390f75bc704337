"""The two views: what they learn of words, and that nobody is judged by what he has taught."""

import pickle

import numpy as np
import pytest

from bot.engine.korean import read_morphemes
from bot.engine.lexicon import Lexicon, Row

STORIES = {
    "a": ["월세가 두 달 밀렸어요", "카드값이 연체됐어요", "방을 빼라고 해요", "대출 이자를 못 내요", "안녕하세요"],
    "b": [
        "집세를 못 냈습니다",
        "카드 연체로 전화가 옵니다",
        "월세방에서 나가야 합니다",
        "대출이 많습니다",
        "수고하세요",
    ],
    "c": ["월세 밀림", "카드값 연체 중", "방 빼야 함", "대출 이자 밀림", "반가워요"],
}
HOUSING, DEBT = [1, 0, 1, 0, 0], [0, 1, 0, 1, 0]


def row(text: str, author: str, *, judged: bool = True) -> Row:
    return Row(text, tuple(read_morphemes(text)), author, judged)


@pytest.fixture(scope="module")
def taught() -> tuple:
    # GIVEN three authors, between them a row that only teaches, and a phrase at the end
    rows, needs, risks = [], [], []
    for author, texts in STORIES.items():
        for text, housing, debt in zip(texts, HOUSING, DEBT):
            rows.append(row(text, author))
            needs.append([housing, debt])
            risks.append([0])
        if author == "a":
            rows.append(row("네", "", judged=False))
            needs.append([0, 0])
            risks.append([0])
    rows.append(row("주거", "", judged=False))
    needs.append([1, 0])
    risks.append([0])
    lexicon = Lexicon({"needs": ["housing", "debt"], "risks": ["violence"]}, folds=3)
    return rows, lexicon, lexicon.fit(rows, {"needs": np.array(needs), "risks": np.array(risks)})


def test_just_the_judged_rows_are_read_as_a_strangers(taught: tuple) -> None:
    rows, lexicon, said = taught
    assert sorted(said) == [place for place, own in enumerate(rows) if own.judged]
    # What has taught is read with more certainty than what has not.
    own = [abs(lexicon.read(rows[place]).letters[0]) for place in said]
    assert np.mean(own) > np.mean([abs(said[place].letters[0]) for place in said])


def test_each_group_ends_with_its_own_any(taught: tuple) -> None:
    _, lexicon, _ = taught
    found = lexicon.read(row("월세가 밀렸어요", "d"))
    needs, risks = (found.of(lexicon.columns[group]) for group in ("needs", "risks"))
    assert len(needs.letters) == 3 and len(risks.letters) == 2
    assert needs.letters[0] > 0 > needs.letters[1] and needs.any_odds > 0
    # A label that nobody carries is never said.
    assert risks.any_odds < -5
    assert needs.parts.shape == (len(found.spans), 3)


def test_what_was_learned_is_kept(taught: tuple) -> None:
    rows, lexicon, _ = taught
    again = pickle.loads(pickle.dumps(lexicon))  # noqa: S301 - our own bytes.
    for own in rows[:4]:
        assert np.array_equal(again.read(own).parts, lexicon.read(own).parts)
