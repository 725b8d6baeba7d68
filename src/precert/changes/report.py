"""A difference as programs read it: `precert.diff/1`. As people read it: `pages.py`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from precert.changes.difference import ListChange, ListingChange, ReleaseDiff, Side, Timing
from precert.changes.render import as_json
from precert.changes.touched import Booked, CaseSaid, LineSaid, Touched, TouchedLine
from precert.requirement.answer import Group
from precert.requirement.case import Line

SCHEMA = "precert.diff/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A difference, the day it is looked at from, when each release became known (if it did), and the booked orders compared."""

    difference: ReleaseDiff
    day: date
    known_before: date | None = None
    known_after: date | None = None
    booked: Booked | None = None


def to_dict(report: Report) -> dict[str, Any]:
    """Return the report as the members of `precert.diff/1`."""
    found = report.difference
    return {
        "schema": SCHEMA,
        "before": _side(found.before, report.known_before),
        "after": _side(found.after, report.known_after),
        "day": report.day.isoformat(),
        "counts": found.counts() | {str(timing): len(found.at(timing, report.day)) for timing in Timing},
        "changes": [_change(each, report.day) for each in found.listings],
        "list_changes": [_list_change(each) for each in found.whole],
        "orders": _orders(report.booked) if report.booked else None,
    }


def _side(side: Side, known_at: date | None) -> dict[str, Any]:
    return {
        "id": side.id,
        "plan": side.plan,
        "list": side.list,
        "title": side.title,
        "edition": side.edition or None,
        "known_at": as_json(known_at),
        "documents": [{"name": name, "sha256": sha256} for name, sha256 in side.documents],
    }


def _change(change: ListingChange, day: date) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "timing": change.span.timing(day),
        "effective": as_json(change.effective),
        "until": as_json(change.span.until),
        "codes": list(change.codes),
        "program": change.program,
        "members": [as_json(each) for each in change.members],
        "listings": [{"before": as_json(each.before), "after": as_json(each.after)} for each in change.edits],
    }


def _list_change(change: ListChange) -> dict[str, Any]:
    return {
        "subject": change.subject,
        "action": change.action,
        "members": [as_json(each) for each in change.members],
        "before": as_json(change.edit.before),
        "after": as_json(change.edit.after),
    }


def _orders(booked: Booked) -> dict[str, Any]:
    return {
        "rows": booked.rows,
        "compared": booked.compared,
        "other_plans": [{"plan": plan, "cases": cases} for plan, cases in booked.other_plans],
        "malformed": [as_json(each) for each in booked.malformed],
        "touched": [_touched(each) for each in booked.touched],
    }


def _touched(touched: Touched) -> dict[str, Any]:
    order, case = touched.order, touched.order.case
    return {
        "case_id": order.case_id,
        "plan": case.plan,
        "date_of_service": case.date_of_service.isoformat(),
        "segment": case.segment,
        "state": case.state,
        "place_of_service": case.place_of_service,
        "incomplete": order.incomplete,
        "changed": list(touched.changed),
        "before": _case_said(touched.before),
        "after": _case_said(touched.after),
        "lines": [_line(each, line) for each, line in zip(touched.lines, case.lines, strict=True)],
    }


def _line(touched: TouchedLine, line: Line) -> dict[str, Any]:
    return {
        "number": touched.number,
        "code": line.token,
        "modifiers": list(line.modifiers),
        "units": line.units,
        "changed": list(touched.changed),
        "before": _line_said(touched.before),
        "after": _line_said(touched.after),
    }


def _case_said(said: CaseSaid) -> dict[str, Any]:
    return {
        "cases": [_group(each) for each in said.cases],
        "elsewhere": list(said.elsewhere),
        "findings": [{"code": code, "lines": list(lines), "exception": exception} for code, lines, exception in said.findings],
    }


def _group(group: Group) -> dict[str, Any]:
    return {"managed_by": as_json(group.managed_by), "platform": group.platform, "program": group.program, "lines": list(group.lines)}


def _line_said(said: LineSaid) -> dict[str, Any]:
    members: dict[str, Any] = as_json(said)
    return members | {"notices": [{"kind": kind, "codes": list(codes)} for kind, codes in said.notices]}
