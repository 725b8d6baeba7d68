"""How values are written: in words for a page, as JSON, as CSV cells that no spreadsheet takes for a formula, as Markdown cells."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from precert.changes.difference import Member
from precert.facts.condition import Contact
from precert.facts.model import Citation, Fingerprint
from precert.requirement.answer import ManagedBy, citation
from precert.requirement.present import place

FORMATS = ("text", "csv", "markdown")

# A spreadsheet reads a cell that begins so as a formula. What does not print, tabs among it, is spelled out before.
_FORMULA = ("=", "+", "-", "@")
_MARKDOWN = re.compile(r"([\\|`*_\[\]#~])")


def as_json(value: object) -> Any:  # noqa: ANN401 - JSON values have no better type
    """Return a fact, or a part of one, as JSON members; every member is there, also those that are null or empty."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    if not is_dataclass(value):
        return value
    kind = getattr(value, "kind", None)
    members = {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    return ({"kind": kind} if kind and "kind" not in members else {}) | members


def visible(text: str) -> str:
    """Spell out what does not print: what a list or an order holds cannot move a cursor."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def words(value: object) -> str:
    """Write a value in a few words; where a fact is printed is said apart."""
    for kind, written in _WRITTEN.items():
        if isinstance(value, kind):
            return str(written(value))
    if is_dataclass(value):
        return _composed(value)
    return "none" if value in (None, ()) else str(value)


def _composed(value: Any) -> str:  # noqa: ANN401 - any fact
    told = [(each.name, getattr(value, each.name)) for each in fields(value)]
    told = [(name, held) for name, held in told if held is not False and held not in {None, (), ""} and not isinstance(held, Citation)]
    inner = ", ".join(f"{name.replace('_', ' ')} {words(held)}" for name, held in told)
    kind = getattr(value, "kind", "")
    return " ".join(part for part in (kind, f"({inner})" if inner and kind else inner) if part) or "none"


def _sequence(value: tuple[object, ...]) -> str:
    return ", ".join(words(each) for each in value) or "none"


def _contact(value: Contact) -> str:
    return " ".join(f"{name} {told}" for name in ("phone", "option", "fax") if (told := getattr(value, name)))


def row(cited: Citation) -> str:
    """Write where something is printed: `list.txt:717`."""
    told = citation(cited)
    assert told is not None
    return place(told)


_WRITTEN: dict[type, Any] = {
    bool: lambda value: "yes" if value else "no",
    date: date.isoformat,
    tuple: _sequence,
    Citation: row,
    Contact: _contact,
    Fingerprint: lambda value: f"{value.digest} of {value.length} characters" + (", cut off" if value.cut else ""),
    ManagedBy: lambda value: value.name or str(value.kind),
}

_NAMES = {"printed": "requirement", "um_cs": "with UM + CS", "facts": "description states", "cases": "cases to build"}


def named(name: str) -> str:
    """Return what a member is called on a page."""
    return _NAMES.get(name, name.replace("_", " ").replace("-", " "))


def told(member: Member) -> str:
    """Say how a member changed; of several parts, those that came and went."""
    before, after = member.before, member.after
    if isinstance(before, Fingerprint) and isinstance(after, Fingerprint):
        torn = (before.cut or after.cut) and before.length != after.length
        return "wording, as far as can be told: one of the two is cut off" if torn else "wording"
    if isinstance(before, tuple) and isinstance(after, tuple):
        gone = [f"-{words(each)}" for each in before if each not in after]
        come = [f"+{words(each)}" for each in after if each not in before]
        return f"{named(member.name)} {' '.join(gone + come) or 'in another order'}"
    return f"{named(member.name)} {words(before)} -> {words(after)}"


class _Sink(list[str]):
    """What csv writes to: a list of its lines."""

    write = list.append


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as CSV, with cells that are data whatever program opens them."""
    sink = _Sink()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(visible(cell)) for cell in row] for row in rows)
    return "".join(sink)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as Markdown."""
    lines = [columns, ["---"] * len(columns), *([markdown(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def markdown(text: str) -> str:
    """Write text so that Markdown takes none of it for markup, and a pipe ends no cell."""
    return _MARKDOWN.sub(r"\\\1", visible(text)).replace("&", "&amp;").replace("<", "&lt;")


def text_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a table as lines of text, its columns in line."""
    cells = [columns, *([visible(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
