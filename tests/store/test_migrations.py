"""The schema goes up and down on both databases, and a store of the schema before opens with all it kept."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from precert.ports import Published, StoreError
from precert.store import migrate
from precert.store.check import digest
from precert.store.engine import Database, database
from precert.store.places import open_reader, open_store
from precert.store.revisions import REVISIONS, VERSION_TABLE
from precert.store.schema import metadata
from tests.store.samples import LIST, NOON, decision, draft, publication, release

A, B = release(1), release(2)


def to(opened: Database, revision: str) -> None:
    with opened.writing("migrate") as connection:
        migrate.migrate(connection, revision)


def tables(opened: Database) -> set[str]:
    return set(sa.inspect(opened.engine).get_table_names()) - {VERSION_TABLE}


def guards(opened: Database) -> int:
    query = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace",
    }
    with opened.reading("count") as connection:
        return int(connection.exec_driver_sql(query[connection.dialect.name]).scalar_one())


def indexes(opened: Database) -> set[str | None]:
    return {each["name"] for table in tables(opened) for each in sa.inspect(opened.engine).get_indexes(table)}


@pytest.fixture
def empty(url: str) -> Iterator[Database]:
    opened = database(url)
    yield opened
    opened.engine.dispose()


def test_the_revisions_are_named_once(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert [each.revision for each in scripts.walk_revisions()][::-1] == list(REVISIONS)
    assert not list(tmp_path.iterdir())


def test_the_migrations_make_the_tables_of_the_schema(empty: Database) -> None:
    migrate.bring_up(empty)
    with empty.reading("compare") as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    assert guards(empty) > 0


def test_up_and_down_and_up(empty: Database) -> None:
    seen = []
    for revision in (*REVISIONS, *reversed(REVISIONS[:-1]), "base", REVISIONS[-1], "base"):
        to(empty, revision)
        seen.append((revision, len(tables(empty)), len(indexes(empty)), guards(empty) > 0))
    assert seen == [
        ("0001", 5, 0, False),
        ("0002", 5, 3, True),
        ("0001", 5, 0, False),
        ("base", 0, 0, False),
        ("0002", 5, 3, True),
        ("base", 0, 0, False),
    ]


def fill(opened: Database) -> None:
    """Keep something as the first schema's program did, in SQL of its own, so that later code cannot help it."""
    given, choice, kept = draft(), decision(), publication(A)
    when = "2026-11-21 12:00:00.000000" if opened.engine.dialect.name == "sqlite" else NOON
    with opened.writing("fill") as connection:
        for statement, values in (
            ("INSERT INTO releases VALUES (:id, :data)", {"id": kept.id, "data": A}),
            ("INSERT INTO publications VALUES (1, :id, :plan, :list, '2026-11-21')", {"id": kept.id, "plan": kept.plan, "list": LIST}),
            ("INSERT INTO documents VALUES (:id, :data)", {"id": digest(given.data), "data": given.data}),
            ("INSERT INTO documents VALUES (:id, :data)", {"id": digest(given.profile), "data": given.profile}),
            (
                "INSERT INTO drafts VALUES (1, :plan, :list, :name, :document, :profile, :at)",
                {
                    "plan": given.plan,
                    "list": LIST,
                    "name": given.name,
                    "document": digest(given.data),
                    "profile": digest(given.profile),
                    "at": when,
                },
            ),
            (
                "INSERT INTO decisions VALUES (1, :list, :row, :action, :proposal, :code, :by, :at, :why)",
                asdict(choice) | {"at": when},
            ),
        ):
            connection.execute(sa.text(statement), values)


def check_filled(url: str) -> None:
    with open_store(url) as store:
        assert store.published() == [publication(A)]
        assert store.open(publication(A).id) == A
        assert store.draft(LIST) == draft()
        assert store.decisions(LIST) == [decision()]


def test_a_store_of_the_schema_before_opens(url: str, empty: Database) -> None:
    to(empty, REVISIONS[-2])
    fill(empty)
    check_filled(url)
    with open_store(url) as store:
        store.publish(B, publication(B))
        store.decide(decision(row="row-2"))
        assert len(store.published()) == len(store.decisions(LIST)) == 2
    with empty.reading("look") as connection:
        assert migrate.version(connection) == REVISIONS[-1]


