"""Small makers with good defaults: a test states only what it is about."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from api.catalogue.files import load_catalogue
from api.planning.catalogue import (
    Catalogue,
    Combination,
    FactType,
    Mode,
    NeedType,
    RiskType,
    Role,
    Service,
    Stage,
    StageRule,
)
from api.planning.flow import Plan
from api.planning.intake import Intake
from api.planning.plan import make_plan

TODAY = date(2026, 11, 24)
CATALOGUE = load_catalogue()

HARMLESS_FACTS = {
    "contact": "010-0000-0041",
    "contact_channel": "kakao",
    "preferred_time": "오후 두 시 뒤",
    "desired_job": "경리",
    "confidence": 4,
}


def make_service(service_id: str, **changes: Any) -> Service:
    values: dict[str, Any] = {
        "label": service_id,
        "stage": "stabilize",
        "role": "officer",
        "modes": {"visit": Mode(40, 2)},
        "indicators": ("goal",),
    }
    return Service(service_id, **{**values, **changes})


def make_catalogue(
    *services: Service, rules: tuple[StageRule, ...] = (), combinations: tuple[Combination, ...] = ()
) -> Catalogue:
    needs = {need for service in services for need in service.addresses} | {"debt", "job"}
    return Catalogue(
        version="test",
        services={service.id: service for service in services},
        needs={need: NeedType(need, "고용", need) for need in sorted(needs)},
        risks={"danger": RiskType("danger", "위험")},
        facts={
            "age": FactType("age", "나이", "integer", range=(14, 99)),
            "urgency": FactType("urgency", "급한 정도", "enum", values={"today": "오늘", "no_rush": "급하지 않음"}),
        },
        stages={
            stage: Stage(stage, order, stage)
            for order, stage in enumerate(("safety", "intake", "stabilize", "plan", "match", "aftercare"), start=1)
        },
        stage_rules=rules,
        roles={"officer": Role("officer", "담당")},
        combinations=combinations,
    )


def make_intake(*needs: str, catalogue: Catalogue = CATALOGUE, **changes: Any) -> Intake:
    return Intake.from_document({"needs": list(needs), **changes}, catalogue)


def plan_for(*needs: str, catalogue: Catalogue = CATALOGUE, **changes: Any) -> Plan:
    return make_plan(make_intake(*needs, catalogue=catalogue, **changes), catalogue, today=TODAY)


def services_of(plan: Plan) -> list[str]:
    return [step.service for step in plan.steps]


_VALUES: dict[str, list[Any]] = {
    "age": [15, 19, 24, 31, 38, 47, 56, 60, 67, "40s"],
    "last_job_end": [1, 5, 14, 60],
    "insured_months": [0, 5, 20, 90],
    "youngest_child_age": [0, 3, 8, 15],
    "region": ["서울 노원구", "경남 창원시"],
    "target_groups": [
        [],
        ["career_break_woman"],
        ["disability"],
        ["migrant"],
        ["isolated_youth"],
        ["ex_offender", "veteran"],
    ],
} | {
    fact: list(CATALOGUE.facts[fact].values)
    for fact in (
        "employment_status",
        "job_loss_reason",
        "household",
        "care_duty",
        "income_band",
        "welfare_status",
        "disability",
        "availability",
        "mobility",
        "digital",
        "urgency",
    )
}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Intakes in their public form: some needs, perhaps a risk, some facts, perhaps a recorded result."""
    needs = draw(st.lists(st.sampled_from(sorted(CATALOGUE.needs)), min_size=1, max_size=8, unique=True))
    risks = draw(st.lists(st.sampled_from(sorted(CATALOGUE.risks)), max_size=1))
    names = draw(st.lists(st.sampled_from(sorted(_VALUES)), max_size=14, unique=True))
    facts = {name: draw(st.sampled_from(_VALUES[name])) for name in names}
    outcomes = {}
    for service in draw(st.lists(st.sampled_from(sorted(CATALOGUE.services)), max_size=2, unique=True)):
        outcomes[service] = draw(st.sampled_from([one.id for one in CATALOGUE.services[service].outcomes]))
    return {"needs": needs, "risks": risks, "facts": facts, "outcomes": outcomes}
