"""Danger interrupts everything; the plan comes after the summary; nothing is promised that did not happen."""

from tests.actions.talk import Answer, Talk
from tests.actions.test_questions_and_answers import begun


def crisis_of(answer: Answer) -> tuple[str, list[str]]:
    return answer.report["crisis"]["step"], answer.report["crisis"]["risks"]


def to_summary(talk: Talk) -> None:
    for _ in range(16):
        if talk.asks == "confirm_summary":
            return
        talk.says("글쎄요", "unsure")
    raise AssertionError(f"no summary after 16 questions, stands at {talk.asks}")


def test_danger_before_consent_comes_before_consent():
    talk = Talk()
    talk.opens()
    actual = talk.says("죽고 싶어요", "state_needs", guard=[("self_harm", "sure")])
    assert crisis_of(actual) == ("first", ["self_harm"])
    assert actual.asks is None and actual.texts == [] and actual.report["state"] is None


def test_a_danger_only_the_model_saw_is_asked_about_and_a_clear_no_lets_the_talk_go_on():
    talk = begun("debt")
    doubt = talk.says("연말까지만 버티면 다 정리됨", "answer", risks=["self_harm"])
    assert crisis_of(doubt) == ("doubt", ["self_harm"])
    assert talk.api[-1]["risks"] == []
    actual = talk.says("아니요 그런 뜻 아니에요", "deny")
    assert actual.report["crisis"] is None and "그런 뜻이 아니었군요" in actual.text and actual.asks


def test_anything_but_a_clear_no_makes_a_doubt_certain():
    talk = begun("debt")
    talk.says("다 정리됨", "answer", risks=["self_harm"])
    actual = talk.says("가끔. 근데 괜찮음", "answer")
    assert crisis_of(actual) == ("first", ["self_harm"])
    assert talk.api[-1]["risks"][0]["id"] == "self_harm"


def test_no_question_is_asked_until_the_client_wants_to_go_on():
    talk = begun("debt")
    talk.says("죽고 싶다", "state_needs", guard=[("self_harm", "sure")])
    for reply, intent in (("네 집이에요", "affirm"), ("월세도 밀렸어요", "state_needs"), ("뭐 그냥", "unsure")):
        actual = talk.says(reply, intent)
        assert crisis_of(actual)[0] == "safe" and actual.asks is None
    actual = talk.says("이어서", "resume")
    assert actual.report["crisis"] is None and actual.asks


def test_after_a_scam_help_goes_on_at_once():
    talk = Talk()
    talk.opens()
    talk.says("통장 보내래요", "state_needs", guard=[("job_scam", "sure")], needs=["job_matching"])
    actual = talk.says("보내도 되는 거예요? 재택 자리라도 알려 주세요", "state_needs", needs=["flexible_work"])
    assert actual.report["crisis"] is None and actual.asks == "consent"


def test_the_plan_follows_the_summary_and_says_it_is_a_proposal():
    talk = begun("debt", "business_closure", "job_matching")
    to_summary(talk)
    actual = talk.says("네 맞아요", "affirm")
    assert "plan" in actual.kinds and actual.asks is None
    assert "아직 제안이에요" in actual.text and actual.data["plan"]["steps"]
    assert talk.api[-1]["status"] == "submitted"
    assert all(n["state"] == "confirmed" for n in talk.api[-1]["needs"] if n["state"] != "declined")


def test_a_correction_at_the_summary_leads_to_a_new_summary():
    talk = begun("application_documents", "interview_preparation")
    to_summary(talk)
    actual = talk.says("이력서는 빼 주세요", "correct", needs=["application_documents"])
    assert actual.asks == "confirm_summary" and "이력서와 자기소개서는 뺄게요" in actual.text
    assert [n["id"] for n in actual.report["state"]["needs"]] == ["interview_preparation"]


def test_with_the_record_away_the_truth_is_told_and_the_body_waits():
    talk = begun("debt")
    to_summary(talk)
    talk.api = None
    actual = talk.says("네", "affirm")
    assert actual.report["delivery"]["state"] == "pending"
    assert actual.report["delivery"]["body"]["status"] == "submitted"
    assert "연결되는 대로" in actual.text and actual.data["plan"]["steps"]


def test_a_person_is_told_at_once_and_a_number_is_asked_for():
    talk = begun("debt")
    actual = talk.says("사람이랑 얘기할래요", "ask_human")
    assert "handoff" in actual.kinds and actual.asks == "contact"
    assert talk.api[-1]["status"] == "handoff"


