"""What each column of the input is, by its type: which expression reads it, and which of them has its texts read in Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from precert.batch import sql
from precert.batch.reading import KNOWN, READERS, REQUIRED, Reader, Told, read_plan
from precert.request import RequestError
from precert.requirement.case import MOST_UNITS

WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT"})
REAL = frozenset({"FLOAT", "DOUBLE"})
TEXT, DAY, NOTHING = "VARCHAR", "DATE", '"NULL"'
TEXTS = "VARCHAR[]"
MOMENTS = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})

_HEARD_AS = {"code": "code", "date_of_service": "day", "modifiers": "furnished"}
"""Columns that are read as something else than they are called."""
NAMES = {name: _HEARD_AS.get(name, name) for name in KNOWN}


@dataclass(frozen=True, slots=True)
class ToRead:
    """A column whose different texts are read in Python."""

    column: str
    reader: Reader
    value: str
    """The type of what they are read as."""


def check(types: Mapping[str, str], *, plan: str | None, added: Iterable[str]) -> None:
    """Refuse an input that lacks a column, or has one that the output adds. Raises RequestError `bad-columns`."""
    missing = [name for name in REQUIRED if name not in types]
    if plan is None and "plan" not in types:
        missing.append("plan")
    if missing:
        near = {each.lower(): each for each in types}
        hints = [f"`{name}`" + (f" (there is `{near[name]}`)" if name in near else "") for name in missing]
        raise RequestError("bad-columns", f"the input has no column {', '.join(hints)}; its columns are {', '.join(types) or 'none'}")
    taken = [name for name in types if name.lower() in set(added)]
    if taken:
        raise RequestError(
            "bad-columns", f"the input has a column `{taken[0]}`, which is a column of the answer; leave it out or rename it"
        )


def to_read(types: Mapping[str, str], known_plans: Iterable[str]) -> list[ToRead]:
    """Return the columns that hold text, and what reads them."""
    found = []
    readers = {**READERS, "plan": read_plan(known_plans)}
    for name, reader in readers.items():
        if types.get(name) in ({TEXT, TEXTS} if name == "modifiers" else {TEXT}):
            value = {"date_of_service": "DATE", "units": "INTEGER"}.get(name, "VARCHAR")
            found.append(ToRead(name, reader, value))
    return found


def columns(types: Mapping[str, str], read: Mapping[str, Told], plan: str | None) -> dict[str, sql.Column]:
    """Return how each column is had. `read` tells what came of the columns that were read in Python."""
    found = {}
    for name in KNOWN:
        of = types.get(name)
        if name in types:
            found[NAMES[name]] = _column(name, f"l.{name}", str(of), read)
        elif name in _ABSENT:
            found[NAMES[name]] = sql.Column(_ABSENT[name])
    if plan is not None:
        found["plan"] = _with_plan(found.get("plan"), plan)
    return found


_ABSENT = {"modifiers": "''", "units": "1"}


def _with_plan(column: sql.Column | None, plan: str) -> sql.Column:
    """A line that names no plan is of the one given beside the input."""
    if column is None:
        return sql.Column(sql.quoted(plan))
    bad = column.bad.removesuffix(_OR_NULL.format("l.plan")) if column.bad and column.join else None
    return sql.Column(f"coalesce({column.value}, {sql.quoted(plan)})", bad, column.join)


_OR_NULL = " OR {} IS NULL"


def _column(  # noqa: PLR0911 - a column is of one kind or another
    name: str, raw: str, of: str, read: Mapping[str, Told]
) -> sql.Column:
    if name == "line_number":
        return _line_number(raw, of)
    if name == "case_id":
        return sql.Column(raw, f"{raw} IS NULL")
    if of == NOTHING:
        return sql.Column(*_NULL[name])
    if name in read:
        return _text(name, raw, of, read[name])
    if name == "units":
        return _units(raw, of)
    if name == "date_of_service" and of == DAY:
        return sql.Column(raw, f"({raw} IS NULL OR {raw} < DATE '0001-01-01' OR {raw} > DATE '9999-12-31')")
    if name == "date_of_service" and of in MOMENTS:
        day = f"CAST({raw} AS DATE)"
        return sql.Column(day, f"({raw} IS NULL OR {raw} <> {day} OR {day} < DATE '0001-01-01' OR {day} > DATE '9999-12-31')")
    raise RequestError("bad-columns", f"the column `{name}` is of type {of}; it should be {_SHOULD[name]}")


_SHOULD = {
    "code": "text",
    "plan": "text",
    "date_of_service": "a date, or text such as `2026-03-02`",
    "units": "whole numbers",
    "modifiers": "lists of text, or text joined by `;`",
    "segment": "text",
    "state": "text",
    "place_of_service": "text of two digits",
    "line_number": "whole numbers",
}
_NULL = {
    "code": ("CAST(NULL AS string)", None),
    "plan": ("CAST(NULL AS string)", "TRUE"),
    "date_of_service": ("CAST(NULL AS DATE)", "TRUE"),
    "units": ("1", None),
    "modifiers": ("''", None),
    "segment": ("CAST(NULL AS string)", None),
    "state": ("CAST(NULL AS string)", None),
    "place_of_service": ("CAST(NULL AS string)", None),
}


def _line_number(raw: str, of: str) -> sql.Column:
    if of in WHOLE:
        return sql.Column(f"CAST({raw} AS BIGINT)")
    if of == TEXT:
        return sql.Column(f"TRY_CAST({raw} AS BIGINT)")
    if of == NOTHING:
        return sql.Column("CAST(NULL AS BIGINT)")
    raise RequestError("bad-columns", f"the column `line_number` is of type {of}; it should be {_SHOULD['line_number']}")


def _text(name: str, raw: str, of: str, told: Told) -> sql.Column:
    """A column whose texts were read: from its table where some text is not read as itself; any other text is."""
    table = f"read_{name}"
    if name == "code":  # entries stand under every spelling that is met, see `sql.spellings`
        return sql.Column(raw)
    bad = f"coalesce({table}.unread, FALSE)" if told.unread else None
    if name in {"plan", "date_of_service"}:
        bad = f"{bad}{_OR_NULL.format(raw)}" if bad else f"({raw} IS NULL)"
    join = f"{table} ON {table}.raw = {raw}" if told.some else None
    itself = _NONE.get(name, raw)
    if name == "modifiers" and of == TEXT:
        itself = f"coalesce({raw}, {itself})"  # `RR` is read as itself
    return sql.Column(f"CASE WHEN {table}.raw IS NULL THEN {itself} ELSE {table}.value END" if told.some else itself, bad, join)


_NONE = {"modifiers": "''", "units": "1", "date_of_service": "CAST(NULL AS DATE)"}
"""Columns whose texts are read as something else than text, and what stands where there is none."""


def _units(raw: str, of: str) -> sql.Column:
    if of in WHOLE:
        return sql.Column(f"coalesce(CAST({raw} AS BIGINT), 1)", f"coalesce({raw} < 1 OR {raw} > {MOST_UNITS}, FALSE)")
    if of in REAL:
        whole = f"CASE WHEN {raw} >= 1 AND {raw} <= {MOST_UNITS} THEN CAST({raw} AS BIGINT) ELSE 1 END"
        return sql.Column(whole, f"coalesce(NOT ({raw} >= 1 AND {raw} <= {MOST_UNITS} AND {raw} = floor({raw})), FALSE)")
    raise RequestError("bad-columns", f"the column `units` is of type {of}; it should be {_SHOULD['units']}")
