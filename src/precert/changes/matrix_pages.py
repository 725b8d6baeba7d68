"""A crosswalk as people and programs read it: text, JSON (`precert.crosswalk/1`), CSV, Markdown."""

from typing import Any

from precert.changes import render
from precert.changes.matrix import Answering, CodeRow, Crosswalk, PlanSays
from precert.changes.render import as_json, words

SCHEMA = "precert.crosswalk/1"


def to_dict(matrix: Crosswalk) -> dict[str, Any]:
    """Return the crosswalk as the members of `precert.crosswalk/1`."""
    return {
        "schema": SCHEMA,
        "date_of_service": matrix.day.isoformat(),
        "plans": list(matrix.plans),
        "releases": [_release(each) for each in matrix.releases],
        "codes": [{"code": row.code, "differs": row.differs, "plans": [as_json(each) for each in row.plans]} for row in matrix.rows],
    }


def _release(each: Answering) -> dict[str, Any]:
    return as_json(each) | {"edition": each.edition or None}  # type: ignore[no-any-return] # a dataclass is an object


_COLUMNS = ("code", "plan", "requirement", "managed by", "platform", "program", "needs", "since", "row")


def _cells(row: CodeRow, says: PlanSays) -> list[str]:
    requirement = says.requirement + (" (programs differ)" if says.conflict else "")
    since = f"since {says.since}" if says.since else ""
    until = f"until the day before {says.until}" if says.until else ""
    return [
        row.code,
        says.plan,
        requirement,
        words(says.managed_by) if says.managed_by else "",
        says.platform or "",
        says.program or "",
        ", ".join([*says.needs, *says.limits]),
        " ".join(part for part in (since, until) if part),
        ", ".join(render.row(each) for each in says.citations),
    ]


def _rows(matrix: Crosswalk) -> list[list[str]]:
    return [_cells(row, says) for row in matrix.rows for says in row.plans]


def _titles(matrix: Crosswalk) -> list[str]:
    differing = sum(row.differs for row in matrix.rows)
    size = f"{len(matrix.rows)} codes, {len(matrix.plans)} plans"
    asked = f"{size}, each code ordered alone on {matrix.day}; the plans differ on {differing}"
    lists = [f"{each.plan}: list {each.list}, edition {each.edition or 'unknown'}, known since {each.known_at}" for each in matrix.releases]
    return [asked, *lists]


_NOT_NO = "`not-on-list` and `out-of-scope` do not mean that no prior authorization is needed."


def text(matrix: Crosswalk) -> str:
    """Return the crosswalk as plain text, one line for each code and plan."""
    lines = [*_titles(matrix), "", *render.text_table(_COLUMNS, _rows(matrix)), "", _NOT_NO]
    return "".join(f"{render.visible(line)}\n" for line in lines)


def markdown(matrix: Crosswalk) -> str:
    """Return the crosswalk as Markdown."""
    titles = "".join(f"- {render.markdown(line)}\n" for line in _titles(matrix))
    return "\n".join(["# Codes and plans side by side\n", titles, render.markdown_table(_COLUMNS, _rows(matrix)), f"{_NOT_NO}\n"])


_CSV = (
    *("code", "plan", "date_of_service", "requirement", "managed_by", "managed_by_name", "platform", "program", "category"),
    *("conflict", "limits", "needs", "since", "until", "citation"),
)


def csv(matrix: Crosswalk) -> str:
    """Return the crosswalk as CSV, one row for each code and plan."""
    return render.csv_text(_CSV, ([_csv_cells(matrix, row, says)[name] for name in _CSV] for row in matrix.rows for says in row.plans))


def _csv_cells(matrix: Crosswalk, row: CodeRow, says: PlanSays) -> dict[str, str]:
    manager = says.managed_by
    return {
        "code": row.code,
        "plan": says.plan,
        "date_of_service": matrix.day.isoformat(),
        "requirement": says.requirement,
        "managed_by": manager.kind if manager else "",
        "managed_by_name": (manager.name or "") if manager else "",
        "platform": says.platform or "",
        "program": says.program or "",
        "category": says.category or "",
        "conflict": "true" if says.conflict else "false",
        "limits": ";".join(says.limits),
        "needs": ";".join(says.needs),
        "since": says.since.isoformat() if says.since else "",
        "until": says.until.isoformat() if says.until else "",
        "citation": ";".join(render.row(each) for each in says.citations),
    }
