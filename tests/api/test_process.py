"""The process from outside: its settings, its logs, its migrations, and what a restart finds."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text

from api.db import Database, migrate, open_database
from api.demo import DEMO_LOGINS
from api.logs import name_the_error
from api.models import Base, Event, Intake, User
from api.settings import Settings, SettingsError
from api.vault import Vault, VaultError, new_keyset
from tests.api.house import SERVICE_TOKEN, make_intake, running_house, said, told

ROOT = Path(__file__).parents[2]
CANARY = "까나리아말팔백이십"
PRODUCTION = {"MULGIL_ENV": "production", "MULGIL_SERVICE_TOKEN": "s" * 32, "MULGIL_SECRET_KEY": "k" * 32}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"MULGIL_ENV": "production"}, "MULGIL_SERVICE_TOKEN"),
        (PRODUCTION, "MULGIL_KEYSET_FILE"),
        ({**PRODUCTION, "MULGIL_SERVICE_TOKEN": "secret-short"}, "service_token"),
        ({"MULGIL_ENV": "prod"}, "MULGIL_ENV"),
        ({"MULGIL_DATABASE_URL": "mysql://secret-short@host/db"}, "database_url"),
        ({"MULGIL_RETENTION_DAYS": "0"}, "MULGIL_RETENTION_DAYS"),
        ({"MULGIL_API_URL": "ftp://x"}, "api_url"),
    ],
)
def test_settings_that_do_not_fit_are_refused_by_name(tmp_path: Path, given: dict[str, str], named: str):
    # WHEN the process is given what it cannot start with
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"MULGIL_DATA_DIR": str(tmp_path), **given})
    # THEN the reason names the setting and no secret
    assert named in str(refused.value) and "secret-short" not in str(refused.value)


def test_a_demo_makes_its_own_secrets_once(tmp_path: Path):
    # GIVEN an empty data directory
    first = Settings.from_environment({"MULGIL_DATA_DIR": str(tmp_path)})
    # WHEN the settings are read again
    second = Settings.from_environment({"MULGIL_DATA_DIR": str(tmp_path)})
    # THEN the secrets are the same, long, readable by the owner only, and shown nowhere
    assert first.service_token == second.service_token and len(first.service_token.get_secret_value()) >= 32
    assert {f.stat().st_mode & 0o777 for f in (tmp_path / "secrets").iterdir()} == {0o600}
    assert first.service_token.get_secret_value() not in repr(first)


def test_a_vault_opens_with_every_key_of_its_ring_and_with_no_other(tmp_path: Path):
    # GIVEN two keysets
    for name in ("one", "other"):
        (tmp_path / name).write_text(new_keyset(), encoding="utf-8")
    one, other = Vault.from_file(tmp_path / "one"), Vault.from_file(tmp_path / "other")
    sealed = one.seal(CANARY, table="t", column="c", row="r")
    # THEN what one sealed, it opens in its place, and nobody opens it elsewhere or otherwise
    assert one.open(sealed, table="t", column="c", row="r") == CANARY
    wrong = [(other, "t", "c", "r"), (one, "t", "c", "x"), (one, "t", "x", "r"), (one, "x", "c", "r")]
    for vault, table, column, row in wrong:
        with pytest.raises(VaultError):
            vault.open(sealed, table=table, column=column, row=row)
    # AND a file that is missing or broken is refused
    (tmp_path / "broken").write_text("{}", encoding="utf-8")
    for name in ("missing", "broken"):
        with pytest.raises(VaultError):
            Vault.from_file(tmp_path / name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a record that has no tables yet."""
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("new_postgresql")(f"empty-{tmp_path.parent.name}-{tmp_path.name}")
    return Settings.from_environment({"MULGIL_DATA_DIR": str(tmp_path), "MULGIL_DATABASE_URL": url})


def test_migrations_make_the_tables_the_models_describe(empty_settings: Settings):
    # WHEN two processes migrate an empty record at the same moment, and one more comes later
    program = "from api.db import migrate; from api.settings import Settings; migrate(Settings.from_environment())"
    environment = {
        **os.environ,
        "MULGIL_DATA_DIR": str(empty_settings.data_dir),
        "MULGIL_DATABASE_URL": empty_settings.database_url,
    }
    twins = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment) for _ in range(2)]
    assert [twin.wait(90) for twin in twins] == [0, 0]
    migrate(empty_settings)
    # THEN nothing is missing and nothing is left over
    database = open_database(empty_settings)
    try:
        with database.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
            assert connection.execute(text("select count(*) from alembic_version")).scalar() == 1
    finally:
        database.close()


