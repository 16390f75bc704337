"""What the flow costs a client, beside the same services taken the usual way, one window after another.

The baseline and its figures come from the domain reference, section 3; none of them was measured (확인 필요).
Safety and `always` services are left out on both sides.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from api.planning.catalogue import Service
from api.planning.flow import Burden, Step, Visit
from api.planning.situation import Situation

TRAVEL_MINUTES, TRAVEL_MINUTES_LIMITED, QUEUE_MINUTES = 60, 120, 20
FORM_MINUTES, IDENTITY_MINUTES = 20, 5
BASIC_QUESTIONS = 6
ASSUMPTIONS = (
    "오가는 시간 60분(오가기 어려우면 120분), 창구 대기 20분, 신청서 20분, 본인 확인 5분으로 셌어요.",
    "창구마다 기본 질문 6가지와 그 서비스에 필요한 것을 새로 묻는다고 셌어요.",
    "잰 값이 아니라 계획용 가정이에요(확인 필요). 센터의 값으로 바꿀 수 있어요.",
)


def one_stop_baseline(services: Iterable[Service], at: Situation) -> Burden:
    """Return the burden of the usual way: each service is its own window, with its own trip, form and questions."""
    counted = [service for service in services if _counts(service)]
    visits = minutes = days = 0
    asked: set[str] = set()
    shown: set[str] = set()
    questions = repeated = papers = repeated_papers = 0
    for number, service in enumerate(sorted(counted, key=lambda one: (at.stage_order(one), one.id))):
        times = max(1, service.sessions) if "visit" in service.modes else 1
        mode = service.modes.get("visit") or next(iter(service.modes.values()))
        visits += times
        minutes += service.sessions * mode.minutes + FORM_MINUTES + IDENTITY_MINUTES
        if "visit" in service.modes:
            minutes += times * (_travel(at) + QUEUE_MINUTES)
        days += mode.wait_days
        items = {item for item in service.needs_info if item in at.catalogue.facts}
        questions += BASIC_QUESTIONS + len(items)
        repeated += (BASIC_QUESTIONS if number else 0) + len(items & asked)
        asked |= items
        papers += len(service.documents)
        repeated_papers += len(set(service.documents) & shown)
        shown |= set(service.documents)
    return Burden(visits, minutes, max(len(counted) - 1, 0), questions, repeated, papers, repeated_papers, days)


def flow_burden(steps: Sequence[Step], visits: Sequence[Visit], at: Situation) -> Burden:
    """Return the burden of the plan: steps of one day and place share a trip, what was told is not asked again."""
    counted = {
        step.id: step for step in steps if step.status != "done" and _counts(at.catalogue.services[step.service])
    }
    trips = minutes = 0
    for visit in visits:
        shared = [counted[one] for one in visit.steps if one in counted]
        if not shared:
            continue
        times = max(step.sessions for step in shared)
        minutes += sum(step.sessions * step.minutes for step in shared)
        trips += times if visit.mode == "visit" else 0
        minutes += times * (_travel(at) + QUEUE_MINUTES) if visit.mode == "visit" else 0
    places = {at.catalogue.services[step.service].place for step in counted.values()}
    minutes += len(places) * (FORM_MINUTES + IDENTITY_MINUTES)
    roles = [step.role for step in counted.values()]
    handoffs = sum(1 for earlier, later in pairwise(roles) if earlier != later)
    papers = {paper for step in counted.values() for paper in step.documents}
    asked = at.intake.questions_asked or len([fact for fact in at.intake.facts if fact in at.catalogue.deciding_facts])
    last = max((step.earliest_day for step in counted.values()), default=0)
    return Burden(trips, minutes, handoffs, asked, papers=len(papers), days=last)


def _counts(service: Service) -> bool:
    return service.stage != "safety" and not service.always


def _travel(at: Situation) -> int:
    return TRAVEL_MINUTES_LIMITED if at.hard_to_come else TRAVEL_MINUTES
