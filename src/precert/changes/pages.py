"""A difference as people read it: text, Markdown, CSV. As programs read it: `report.py`.

On every page the changes that have not taken effect yet stand apart from those that matter now, and from those that concern
earlier dates of service only.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from precert.changes import render
from precert.changes.difference import Edit, ListChange, ListingChange, Member, Side, Timing
from precert.changes.render import named, told, words
from precert.changes.report import Report
from precert.changes.touched import Booked, CaseSaid, LineSaid, Touched, TouchedLine
from precert.facts.model import Listing, Program

_MOST_CODES = 12

_WHEN = {
    Timing.FUTURE: "Takes effect later: dates of service after {day}",
    Timing.CURRENT: "Matters now: dates of service on {day} and around it",
    Timing.PAST: "Concerns earlier dates of service only, before {day}",
}


# -- what the pages share --------------------------------------------------------------------------------------------------


def _titles(report: Report) -> list[str]:
    """Say which releases are compared, and how much changed."""
    found = report.difference
    counts = [f"{number} {kind.replace('-', ' ')}" for kind, number in found.counts().items() if number and kind != "list"]
    lines = [f"{name} {_named_side(side, known)}" for name, side, known in _sides(report)]
    if found.before.list != found.after.list:
        lines.append("These are releases of different lists.")
    if found.says_the_same:
        return [*lines, "Nothing changed." if found.empty else "Nothing changed but where things are printed."]
    return [*lines, f"Rows: {', '.join(counts) or 'no change'}. The list as a whole: {len(found.whole) or 'no'} changes."]


def _sides(report: Report) -> list[tuple[str, Side, date | None]]:
    found = report.difference
    return [("Before:", found.before, report.known_before), ("After: ", found.after, report.known_after)]


def _named_side(side: Side, known_at: date | None) -> str:
    known = f", known since {known_at}" if known_at else ""
    return f"{side.list}, edition {side.edition or 'unknown'}{known}, {side.id}"


def _codes(change: ListingChange) -> str:
    codes = change.codes
    if len(codes) <= _MOST_CODES:
        return ", ".join(codes)
    return f"{', '.join(codes[:_MOST_CODES])} and {len(codes) - _MOST_CODES} more"


def _what(change: ListingChange) -> str:
    if change.members:
        return "; ".join(told(each) for each in change.members)
    listing = change.edits[0].fact
    parts = [("", listing.printed), ("platform ", listing.platform), ("", listing.conditions)]
    return "; ".join(f"{name}{words(value)}" for name, value in parts if value) or "listed"


def _span(change: ListingChange) -> str:
    since, until = change.span.since, change.span.until
    return " ".join([*([f"from {since}"] if since else []), *([f"until the day before {until}"] if until else [])])


def _where(change: ListingChange) -> str:
    edit = change.edits[0]
    rows = " -> ".join(render.row(each.citation) for each in (edit.before, edit.after) if each)
    return f"{rows}, and {len(change.edits) - 1} rows more" if len(change.edits) > 1 else rows


def _list_where(change: ListChange) -> str:
    return " -> ".join(_row(each) for each in (change.edit.before, change.edit.after) if _row(each))


def _row(fact: object) -> str:
    cited = getattr(fact, "citation", None)
    return render.row(cited) if cited else ""


def _list_what(change: ListChange) -> str:
    if change.members:
        return f"{_key(change.edit)}: " + "; ".join(told(each) for each in change.members)
    if change.action == "changed":
        return f"{words(change.edit.before)} -> {words(change.edit.after)}"
    return words(change.edit.fact)


def _key(edit: Edit[Any]) -> str:
    """Name a fact that stayed, by the first thing it says."""
    for name in ("name", "code", "printed"):
        if getattr(edit.fact, name, None):
            return str(getattr(edit.fact, name))
    return "a row"


_Said = LineSaid | CaseSaid


def _differences(before: _Said, after: _Said, changed: Sequence[str]) -> Iterator[Member]:
    for name in changed:
        yield Member(name=name, before=_readable(name, getattr(before, name)), after=_readable(name, getattr(after, name)))


def _readable(name: str, value: Any) -> Any:  # noqa: ANN401 - any member of an answer
    """Write the members that are made of several things."""
    write = _READABLE.get(name)
    return tuple(write(each) for each in value) if write else value


_READABLE: dict[str, Callable[[Any], str]] = {
    "cases": lambda group: f"{words(group.managed_by)} / {words(group.platform)} / {words(group.program)}: {_lines(group.lines)}",
    "findings": lambda found: f"{found[0]} ({_lines(found[1])})",
    "notices": lambda notice: " ".join([notice[0], *notice[1]]),
}


def _lines(numbers: Sequence[int]) -> str:
    return f"line{'s' if len(numbers) != 1 else ''} {', '.join(map(str, numbers))}"


def _line_name(line: TouchedLine) -> str:
    return f"line {line.number}, {line.token}"


def _case_name(touched: Touched) -> str:
    order = touched.order
    torn = "; some of its rows could not be read" if order.incomplete else ""
    return f"{order.case_id}, date of service {order.case.date_of_service}{torn}"


def _told_of(touched: Touched) -> Iterator[tuple[str, list[Member]]]:
    """Yield what changes for each line, then for the case."""
    for line in touched.lines:
        if line.changed:
            yield _line_name(line), list(_differences(line.before, line.after, line.changed))
    if touched.changed:
        yield "the case", list(_differences(touched.before, touched.after, touched.changed))


def _accounted(booked: Booked) -> str:
    parts = [f"cases whose answer changes: {len(booked.touched)} of {booked.compared}", f"rows in the file: {booked.rows}"]
    parts += [f"cases of plan {plan}, not compared: {cases}" for plan, cases in booked.other_plans]
    return "; ".join([*parts, *([f"rows that could not be read: {len(booked.malformed)}"] if booked.malformed else [])])


# -- text ------------------------------------------------------------------------------------------------------------------


def text(report: Report) -> str:
    """Return the report as plain text."""
    lines = [*_titles(report), *_text_changes(report), *_text_whole(report), *_text_orders(report)]
    return "".join(f"{render.visible(line)}\n" for line in lines)


def _text_changes(report: Report) -> Iterator[str]:
    for timing, title in _WHEN.items():
        changes = report.difference.at(timing, report.day)
        if changes:
            yield from ("", title.format(day=report.day).upper())
        for kind, alike in groupby(changes, key=lambda each: each.kind):
            yield f"  {kind.replace('-', ' ')}"
            for change in alike:
                span = f" ({_span(change)})" if _span(change) else ""
                yield f"    {_codes(change)}, {change.program}: {_what(change)}{span} [{_where(change)}]"


def _text_whole(report: Report) -> Iterator[str]:
    if report.difference.whole:
        yield from ("", "THE LIST AS A WHOLE")
    for change in report.difference.whole:
        where = f" [{_list_where(change)}]" if _list_where(change) else ""
        yield f"  {named(change.subject)}, {change.action}: {_list_what(change)}{where}"


def _text_orders(report: Report) -> Iterator[str]:
    if report.booked is None:
        return
    yield from ("", "BOOKED ORDERS", f"  {_accounted(report.booked)}")
    for touched in report.booked.touched:
        yield f"  {_case_name(touched)}"
        for name, differing in _told_of(touched):
            yield f"    {name}: {'; '.join(told(each) for each in differing)}"
    for each in report.booked.malformed:
        yield f"  line {each.row} of the file could not be read: {each.message}"


# -- Markdown --------------------------------------------------------------------------------------------------------------


def markdown(report: Report) -> str:
    """Return the report as Markdown."""
    titles = "".join(f"- {render.markdown(line)}\n" for line in _titles(report))
    return "\n".join([f"# {render.markdown(report.difference.after.title)}: what changed\n", titles, *_markdown_parts(report)])


def _markdown_parts(report: Report) -> Iterator[str]:
    for timing, title in _WHEN.items():
        if changes := report.difference.at(timing, report.day):
            rows = [
                [each.kind.replace("-", " "), _codes(each), each.program, _what(each), _span(each) or "any", _where(each)]
                for each in changes
            ]
            yield _part(title.format(day=report.day), ("change", "code", "program", "what", "dates of service", "printed row"), rows)
    if whole := report.difference.whole:
        rows = [[named(each.subject), each.action, _list_what(each), _list_where(each)] for each in whole]
        yield _part("The list as a whole", ("subject", "change", "what", "printed row"), rows)
    if booked := report.booked:
        yield _part(f"Booked orders: {_accounted(booked)}", ("case", "date of service", "line", "what"), list(_markdown_orders(booked)))


def _part(title: str, columns: Sequence[str], rows: list[list[str]]) -> str:
    body = render.markdown_table(columns, rows) if rows else "None.\n"
    return f"## {render.markdown(title)}\n\n{body}"


def _markdown_orders(booked: Booked) -> Iterator[list[str]]:
    for touched in booked.touched:
        for name, differing in _told_of(touched):
            what = "; ".join(told(each) for each in differing)
            yield [touched.order.case_id, touched.order.case.date_of_service.isoformat(), name, what]
    for each in booked.malformed:
        yield [each.case_id or "", "", f"line {each.row} of the file", f"could not be read: {each.message}"]


# -- CSV -------------------------------------------------------------------------------------------------------------------

_COLUMNS = (
    *(
        "scope",
        "change",
        "subject",
        "timing",
        "effective",
        "until",
        "code",
        "program",
        "member",
        "before",
        "after",
        "row_before",
        "row_after",
    ),
    *("case_id", "date_of_service", "line"),
)


def csv(report: Report) -> str:
    """Return the report as CSV: one row for each member that differs, of each row of the list, of the list, of each order."""
    return render.csv_text(_COLUMNS, ([row.get(name, "") for name in _COLUMNS] for row in _records(report)))


def _records(report: Report) -> Iterator[dict[str, str]]:
    for change in report.difference.listings:
        for edit in change.edits:
            yield from _listing_records(change, edit, report.day)
    for whole in report.difference.whole:
        yield from _whole_records(whole)
    if report.booked:
        yield from _order_records(report.booked)


def _whole_records(change: ListChange) -> Iterator[dict[str, str]]:
    fact = change.edit.fact
    head = {
        "scope": "list",
        "change": change.action,
        "subject": change.subject,
        "timing": Timing.CURRENT,
        "code": getattr(fact, "code", ""),
        "program": fact.name if isinstance(fact, Program) else getattr(fact, "program", ""),
        "row_before": _row(change.edit.before),
        "row_after": _row(change.edit.after),
    }
    came_or_went = Member(name=change.subject, before=change.edit.before, after=change.edit.after)
    yield from ({**head, **_member(each)} for each in change.members or (came_or_went,))


def _listing_records(change: ListingChange, edit: Edit[Listing], day: date) -> Iterator[dict[str, str]]:
    head = {
        "scope": "row",
        "change": change.kind,
        "timing": change.span.timing(day),
        "effective": _cell(change.span.since),
        "until": _cell(change.span.until),
        "code": edit.fact.code,
        "program": edit.fact.program,
        "row_before": _row(edit.before),
        "row_after": _row(edit.after),
    }
    came_or_went = Member(name="printed", before=edit.before and edit.before.printed, after=edit.after and edit.after.printed)
    yield from ({**head, **_member(each)} for each in change.members or (came_or_went,))


def _member(member: Member) -> dict[str, str]:
    return {"member": member.name, "before": _cell(member.before), "after": _cell(member.after)}


def _cell(value: object) -> str:
    return "" if value is None or value == () else words(value)


def _order_records(booked: Booked) -> Iterator[dict[str, str]]:
    for touched in booked.touched:
        head = {
            "scope": "order",
            "change": "answer",
            "case_id": touched.order.case_id,
            "date_of_service": touched.order.case.date_of_service.isoformat(),
        }
        for line in touched.lines:
            told_of = _differences(line.before, line.after, line.changed)
            yield from ({**head, "line": str(line.number), "code": line.token, **_member(each)} for each in told_of)
        yield from ({**head, **_member(each)} for each in _differences(touched.before, touched.after, touched.changed))
    for row in booked.malformed:
        yield {
            "scope": "order",
            "change": "malformed",
            "case_id": row.case_id or "",
            "line": str(row.row),
            "member": row.code,
            "before": row.message,
        }
