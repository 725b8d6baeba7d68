"""The stores that the suites ask: memory, SQLite, and a real PostgreSQL."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from precert.store.memory import MemoryStore
from precert.store.places import open_store
from precert.store.sql import SqlStore
from tests.store import postgres

Store = MemoryStore | SqlStore
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server())
        except (postgres.MissingError, OSError) as error:
            pytest.skip(f"no PostgreSQL can run here: {error}")
        yield url


@pytest.fixture
def new_schema(postgres_url: str) -> str:
    """A URL of an empty schema: faster than an empty database, and it shows that a store can live in one."""
    name = f"t{next(_numbers)}"
    engine = sa.create_engine(sa.make_url(postgres_url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(name))
    return f"{postgres_url}&options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    found: str = request.getfixturevalue("new_schema")
    return found


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Open the same store again, of each kind. Memory has one only."""
    if request.param == "memory":
        only = MemoryStore()
        return lambda: only
    given = f"sqlite:///{tmp_path / 'store.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("new_schema")
    return lambda: open_store(given)


@pytest.fixture
def store(opener: Callable[[], Store]) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = opener()
    yield opened
    opened.close()
