"""Identifiers are found however they are written, and everyday numbers are left alone."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.masking import identifiers
from bot.masking.identifiers import Identifier, MaskingError, mask, normal_contact
from tests.masking.made_innocents import innocent_sentences
from tests.masking.made_numbers import Case, made_cases

# What must be found of each kind; canonical forms and variants together.
EXPECTED_RECALL = {
    "phone": 1.0,
    "rrn": 1.0,
    "foreigner": 1.0,
    "card": 1.0,
    "email": 1.0,
    "passport": 1.0,
    "licence": 1.0,
    "account": 0.95,
    "address": 0.95,
    "messenger": 0.95,
}


def is_hidden(case: Case) -> bool:
    """Whether something was masked and none of the telling pieces is left."""
    masked = mask(case.text, case.previous)
    return bool(masked.identifiers) and not any(secret in masked.text for secret in case.secrets)


@pytest.mark.parametrize("kind", EXPECTED_RECALL)
def test_identifiers_of_every_kind_are_hidden(kind: str) -> None:
    # GIVEN made-up identifiers written in many ways
    given_cases = [case for case in made_cases() if kind in case.kinds]
    assert len(given_cases) >= 30
    # WHEN each message is masked
    missed = [case for case in given_cases if not is_hidden(case)]
    # THEN hardly any stays readable, of the gravest kinds none at all
    assert 1 - len(missed) / len(given_cases) >= EXPECTED_RECALL[kind], missed[:5]


def test_everyday_numbers_are_left_alone() -> None:
    # GIVEN wages, dates, hotlines, ages and notices
    given_sentences = innocent_sentences()
    assert len(given_sentences) >= 500
    # WHEN they are masked
    wrong = [text for text in given_sentences if mask(text).text != text]
    # THEN at most one in a hundred is touched
    assert len(wrong) <= len(given_sentences) // 100, wrong


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0️⃣1️⃣0️⃣ 1234 5678", "phone", "01012345678"),
        ("010\u200b-1234\u200b-5678", "phone", "01012345678"),
        (unicodedata.normalize("NFD", "공일공 일이삼사 오육칠팔이에요"), "phone", "01012345678"),
        ("O1O-1234-5678", "phone", "01012345678"),
        ("(010)1234-5678", "phone", "01012345678"),
        ("0101 2345 678", "phone", "01012345678"),
        ("공 일 공 일 이 삼 사 오 육 칠 팔", "phone", "01012345678"),
        ("공일공에 공공공공이고 끝은 공공사일입니더", "phone", "01000000041"),
        ("٠١٠-١٢٣٤-٥٦٧٨", "phone", "01012345678"),
        ("900101-1234567이야", "rrn", "9001011234567"),
        ("주민번호 앞자리는 900101", "rrn", "900101"),
        ("ＮＵＲＩ＠example.com", "email", "NURI@example.com"),
        ("nuri81 골뱅이 네이버", "email", "nuri81@naver.com"),
    ],
)
def test_disguised_identifiers_are_found(text: str, kind: str, value: str) -> None:
    actual = mask(text).identifiers
    assert [(found.kind, found.value) for found in actual] == [(kind, value)]


def test_tokens_are_numbered_by_kind_and_stand_where_the_numbers_stood() -> None:
    # GIVEN two numbers and an address of mail
    given_text = "010-0000-0041 아니면 010-0000-0042, 메일은 boram@example.com이에요"
    # WHEN it is masked
    actual = mask(given_text)
    # THEN tokens are counted per kind, and spans point into the message as typed
    assert actual.text == "⟦전화1⟧ 아니면 ⟦전화2⟧, 메일은 ⟦메일1⟧이에요"
    assert [given_text[found.start : found.end] for found in actual.identifiers] == [
        "010-0000-0041",
        "010-0000-0042",
        "boram@example.com",
    ]


def test_a_city_stays_readable_before_a_masked_house() -> None:
    actual = mask("서울 노원구 동일로 123, 101동 1203호 살아요")
    assert actual.text == "서울 노원구 ⟦주소1⟧ 살아요"


def test_a_number_continued_in_the_next_message_is_masked() -> None:
    # GIVEN a number begun in the message before
    actual = mask("5678이요", previous="제 번호는 010-1234")
    # THEN its end is hidden and the whole number is known
    assert actual.text == "⟦전화1⟧이요"
    assert (actual.identifiers[0].value, actual.identifiers[0].start) == ("01012345678", 0)


def test_an_age_after_a_question_is_no_continued_number() -> None:
    assert mask("27", previous="010으로 시작하는 번호가 없어요").text == "27"
    assert mask("2019", previous="1350").text == "2019"


def test_a_token_written_by_the_client_is_not_taken_for_one() -> None:
    assert mask("⟦전화1⟧로 주세요").text == "[전화1]로 주세요"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("01000000041", "010-0000-0041"),
        ("+821000000041", "010-0000-0041"),
        ("821000000041", "010-0000-0041"),
        ("021234567", "02-123-4567"),
        ("0311234567", "031-123-4567"),
        ("05051234567", "0505-123-4567"),
        ("12345678", "1234-5678"),
    ],
)
def test_a_phone_number_is_kept_in_one_form(value: str, expected: str) -> None:
    assert normal_contact(Identifier("phone", "⟦전화1⟧", value, 0, 0)) == expected


def test_a_mail_address_is_kept_in_lower_case() -> None:
    assert normal_contact(mask("Boram.K@Example.COM").identifiers[0]) == "boram.k@example.com"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(st.characters(), max_size=80), st.text(max_size=20))
def test_any_characters_can_be_masked(text: str, previous: str) -> None:
    # GIVEN any text at all, lone surrogates and NUL among it
    actual = mask(text, previous)
    # THEN the spans are in order, inside the message, and mend it again
    last = 0
    for found in actual.identifiers:
        assert last <= found.start < found.end <= len(text)
        last = found.end


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.text(alphabet="010-. 123가나이요\u200b", max_size=12),
    st.integers(0, 10**8 - 1),
    st.text(alphabet=" 이요야로.!가", max_size=6),
)
def test_a_mobile_number_is_hidden_between_any_words(before: str, number: int, after: str) -> None:
    # GIVEN a mobile number with a space before it
    written = f"010-{number // 10_000:04d}-{number % 10_000:04d}"
    actual = mask(f"{before} {written}{after}")
    # THEN its last eight digits are not left standing
    assert written[4:] not in actual.text


@pytest.mark.parametrize(
    "piece", ["1", "010", "0 ", "공일", "a@", "-", "12-34 ", "가로 1-1,", "일이삼사오육칠팔구공", "a.", "900101-"]
)
def test_time_grows_with_length_only(piece: str) -> None:
    # GIVEN ten thousand characters made to confuse patterns
    given_text = piece * (10_000 // len(piece))
    # WHEN they are masked
    start = time.process_time()
    mask(given_text)
    # THEN it is done within a second
    assert time.process_time() - start < 1.0


def test_an_ordinary_message_takes_less_than_five_milliseconds() -> None:
    given_cases = made_cases()
    start = time.process_time()
    for case in given_cases:
        mask(case.text, case.previous)
    assert (time.process_time() - start) / len(given_cases) < 0.005


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(MaskingError):
        mask(None)  # type: ignore[arg-type]


def test_masking_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a reader that breaks down
    def breaks_down(plain: str) -> list[object]:
        raise ValueError(plain)

    monkeypatch.setattr(identifiers.patterns, "find", breaks_down)
    # WHEN a message is masked
    with pytest.raises(MaskingError) as error:
        mask("010-0000-0041")
    # THEN the error says nothing of what was written
    assert "0041" not in str(error.value)


def test_a_number_left_after_masking_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a mask that forgets to replace anything
    monkeypatch.setattr(identifiers, "_mask", lambda text, previous: identifiers.Masked(text, ()))
    # WHEN a message with a number goes through it, THEN it is not let out
    with pytest.raises(MaskingError):
        mask("010-0000-0041")