def test_after_hours_no_person_is_promised():
    talk = begun("debt", now="2026-11-24T21:00:00+09:00")
    actual = talk.says("사람 없나요", "ask_human")
    assert "지금은 닫았어요. 내일 9시에 열어요." in actual.text


def test_why_is_this_step_last_is_answered_after_the_plan():
    talk = begun("application_documents", "career_direction")
    to_summary(talk)
    talk.says("네", "affirm")
    actual = talk.says("이력서는 왜 맨 뒤예요?", "ask_why")
    assert actual.asks is None and len(actual.text) > 20


def test_thanks_end_the_talk_with_what_happens_next():
    talk = begun("debt")
    to_summary(talk)
    talk.says("네", "affirm")
    actual = talk.says("고마워요", "thanks")
    assert "상담사가 보고" in actual.text


def test_only_a_clear_word_counts_as_safe():
    for reply, intent in (("지금 한강이에요", "answer"), ("모르겠어요", "unsure"), ("칼이 옆에 있어요", "answer")):
        talk = begun("debt")
        talk.says("죽고 싶다", "state_needs", guard=[("self_harm", "sure")])
        assert crisis_of(talk.says(reply, intent))[0] == "unsafe", reply
        assert crisis_of(talk.says("몰라요 다 귀찮아요", "unsure"))[0] == "unsafe"
        assert crisis_of(talk.says("이제 안전해요 친구랑 있어요", "affirm"))[0] == "safe"


def test_anothers_danger_is_not_a_denial():
    talk = begun("debt")
    talk.says("동생이 유서를 써놨어요 어떡해요", "state_needs", guard=[("self_harm", "doubt")])
    actual = talk.says("아니요 제가 아니라 동생이 지금 연락이 안 돼요", "deny")
    assert crisis_of(actual) == ("first", ["self_harm"]) and actual.report["crisis"]["for_another"]


def test_who_has_sent_something_is_told_what_to_stop_and_who_has_not_goes_on():
    for reply, step in (("신분증은 보냈어요 어떡해요", "unsafe"), ("아니요 아직 안 보냈어요", None)):
        talk = begun("job_matching")
        talk.says("통장이랑 신분증을 보내래요", "state_needs", guard=[("job_scam", "sure")])
        crisis = talk.says(reply, "answer").report["crisis"]
        assert (crisis or {}).get("step") == step, reply


def test_homeless_tonight_help_stays_with_tonight():
    talk = Talk()
    talk.opens()
    talk.says("오늘 잘 데가 없어요", "state_needs", guard=[("destitution", "sure")], needs=["housing"])
    actual = talk.says("밤 열두 신데 어디로 가라고", "complaint")
    assert crisis_of(actual) == ("unsafe", ["destitution"]) and actual.asks is None


def test_sums_of_money_are_no_scam():
    talk = begun("income_support")
    actual = talk.says("한 달 수입이 80만 원이에요", "state_needs", risks=["job_scam"])
    assert actual.report["crisis"] is None


def test_a_person_is_fetched_whatever_the_turn_was_taken_for():
    talk = begun("debt")
    actual = talk.says("사람 바까주소", "answer")
    assert "handoff" in actual.kinds and talk.api[-1]["status"] == "handoff"


def test_a_private_matter_is_no_wished_job():
    talk = begun("job_matching")
    read = {"desired_job": "교도소에서 나온 지 한 달"}
    actual = talk.says("교도소에서 나온 지 한 달 됐어요", "answer", facts=read, asks="desired_job")
    assert "교도소" not in str(actual.report["state"]) and "교도소" not in str(talk.api[-1])


def test_a_wish_after_the_plan_is_taken_and_the_talk_does_not_end():
    talk = begun("debt")
    to_summary(talk)
    talk.says("네", "affirm")
    assert "적어 뒀어요" in talk.says("자격증을 먼저 하고 싶어요", "state_needs").text


def test_a_danger_the_gateway_met_alone_is_learnt_of():
    talk = begun("debt")
    actual = talk.says("모르겠어요", "unsure", crisis={"step": "first", "risks": ["self_harm"]})
    assert crisis_of(actual) == ("unsafe", ["self_harm"])
    assert talk.api[-1]["risks"][0]["id"] == "self_harm"
