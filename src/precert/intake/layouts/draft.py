"""A profile to edit, written from what was met in a document: its columns with their roles, its words, and what nobody knows.

Read with the profile as it is written, the document gives the same rows again: what was taken from the document itself stands
there as if a person had said it. A person then decides on the lines that begin with `#`. Words are the document's own, so the
file is the user's: nothing of it is kept here.
"""

import json
from collections import Counter
from collections.abc import Iterator

from precert.intake.layouts.columns import Role, clean, role, words
from precert.intake.layouts.lines import LINES
from precert.intake.layouts.listing import SEVERAL
from precert.intake.layouts.profile import COMMON_WORDS, Profile, key
from precert.intake.layouts.rows import Layout, Sheet
from precert.intake.layouts.tried import nearest
from precert.intake.readers.document import Document, RawRow

_LONGEST_WORD, _MOST_WORDS = 80, 60
_SEVERAL = SEVERAL | {"modifier-in-code-cell", "wildcard-code"}


def profile_text(document: Document, profile: Profile, sheet: Sheet) -> str:
    """Return a commented TOML profile that reads the document as it was read."""
    columns = _columns(sheet, _unread_headings(document, profile, sheet))
    parts = [_head(profile, sheet), _programs(profile, sheet), columns, _dates(profile, sheet), _vocabulary(profile, sheet)]
    return "\n".join("\n".join(part) + "\n" for part in parts)


def _head(profile: Profile, sheet: Sheet) -> Iterator[str]:
    yield "# How one published list is read. Every line was written from the document: look at each, and change what is wrong."
    yield f"plan = {quoted(profile.plan)}"
    yield f"list = {quoted(profile.list)}"
    yield f"title = {quoted(profile.title)}  # the list's title, as answers name it"
    yield f"payer = {quoted(profile.payer)}  # who the plan's payer is: its name as notations print it"
    yield from _membership(profile, sheet)
    yield from _several(sheet)
    if any(each.code == "header-of-two-rows" for each in sheet.findings):
        yield "two_row_headers = true  # a title that spans columns is part of the headings below it"
    yield from _positions(sheet)


def _membership(profile: Profile, sheet: Sheet) -> Iterator[str]:
    """Say what a row without a requirement means, where there is one."""
    is_member = profile.membership or any(each.code == "membership-inferred" for each in sheet.findings)
    if is_member:
        yield "membership = true  # the list prints no requirement; it states that every code on it needs authorization"
    elif any(each.row.reason == "no-requirement-column" for each in sheet.set_aside):
        yield "# The list prints no requirement. Only if it states that each code on it needs authorization, and none is exempt or removed:"
        yield "# membership = true"


def _several(sheet: Sheet) -> Iterator[str]:
    cells = Counter(row.listing.citation for row in sheet.listed)
    if any(count > 1 for count in cells.values()) or any(each.row.reason in _SEVERAL for each in sheet.set_aside):
        yield "several_codes = true  # a code cell may hold several codes and ranges"
    else:
        yield "# several_codes = true  # a code cell may hold several codes and ranges"


def _positions(sheet: Sheet) -> Iterator[str]:
    for layout in sheet.layouts:
        if layout.header == LINES:
            yield "code_lines = true  # a line of nothing but codes, outside any table, lists them under the heading above it"
        elif layout.headings == 0:
            roles = ["unread"] * layout.header.cells
            for column, at in _placed(layout):
                roles[at] = column
            yield f"positions = [{', '.join(map(quoted, roles))}]  # the table has no headings: its columns, from the left"


def _placed(layout: Layout) -> Iterator[tuple[str, int]]:
    yield from ((str(column.role), at) for column, at in zip(layout.header.columns, sorted(layout.header.headed), strict=True))


def _programs(profile: Profile, sheet: Sheet) -> Iterator[str]:
    yield "[programs]"
    if profile.program_title:
        yield f"title = {quoted(profile.program_title.pattern)}"
    else:
        names = [program.name for program in sheet.programs if not program.elsewhere]
        yield f"all = {quoted(names[0] if names else profile.plan)}  # the program of every row"
        yield "# Or, where titles open programs, a pattern whose group is the program's name (instead of `all`):"
        yield "# title = 'Prior Authorization List: (?P<program>[^*]+)'"
    yield ""
    yield "# [delegate]  # the benefit manager that runs the list's programs, with the evidence for its name"
    yield '# name = ""'
    yield '# evidence = ""'


