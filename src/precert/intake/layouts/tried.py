"""What was tried on a document nobody recognises: the nearest header, what it does not know of it, and what the columns print."""

from collections.abc import Sequence

from precert import codes
from precert.intake.layouts.columns import clean, role, shown
from precert.intake.layouts.content import Content, contents
from precert.intake.layouts.lines import lists_codes
from precert.intake.layouts.profile import Profile
from precert.intake.layouts.rows import LONGEST_CELL, Sheet
from precert.intake.readers.document import Document, Prose, RawRow

_LOOKED_AT, _SHOWN = 400, 8
_NEXT = "write a profile with --init-profile FILE, say there what its columns and words mean, and read it with --profile FILE"


def tried(document: Document, profile: Profile, sheet: Sheet) -> str:
    """Return what follows a sentence on a document nobody recognises: what was tried, and what to do next."""
    rows = [each for each in document.blocks[:_LOOKED_AT] if isinstance(each, RawRow) and max(map(len, each.cells)) <= LONGEST_CELL]
    if not rows:
        return f"; it holds no table: text is read where tabs or pipes divide it, and no line here is so divided{_lines(document)}"
    near = nearest(rows, profile)
    printed = contents([row for row in rows if row is not near])
    parts = [_missing(sheet), "" if sheet.layouts else _named(near, profile), _columns(printed)]
    return "".join(f". {part[0].upper()}{part[1:]}" for part in (*parts, _NEXT) if part)


def _lines(document: Document) -> str:
    lines = sum(isinstance(each, Prose) and lists_codes(clean(each.text[:LONGEST_CELL])) for each in document.blocks)
    if not lines:
        return ""
    return (
        f"; {lines} lines hold nothing but codes, and nothing says without any doubt that these need authorization "
        "(a profile may: `membership = true`, `code_lines = true`); write one with --init-profile FILE"
    )


def _missing(sheet: Sheet) -> str:
    if any(each.row.reason == "no-requirement-column" for each in sheet.set_aside):
        return (
            "the columns are known and none prints a requirement, and nothing in the document says, without any doubt, "
            "that the codes it lists need authorization (a profile may: `membership = true`)"
        )
    return ""


def nearest(rows: Sequence[RawRow], profile: Profile) -> RawRow | None:
    """Return the row that is most like a header: the one with the most headings that are known, the first of its like."""
    headings = [row for row in rows if not any(codes.parse(clean(cell)) for cell in row.cells)]
    return max(headings, key=lambda row: len({role(cell, profile.columns) for cell in row.cells} - {None}), default=None)


def _named(best: RawRow | None, profile: Profile) -> str:
    """Say what of a row that is like a header is known, and what is not."""
    if best is None:
        return "no row stands above the codes that could be a header"
    filled = [cell for cell in best.cells if clean(cell)]
    known = [f"`{shown(cell)}` ({found})" for cell in filled if (found := role(cell, profile.columns))]
    unknown = [f"`{shown(cell)}`" for cell in filled if not role(cell, profile.columns)]
    return f"the nearest to a header: {_some(known)} known, {_some(unknown)} not known"


def _some(named: list[str]) -> str:
    return ", ".join(named[:_SHOWN]) + (", ..." if len(named) > _SHOWN else "") if named else "nothing"


def _columns(printed: list[Content]) -> str:
    said = [f"column {number} {_kind(each)}" for number, each in enumerate(printed[:_SHOWN], 1) if each.cells]
    return f"by what they print: {', '.join(said)}" if said else ""


def _kind(content: Content) -> str:
    if content.are_requirements:
        return "says whether authorization is required"
    if content.are_numbers and not content.are_codes:
        return "counts rows"
    share = f"{content.codes:.0%}".replace("%", " %")
    return f"is codes ({share} of {len(content.cells)} cells)" if content.codes else f"is text ({len(content.cells)} cells)"
