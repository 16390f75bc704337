"""Consent: before the yes nothing may be written; a no, a second no and a withdrawal are done at once."""

from tests.actions.talk import Talk

MOTHER = [("return_to_work", "다시 일하고 싶은데"), ("childcare", "애 맡길 데가 없네요")]


def test_the_story_comes_first_and_then_consent_is_asked():
    # GIVEN a client who tells two needs
    talk = Talk()
    assert talk.opens().asks == "needs"
    # WHEN the story is told
    actual = talk.says(
        "애 둘 키우느라 9년 쉬었는데 다시 일하고 싶어요 근데 애 맡길 데가 없네요", "state_needs", needs=MOTHER
    )
    # THEN consent is asked in full, and nothing may be written yet
    assert actual.asks == "consent"
    assert "일과 가족 이야기, 들었어요." in actual.text and "3년까지" in actual.text
    assert actual.report["state"] is None and talk.api == []


def test_with_the_yes_all_that_was_told_becomes_durable_in_the_same_turn():
    talk = Talk()
    talk.opens()
    talk.says("다시 일하고 싶은데 애 맡길 데가 없네요", "state_needs", needs=MOTHER)
    actual = talk.says("동의해요", "affirm")
    assert actual.report["consent"] == "yes"
    assert [n["id"] for n in actual.report["state"]["needs"]] == ["return_to_work", "childcare"]
    assert [n["id"] for n in talk.api[-1]["needs"]] == ["return_to_work", "childcare"]
    assert talk.api[-1]["_key"] == f"c1:{talk.turn}"
    assert "이해했어요" in actual.text and actual.asks == "needs"


def test_a_no_drops_everything_and_the_door_stays_open():
    talk = Talk()
    talk.opens()
    talk.says("빚이 많아요", "state_needs", needs=["debt"])
    refused = talk.says("아니요 저장은 싫어요", "deny")
    assert refused.report["end"] == "refused" and refused.report["consent"] == "no"
    assert refused.report["state"] is None
    assert not refused.report["held"]["needs"] and refused.asks is None
    # A changed mind is welcome, and starts from what is told then.
    later = talk.says("동의할게요", "affirm")
    assert later.report["consent"] == "yes" and later.report["state"]["needs"] == []
    assert "다시 들려주시겠어요?" in later.text and later.asks == "needs"


def test_a_bare_yes_after_a_no_opens_nothing():
    talk = Talk()
    talk.opens()
    talk.says("빚이 많아요", "state_needs", needs=["debt"])
    talk.says("아니요 저장은 싫어요", "deny")
    assert talk.says("네", "affirm").report["consent"] == "no"


def test_neither_yes_nor_no_is_read_from_something_else():
    for text, intent in (
        ("마음대로 하세요", "affirm"),
        ("中文", "affirm"),
        ("I agree to nothing", "affirm"),
        ("아빠는 동의했어요 네", "affirm"),
        ("배고프다", "deny"),
        ("서울 살아요", "deny"),
    ):
        talk = Talk()
        talk.opens()
        talk.says("빚이 많아요", "state_needs", needs=["debt"])
        actual = talk.says(text, intent)
        assert actual.report["consent"] is None and actual.asks == "consent", text


def test_who_says_to_be_under_14_is_handed_to_a_person():
    for text in ("열세살이요", "만 13살이라고요", "초등학교 6학년이에요", "저 2015년생이에요"):
        talk = Talk()
        talk.opens()
        talk.says("알바 하고 싶어요", "state_needs", needs=["job_matching"])
        assert talk.says(text, "answer").report["end"] == "under_14", text


def test_an_unclear_yes_is_not_consent():
    talk = Talk()
    talk.opens()
    talk.says("일자리", "state_needs", needs=["job_matching"])
    unclear = talk.says("ㄱㄱ", "unsure")
    assert unclear.asks == "consent" and unclear.report["consent"] is None
    assert "동의한다는 뜻" in unclear.text
    assert talk.says("ㅇㅇ", "affirm").report["consent"] == "yes"


def test_sensitive_words_wait_for_their_own_consent_and_a_no_takes_their_words_away():
    # GIVEN a story with a need that is 민감정보
    talk = Talk()
    talk.opens()
    talk.says(
        "우울증 약 먹고 있고 빚도 있어요",
        "state_needs",
        needs=[("mental_health", "우울증 약"), ("debt", "빚도 있어요")],
    )
    # WHEN the first consent is given
    first = talk.says("네", "affirm")
    # THEN the second is asked without quoting, and neither the need nor the words are in what may be written
    assert first.asks == "sensitive_consent" and "우울" not in first.text and "건강" in first.text
    assert first.report["hold"] == ["m2"]
    assert "mental_health" not in str(first.report["state"]) and "빚도 있어요" not in str(first.report["state"])
    assert "mental_health" not in str(talk.api[-1]) and "빚도 있어요" not in str(talk.api[-1])
    # WHEN it is refused
    actual = talk.says("빼 주세요", "deny")
    # THEN the words go, the other need stays, and it is never asked again
    assert actual.report["redact"] == ["m2"]
    assert [n["id"] for n in actual.report["state"]["needs"]] == ["debt"]
    assert "빚도 있어요" not in str(actual.report)
    later = talk.says("요즘 또 우울해요", "state_needs", needs=["mental_health"], asks="needs")
    assert "mental_health" not in str(later.report) and later.asks != "sensitive_consent"


def test_sensitive_words_are_kept_and_released_with_the_second_yes():
    talk = Talk()
    talk.opens()
    talk.says("허리를 다쳐 쉬고 있어요", "state_needs", needs=[("physical_health", "허리를 다쳐")])
    talk.says("네", "affirm")
    actual = talk.says("네 그것도 적어 주세요", "affirm")
    assert actual.report["release"] == ["m2"]
    assert [n["id"] for n in actual.report["state"]["needs"]] == ["physical_health"]


def test_under_14_nothing_is_kept_and_a_person_takes_over():
    talk = Talk()
    talk.opens()
    talk.says("알바 하고 싶어요", "state_needs", needs=["job_matching"])
    actual = talk.says('/answer{"under_14": true}', "answer", entities={"under_14": True})
    assert actual.report["end"] == "under_14" and actual.report["state"] is None
    assert "1388" in actual.text and "handoff" in actual.kinds


def test_withdrawal_is_done_at_once_without_asking_back():
    talk = Talk()
    talk.opens()
    talk.says("빚이 많아요", "state_needs", needs=["debt"])
    talk.says("네", "affirm")
    actual = talk.says("다 지워 주세요", "erase_data")
    assert actual.report["end"] == "erased" and actual.report["state"] is None
    assert actual.asks is None and "지웠어요" in actual.text and "?" not in actual.text


def test_the_second_question_too_takes_neither_yes_nor_no_from_something_else():
    for text, intent in (("월세가 제일 급해요", "deny"), ("마음대로 하세요", "affirm")):
        talk = Talk()
        talk.opens()
        talk.says("허리를 다쳐 쉬고 있어요", "state_needs", needs=[("physical_health", "허리를 다쳐")])
        talk.says("네", "affirm")
        actual = talk.says(text, intent)
        assert actual.report["sensitive_consent"] is None and actual.asks == "sensitive_consent", text
