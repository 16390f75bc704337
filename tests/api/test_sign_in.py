"""Signing in: sessions that end, delays that grow, and administrators who manage users."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api import security
from api.models import LoginSession, User, utc_now
from tests.api.house import PASSWORD, House


def make_user(login: str) -> dict[str, object]:
    password = "fifteen letters or more"
    return {"login": login, "name": "새사람", "role": "counselor", "center": "demo", "password": password}


def given_user(house: House, login: str) -> None:
    with house.database.writing() as db:
        if not db.scalar(select(User.id).where(User.login == login)):
            row = db.scalars(select(User).where(User.login == "counselor")).one()
            db.add(User(login=login, name=login, role="counselor", center_id="demo", password_hash=row.password_hash))


def test_a_session_opens_with_the_password_and_ends_with_the_logout(house: House):
    # GIVEN a user
    given_user(house, "in-and-out")
    answer = house.http.post("/api/v1/sessions", json={"login": "in-and-out", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert house.http.get("/api/v1/intakes", headers=headers).status_code == 200
    # AND the record holds no token that would open anything
    with house.database.reading() as db:
        assert answer.json()["token"] not in {row.token_hash for row in db.scalars(select(LoginSession))}
    # WHEN the user signs out
    assert house.http.delete("/api/v1/sessions/current", headers=headers).status_code == 204
    # THEN the token opens nothing any more
    assert house.http.get("/api/v1/intakes", headers=headers).status_code == 401


def test_a_session_ends_by_itself(house: House):
    # GIVEN a session begun at some moment
    given_user(house, "idler")
    start = utc_now()
    token, _ = security.login(house.database, "idler", PASSWORD, now=start)

    def lives(minutes: float) -> bool:
        return security.find_session(house.database, token, now=start + timedelta(minutes=minutes)) is not None

    # THEN it lives while it is used, and dies after 30 idle minutes
    assert lives(29)
    assert lives(58)
    assert not lives(58 + 31)
    # AND after 12 hours even when it is used all the time
    token, _ = security.login(house.database, "idler", PASSWORD, now=start)
    assert all(lives(minutes) for minutes in range(25, 12 * 60, 25))
    assert not lives(12 * 60 + 1)


def test_unknown_users_and_wrong_passwords_get_the_same_answer(house: House):
    # GIVEN a known and an unknown login, and a password longer than any
    given_user(house, "known")
    answers = [
        house.http.post("/api/v1/sessions", json={"login": login, "password": password})
        for login, password in (("known", "wrong"), ("nobody-here", "wrong"), ("known", "x" * 1000))
    ]
    # THEN status and words are the same
    assert {a.status_code for a in answers} == {401} and len({a.text for a in answers}) == 1


def test_tries_in_a_row_are_slowed_down(house: House):
    # GIVEN a user whose password someone guesses at
    given_user(house, "guessed")
    start = utc_now()
    for _ in range(security.FREE_TRIES):
        with pytest.raises(security.LoginRefused):
            security.login(house.database, "guessed", "wrong", now=start)
    # WHEN the right password comes at once, THEN it is not even looked at
    with pytest.raises(security.LoginRefused):
        security.login(house.database, "guessed", PASSWORD, now=start)
    # AND after the delay it opens, and the count begins anew
    security.login(house.database, "guessed", PASSWORD, now=start + timedelta(seconds=2))
    with house.database.reading() as db:
        row = db.scalars(select(User).where(User.login == "guessed")).one()
        assert (row.failed_logins, row.retry_at) == (0, None)


def test_a_session_cookie_opens_no_api(house: House):
    # GIVEN a token of a living session
    token = house.as_user("counselor")["Authorization"].split()[1]
    for name in (security.COOKIE, security.SECURE_COOKIE):
        # WHEN it comes as a cookie, as a browser on another site would send it
        answer = house.http.get("/api/v1/intakes", headers={"Cookie": f"{name}={token}"})
        # THEN the API does not know the caller
        assert answer.status_code == 401


def test_only_administrators_manage_users(house: House):
    # GIVEN everyone who is no administrator
    for headers in (house.as_service(), house.as_user("counselor"), house.as_user("manager")):
        # WHEN they ask for users, THEN they may not
        assert house.http.get("/api/v1/users", headers=headers).status_code == 403
    # AND an administrator sees the users of their own centre only
    theirs = house.http.get("/api/v1/users", headers=house.as_user("other_admin")).json()["items"]
    assert {user["login"] for user in theirs} == {"stranger", "other_manager", "other_admin"}
    ours = house.http.get("/api/v1/users", params={"limit": 200}, headers=house.as_user("admin")).json()["items"]
    assert "counselor" in {u["login"] for u in ours} and "stranger" not in {u["login"] for u in ours}
    assert "password" not in str(ours)
    # AND cannot reach one of another centre
    stranger = next(user["id"] for user in theirs if user["login"] == "stranger")
    path = f"/api/v1/users/{stranger}"
    assert house.http.get(path, headers=house.as_user("admin")).status_code == 404
    assert house.http.patch(path, json={"active": False}, headers=house.as_user("admin")).status_code == 404
    # AND administrators read no client's intake
    assert house.http.get("/api/v1/intakes", headers=house.as_user("admin")).status_code == 403


def test_closing_an_account_ends_its_sessions(house: House):
    # GIVEN a user added by the administrator, and signed in
    admin = house.as_user("admin")
    new = make_user("short-stay")
    user = house.http.post("/api/v1/users", json=new, headers=admin).json()
    session = house.http.post("/api/v1/sessions", json={"login": new["login"], "password": new["password"]}).json()
    headers = {"Authorization": f"Bearer {session['token']}"}
    assert house.http.get("/api/v1/intakes", headers=headers).status_code == 200
    # WHEN the account is closed
    assert house.http.patch(f"/api/v1/users/{user['id']}", json={"active": False}, headers=admin).status_code == 200
    # THEN the session is over and no new one opens
    assert house.http.get("/api/v1/intakes", headers=headers).status_code == 401
    again = house.http.post("/api/v1/sessions", json={"login": new["login"], "password": new["password"]})
    assert again.status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "short"},
        {"login": "With Space"},
        {"role": "boss"},
        {"center": None},
        {"center": "nowhere"},
        {"name": ""},
    ],
)
def test_a_user_that_does_not_fit_is_refused(house: House, changes: dict[str, object]):
    # WHEN a user is added that does not fit
    new = make_user("misfit")
    answer = house.http.post("/api/v1/users", json={**new, **changes}, headers=house.as_user("admin"))
    # THEN the house says no without repeating the password
    assert answer.status_code in (403, 422) and "fifteen" not in answer.text and "short" not in answer.text
