"""The short words above a page after something was done.  Only names travel in addresses, never texts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """What was done, or why not."""

    words: str
    problem: bool = False


NOTICES = {
    "taken": Notice("이 접수를 맡았어요."),
    "taken_by_other": Notice("다른 상담사가 먼저 맡았어요. 누가 맡았는지 아래에 보여요.", problem=True),
    "released": Notice("접수를 놓았어요. 다시 대기 목록에 보여요."),
    "corrected": Notice("고친 내용을 저장했어요. 계획에 반영하려면 ‘지금 내용으로 다시 계획’을 눌러 주세요."),
    "stale": Notice("그 사이 내용이 바뀌었어요. 아래에서 다시 보고 고쳐 주세요.", problem=True),
    "bad_value": Notice("값이 맞지 않아 저장하지 않았어요. 다시 골라 주세요.", problem=True),
    "planned": Notice("새 계획을 만들었어요."),
    "same_plan": Notice("내용이 그대로라 계획도 그대로예요."),
    "no_plan": Notice("지금 내용으로는 계획을 만들지 못했어요.", problem=True),
    "step_noted": Notice("단계를 적었어요. 결과에 따라 계획을 고치려면 ‘지금 내용으로 다시 계획’을 눌러 주세요."),
    "step_done": Notice("이미 결과를 적은 단계예요. 일어난 일은 고쳐 쓰지 않아요.", problem=True),
    "not_yours": Notice("맡은 상담사나 센터 책임자만 놓을 수 있어요.", problem=True),
    "no_sensitive_consent": Notice(
        "이용자가 민감정보 처리에 동의하지 않아 저장하지 않았어요. 먼저 동의를 여쭤 주세요.", problem=True
    ),
    "lifted": Notice("위험 신호가 풀린 것을 확인했다고 적었어요."),
    "closed": Notice("접수를 끝냈어요."),
    "risk_stands": Notice("위험 신호가 남아 있어 끝내지 않았어요. 안전을 먼저 확인해 주세요.", problem=True),
    "sent": Notice("메시지를 보냈어요. 이용자의 대화창에 나타나요."),
    "bad_message": Notice("빈 메시지나 2,000자가 넘는 메시지는 보내지 않아요.", problem=True),
    "answered": Notice("직접 연락했다고 적었어요."),
}


def notice_of(name: str) -> Notice | None:
    """The notice of this name; None for anything else."""
    return NOTICES.get(name)
