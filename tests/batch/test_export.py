"""The exported rulebook answers single lines as `precert.check` does: every listed code, on every side of every boundary."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import precert
from precert.batch.export import ANSWERS, export
from precert.batch.screen import Book, current_book
from precert.bootstrap import plans
from precert.facts.compile import Index
from precert.facts.condition import Reads
from precert.request import RequestError
from precert.requirement.present import place
from tests.batch.made import ANSWER

DAY = date(2026, 3, 2)
Asked = tuple[str, str, date | None, str | None, str | None, str | None, str | None]


@pytest.fixture(scope="module")
def book() -> Book:
    return current_book()


def questions() -> Iterator[Asked]:
    """Every listed code on its boundaries; with every facet, where its rows read one; with modifiers, where it is bought."""
    for plan in plans():
        index = precert.rulebook(plan).index
        for code in [*index.codes(), *sorted(index.damaged), *sorted(index.pointers), "99213", "h suxi", ""]:
            rows = index.rows(code)
            days = {day for row in rows for day in (row.listing.begins, row.listing.ends, row.listing.changed) if day}
            nearby = {day + timedelta(days=by) for day in days for by in (-1, 0, 1)}
            reads = {each for row in rows for each in row.reads}
            for day in sorted({DAY, *nearby}):
                yield plan, code, day, None, None, None, None
                for facet in facets(reads):
                    yield plan, code, day, *facet
        yield from extremes(index, plan)


def facets(reads: set[Reads]) -> Iterator[tuple[str | None, str | None, str | None, str | None]]:
    if Reads.SEGMENT in reads:
        yield from ((each, None, None, None) for each in ("fl-dsnp", "medicaid"))
    if Reads.STATE in reads:
        yield from ((None, each, None, None) for each in ("FL", "AZ", "HI"))
    if Reads.PLACE_OF_SERVICE in reads:
        yield from ((None, None, each, None) for each in ("22", "19", "11"))
    if Reads.MODIFIERS in reads:
        yield from ((None, None, None, each) for each in ("RR", "NU", "UE", "59"))


def extremes(index: Index, plan: str) -> Iterator[Asked]:
    first = next(index.codes())
    yield from ((plan, first, day, None, None, None, None) for day in (date.min, date.max))


def checked(asked: Asked) -> dict[str, Any]:
    plan, code, day, segment, state, where, modifier = asked
    line = {"code": code, "modifiers": [modifier] if modifier else []}
    case = {"plan": plan, "date_of_service": day, "segment": segment, "state": state, "place_of_service": where}
    told = precert.check(case | {"lines": [line]}).to_dict()
    (answer,) = told["lines"]
    deciding = [each["citation"] for each in answer["candidates"] if each["decides"]] or answer["citations"]
    return {
        **{name: answer[name] for name in ("requirement", "platform", "program", "conflict")},
        **{name: ";".join(answer[name]) for name in ("limits", "needs")},
        "managed_by": answer["managed_by"] and answer["managed_by"]["kind"],
        "managed_by_name": answer["managed_by"] and answer["managed_by"]["name"],
        "notices": ";".join(each["kind"] for each in answer["notices"]),
        "citation": place(deciding[0]) if deciding else None,
        "release": ";".join(each["id"] for each in told["releases"]),
    }


def warehouse(folder: Path, book: Book, kind: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for file in export(book, folder, kind):
        if file.suffix == ".parquet":
            connection.execute(f"CREATE TABLE {file.stem} AS SELECT * FROM read_parquet('{file}')")  # noqa: S608 - ours
        else:
            connection.execute(file.read_text("utf-8"))
    return connection


def looked_up(connection: duckdb.DuckDBPyConnection, asked: list[Asked]) -> Iterator[list[dict[str, Any]]]:
    for each in asked:
        found = connection.execute("SELECT * FROM precert_lookup(?, ?, ?, ?, ?, ?, ?)", each)
        names = [column[0] for column in found.description or ()]
        yield [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def differing(connection: duckdb.DuckDBPyConnection, asked: list[Asked]) -> list[str]:
    found = []
    for each, rows in zip(asked, looked_up(connection, asked), strict=True):
        wanted = checked(each)
        got = [{name: row[name] for name in wanted} for row in rows]
        if got != [wanted]:
            found.append(f"{each}: {got} and not {wanted}")
    return found


def test_every_sixth_question_is_answered_as_checked(tmp_path: Path, book: Book) -> None:
    asked = list(questions())
    assert len(asked) > 3000
    assert not differing(warehouse(tmp_path, book, "parquet"), asked[::6])


@pytest.mark.long
@pytest.mark.parametrize("kind", ["parquet", "sql"])
def test_every_question_is_answered_as_checked(tmp_path: Path, book: Book, kind: str) -> None:
    assert not differing(warehouse(tmp_path, book, kind), list(questions()))


def test_what_cannot_be_asked_is_undetermined(tmp_path: Path, book: Book) -> None:
    connection = warehouse(tmp_path, book, "sql")
    asked: list[Asked] = [("nobody", "22551", DAY, None, None, None, None), ("cigna-commercial", "22551", None, None, None, None, None)]
    told = list(looked_up(connection, asked))
    assert [[(row["requirement"], row["needs"]) for row in rows] for rows in told] == [
        [("undetermined", "plan")],
        [("undetermined", "date-of-service")],
    ]


def test_both_formats_hold_the_same(tmp_path: Path, book: Book) -> None:
    one, other = (warehouse(tmp_path / kind, book, kind) for kind in ("parquet", "sql"))
    for table in ("precert_answers", "precert_plans", "precert_values"):
        query = f"SELECT * FROM {table} ORDER BY ALL"  # noqa: S608 - a name of ours
        assert one.execute(query).fetchall() == other.execute(query).fetchall()


def test_every_column_is_documented_and_in_the_contract() -> None:
    assert {*ANSWER} - {"primary_lines", "release"} <= {*ANSWERS}
    assert all(ANSWERS.values())


def test_an_unknown_format_and_a_file_are_refused(tmp_path: Path, book: Book) -> None:
    with pytest.raises(RequestError, match="no format `xml`"):
        export(book, tmp_path, "xml")
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(RequestError, match="is a file"):
        export(book, tmp_path / "file", "sql")