def test_sqlite_is_kept_safe(tmp_path: Path):
    # GIVEN a record on SQLite
    settings = Settings.from_environment({"MULGIL_DATA_DIR": str(tmp_path)})
    migrate(settings)
    database = open_database(settings)
    # THEN every connection writes ahead, syncs fully, keeps foreign keys and overwrites what it deletes
    with database.engine.connect() as connection:
        actual = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert actual == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000,
    }  # fmt: skip
    database.close()


def test_a_demo_is_seeded_once_and_erased_people_stay_erased(tmp_path: Path):
    # GIVEN a demo that has started
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    with running_house(tmp_path, url, env="demo") as house:
        intakes = house.get("/api/v1/intakes").json()["items"]
        # THEN it has staff with working logins, and clients with plans: one in danger, one who needs help today
        assert len(intakes) >= 4 and all(row["plan_version"] == 1 for row in intakes)
        assert any(row["max_risk"] for row in intakes) and any(row["urgency"] == "today" for row in intakes)
        for account in DEMO_LOGINS:
            body = {"login": account["login"], "password": account["password"]}
            assert house.http.post("/api/v1/sessions", json=body).status_code == 201
        # AND every word a plan or counselor sees of a client was said in the talk
        for row in intakes:
            read = house.get(f"/api/v1/intakes/{row['id']}").json()
            with house.database.reading() as db:
                talk = "\n".join(db.execute(text("select text from messages where conversation_id = :c"), {
                    "c": row["conversation_id"]}).scalars())  # fmt: skip
            assert all(need["evidence"] in talk for need in [*read["needs"], *read["risks"]])
        # WHEN one of them is erased and the process starts again
        house.http.delete("/api/v1/conversations/demo-sujin", headers=house.as_service())
    with running_house(tmp_path, url, env="demo") as house:
        again = house.get("/api/v1/intakes").json()["items"]
        # THEN nobody is there twice and the erased one is not back
        assert {row["id"] for row in again} == {r["id"] for r in intakes if r["conversation_id"] != "demo-sujin"}
        with house.database.reading() as db:
            assert db.scalar(select(func.count()).where(User.login == DEMO_LOGINS[0]["login"])) == 1


def test_production_seeds_nobody(tmp_path: Path):
    # WHEN a production record starts
    with running_house(tmp_path, f"sqlite:///{tmp_path / 'record.sqlite'}") as house, house.database.reading() as db:
        # THEN it holds no demo user and no client
        assert not db.scalar(select(User.id).where(User.login.in_([a["login"] for a in DEMO_LOGINS])))
        assert not db.scalar(select(Intake.id))


def test_an_errors_message_never_reaches_the_log():
    # GIVEN an error that quotes what a client typed
    try:
        int(CANARY)
    except ValueError as error:
        # WHEN it is logged
        entry = name_the_error(None, "error", {"event": "request.broke", "exc_info": error})
    # THEN its kind and place are there, its message is not
    assert entry["error"] == "ValueError" and entry["trace"] and CANARY not in str(entry)