def _columns(sheet: Sheet, unread: list[str]) -> Iterator[str]:
    yield "[columns]  # every heading, and what it is read as: " + ", ".join(Role)
    seen: set[tuple[str, ...]] = set()
    for layout in sheet.layouts:
        for column in layout.header.columns:
            if column.heading and words(column.heading) not in seen:
                seen.add(words(column.heading))
                yield f"{quoted(column.heading)} = {quoted(column.role)}{_NOTES.get(column.by, '')}"
    for heading in unread:
        if words(heading) not in seen:
            seen.add(words(heading))
            yield f"# {quoted(heading)} = {quoted(Role.UNREAD)}  # its header cannot be read without it"


_NOTES = {
    "content": "  # by what its cells print",
    "nothing": "  # nobody has said what it is: `unread` if it says nothing of authorization",
}


def _unread_headings(document: Document, profile: Profile, sheet: Sheet) -> list[str]:
    """Return the headings nobody knows of the headers that could not be read; where none was met, of the row most like one."""
    at = {each.row.citation for each in sheet.set_aside if each.row.reason == "unknown-header"}
    rows = [each for each in document.blocks if isinstance(each, RawRow)]
    unread = [row for row in rows if row.citation in at]
    near = nearest(rows, profile) if not unread and not sheet.layouts else None
    cells = [clean(cell) for row in (*unread, *([near] if near else [])) for cell in row.cells]
    return [cell for cell in cells if cell and role(cell, profile.columns) is None]


def _dates(profile: Profile, sheet: Sheet) -> Iterator[str]:
    roles = {column.role for layout in sheet.layouts for column in layout.header.columns}
    mark = "" if roles & {Role.EFFECTIVE, Role.TERMINATION} else "# "
    yield f"{mark}[dates]"
    yield f"{mark}effective = {quoted(profile.begins)}  # or change: the row holds from the day, and what it said before is not known"
    yield f"{mark}termination = {quoted(profile.ends)}  # or first-day-out: the row holds until the day before"


def _vocabulary(profile: Profile, sheet: Sheet) -> Iterator[str]:
    yield "[vocabulary.requirement]  # what the requirement column prints, and how it is read"
    known, unknown = _words(profile, sheet)
    for word, (cell, count) in known.items():
        yield f"{quoted(word)} = {quoted(cell)}  # {_rows(count)}"
    if unknown:
        yield "# Not known: these rows are set aside. Say what each word means only when you know it."
    for word, count in list(unknown.items())[:_MOST_WORDS]:
        shown = quoted(word) if len(word) <= _LONGEST_WORD else f"{quoted(word[:_LONGEST_WORD])} and more, a text and no word"
        yield f'# {shown} = ""  # {_rows(count)}' if len(word) <= _LONGEST_WORD else f"# {shown}  # {_rows(count)}"
    if len(unknown) > _MOST_WORDS:
        yield f"# and {len(unknown) - _MOST_WORDS} more"
    platforms = sorted({row.listing.platform for row in sheet.listed if row.listing.platform})
    if platforms:
        yield ""
        yield "# [vocabulary.platform]  # without it any platform is taken as printed; with it, another word sets its row aside"
        yield from (f"# {quoted(each)} = {quoted(each)}" for each in platforms[:_MOST_WORDS])


def _words(profile: Profile, sheet: Sheet) -> tuple[dict[str, tuple[str, int]], Counter[str]]:
    """Return the words of the requirement column: those that are read, each with its cell and rows, and those that are not."""
    known: dict[str, tuple[str, int]] = {}
    unknown: Counter[str] = Counter()
    spelled: dict[tuple[str, ...], str] = {}
    rows = {row.listing.citation: row.place for row in sheet.listed} | {each.row.citation: each.place for each in sheet.set_aside}
    for place in rows.values():
        printed = place.cell(Role.REQUIREMENT) if place else ""
        if not printed or place is None:
            continue
        word = spelled.setdefault(key(printed), printed)
        cell = "Yes" if key(printed) in place.header.marks else profile.requirements.get(key(printed)) or COMMON_WORDS.get(key(printed))
        if cell:
            known[word] = (str(cell), known.get(word, ("", 0))[1] + 1)
        else:
            unknown[word] += 1
    return known, unknown


def _rows(count: int) -> str:
    return f"{count} row{'s' if count > 1 else ''}"


def quoted(text: str) -> str:
    """Write a text as TOML writes it: JSON's escapes, and that of the one control character JSON leaves as it is."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007F")
