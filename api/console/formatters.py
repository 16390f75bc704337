"""Korean words for what the record holds; pure.  No particle is ever glued to a value."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.console.plan_words import day_words, minutes_words, mode_words, step_status_words
from api.planning.catalogue import FactType

SEOUL = ZoneInfo("Asia/Seoul")
WEEKDAYS = "월화수목금토일"
#: The masks that the gateway puts in the place of an identifier: ⟦전화1⟧.
MASK = re.compile(r"(⟦[^⟦⟧]{1,20}⟧)")

CHANNELS = {"web": "웹 대화창", "telegram": "텔레그램", "kakao": "카카오톡", "phone": "전화", "visit": "방문"}
STATUSES = {
    "in_progress": "대화하는 중",
    "submitted": "접수 마침",
    "handoff": "상담사를 기다림",
    "closed": "끝남",
    "withdrawn": "이용자가 그만둠",
}
NEED_STATES = {
    "said": "직접 말함",
    "inferred": "짐작함(확인 필요)",
    "confirmed": "확인됨",
    "declined": "원하지 않음",
}
URGENCY_CHIPS = {
    "today": "오늘 필요",
    "this_week": "이번 주 필요",
    "this_month": "이번 달 필요",
    "no_rush": "급하지 않음",
}
USER_ROLES = {"counselor": "상담사", "manager": "센터 책임자", "admin": "관리자"}
CONSENT_ANSWERS = {"yes": "동의함", "no": "동의하지 않음"}
SPEAKERS = {"client": "이용자", "bot": "물길(AI)", "counselor": "상담사"}

#: What the safety officer must do today; numbers come from the catalogue's safety services, not from here.
DANGER_DUTIES = {
    "self_harm": "지금 바로 직접 연락해 오늘 안전한지 확인해 주세요. 닿지 않으면 아래 번호에 구조를 요청해요.",
    "violence": "안전한 시간과 방법인지 먼저 살피고 직접 연락해 주세요. 가해자가 볼 수 있으니 문자는 남기지 않아요.",
    "destitution": "오늘 잘 곳과 먹을 것이 있는지 직접 확인하고 오늘 안에 이어 주세요.",
    "job_scam": "돈·통장·신분증을 보냈는지 바로 확인해 주세요. 보냈다면 은행 지급정지와 신고를 함께해요.",
    "harm_to_others": "혼자 대응하지 말고 책임자와 함께 바로 연락해 주세요. 위험이 눈앞이면 아래 번호에 바로 알려요.",
}


def seoul_time(moment: datetime | None) -> str:
    """A moment on the clocks of the centre.

    >>> seoul_time(datetime(2026, 11, 24, 4, 5, tzinfo=UTC))
    '11월 24일(화) 13:05'
    """
    if moment is None:
        return "시각 모름"
    local = moment.astimezone(SEOUL)
    return f"{local.month}월 {local.day}일({WEEKDAYS[local.weekday()]}) {local:%H:%M}"


def waited_words(since: datetime | None, now: datetime) -> str:
    """How long someone waits, rounded down; whole hours from one hour on, whole days from two days on.

    >>> waited_words(datetime(2026, 11, 24, 1, 0, tzinfo=UTC), datetime(2026, 11, 24, 4, 30, tzinfo=UTC))
    '3시간 기다림'
    """
    if since is None:
        return "기다리는 중 아님"
    minutes = max(int((now - since).total_seconds() // 60), 0)
    if minutes < 1:
        return "방금 들어옴"
    if minutes < 60:
        return f"{minutes}분 기다림"
    return f"{minutes // 60}시간 기다림" if minutes < 48 * 60 else f"{minutes // 1440}일 기다림"


def fact_words(fact: FactType | None, value: Any) -> str:
    """A fact's canonical value as a counselor reads it; text facts stay as the client said them.

    >>> fact_words(FactType("age", "나이", "integer"), "40s")
    '40대'
    """
    if value is None:
        return "해당 없음 또는 모름"
    if fact is None:
        return str(value)
    if isinstance(value, list | tuple):
        return ", ".join(fact.values.get(str(item), str(item)) for item in value) or "해당 없음"
    if isinstance(value, str) and fact.id == "age" and value.endswith("s"):
        return f"{value[:-1]}대"
    if fact.type == "integer":
        return _count_words(fact.id, value)
    return fact.values.get(str(value), str(value))


def _count_words(fact: str, value: object) -> str:
    if fact in ("age", "youngest_child_age"):
        return f"만 {value}세"
    if fact == "confidence":
        return f"10점 가운데 {value}점"
    if fact in ("last_job_end", "insured_months") and isinstance(value, int):
        years, months = divmod(value, 12)
        words = " ".join(part for part in (f"{years}년" if years else "", f"{months}개월" if months else "") if part)
        return words or "1개월이 안 됨"
    return str(value)


def parts(text: str) -> list[tuple[bool, str]]:
    """A client's text cut at its masks: (is a mask, text without the brackets).

    >>> parts("제 번호는 ⟦전화1⟧예요")
    [(False, '제 번호는 '), (True, '전화1'), (False, '예요')]
    """
    return [(bool(MASK.fullmatch(part)), part.strip("⟦⟧") if MASK.fullmatch(part) else part)
            for part in MASK.split(text) if part]  # fmt: skip


def event_words(action: str) -> str:
    """What was done, in plain words; an unknown action stays visible as it is."""
    return EVENTS.get(action, action)


EVENTS = {
    "intake.received": "대화에서 내용이 왔어요",
    "intake.taken": "맡았어요",
    "intake.released": "놓았어요",
    "intake.closed": "끝냈어요",
    "intake.withdrawn": "이용자가 그만두어 끝냈어요",
    "need.corrected": "필요를 고쳤어요",
    "fact.corrected": "접수 사실을 고쳤어요",
    "risk.lifted": "위험 신호가 풀린 것을 확인했어요",
    "plan.made": "계획을 만들었어요",
    "step.recorded": "단계의 결과를 적었어요",
    "alert.kept": "위험 알림이 왔어요",
    "alert.acknowledged": "직접 연락했다고 적었어요",
    "contact.kept": "연락처가 들어왔어요",
    "message.sent": "이용자에게 메시지를 보냈어요",
}

FILTERS: dict[str, Callable[..., Any]] = {
    "seoul_time": seoul_time,
    "waited": waited_words,
    "day": day_words,
    "mode": mode_words,
    "minutes": minutes_words,
    "step_status": step_status_words,
    "parts": parts,
    "map_get": lambda pairs, key: dict(pairs).get(key, key),
    "event": event_words,
    "channel": lambda value: CHANNELS.get(str(value), str(value)),
    "status": lambda value: STATUSES.get(str(value), str(value)),
    "need_state": lambda value: NEED_STATES.get(str(value), str(value)),
    "user_role": lambda value: USER_ROLES.get(str(value), str(value)),
    "speaker": lambda value: SPEAKERS.get(str(value), str(value)),
}

__all__ = ["FILTERS", "UTC", "fact_words", "parts", "seoul_time", "waited_words"]
