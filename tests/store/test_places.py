"""Where a store is, what opening it costs, and what is said when it cannot be used."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from precert.ports import StoreError
from precert.store import engine, errors, places, quick
from precert.store.places import default_url, home, open_audit_log, open_reader, open_store
from tests.store.samples import LIST, decision, draft, publication, release

A = release(1)


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (places.URL_SETTING, places.HOME_SETTING):
        monkeypatch.delenv(name, raising=False)


def test_the_home_is_the_users_data_folder_or_the_one_that_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if sys.platform == "linux":
        assert home() == tmp_path / "data" / "precert"
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    assert home() == tmp_path / "home"
    assert default_url() == f"sqlite:///{tmp_path / 'home' / 'store.sqlite'}"
    monkeypatch.setenv("PRECERT_DATABASE_URL", "postgresql://somewhere/precert")
    assert default_url() == "postgresql://somewhere/precert"


def test_the_default_store_and_log_are_made_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    assert open_reader() is None
    assert not (tmp_path / "home").exists()
    with open_store() as store:
        store.publish(A, publication(A))
    reader = open_reader()
    assert reader is not None
    assert reader.published() == [publication(A)]
    open_audit_log().append(["{}"])
    assert {each.name for each in (tmp_path / "home").iterdir()} == {"store.sqlite", "audit"}


def test_nothing_is_made_by_reading(url: str) -> None:
    assert open_reader(url) is None
    with held(url) as opened:
        assert sa.inspect(opened.engine).get_table_names() == []
    open_store(url).close()
    reader = open_reader(url)
    assert reader is not None
    assert reader.published() == []
    reader.close()


def test_verifying_what_was_never_used_makes_nothing(tmp_path: Path) -> None:
    assert open_audit_log(tmp_path / "audit").verify() == []
    assert not (tmp_path / "audit").exists()


def test_only_the_owner_may_read_what_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "home"
    with open_store(f"sqlite:///{folder / 'store.sqlite'}") as store:
        store.publish(A, publication(A))
    open_audit_log(folder / "audit").append(["{}"])
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.rglob("*")}
    assert modes == {"store.sqlite": 0o600, "audit": 0o700, "log.jsonl": 0o600, "head.json": 0o600, "key": 0o600, "lock": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_empty_file_is_a_store_that_was_never_finished(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.touch()
    assert open_reader(f"sqlite:///{file}") is None
    open_store(f"sqlite:///{file}").close()
    reader = open_reader(f"sqlite:///{file}")
    assert reader is not None
    assert reader.published() == []


@pytest.mark.parametrize("act", ["import precert.store", "from precert.store import places; places.open_reader()"])
def test_reading_what_is_published_imports_no_sqlalchemy(tmp_path: Path, act: str) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    open_store(url).close()
    look = f"import sys; {act}; print(*sorted({{'sqlalchemy', 'alembic', 'psycopg'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", look], env=os.environ | {"PRECERT_DATABASE_URL": url}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_opening_an_up_to_date_store_imports_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    open_store(url).close()
    look = "import sys; from precert.store import places; places.open_store(); print('alembic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", look], env=os.environ | {"PRECERT_DATABASE_URL": url}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False"]


@contextmanager
def held(url: str) -> Iterator[engine.Database]:
    opened = engine.database(url)
    yield opened
    opened.engine.dispose()


# What is said.

SECRET = "swordfish"  # noqa: S105 - it must not be shown


def said(url: str) -> str:
    """Return the one line that opening and publishing says."""
    with pytest.raises(StoreError) as raised, open_store(url) as store:
        store.publish(A, publication(A))
    message = str(raised.value)
    assert "\n" not in message
    assert not re.search(r"SELECT|INSERT|PRAGMA|sqlalchemy|psycopg\.|Traceback", message)
    assert SECRET not in message
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"nonsense {SECRET}", "the store's URL cannot be read"),
        (f"mysql://me:{SECRET}@db/precert", "SQLite or PostgreSQL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        (f"postgresql://me:{SECRET}@127.0.0.1:1/precert", "PostgreSQL, 127.0.0.1/precert: the database cannot be reached"),
        (f"postgresql://me:{SECRET}@/precert?host=/nowhere", "PostgreSQL, /nowhere/precert: the database cannot be reached"),
    ],
)
def test_a_url_that_leads_nowhere(url: str, words: str) -> None:
    assert words in said(url)


def test_files_that_are_no_store(tmp_path: Path) -> None:
    (tmp_path / "song").write_bytes(b"la la la " * 1000)
    (tmp_path / "folder").mkdir()
    assert "not a SQLite database (SQLITE_NOTADB)" in said(f"sqlite:///{tmp_path / 'song'}")
    assert "cannot be opened" in said(f"sqlite:///{tmp_path / 'folder'}")
    assert "cannot make the store" in said(f"sqlite:///{tmp_path / 'song' / 'store.sqlite'}")
    for name in ("song", "folder"):
        with pytest.raises(StoreError, match="cannot read what is published"):
            quick.QuickReader(tmp_path / name).published()


def test_a_sqlite_database_without_tables_of_ours_is_told_by_the_reader(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "songs.sqlite")) as songs:
        songs.execute("CREATE TABLE song (name TEXT)")
    with pytest.raises(StoreError, match="does not have the tables of a store"):
        quick.QuickReader(tmp_path / "songs.sqlite").published()


def test_a_damaged_store_says_so(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    with open_store(f"sqlite:///{file}") as store:
        store.publish(A, publication(A))
    data = bytearray(file.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    file.write_bytes(data)
    assert "damaged" in said(f"sqlite:///{file}")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 1)


@pytest.mark.usefixtures("impatient")
def test_a_writer_who_does_not_let_go(url: str) -> None:
    with open_store(url) as store, held(url) as holder, holder.writing("hold it"):
        with pytest.raises(StoreError, match="another process holds it"):
            store.publish(A, publication(A))
        assert store.published() == []
    with open_store(url) as store:
        assert store.publish(A, publication(A)) == publication(A)


def test_too_many_connections_at_once(new_schema: str) -> None:
    with held(new_schema) as opened, ExitStack() as stack:
        pool = opened.engine.pool
        assert isinstance(pool, sa.QueuePool)
        pool._timeout = 0.1
        for _ in range(15):
            stack.enter_context(opened.engine.connect())
        with pytest.raises(StoreError, match="all of its connections are in use"), opened.reading("read"):
            pass


def test_postgres_names_what_is_wrong(postgres_url: str) -> None:
    refused = "cannot be reached, or refuses this user, password or name of a database"
    assert refused in said(postgres_url.replace("/postgres?", "/nowhere?"))
    assert refused in said(postgres_url.replace("precert@", f"nobody:{SECRET}@"))
    assert "does not take what it was asked (SQLSTATE 3F000)" in said(f"{postgres_url}&options=-csearch_path%3Dnowhere")


def test_postgres_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert 'pip install "precert[postgres]"' in said("postgresql://localhost/precert")


def test_unknown_codes_have_words_too() -> None:
    assert errors.postgres_reason("ZZ999", lost=False) == "the database cannot do it (SQLSTATE ZZ999)"
    assert errors.postgres_reason(None, lost=True) == "the connection was lost"
    assert errors.sqlite_reason(sqlite3.ProgrammingError()) == "it cannot be used (ProgrammingError)"


def test_altered_copies_are_not_taken_for_kept(url: str) -> None:
    """What is in the database is held against its digest before anything is built on it."""
    with open_store(url) as store:
        store.publish(A, publication(A))
        store.keep_draft(draft())
    with held(url) as opened, opened.writing("alter") as connection:
        if connection.dialect.name == "sqlite":
            for table in ("releases", "documents"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_update")
        else:
            connection.exec_driver_sql("DROP FUNCTION precert_append_only() CASCADE")
        connection.execute(sa.text("UPDATE releases SET data = :data"), {"data": b"altered"})
        connection.execute(sa.text("UPDATE documents SET data = :data"), {"data": b"altered"})
    with open_store(url) as store:
        for attempt in (
            lambda: store.publish(A, publication(A, list_id="list-b")),
            lambda: store.keep_draft(draft("list-b")),
            lambda: store.draft(LIST),
            store.drafts,
        ):
            with pytest.raises(StoreError, match="altered"):
                attempt()
        assert [each.list for each in store.published()] == [LIST]
        store.decide(decision())


def test_a_publication_whose_answer_was_lost_is_looked_up(new_schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection breaks while the database commits: what it did is found out, not guessed."""
    for commits in (True, False):
        data = release(2 if commits else 3)
        with open_store(new_schema) as store:
            break_commit(store.database.engine, monkeypatch, commits=commits)
            if commits:
                assert store.publish(data, publication(data)) == publication(data)
            else:
                with pytest.raises(StoreError, match="connection was lost"):
                    store.publish(data, publication(data))
            assert [each.id for each in store.published()] == [publication(release(2)).id]


