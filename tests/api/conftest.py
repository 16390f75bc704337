"""One running house on SQLite and one on PostgreSQL, shared by the tests of the api."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from tests.api.house import House, running_house
from tests.api.postgresql import postgresql


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server; its `postgres` database stays empty."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def new_postgresql(postgresql_url: str) -> Iterator[object]:
    """Makes an empty database and gives its URL."""
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")

    def make(name: str) -> str:
        with engine.connect() as connection:
            connection.execute(text(f'create database "{name}"'))
        return postgresql_url.replace("/postgres?", f"/{name}?")

    yield make
    engine.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house on one of the two databases; every test that asks for it runs on both."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'record.sqlite'}"
    else:
        url = request.getfixturevalue("new_postgresql")("house")
    with running_house(folder, url) as running:
        yield running
