"""What only the whole document shows: rows printed twice, rows that disagree, and notations that reach beyond their row."""

from collections import Counter
from dataclasses import replace

from precert import codes
from precert.facts.condition import Refused
from precert.facts.model import Citation, Listing, SetAside
from precert.intake.layouts.columns import Role
from precert.intake.layouts.rows import LONGEST_PRINTED, SetAsideRow, Sheet, SourceRow
from precert.intake.readers.document import Document


def look_over(sheet: Sheet, document: Document) -> Sheet:
    """Apply what reaches beyond its row, find what only several rows show, and put the findings in document order."""
    _refuse_named(sheet)
    _find_repeated(sheet)
    order = {block.citation: at for at, block in enumerate(document.blocks)}
    sheet.findings.sort(key=lambda finding: order.get(finding.citation, -1))  # what a reader saw of a whole page or sheet comes first
    return sheet


def keep_rows_whole(sheet: Sheet) -> None:
    """Set aside each row of several codes of which one was set aside: half a row is not a row (R5)."""
    rows = Counter(_at(row) for row in sheet.rows)
    broken = {row.row.citation for row in sheet.set_aside if rows[row.row.citation] > 1}
    kept: list[SourceRow | SetAsideRow] = []
    for row in sheet.rows:
        if _at(row) not in broken:
            kept.append(row)
        elif not kept or _at(kept[-1]) != _at(row):
            kept.append(_several(row))
    sheet.rows = kept
    _quote_cells(sheet)


def _quote_cells(sheet: Sheet) -> None:
    """Let each row set aside print its code cell as it stands: `2255l` is what a person looks for on the page, and not `2255L`."""
    sheet.rows = [_quoted(row) if isinstance(row, SetAsideRow) and row.place else row for row in sheet.rows]


def _quoted(row: SetAsideRow) -> SetAsideRow:
    assert row.place is not None
    cell = row.place.cell(Role.CODE)
    is_spelled = cell != row.row.printed and codes.parse(cell) == row.row.printed
    return replace(row, row=replace(row.row, printed=cell)) if is_spelled else row


def _at(row: SourceRow | SetAsideRow) -> Citation:
    return row.listing.citation if isinstance(row, SourceRow) else row.row.citation


def _several(row: SourceRow | SetAsideRow) -> SetAsideRow:
    """Return a row of several codes as one set aside. It keeps the whole cell: no one code is what it prints."""
    assert row.place is not None
    printed, program = row.place.cell(Role.CODE)[:LONGEST_PRINTED], row.place.program
    aside = SetAside(reason="malformed-code-list", printed=printed, program=program, citation=_at(row))
    return SetAsideRow(row=aside, descriptor=row.place.cell(Role.DESCRIPTION), section=_section(row), place=row.place)


def _section(row: SourceRow | SetAsideRow) -> str | None:
    return row.listing.section if isinstance(row, SourceRow) else row.section


def _refuse_named(sheet: Sheet) -> None:
    """Apply a notation that names codes and says they will be refused to every row of those codes (R14)."""
    named = {code for row in sheet.listed for code in row.refuses}
    listed = {row.listing.code for row in sheet.listed}
    for at, row in enumerate(sheet.rows):
        if isinstance(row, SourceRow) and row.listing.code in named:
            sheet.rows[at] = replace(row, listing=replace(row.listing, conditions=(*row.listing.conditions, Refused())))
    for row in sheet.listed:
        for code in row.refuses:
            if code not in listed:
                sheet.find("refused-not-listed", f"the notation refuses `{code}`, which no row lists", row.listing.citation)


def _find_repeated(sheet: Sheet) -> None:
    """A code printed twice in one program: the same row again, or rows that disagree."""
    seen: dict[tuple[str, str], Listing] = {}
    for row in sheet.listed:
        listing = row.listing
        first = seen.setdefault((listing.program, listing.code), listing)
        if first is listing:
            continue
        before = f"`{listing.code}` stands in this program already, {_place(first.citation)}"
        if _says(first) == _says(listing):
            sheet.find("duplicate-row", f"{before}; both rows say the same", listing.citation)
        else:
            sheet.find("rows-disagree", f"{before}, and the two rows disagree", listing.citation)


def _says(listing: Listing) -> tuple[object, ...]:
    return listing.printed, listing.platform, listing.begins, listing.changed, listing.conditions


def _place(citation: Citation) -> str:
    named = {name: getattr(citation, name) for name in ("line", "page", "sheet", "row")}
    return ", ".join(f"{name} {value}" for name, value in named.items() if value is not None)