def test_a_publication_that_the_disk_took_and_failed_is_said_to_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's last sync may fail when everything is written: nobody can promise such a publication, nor that it is gone."""
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        break_commit(store.database.engine, monkeypatch, commits=True)
        with pytest.raises(StoreError, match="published all the same, but may not outlive a failure of power"):
            store.publish(A, publication(A))
        assert store.published() == [publication(A)]


def test_an_error_that_is_no_drivers_has_words_too() -> None:
    assert engine._reason(sa.exc.InvalidRequestError(SECRET)) == "it cannot be used (InvalidRequestError)"


def test_a_publication_whose_answer_stays_lost_is_said_to_be_unknown(new_schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(new_schema) as store:
        break_commit(store.database.engine, monkeypatch, commits=True)
        monkeypatch.setattr(store, "database", Fails(store.database))
        with pytest.raises(StoreError, match="look before you try again"):
            store.publish(A, publication(A))


class Fails(engine.Database):
    """A database that is gone once a connection to it was lost."""

    def __init__(self, of: engine.Database) -> None:
        super().__init__(of.engine, of.place)

    @contextmanager
    def writing(self, what: str) -> Iterator[sa.Connection]:
        if what == "look again":
            raise StoreError("gone")
        with super().writing(what) as connection:
            yield connection


def break_commit(of: sa.Engine, monkeypatch: pytest.MonkeyPatch, *, commits: bool) -> None:
    """Let the next commit, and no other, lose its connection, before or after the database did it."""
    import psycopg  # noqa: PLC0415

    real = of.dialect.do_commit

    def broken(connection: object) -> None:
        monkeypatch.setattr(of.dialect, "do_commit", real)
        assert hasattr(connection, "driver_connection")
        driver: psycopg.Connection | sqlite3.Connection = connection.driver_connection
        if commits:
            driver.commit()
        if isinstance(driver, sqlite3.Connection):
            raise sqlite3.OperationalError("disk I/O error")
        driver.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(of.dialect, "do_commit", broken)
