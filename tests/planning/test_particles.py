"""Particles by sound, and phrases that another can follow."""

import pytest

from api.planning.particles import and_then, particle, with_particle
from tests.planning.makers import CATALOGUE


@pytest.mark.parametrize(
    ("word", "kind", "expected"),
    [
        ("빚", "을", "을"),
        ("일자리", "을", "를"),
        ("이력서", "은", "는"),
        ("면접", "이", "이"),
        ("서류", "과", "와"),
        ("고용센터", "으로", "로"),
        ("서울", "으로", "로"),
        ("집", "으로", "으로"),
        ("일", "로", "로"),
        ("물길", "을", "을"),
    ],
)
def test_particles_follow_the_last_sound(word, kind, expected):
    assert particle(word, kind) == expected


@pytest.mark.parametrize(
    ("word", "kind", "expected"),
    [
        ("고용24", "을", "를"),
        ("1유형 1", "으로", "로"),
        ("58", "이에요", "이에요"),
        ("3", "을", "을"),
        ("6", "으로", "으로"),
        ("7", "으로", "로"),
        ("10", "을", "을"),
        ("100", "이", "이"),
        ("4,000", "은", "은"),
        ("1000000000000", "을", "를"),
        ("2", "이", "가"),
        ("02-0000-0100", "으로", "으로"),
        ("109", "를", "를"),
        ("50%", "을", "를"),
    ],
)
def test_figures_are_taken_as_they_are_read_aloud(word, kind, expected):
    assert particle(word, kind) == expected


@pytest.mark.parametrize(
    ("word", "kind", "expected"),
    [
        ("‘애 맡길 데’", "라고", "라고"),
        ("‘빚’", "라고", "이라고"),
        ("“네.”", "이라고", "라고"),
        ("구직등록(고용24)", "을", "을"),
        ("초기상담(통합 접수)", "이", "이"),
        ("장애인등록증 [사본]", "은", "은"),
        ("모의면접·연습", "을", "을"),
        ("(확인)", "을", "을"),
        ("KUA", "를", "를"),
        ("PDF", "를", "를"),
        ("email", "을", "을"),
        ("URL", "로", "로"),
        ("TOM", "으로", "으로"),
        ("ㄱ", "을", "을"),
        ("", "을", "를"),
    ],
)
def test_quotes_are_ignored_and_bracketed_words_skipped(word, kind, expected):
    assert particle(word, kind) == expected


def test_an_unknown_particle_is_refused():
    with pytest.raises(ValueError, match="Unknown particle"):
        particle("빚", "께서")


def test_word_and_particle_come_together():
    assert with_particle("신용회복위원회", "이") == "신용회복위원회가"


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("이력서를 고쳐요", "이력서를 고치고"),
        ("두 번 와요.", "두 번 오고"),
        ("방법을 배워요", "방법을 배우고"),
        ("어떤 교육을 들을지 골라요", "어떤 교육을 들을지 고르고"),
        ("길을 물어봐요", "길을 물어보고"),
        ("같이 챙겨요", "같이 챙기고"),
    ],
)
def test_a_phrase_can_be_followed_by_another(phrase, expected):
    assert and_then(phrase) == expected


def test_every_chat_phrase_of_the_catalogue_is_short_and_can_be_followed():
    for service in CATALOGUE.services.values():
        assert 5 <= len(service.chat) <= 25
        assert service.chat.endswith("요")
        assert and_then(service.chat).endswith("고")


def test_a_phrase_that_is_no_verb_is_refused():
    with pytest.raises(ValueError, match="해요체"):
        and_then("이력서 고치기")
