"""Facts: one question at a time, never twice, a no is an answer, and a why is always answered."""

from tests.actions.talk import Talk


def begun(*needs: str, **api: object) -> Talk:
    """A talk that has consent and stands at the first question about a fact."""
    talk = Talk(**api)
    talk.opens()
    talk.says("이런 일이 있어요", "state_needs", needs=[(n, "") for n in needs])
    talk.says("네", "affirm")
    talk.says("아니요 그게 다예요", "deny")
    return talk


def test_a_question_comes_alone_with_a_way_to_skip_and_to_ask_why():
    talk = begun("job_matching", "debt")
    assert talk.asks not in {None, "needs", "consent"}
    again = talk.says("왜요?", "ask_why")
    titles = [title for title, _ in again.buttons]
    assert {"건너뛰기", "왜요?"} <= set(titles)
    assert again.text.count("?") <= 2 and "건너뛰어도 돼요" in again.text


def test_the_same_question_stands_after_a_why():
    talk = begun("job_matching")
    asked = talk.asks
    assert talk.says("그건 왜 물어요", "ask_why").asks == asked


def test_a_refusal_is_taken_and_never_asked_again():
    talk = begun("job_matching", "income_support")
    refused = []
    for _ in range(14):
        if talk.asks == "confirm_summary":
            break
        refused.append(talk.asks)
        talk.says("말하기 싫어요", "refuse")
    assert talk.asks == "confirm_summary"
    assert len(refused) == len(set(refused)) and refused
    assert {v["state"] for v in talk.api[-1]["facts"].values()} == {"refused"}


def test_an_answer_is_said_back_and_a_correction_too():
    talk = begun("job_matching")
    noted = talk.says("서른넷이요", "answer", facts={"age": 34}, asks="age")
    assert "34세로 적었어요." in noted.text
    fixed = talk.says("아 저 서른다섯이에요", "correct", facts={"age": 35})
    assert "35세로 고쳤어요." in fixed.text
    assert talk.api[-1]["facts"]["age"]["value"] == 35


def test_what_is_told_by_the_way_is_not_asked_again():
    talk = begun("childcare", "job_matching")
    talk.says(
        "세 살이요 노원 살아요 오전만 돼요",
        "answer",
        facts={"youngest_child_age": 3, "region": "서울 노원구", "availability": "part_time"},
    )
    seen = []
    for _ in range(14):
        if talk.asks in {"confirm_summary", None}:
            break
        seen.append(talk.asks)
        talk.says("글쎄요", "unsure")
    assert not {"youngest_child_age", "region", "availability"} & set(seen)
    assert "flexible_work" in [
        n["id"] for n in talk.api[-1]["needs"] if n["state"] == "inferred" or n["state"] == "confirmed"
    ]


def test_what_is_not_understood_is_asked_once_in_other_words_then_left():
    talk = begun("job_matching")
    asked = talk.asks
    again = talk.says("음냐", "nlu_fallback")
    assert again.asks == asked
    moved_on = talk.says("음냐", "nlu_fallback")
    assert moved_on.asks != asked and "다음으로 갈게요" in moved_on.text


def test_a_need_told_beside_an_answer_is_added_and_the_question_stands():
    talk = begun("job_matching")
    asked = talk.asks
    actual = talk.says("아 그리고 월세도 밀렸어요", "state_needs", needs=[("housing", "월세도 밀렸어요")])
    assert actual.asks == asked and "집도 적었어요" in actual.text


def test_a_contact_is_kept_as_the_gateways_token_only():
    talk = begun("job_matching")
    actual = talk.says(
        "카톡이요 ⟦전화1⟧", "answer", facts={"contact_channel": "kakao"}, phone=True, asks="contact_channel"
    )
    assert actual.report["contact"] == {"token": "⟦전화1⟧", "message_id": f"m{talk.turn}"}
    assert "contact" not in talk.api[-1]["facts"]
    assert "카카오톡" in actual.text


def test_an_ambiguous_region_is_asked_back():
    talk = begun("job_matching")
    actual = talk.says("중구요", "answer", asks="region", ambiguous={"region": ["부산 중구", "대구 중구"]})
    assert actual.asks == "region" and "중구는 여러 곳에 있어요" in actual.text
    assert ("부산 중구", '/answer{"region": "부산 중구"}') in actual.buttons


def test_back_undoes_the_last_answer():
    talk = begun("job_matching")
    talk.says("서른넷", "answer", facts={"age": 34}, asks="age")
    actual = talk.says("아까 거로 돌아가요", "take_back")
    assert "되돌렸어요" in actual.text and "age" not in actual.report["state"]["facts"]


def test_who_is_not_understood_again_and_again_is_offered_a_person():
    talk = begun("job_matching", "income_support")
    for _ in range(3):
        talk.says("음냐", "nlu_fallback")
    actual = talk.says("음냐", "nlu_fallback")
    assert "제가 자꾸 못 알아듣네요" in actual.text and ("사람에게", "/ask_human") in actual.buttons


def test_nothing_to_take_back_is_said():
    talk = begun("job_matching")
    asked = talk.asks
    actual = talk.says("뒤로 가기", "take_back")
    assert "되돌릴 것이 없어요" in actual.text and actual.asks == asked


def test_what_a_message_states_stays_when_it_leaves_out_something_else():
    # GIVEN a story whose last sentence leaves out the papers, right after the words about the children
    talk = Talk()
    talk.opens()
    story = "빚이 많아요. 애 둘 혼자 키우는데 맡길 데도 없고요. 이력서는 됐고 일자리만요"
    told = [("debt", "빚이 많아요."), ("childcare", "애 둘 혼자 키우는데"), ("job_matching", "일자리만요")]
    talk.says(story, "state_needs", needs=told, negated=["application_documents"])
    talk.says("네", "affirm")
    # THEN all that it states is kept
    kept = {need["id"] for need in talk.api[-1]["needs"] if need["state"] != "declined"}
    assert kept == {"debt", "childcare", "job_matching"}
