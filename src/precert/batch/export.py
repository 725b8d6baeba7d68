"""`precert export`: the compiled rulebook as files, so that a warehouse answers one line at a time with no Python.

Every row of `precert_answers` was asked of the meaning: it says what a line is answered that stands alone in its case. What other
lines of a case would change is not in it; `alone` marks those rows.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from precert import codes
from precert.batch.says import Says, cited, says
from precert.batch.screen import Book
from precert.batch.sql import FACETS, quoted
from precert.batch.tabulate import BOUGHT, OTHER, RENTED, UNKNOWN, UNSAID, Entry, case_of
from precert.request import RequestError
from precert.requirement.case import Line
from precert.requirement.determine import determine

PARQUET, SQL = "parquet", "sql"
ANSWERS = {
    "plan": "the plan",
    "code": "the listed code",
    "first_day": "first date of service that the row is for",
    "last_day": "last date of service that the row is for",
    "segment": "segment, `*` for one that no list names, empty for none given; null: whatever it is",
    "state": "state, in the same way",
    "place_of_service": "place of service, in the same way",
    "furnished": "modifier `RR`, or `NU` (and `UE`), empty for neither; null: whatever the modifiers are",
    "requirement": "what the list asks",
    "managed_by": "who manages the line: delegate, plan, or unstated",
    "managed_by_name": "its name",
    "platform": "where the case is built",
    "program": "the program whose row decides",
    "conflict": "whether programs disagree",
    "limits": "limits, joined by `;`",
    "needs": "facts that are missing, joined by `;`",
    "notices": "kinds of notices, joined by `;`",
    "citation": "the printed row",
    "alone": "other lines of the case may change the answer",
}
PLANS = {"plan": "the plan", "release": "the releases that answer, joined by `;`"}
VALUES = {"facet": "segment, state or place_of_service", "value": "a value that some list names"}
_DATES, _FLAGS = frozenset({"first_day", "last_day"}), frozenset({"conflict", "alone"})
Row = tuple[object, ...]


def export(book: Book, folder: Path, kind: str) -> list[Path]:
    """Write the tables and `lookup.sql` into a folder; return the files. Raises RequestError `bad-output`."""
    if kind not in {PARQUET, SQL}:
        raise RequestError("bad-field", f"there is no format `{kind}`; the formats are {PARQUET} and {SQL}")
    if folder.exists() and not folder.is_dir():
        raise RequestError("bad-output", f"`{folder}` is a file; name a folder")
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[dict[str, str], list[Row]]] = {
        "precert_answers": (ANSWERS, list(answers(book))),
        "precert_plans": (PLANS, [(plan, of[2]) for plan, of in book.tables.plans.items()]),
        "precert_values": (VALUES, [(name, value) for name in FACETS for value in getattr(book.named, name)]),
    }
    write = _parquet if kind == PARQUET else _inserts
    files = [write(folder, name, columns, rows) for name, (columns, rows) in tables.items()]
    lookup = folder / "lookup.sql"
    lookup.write_text(LOOKUP, "utf-8")
    return [*files, lookup]


def answers(book: Book) -> Iterator[Row]:
    """Yield every listed code, period and facet with its answer."""
    known = list(book.tables.says.known)
    for entry in book.tables.entries:
        of = entry.meaning
        if of.says is not None:
            text = None if entry.cite is None else book.tables.citations.texts[entry.cite]
            yield _row(entry, None, known[of.says], text, alone=False)
        else:
            yield from _alone(book, entry)


def _alone(book: Book, entry: Entry) -> Iterator[Row]:
    index = book.indexes(entry.plan)
    for furnished in (UNSAID, BOUGHT, RENTED):
        line = Line(token=entry.code, code=entry.code, modifiers=(furnished,) if furnished else ())
        ruling = determine(case_of(entry.plan, entry.first, entry.facet, line), index).lines[0].ruling
        yield _row(entry, furnished, says(ruling, index), cited(ruling), alone=True)


def _row(entry: Entry, furnished: str | None, told: Says, text: str | None, *, alone: bool) -> Row:
    lists = [";".join(each) for each in (told.limits, told.needs, told.notices)]
    return (
        *(entry.plan, entry.code, entry.first, entry.last, *entry.facet, furnished),
        *(told.requirement, told.managed_by, told.managed_by_name, told.platform, told.program, told.conflict, *lists, text, alone),
    )


def _parquet(folder: Path, name: str, columns: Iterable[str], rows: list[Row]) -> Path:
    import pyarrow as pa  # noqa: PLC0415 - only an export pays for it
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    path = folder / f"{name}.parquet"
    schema = pa.schema([(each, pa.date32() if each in _DATES else pa.bool_() if each in _FLAGS else pa.string()) for each in columns])
    table = pa.Table.from_arrays(
        [pa.array(values, of.type) for values, of in zip(zip(*rows, strict=True), schema, strict=True)], schema=schema
    )
    pq.write_table(table, path)
    return path


def _inserts(folder: Path, name: str, columns: Iterable[str], rows: list[Row]) -> Path:
    path = folder / f"{name}.sql"
    types = ", ".join(f"{each} {'DATE' if each in _DATES else 'BOOLEAN' if each in _FLAGS else 'VARCHAR(400)'}" for each in columns)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"CREATE TABLE {name} ({types});\n")
        for start in range(0, len(rows), _AT_ONCE):
            values = ",\n".join(f"({', '.join(map(_literal, row))})" for row in rows[start : start + _AT_ONCE])
            file.write(f"INSERT INTO {name} VALUES\n{values};\n")
    return path


_AT_ONCE = 500


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return quoted(str(value))


def _facet(name: str) -> str:
    known = f"SELECT value FROM precert_values WHERE facet = '{name}'"  # noqa: S608 - names of ours
    value = f"CASE WHEN of_{name} IS NULL THEN '{UNKNOWN}' WHEN of_{name} IN ({known}) THEN of_{name} ELSE '{OTHER}' END"
    return f"(a.{name} IS NULL OR a.{name} = {value})"


_FURNISHED = (
    f"CASE WHEN of_modifier = '{RENTED}' THEN '{RENTED}' WHEN of_modifier IN ('{BOUGHT}', 'UE') THEN '{BOUGHT}' ELSE '{UNSAID}' END"
)
_ANSWER = [each for each in ANSWERS if each not in {"plan", "code", "first_day", "last_day", *FACETS, "furnished"}]
_NOTHING = {"conflict": "FALSE", "limits": "''", "notices": "''", "alone": "FALSE"}


def _without_row(requirement: str, needs: str, release: str) -> str:
    values = _NOTHING | {"requirement": requirement, "needs": needs}
    return ", ".join(f"{values.get(each, 'NULL')} AS {each}" for each in _ANSWER) + f", {release} AS release"


_UNLISTED = f"CASE WHEN regexp_full_match(coalesce(of_code, ''), '{codes.PATTERN}') THEN 'not-on-list' ELSE 'invalid-code' END"
LOOKUP = f"""-- What a plan's lists ask for one line that stands alone. Written by `precert export`; DuckDB's dialect.
--   SELECT * FROM precert_lookup('cigna-commercial', '22551', DATE '2026-03-02', NULL, NULL, NULL, NULL);
-- The code is upper-case and without blanks, the segment lower-case; the modifier is RR, NU, UE or NULL. A day that is NULL, or a
-- plan that has no list, is answered `undetermined`. "not-on-list" never means that no prior authorization is needed.
-- Where `alone` is true, other lines of the case may change the answer: use `precert screen`, or ask for the whole case.
CREATE OR REPLACE MACRO precert_lookup(of_plan, of_code, of_day, of_segment, of_state, of_place_of_service, of_modifier) AS TABLE
WITH found AS (
  SELECT {", ".join(f"a.{each}" for each in _ANSWER)}, p.release
  FROM precert_answers a JOIN precert_plans p ON p.plan = a.plan
  WHERE a.plan = of_plan AND a.code = of_code AND of_day BETWEEN a.first_day AND a.last_day
    AND {_facet("segment")}
    AND {_facet("state")}
    AND {_facet("place_of_service")}
    AND (a.furnished IS NULL OR a.furnished = {_FURNISHED})
), plans AS (SELECT release FROM precert_plans WHERE plan = of_plan)
SELECT * FROM found
UNION ALL
SELECT {_without_row("'undetermined'", "CASE WHEN of_day IS NULL THEN 'date-of-service' ELSE 'plan' END", "NULL")}
WHERE of_day IS NULL OR NOT EXISTS (SELECT 1 FROM plans)
UNION ALL
SELECT {_without_row(_UNLISTED, "''", "release")}
FROM plans WHERE of_day IS NOT NULL AND NOT EXISTS (SELECT 1 FROM found);
"""  # noqa: S608 - names of ours