class Process:
    """`python -m api` on a free port, its log in a file."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.log = folder / "log"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("MULGIL_")},
            "MULGIL_DATA_DIR": str(folder), "MULGIL_API_URL": self.url, "MULGIL_SERVICE_TOKEN": SERVICE_TOKEN,
        }  # fmt: skip
        self.headers = {"Authorization": f"Bearer {SERVICE_TOKEN}"}

    @contextmanager
    def running(self) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
        command = [sys.executable, "-m", "api"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        try:
            with httpx.Client(base_url=self.url, headers=self.headers, timeout=20) as http:
                _wait_until_ready(http, process)
                yield http, process
        finally:
            process.terminate()
            process.wait(15)


def test_the_process_starts_answers_and_logs_no_word_of_a_client(tmp_path: Path):
    # GIVEN the real process, in demo, with its logs in a file
    house = Process(tmp_path)
    with house.running() as (http, _):
        # WHEN words, a contact and a password go in by every door, well-formed and not
        base = "/api/v1/conversations/log-test"
        body = make_intake(needs=[said("housing", CANARY)], goal=CANARY, client_ref=CANARY)
        assert http.put(f"{base}/intake", json=body).status_code == 200
        http.put(f"{base}/intake", json=make_intake(turn=2, facts={"age": told(CANARY)}))
        http.put(f"{base}/intake", content=CANARY.encode(), headers={"Content-Type": "application/json"})
        message = {"id": "m", "role": "client", "text": CANARY, "at": "2026-11-24T13:05:00+09:00"}
        assert http.post(f"{base}/messages", json=[message]).status_code == 200
        assert http.put(f"{base}/contact", json={"value": CANARY}).status_code == 204
        http.get("/api/v1/intakes", params={"client_ref": CANARY})
        http.get(f"/api/v1/{CANARY}")
        http.post("/api/v1/sessions", json={"login": CANARY, "password": CANARY})
        # AND the record breaks underneath it
        with sqlite3.connect(tmp_path / "record.sqlite") as broken:
            broken.execute("alter table messages rename to gone")
        answer = http.post(f"{base}/messages", json=[{**message, "id": "n"}])
        assert answer.status_code == 503 and answer.headers["retry-after"] and CANARY not in answer.text
    # THEN every line of the log is JSON with ids and states, and the words are nowhere in it
    written = house.log.read_text(encoding="utf-8")
    entries = [json.loads(line) for line in written.splitlines()]
    assert any(e.get("route") == "/conversations/{conversation_id}/intake" and e["status"] == 200 for e in entries)
    assert any(e["event"] == "record.away" for e in entries)
    assert CANARY not in written and CANARY.encode("unicode_escape").decode() not in written
    assert SERVICE_TOKEN not in written
    # AND the event log in the record holds none either
    database: Database = open_database(Settings.from_environment({"MULGIL_DATA_DIR": str(tmp_path)}))
    with database.reading() as db:
        assert not any(CANARY in json.dumps(e.detail, ensure_ascii=False) for e in db.scalars(select(Event)))
    database.close()


def test_what_was_answered_survives_a_kill_and_is_there_once(tmp_path: Path):
    # GIVEN twenty conversations that send their intakes, four at a time, each with its key
    house, accepted = Process(tmp_path), {}
    conversations = [f"kill-{number:02d}" for number in range(20)]

    def send(http: httpx.Client, conversation: str) -> httpx.Response:
        key = {"Idempotency-Key": f"{conversation}:1"}
        return http.put(f"/api/v1/conversations/{conversation}/intake", json=make_intake(), headers=key)

    with house.running() as (http, process):

        def send_until_dead(conversation: str) -> None:
            try:
                answer = send(http, conversation)
            except httpx.TransportError:
                return
            assert answer.status_code == 200
            accepted[conversation] = answer.json()
            if len(accepted) == 8:
                # WHEN the process is killed in the middle of it
                process.kill()

        with ThreadPoolExecutor(4) as several:
            list(several.map(send_until_dead, conversations))
    assert 8 <= len(accepted) < 20
    # THEN after a new start everything that was answered is there
    with house.running() as (http, _):
        rows = http.get("/api/v1/intakes", params={"limit": 200}).json()["items"]
        stored = {row["conversation_id"]: row["id"] for row in rows if row["conversation_id"].startswith("kill-")}
        assert {c: a["intake_id"] for c, a in accepted.items()}.items() <= stored.items()
        # AND repeating all of them gives the same answers and makes each intake once
        for conversation in conversations:
            again = send(http, conversation)
            assert again.status_code == 200
            assert again.json() == accepted.get(conversation, again.json())
        rows = http.get("/api/v1/intakes", params={"limit": 200}).json()["items"]
        mine = [row["conversation_id"] for row in rows if row["conversation_id"].startswith("kill-")]
        assert sorted(mine) == conversations


def test_a_record_that_is_held_answers_503_soon_and_heals_by_itself(tmp_path: Path):
    # GIVEN a house whose SQLite file someone else holds
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    with running_house(tmp_path, url) as house:
        holder = sqlite3.connect(tmp_path / "record.sqlite", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        # WHEN three conversations send their intakes
        began = time.monotonic()
        with ThreadPoolExecutor(3) as several:
            answers = list(several.map(lambda n: house.put_intake(f"held-{n}", make_intake()), range(3)))
        # THEN none is told that it was kept, all hear so in bounded time, and reading goes on meanwhile
        assert {a.status_code for a in answers} == {503} and all(a.headers["retry-after"] for a in answers)
        assert time.monotonic() - began < 12
        assert house.get("/api/v1/services", limit=1).status_code == 200
        # AND once it is let go, the same are kept without a restart
        holder.execute("ROLLBACK")
        holder.close()
        assert {house.put_intake(f"held-{n}", make_intake()).status_code for n in range(3)} == {200}


def test_production_without_its_secrets_exits_with_a_reason(tmp_path: Path):
    # WHEN production is started with nothing
    environment = {"PATH": os.environ["PATH"], "MULGIL_ENV": "production", "MULGIL_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "api"], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False
    )
    # THEN it does not start and says what is missing
    assert done.returncode == 2 and b"MULGIL_KEYSET_FILE" in done.stderr
    assert not (tmp_path / "record.sqlite").exists()


def _wait_until_ready(http: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the process ended before it was ready"
        try:
            if http.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the process was not ready within 60 seconds")
