"""The journal itself: migrations, both databases, what is dropped with age, keys that are bound to their place."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import tink
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from bot.gateway.app import create_app
from bot.gateway.journal import outbox, records
from bot.gateway.journal.engine import migrate, open_engine
from bot.gateway.journal.tables import metadata
from bot.gateway.messages import Entry, now
from bot.gateway.settings import Settings
from bot.gateway.vault import Vault
from tests.api.postgresql import postgresql
from tests.bot.gateway.conftest import Client
from tests.bot.gateway.servers import FakeApi, FakeRasa, served, wait_until


@pytest.fixture(scope="module")
def postgresql_url() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path / 'journal.db'}")
    migrate(made)
    yield made
    made.dispose()


def entry(id: str, seq: int = 1, **values: Any) -> Entry:
    return Entry(**({"id": id, "seq": seq, "role": "client", "text": "말", "at": now(), "turn": 1} | values))


def add(db: Any, id: str) -> None:
    records.add_conversation(db, id=id, token_hash="h", channel="web", center="demo")


def test_the_migrations_make_exactly_the_tables(engine: Engine):
    migrate(engine)
    with engine.connect() as db:
        context = MigrationContext.configure(db, opts={"version_table": "journal_version"})
        assert compare_metadata(context, metadata) == []


def test_the_journal_file_belongs_to_its_user_alone(engine: Engine, tmp_path: Path):
    assert (tmp_path / "journal.db").stat().st_mode & 0o077 == 0
    Vault.open(tmp_path / "keys.json", may_create=True)
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_a_delivered_parcel_never_takes_its_successor_along(engine: Engine):
    # GIVEN a parcel on its way while an erasure deletes it and takes its row number
    with engine.begin() as db:
        add(db, "c1")
        outbox.add(db, "c1", "messages", key="messages:c1:m1", body={"ids": []})
        parcel = outbox.waiting(db, except_conversations=(), parked=False, limit=5)[0]
        records.wipe(db, "c1", erased=True)
    # WHEN the api has taken the first one, THEN the erasure still waits
    with engine.begin() as db:
        outbox.take_out(db, parcel.key)
        assert [p.kind for p in outbox.waiting(db, except_conversations=(), parked=False, limit=5)] == ["erasure"]


def test_alerts_stay_when_everything_else_of_a_conversation_goes(engine: Engine):
    with engine.begin() as db:
        add(db, "c1")
        outbox.add(db, "c1", "alert", key="alert:a1", body={"id": "a1"})
        outbox.add(db, "c1", "contact", key="contact:c1", body={}, sealed=b"x")
        records.wipe(db, "c1", erased=False)
        kinds = [p.kind for p in outbox.waiting(db, except_conversations=(), parked=False, limit=5)]
    assert kinds == ["alert", "erasure"]


def test_only_old_conversations_that_owe_nothing_are_dropped(engine: Engine):
    with engine.begin() as db:
        for id in ("old", "owing", "open"):
            add(db, id)
        outbox.add(db, "owing", "intake", key="intake:owing:1", body={"turn": 1, "intake": {}})
        records.keep_client_message(db, "open", entry("m1"), fingerprint="f", sealed=b"x")
        assert records.drop_older_than(db, now() - timedelta(days=1)) == 0
        assert records.drop_older_than(db, now() + timedelta(seconds=1)) == 1
        assert records.find_conversation(db, "old") is None and records.find_conversation(db, "open") is not None


def test_keeping_the_same_message_twice_leaves_one(engine: Engine):
    with engine.begin() as db:
        add(db, "c1")
        records.keep_client_message(db, "c1", entry("m1", 1), fingerprint="f", sealed=b"x")
        records.keep_client_message(db, "c1", entry("m1", 3), fingerprint="f", sealed=b"y")
        stored = records.find_conversation(db, "c1")
    assert stored and [row.sealed for row in stored.client_rows] == [b"y"]


def test_what_is_sealed_opens_only_in_its_place(tmp_path: Path):
    vault = Vault.open(tmp_path / "keys.json", may_create=True)
    sealed = vault.seal({"value": "010"}, place="contact:c1")
    assert vault.unseal(sealed, place="contact:c1") == {"value": "010"}
    with pytest.raises(tink.TinkError):
        vault.unseal(sealed, place="contact:c2")
    with pytest.raises(FileNotFoundError):
        Vault.open(tmp_path / "none.json", may_create=False)


def test_the_same_on_postgresql(
    make_settings: Callable[..., Settings], postgresql_url: str, rasa: FakeRasa, api: FakeApi
):
    # GIVEN a gateway on PostgreSQL with an open turn
    with served(create_app(make_settings(journal_url=postgresql_url))) as gateway:
        client = Client(gateway.url).agree("까나리예요")
        rasa.mode = "empty"
        given = client.say("노원 살아요", id="m-1")
    # WHEN it is started again, THEN the turn is driven on, the record complete, and an erasure takes it all
    rasa.mode = "well"
    with served(create_app(make_settings(journal_url=postgresql_url))) as gateway:
        client.at(gateway.url)
        wait_until(lambda: any("여쭤요" in text for text in client.texts()))
        assert client.say("노원 살아요", id="m-1") == given
        wait_until(lambda: len([m for path, m in api.said if client.id in path]) >= 8)
        assert client.http.delete(client.path, headers=client.headers).status_code == 204
        assert client.post("여보세요").status_code == 410
        wait_until(lambda: ("DELETE", f"/api/v1/conversations/{client.id}", None) in api.calls)
