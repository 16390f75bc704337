"""What goes by itself, what must not, and the first administrator of a new house."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from api.intakes import counseling
from api.models import Intake, utc_now
from api.retention import ClockJumped, erase_expired
from api.users import __main__ as users_command
from tests.api.house import PASSWORD, House, make_intake, new_conversation, running_house
from tests.api.test_counseling import caller, do


def given_intake_of(house: House, days_ago: int) -> str:
    conversation = new_conversation()
    house.put_intake(conversation, make_intake())
    then = utc_now() - timedelta(days=days_ago)
    with house.database.writing() as db:
        db.execute(update(Intake).where(Intake.conversation_id == conversation).values(updated_at=then))
    return conversation


def is_held(house: House, conversation: str) -> bool:
    return house.get(f"/api/v1/conversations/{conversation}/intake").status_code == 200


def test_an_intake_goes_when_its_centre_no_longer_keeps_it(house: House):
    # GIVEN intakes just within and just beyond the 1,095 days of the demo's centre
    kept, expired = given_intake_of(house, 1094), given_intake_of(house, 1096)
    # WHEN the daily round is made, twice
    rounds = [erase_expired(house.database, house.settings, now=utc_now()) for _ in range(2)]
    # THEN exactly the expired one goes, and the second round finds nothing
    assert rounds == [1, 0]
    assert is_held(house, kept) and not is_held(house, expired)
    # AND a house that keeps less erases the other as well
    shorter = house.settings.model_copy(update={"retention_days": 1000})
    assert erase_expired(house.database, shorter, now=utc_now()) == 1 and not is_held(house, kept)


def test_an_intake_with_an_unanswered_alert_stays(house: House):
    # GIVEN an expired intake whose alert nobody has answered
    conversation = given_intake_of(house, 2000)
    alert = {"id": f"alert-{conversation}", "conversation_id": conversation, "risks": ["self_harm"], "channel": "web",
             "center": "demo", "at": "2026-11-24T13:05:00+09:00"}  # fmt: skip
    house.http.post("/api/v1/alerts", json=alert, headers=house.as_service())
    with house.database.writing() as db:
        then = utc_now() - timedelta(days=2000)
        db.execute(update(Intake).where(Intake.conversation_id == conversation).values(updated_at=then))
    # WHEN the daily round is made, THEN it stays
    assert erase_expired(house.database, house.settings, now=utc_now()) == 0
    # AND goes only after someone has answered
    do(house, lambda db: counseling.acknowledge_alert(db, caller(house, "counselor"), alert["id"]))
    with house.database.writing() as db:
        db.execute(update(Intake).where(Intake.conversation_id == conversation).values(updated_at=then))
    assert erase_expired(house.database, house.settings, now=utc_now()) == 1


def test_nothing_is_erased_on_the_word_of_a_clock_that_jumped(house: House):
    # GIVEN an intake of today
    conversation = given_intake_of(house, 0)
    # WHEN the clock says it is five years later
    with pytest.raises(ClockJumped):
        erase_expired(house.database, house.settings, now=utc_now() + timedelta(days=5 * 365))
    # THEN everything is still there
    assert is_held(house, conversation)


def test_the_first_administrator_is_added_from_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # GIVEN a production record without any administrator
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    with running_house(tmp_path, url) as house:
        for name, value in {
            "ENV": "production", "DATA_DIR": str(tmp_path), "DATABASE_URL": url,
            "SERVICE_TOKEN": "s" * 32, "SECRET_KEY": "k" * 32, "KEYSET_FILE": str(tmp_path / "keyset.json"),
        }.items():  # fmt: skip
            monkeypatch.setenv(f"MULGIL_{name}", value)
        # WHEN the machine's keeper adds one, the password coming by standard input
        for password, expected in (("short", 2), (PASSWORD, 0), (PASSWORD, 2)):
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
            assert users_command.main(["keeper", "지킴이", "admin"]) == expected
        # THEN that person can sign in and sees every centre's users
        assert len(house.http.get("/api/v1/users", headers=house.as_user("keeper")).json()["items"]) == 8
