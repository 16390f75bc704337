"""Kiwi inside spaCy, and the clauses it lets us cut."""

import pytest
import spacy

from bot.engine import korean
from bot.engine.features import clauses_of
from bot.engine.korean import MORPHEMES, KiwiSpacyNLP, read_morphemes

ODD_TEXTS = (
    "애 맡길 데가 없어서 일을 못 했어요",
    "  앞뒤로   빈칸  ",
    "하얘졌어요😀 ㅠㅠ!!",
    "😀",
    "\t줄\n바꿈\r\n",
    "ㅋㅋㅋㅋ",
    "a" * 300,
    "됐고요, 면접만요 ( ͡° ͜ʖ ͡°)",
    "\u200b\u200b",
)


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    return KiwiSpacyNLP.load_model("ko").model


@pytest.mark.parametrize("given_text", ODD_TEXTS)
def test_a_document_holds_exactly_the_text_it_was_made_from(nlp: spacy.Language, given_text: str) -> None:
    # WHEN any text is tokenized
    actual = nlp(given_text)
    # THEN not a letter is lost or added, and the morphemes came along
    assert actual.text == given_text
    assert actual.user_data[MORPHEMES] is not None


def test_a_contraction_is_one_token_with_both_morphemes(nlp: spacy.Language) -> None:
    # GIVEN "했", which is 하 and 았 in one letter
    actual = nlp("일을 했다")
    # THEN its token carries both
    assert any("+" in token.lemma_ for token in actual if token.text.startswith("했"))


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("월세도 두 달 밀렸고 카드값도 연체됐어요", ["월세도 두 달 밀렸고", "카드값도 연체됐어요"]),
        ("이력서는 됐고 면접 연습만 하고 싶어요", ["이력서는 됐고", "면접 연습만 하고 싶어요"]),
        ("취업하고 싶어요", ["취업하고 싶어요"]),
        ("", []),
        ("   ", []),
        ("😀", ["😀"]),
    ],
)
def test_a_message_is_cut_where_two_statements_meet(given_text: str, expected: list) -> None:
    # WHEN it is cut
    clauses = clauses_of(given_text, read_morphemes(given_text))
    # THEN each statement stands alone, in readable words
    assert [given_text[clause.start : clause.end] for clause in clauses] == expected


def test_one_kiwi_serves_the_process() -> None:
    assert korean.get_kiwi() is korean.get_kiwi()
