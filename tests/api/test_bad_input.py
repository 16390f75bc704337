"""Bad input gets a clear "no" in one form, never a 500, and never the client's own words back."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.house import House, make_intake, new_conversation, said, told

CANARY = "까나리아-010-1234-5678"


def change(**changes: Any) -> dict[str, Any]:
    return make_intake(**changes)


BAD_BODIES = {
    "turn is text": change(turn=CANARY),
    "turn is negative": change(turn=-1),
    "turn is huge": change(turn=10**30),
    "needs is text": change(needs=CANARY),
    "need id is no id": change(needs=[said(CANARY)]),
    "need is unknown": change(needs=[said("no_such_need")]),
    "need state is unknown": change(needs=[said("housing", state=CANARY)]),
    "score is out of range": change(needs=[said("housing", score=7)]),
    "evidence is a list": change(needs=[said("housing", [CANARY])]),
    "fact is unknown": change(facts={CANARY: told(1)}),
    "fact is text for a number": change(facts={"age": told(CANARY)}),
    "fact is true for a number": change(facts={"age": told(True)}),
    "fact is out of range": change(facts={"age": told(9_999)}),
    "fact is not in the list": change(facts={"household": told(CANARY)}),
    "fact is an object": change(facts={"region": told({"x": CANARY})}),
    "member is not in the set": change(facts={"target_groups": told(["youth", CANARY])}),
    "fact state is unknown": change(facts={"age": {"value": 1, "state": CANARY}}),
    "risk is unknown": change(risks=[{"id": "no_such_risk", "evidence": CANARY}]),
    "status is unknown": change(status=CANARY),
    "status is the counselors'": change(status="withdrawn"),
    "centre is unknown": change(center="nowhere"),
    "reference has control letters": change(client_ref="a\u0000b"),
    "consent has no version": change(consent={"general": {"answer": "yes", "message_id": CANARY}}),
    "consent is missing": {k: v for k, v in make_intake().items() if k != "consent"},
    "body is a list": [CANARY],
    "body is null": None,
}


@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_body_that_does_not_fit_is_refused_without_its_words(house: House, case: str):
    # WHEN a body that does not fit is sent
    conversation = new_conversation()
    answer = house.put_intake(conversation, BAD_BODIES[case])
    # THEN the answer is a problem document that names the field and repeats nothing
    assert answer.status_code == 422, (case, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 422 and problem["title"] and problem["detail"] and problem["type"].startswith("urn:")
    assert CANARY not in answer.text and "1234" not in answer.text and "input" not in problem
    # AND nothing was kept
    assert house.get(f"/api/v1/conversations/{conversation}/intake").status_code == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 422),
        (b"\xff\xfe", 400),
        (b'{"turn": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 422),
        (b'{"x": "' + b"a" * 1_100_000 + b'"}', 413),
        (b"", 422),
        (b"NaN", 422),
    ],
)
def test_what_is_no_json_or_too_large_is_refused(house: House, content: bytes, status: int):
    # WHEN bytes are sent that are no usable JSON
    path = f"/api/v1/conversations/{new_conversation()}/intake"
    headers = house.as_service(**{"Content-Type": "application/json"})
    answer = house.http.put(path, content=content, headers=headers)
    # THEN it is a 4xx in the house's form
    assert answer.status_code in (status, 400, 422, 413) and answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_large_body_in_pieces_is_refused_as_well(house: House):
    # WHEN a body without a declared length goes on and on
    path = f"/api/v1/conversations/{new_conversation()}/intake"
    pieces = (b'{"x": "' + b"a" * 200_000 for _ in range(8))
    answer = house.http.put(path, content=pieces, headers=house.as_service(**{"Content-Type": "application/json"}))
    # THEN it is stopped at the limit
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/nowhere", 404),
        ("POST", "/api/v1/intakes", 405),
        ("GET", "/api/v1/intakes/%00", 422),
        ("GET", "/api/v1/intakes/..%2f..%2fetc", 404),
        ("GET", "/api/v1/intakes/" + "a" * 500, 422),
        ("GET", "/api/v1/intakes?limit=0", 422),
        ("GET", "/api/v1/intakes?limit=100000", 422),
        ("GET", "/api/v1/intakes?limit=x", 422),
        ("GET", "/api/v1/intakes?cursor=!!!", 422),
        ("GET", "/api/v1/intakes?cursor=AAAA", 422),
        ("GET", "/api/v1/intakes?cursor=WyJhIiwgImIiXQ==", 422),
        ("GET", "/api/v1/events?cursor=WyJhIl0=", 422),
        ("GET", "/api/v1/events?cursor=WzFlMzAwXQ==", 422),
        ("GET", "/api/v1/services?cursor=WzAsIDFd", 422),
        ("GET", "/api/v1/intakes?client_ref=%00", 422),
        ("GET", "/api/v1/intakes?client_ref=%ff%fe", 200),
        ("GET", "/api/v1/intakes?client_ref=" + "a" * 500, 422),
        ("GET", "/api/v1/intakes?status=x", 422),
        ("GET", "/api/v1/outgoing?after=-1", 422),
        ("GET", "/api/v1/outgoing?after=99999999999999999999", 422),
        ("GET", "/api/v1/services/no_such_service", 404),
        ("GET", "/api/v1/centers/nowhere", 404),
        ("DELETE", "/api/v1/conversations/a%20b", 422),
    ],
)
def test_odd_addresses_get_a_clear_no(house: House, method: str, path: str, status: int):
    # WHEN an address is asked for that does not fit
    answer = house.http.request(method, path, headers=house.as_service())
    # THEN the answer is the right "no" in the house's form
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) >= {"type", "title", "status", "detail"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(sorted(make_intake())), value=json_values)
def test_no_value_of_any_field_breaks_the_house(house: House, field: str, value: Any):
    # GIVEN an intake with one field replaced by anything JSON can say, and things it cannot (NaN, lone surrogates)
    body = json.dumps({**make_intake(), field: value})
    # WHEN it is sent
    path = f"/api/v1/conversations/{new_conversation()}/intake"
    headers = house.as_service(**{"Content-Type": "application/json"})
    answer = house.http.put(path, content=body.encode("utf-8", "surrogatepass"), headers=headers)
    # THEN it is taken or refused, never broken
    assert answer.status_code in (200, 400, 409, 422), (field, answer.status_code)


def test_the_description_says_what_there_is(house: House):
    # WHEN the description of the API is read
    described = house.http.get("/api/v1/openapi.json").json()
    # THEN every promised address is in it
    promised = {
        "/api/v1/conversations/{conversation_id}/intake": {"put", "get"},
        "/api/v1/conversations/{conversation_id}/messages": {"post"},
        "/api/v1/conversations/{conversation_id}/contact": {"put"},
        "/api/v1/conversations/{conversation_id}": {"delete"},
        "/api/v1/alerts": {"post"},
        "/api/v1/outgoing": {"get"},
        "/api/v1/intakes": {"get"},
        "/api/v1/intakes/{intake_id}": {"get"},
        "/api/v1/intakes/{intake_id}/plan": {"get"},
        **{f"/api/v1/{name}": {"get"} for name in ("plans", "services", "roles", "indicators", "centers", "events")},
        "/api/v1/users": {"get", "post"},
    }
    for path, methods in promised.items():
        assert methods <= set(described["paths"][path]), path
    # AND a person can read it as a page that loads nothing from elsewhere
    page = house.http.get("/api/v1/docs")
    assert page.status_code == 200 and 'lang="en"' in page.text and page.text.count("<h1>") == 1
    assert all(path in page.text for path in promised)
    assert "default-src 'none'" in page.headers["content-security-policy"] and "://" not in page.text
    # AND the process says that it lives and that its record answers
    assert house.http.get("/healthz").json() == {"status": "ok"}
    assert house.http.get("/readyz").json() == {"status": "ok"}


@pytest.mark.parametrize("collection", ["services", "roles", "indicators", "centers", "intakes", "plans", "events"])
def test_lists_page_through_everything_once(house: House, collection: str):
    # GIVEN some rows
    for _ in range(3):
        house.put_intake(new_conversation(), make_intake())
    # WHEN the list is read in small pages while new rows may come
    seen, params = [], {"limit": 7 if collection in ("services", "indicators", "events") else 2}
    for _ in range(400):
        page = house.get(f"/api/v1/{collection}", **params).json()
        assert len(page["items"]) <= params["limit"]
        seen += [item.get("id") or item.get("seq") for item in page["items"]]
        if page["next_cursor"] is None or len(seen) > 60:
            break
        params["cursor"] = page["next_cursor"]
    # THEN no row comes twice, and there are rows
    assert seen and len(seen) == len(set(seen))