def test_what_is_kept_survives_down_and_up(url: str, empty: Database) -> None:
    to(empty, "0001")
    fill(empty)
    for revision in (REVISIONS[-1], "0001", REVISIONS[-1]):
        to(empty, revision)
    check_filled(url)


def test_a_failed_migration_leaves_the_schema_before(url: str, empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    to(empty, "0001")
    fill(empty)
    real = migrate.migrate

    def fails(connection: sa.Connection, revision: str) -> None:
        real(connection, revision)
        connection.exec_driver_sql("SELECT * FROM no_such_table")

    with monkeypatch.context() as patched:
        patched.setattr(migrate, "migrate", fails)
        with pytest.raises(StoreError, match="cannot migrate"):
            open_store(url)
    assert (len(indexes(empty)), guards(empty)) == (0, 0)
    check_filled(url)


def test_a_store_of_a_newer_version_is_refused(url: str, empty: Database) -> None:
    migrate.bring_up(empty)
    with empty.writing("age") as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")  # noqa: S608 - a constant of ours
    with pytest.raises(StoreError, match=r"written by a newer precert .* upgrade precert"):
        open_store(url)
    with pytest.raises(StoreError, match=r"written by a newer precert .* upgrade precert"):
        readable(url)
    with empty.reading("look") as connection:
        assert migrate.version(connection) == "9999"


def test_a_database_of_another_program_is_refused(url: str, empty: Database) -> None:
    with empty.writing("be another program") as connection:
        connection.exec_driver_sql("CREATE TABLE releases (song TEXT)")
    with pytest.raises(StoreError, match="another program"):
        open_store(url)
    assert tables(empty) == {"releases"}


def readable(url: str) -> list[Published]:
    reader = open_reader(url)
    assert reader is not None
    try:
        return list(reader.published())
    finally:
        reader.close()


def test_a_store_of_the_schema_before_can_be_read_as_it_is(url: str, empty: Database) -> None:
    to(empty, "0001")
    fill(empty)
    assert readable(url) == [publication(A)]
    with empty.reading("look") as connection:
        assert migrate.version(connection) == "0001"


def test_many_open_a_new_store_at_once(url: str) -> None:
    results: list[object] = []

    def work() -> None:
        try:
            with open_store(url) as store:
                results.append(list(store.published()))
        except BaseException as error:  # noqa: BLE001 - shown below
            results.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [[]] * 4


@pytest.mark.parametrize("table", ["releases", "publications", "decisions"])
def test_the_database_refuses_to_change_what_was_kept(url: str, empty: Database, table: str) -> None:
    to(empty, "0001")
    fill(empty)
    to(empty, "0002")
    column = {"releases": "data", "publications": "plan", "decisions": "why"}[table]
    statements = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]  # noqa: S608 - the table's name is above
    if empty.engine.dialect.name == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    for statement in statements:
        with pytest.raises(StoreError, match="contradicts"), empty.writing("change it") as connection:
            connection.exec_driver_sql(statement)
    check_filled(url)


def test_a_document_can_be_removed_by_hand_but_not_changed(url: str, empty: Database) -> None:
    to(empty, "0001")
    fill(empty)
    to(empty, "0002")
    with pytest.raises(StoreError, match="contradicts"), empty.writing("change it") as connection:
        connection.exec_driver_sql("UPDATE documents SET data = data")
    with empty.writing("remove it") as connection:
        connection.exec_driver_sql("DELETE FROM drafts")
        connection.exec_driver_sql("DELETE FROM documents")
    with open_store(url) as store:
        assert store.draft(LIST) is None
        assert store.document(digest(b"a document")) is None


def test_a_folder_with_a_percent_sign_is_no_trouble(tmp_path: Path) -> None:
    file = tmp_path / "50%(a)s" / "store.sqlite"
    open_store(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() == [(REVISIONS[-1],)]  # noqa: S608
