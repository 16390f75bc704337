"""Whole conversations against the real Rasa, actions, api and gateway, judged by what is held at the end."""

from __future__ import annotations

import httpx

from tests.dialogue.clients import Client
from tests.dialogue.conftest import RunningHouse, wait_until


def needs_of(client: Client) -> set[str]:
    return {n["id"] for n in client.held()["needs"]}


def test_a_mother_returning_after_nine_years_gets_a_course_for_four_needs(client: Client):
    # GIVEN a mother who tells several needs in two breaths
    assert client.asks == "needs"
    assert "동의" in client.says(
        "애 둘 키우느라 9년을 쉬었는데 이제 다시 일하고 싶어요. 근데 아이 맡길 데가 없어서 엄두가 안 나요"
    )
    assert client.asks == "consent"
    client.says("네 동의해요")
    assert client.asks == "needs", client.story()
    client.says("이력서도 써 본 지가 언젠지 모르겠고, 오전에만 일할 수 있어요")
    # WHEN she answers what is asked
    client.walks(
        {
            "youngest_child_age": "막내가 세 살이요",
            "age": "서른넷이요",
            "region": "노원 살아요",
            "contact_channel": "카톡이요 010-0000-0141",
        }
    )
    # THEN the plan answers every need, in her words, with one role a step
    assert {"return_to_work", "childcare", "application_documents"} <= needs_of(client), client.story()
    assert len(needs_of(client)) >= 4
    held = client.held()
    plan = held["plan"]
    answered = {n for s in plan["steps"] for n in s["addresses"]} | {u["need"] for u in plan["unmet"]}
    assert needs_of(client) <= answered
    assert all(s["role"] and s["why"] and s["indicators"] for s in plan["steps"])
    assert held["facts"]["youngest_child_age"]["value"] == 3 or "youngest_child_age" not in client.asked
    assert len([a for a in client.asked if a not in {"consent", "needs", "confirm_summary", "sensitive_consent"}]) <= 12


def test_a_shop_owner_with_debt_closure_health_and_the_next_job(client: Client):
    client.says("식당 하다가 다 말아먹게 생겼어요. 가게는 내놨고 대출이 오천 남았는데 이자도 밀렸어요")
    client.walks(
        {
            "consent": "네 그러세요",
            "needs": "접고 나면 당장 일할 자리도 소개받고 싶고, 허리 디스크 때문에 오래 서 있지를 못해요",
        },
        until=("summary",),
    )
    client.walks({})
    assert {"business_closure", "debt", "job_matching", "physical_health"} <= needs_of(client), client.story()
    assert "sensitive_consent" in client.asked
    why = " ".join(s["why"] for s in client.held()["plan"]["steps"])
    assert "확률" not in why and client.kinds.count("plan") == 1


def test_a_young_recluse_with_four_needs(client: Client):
    client.says("스물여섯인데 3년째 방에만 있어요. 뭘 하고 싶은지도 모르겠고 부모님이랑은 맨날 싸워요")
    client.walks({"needs": "자소서를 한 번도 써 본 적이 없어요", "age": "26", "sensitive_consent": "네"})
    assert {"social_isolation", "career_direction", "family_conflict", "application_documents"} <= needs_of(client), (
        client.story()
    )
    assert client.held()["facts"]["age"]["value"] == 26
    assert "age" not in client.asked


def test_one_who_refuses_consent_leaves_nothing_behind(house: RunningHouse, client: Client):
    # GIVEN a client whose words can be told apart from all others
    words = "보랏빛너구리공방"
    client.says(f"{words} 다니다 그만뒀는데 실업급여 받을 수 있을까요")
    # WHEN consent is refused
    answer = client.says("아니요 저장하는 건 싫어요")
    # THEN the bot says so, help stays open, and no file of the data folder holds a word
    assert "저장하지 않을게요" in answer and "02-0000-0100" in answer
    assert house.files_that_hold(words) == []
    held = client.held()
    assert held["needs"] == [] and held["facts"] == {} and held["plan"] is None


def test_danger_before_consent_and_the_way_back(house: RunningHouse, client: Client):
    words = "회색두루미"
    answer = client.says(f"{words} 요즘 빚 때문에 그냥 죽고 싶다는 생각만 들어요")
    assert client.last[0]["kind"] == "crisis" and "109" in answer and "119" in answer
    assert client.asks is None
    assert "알렸어요" in answer
    client.says("네 지금은 집이에요")
    assert "crisis" in [m["kind"] for m in client.last] and client.asks is None
    assert house.files_that_hold(words) == []
    client.taps("이어서")
    assert client.asks in {"consent", "needs"}, client.story()


def test_one_who_corrects_midway_and_at_the_summary(client: Client):
    client.says("면접만 가면 떨어지고 이력서도 손봐야 해요")
    client.says("네 동의해요")
    client.says("아니요")
    client.walks({"age": "서른넷이요"}, until=("summary",))
    if "age" in client.asked:
        assert "35세로 고쳤어요" in client.says("아 저 서른넷 아니고 서른다섯이에요"), client.story()
    client.says("이력서는 됐고 면접만 할게요")
    assert client.asks == "confirm_summary", client.story()
    client.says("네")
    assert needs_of(client) == {"interview_preparation"}, client.story()
    assert "plan" in client.kinds


def test_nothing_is_asked_twice_and_a_no_is_taken(client: Client):
    client.says("당장 생활비가 없어요. 일자리도 소개받고 싶어요")
    client.says("네 동의합니다")
    client.says("없어요")
    for _ in range(16):
        if client.asks in {"confirm_summary", None}:
            break
        client.says("그건 말하기 싫어요")
    assert client.asks == "confirm_summary", client.story()
    facts = [a for a in client.asked if a not in {"needs", "consent", "sensitive_consent", "confirm_summary"}]
    assert len(facts) == len(set(facts)) and facts, client.story()
    client.says("네")
    assert "plan" in client.kinds


def test_one_who_wants_a_person(client: Client):
    client.says("임금을 석 달째 못 받았어요. 노동청에 가야 할까요")
    client.says("네 동의해요")
    answer = client.says("기계 말고 사람이랑 얘기하고 싶어요")
    assert "handoff" in [m["kind"] for m in client.last], client.story()
    assert client.asks == "contact" and "상담사" in answer
    client.says("010-0000-0142")
    assert client.held()["facts"]["contact"]["value"] == "010-0000-0142"


def test_withdrawal_erases_everything(house: RunningHouse, client: Client):
    words = "연두고래책방"
    client.says(f"{words}에서 일하다 계약이 끝났어요. 실업급여를 알아보고 싶어요")
    client.says("네 동의해요")
    assert house.files_that_hold(words) != []
    answer = client.says("다 지워 주세요")
    assert "지웠어요" in answer and client.asks is None
    assert client.post({"message_id": "00000000-0000-4000-8000-000000000001", "text": "네"}).status_code in {200, 410}
    assert httpx.get(
        f"{house.base}/chat/conversations/{client.id}/intake", headers={"Authorization": f"Bearer {client.token}"}
    ).status_code in {404, 410}
    wait_until(lambda: house.files_that_hold(words) == [], "the words are gone from every file")
