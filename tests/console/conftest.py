"""The api's app with the console on a fresh record, and a proof-reading client."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from api.catalogue.usecases import import_catalogue
from api.console.routes import mount
from api.db import Database, migrate_database, open_database
from api.errors import add_error_handlers
from api.models import User
from api.security import COOKIE
from api.settings import Settings
from api.transactions import WriteTurns
from tests.console.makers import make_center, make_session, make_user
from tests.console.proofreader import ProofReader


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with secrets, a migrated record, the catalogue and three people; copied for each test."""
    folder = tmp_path_factory.mktemp("record")
    opened = open_database(Settings(data_dir=folder).with_demo_secrets())
    migrate_database(opened)
    with opened.writing() as db:
        import_catalogue(db)
        make_center(db, "other", "다른 센터")
        make_user(db, "kim@example.org", name="김상담")
        make_user(db, "lee@example.org", name="이상담")
        make_user(db, "far@example.org", center="other", name="박먼곳")
    opened.forget_old_pages()
    opened.close()
    return folder


@pytest.fixture
def settings(tmp_path: Path, empty_record: Path) -> Settings:
    shutil.copytree(empty_record, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data").with_demo_secrets()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings)
    yield opened
    opened.close()


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    made = FastAPI()
    made.state.settings, made.state.database, made.state.write_turns = settings, database, WriteTurns(database)
    add_error_handlers(made)
    mount(made, settings)
    return made


@pytest.fixture
def people(database: Database) -> dict[str, str]:
    """Who works where: login to user id."""
    with database.reading() as db:
        return dict(db.execute(select(User.login, User.id)).tuples().all())


@pytest.fixture
def open_browser(app: FastAPI, database: Database, people: dict[str, str]) -> Callable[[str | None], ProofReader]:
    """A maker of browsers; with a login it is signed in."""

    def opened(login: str | None = None) -> ProofReader:
        reader = ProofReader(TestClient(app, raise_server_exceptions=False))
        if login:
            # A session of its own instead of the form: comparing a password is slow on purpose.
            with database.writing() as db:
                token = make_session(db, people[login])
            reader.client.cookies.set(COOKIE, token)
            reader.open("/console")
        return reader

    return opened
