"""From a document to source rows: every physical table row becomes a header, a section, a listing, or is set aside (R5).

Nothing defaults: a code that is not well-formed, a word outside the vocabulary, or a row without a header sets the row aside
with a reason. What is odd but readable is read, and becomes a finding (R1, R3, R4). One row may list several codes; it is one row
all the same. How the cells of a listing are read stands in `listing.py`; what only the whole document shows, in `whole.py`; what
is taken from the document where no profile says it, in `infer.py`.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from precert import codes
from precert.facts.model import Cell, Citation, Finding, Listing, Program, SetAside
from precert.intake.layouts.codecell import CodeCell, read_cell
from precert.intake.layouts.columns import Column, Header, Role, build_header, clean, header, like_header, role
from precert.intake.layouts.infer import Inferred, infer
from precert.intake.layouts.lines import LINES, lists_codes
from precert.intake.layouts.profile import Profile, key, prints_requirement
from precert.intake.layouts.stance import Stance, denies, denies_below, stance, turns_to_others
from precert.intake.readers.document import Document, Prose, RawRow

LONGEST_CELL = 32_767
"""No spreadsheet holds more in a cell; a longer one is no cell of a list, and patterns need not be tried on it."""
LONGEST_PRINTED = 32
"""Of a code cell that is no code, this much is kept: enough to see the damage, too little to carry a description."""
# Words in a section's title. The longest we know, in bold, has seven; unmarked ones have three, and a longer text that stands
# alone is a description whose code is missing. One that prints a requirement of its own has five.
_LONGEST_BOLD, _LONGEST_WITH_CELLS, _LONGEST_ALONE = 10, 7, 4

# Columns that say what a listing belongs to or carry something beside it: a section row fills none of them.
_LISTING_MARKS = (Role.PRODUCT, Role.CATEGORY, Role.UM_CS, Role.GROUPING)
_BOLD = re.compile(r"\s*(?:<(b|strong)>.*</\1>|\*\*.*\*\*)\s*", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """A row read as a listing, with the descriptor it was read from; the descriptor goes no further than this."""

    listing: Listing
    descriptor: str
    refuses: tuple[str, ...] = ()
    place: "Place | None" = None


@dataclass(frozen=True, kw_only=True)
class SetAsideRow:
    """A row set aside, with its descriptor and section as evidence for a repair."""

    row: SetAside
    descriptor: str
    section: str | None = None
    place: "Place | None" = None
    """Where it stands, for reading it again with the code a person decided; None under no header."""

    @property
    def prints(self) -> str:
        """Digest of what the row prints and the program it stands under: what a decision on it belongs to (R65)."""
        cells = self.place.raw.cells if self.place else (self.row.printed, self.descriptor)
        text = "\0".join((self.row.program, *(clean(cell) for cell in cells)))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(kw_only=True)
class Layout:
    """Columns as they were read: by how many header rows, and where first."""

    header: Header
    headings: int
    at: Citation


@dataclass(kw_only=True)
class Sheet:
    """A document read into rows, with what was found on the way."""

    layouts: list[Layout] = field(default_factory=list)
    headers: int = 0
    sections: int = 0
    rows: list[SourceRow | SetAsideRow] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    edition: str | None = None

    @property
    def listed(self) -> list[SourceRow]:
        """The rows read as listings, in document order."""
        return [row for row in self.rows if isinstance(row, SourceRow)]

    @property
    def set_aside(self) -> list[SetAsideRow]:
        """The rows set aside, in document order."""
        return [row for row in self.rows if isinstance(row, SetAsideRow)]

    @property
    def rows_listed(self) -> int:
        """How many physical rows were read as listings: a row may list several codes."""
        return len({row.listing.citation for row in self.listed})

    def saw(self, header: Header, at: Citation, *, headings: int = 1) -> None:
        """Note how columns are read."""
        known = next((each for each in self.layouts if each.header == header), None)
        if known:
            known.headings += headings
        else:
            self.layouts.append(Layout(header=header, headings=headings, at=at))

    def find(self, code: str, message: str, citation: Citation) -> None:
        """Note something a reader of the document should look at."""
        self.findings.append(Finding(code=code, message=message, citation=citation))


@dataclass(frozen=True, slots=True)
class Section:
    """A title inside a table, and the requirement it prints for the rows below it."""

    title: str
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its program, header and section. It reads the row's cells by their roles."""

    program: str
    header: Header
    section: Section | None
    raw: RawRow
    member: bool = False
    """Where the layout has no requirement column: whether the list states that its codes need authorization (R2)."""
    denial: str = ""
    """The title or text it stands under that says otherwise of its codes: that they need none, or are listed no longer."""

    def has(self, role: Role) -> bool:
        """Tell whether the layout has a column of this role."""
        return role in self.header.at

    def cell(self, role: Role) -> str:
        """Return what a person reads in the column of a role; nothing where the row or the layout has none."""
        at = self.header.at.get(role)
        return clean(self.raw.cells[at]) if at is not None and at < len(self.raw.cells) else ""

    def qualifiers(self) -> list[str]:
        """Return what stands in the columns that may limit the row."""
        cells = [clean(self.raw.cells[at]) for at in self.header.qualifiers if at < len(self.raw.cells)]
        return [cell for cell in cells if cell.lower() not in _NOTHING]


_NOTHING = frozenset({"", "-", "--", "n/a", "na", "none"})
"""Cells that limit nothing."""

ReadListing = Callable[[Place, Profile, Sheet], tuple[SourceRow, ...] | str]
"""Reads a row as the listings it makes, or says why it cannot."""


def read_rows(document: Document, profile: Profile, read_listing: ReadListing) -> Sheet:
    """Read every block of a document in order."""
    reader = _Reader(profile, read_listing, infer(document, profile))
    for note in document.notes:
        reader.sheet.find(note.code, note.message, note.citation)
    for block in document.blocks:
        if isinstance(block, Prose):
            reader.line(block)
        else:
            reader.row(block)
    return reader.finish()


class _Reader:
    """Where a reader of the document is: the program, the header and the section that the next row stands under."""

    def __init__(self, profile: Profile, read_listing: ReadListing, inferred: Inferred) -> None:
        self.profile, self.read_listing, self.inferred = profile, read_listing, inferred
        self.sheet = Sheet(findings=list(inferred.findings))
        self.header: Header | None = inferred.first or _positional(profile)
        self.has_headings = self.header is None
        self.heading = ""
        """The last line of text that is no line of codes: what the codes below it belong to."""
        self.on: str | None = None
        """The sheet that the next row stands on; a header holds for its sheet only."""
        self.is_begun = False
        """Whether a header, or a row of a table without one, has been met on it."""
        self.section: Section | None = None
        self.denial = ""
        """The last text that denied what is required of the codes below it; it holds until a text states the requirement."""
        self.of_others = False
        """Whether a title has turned from it to the other codes: a row that prints a requirement then says it for itself."""
        self.program = profile.program
        if profile.program:
            self._register(profile.program)

    def finish(self) -> Sheet:
        for name in self.profile.elsewhere:
            self._register(name, elsewhere=True)
        return self.sheet

    def _register(self, name: str, *, elsewhere: bool = False) -> None:
        """Register a program once: a title may be printed again on the next page."""
        if not any(program.name == name for program in self.sheet.programs):
            setting = None if elsewhere else self.profile.settings.get(name)
            self.sheet.programs.append(Program(name=name, setting=setting, elsewhere=elsewhere))

    def line(self, block: Prose) -> None:
        """Read a line outside the tables: nothing but codes, where such lines list codes, or prose."""
        text = clean(block.text[:LONGEST_CELL])
        if block.citation.sheet != self.on:
            self._turn_to(block.citation.sheet)
        if (self.profile.code_lines or self.inferred.code_lines) and self.program is not None and lists_codes(text):
            place = self._place(LINES, RawRow((self.heading, text), block.citation))
            self.sheet.saw(LINES, block.citation, headings=0)
            self._listing(place)
        elif text:
            self.heading = text
            self.prose(text, block.citation)

    # -- prose ---------------------------------------------------------------------------------------------------------

    def prose(self, text: str, citation: Citation) -> bool:
        """Read a text outside the tables; return whether it titles a program."""
        text = clean(text[:LONGEST_CELL])
        self._edition(text, citation)
        title = self.profile.program_title and self.profile.program_title.search(text)
        elsewhere = self.profile.elsewhere_title and self.profile.elsewhere_title.search(text)
        if title:
            name = title["program"].strip()
            if name != self.program:
                self.header, self.section, self.denial = None, None, ""
            self.program = name
            self._register(name)
        elif elsewhere:
            self._register(elsewhere["program"].strip(), elsewhere=True)
        self._govern(text)
        return bool(title or elsewhere)

    def _govern(self, text: str) -> None:
        """Note what a title says of all that stands below it; a title that says nothing of that is one within the last that did."""
        if denies_below(text):
            self.denial, self.of_others = text, False
        elif stance(text) is Stance.REQUIRED:
            self.denial = ""
        elif turns_to_others(text):
            self.of_others = True

    def _edition(self, text: str, citation: Citation) -> None:
        """Keep the year of the first copyright line (R44); a later line that gives another year is a finding."""
        words = text.replace("©", " ").lower().split()
        years = _YEAR.findall(text) if "copyright" in words else []
        if years and self.sheet.edition is None:
            self.sheet.edition = max(years)
        elif years and max(years) != self.sheet.edition:
            self.sheet.find("editions-differ", f"the copyright line gives {max(years)}, an earlier one {self.sheet.edition}", citation)

    # -- rows ----------------------------------------------------------------------------------------------------------

    def row(self, raw: RawRow) -> None:
        if raw.citation.sheet != self.on:
            self._turn_to(raw.citation.sheet)
        if any(len(cell) > LONGEST_CELL for cell in raw.cells):
            self._set_aside(RawRow(tuple(cell[:LONGEST_PRINTED] for cell in raw.cells), raw.citation), "oversized-cell")
            return
        if raw.doubt:
            self._set_aside(raw, raw.doubt)
            return
        found = self.inferred.headers.get(raw.citation) or header(raw.cells, self.profile.columns)
        if found is not None:
            self.header, self.has_headings, self.is_begun = found, True, True
            self.sheet.headers += 1
            self.sheet.saw(found, raw.citation)
        elif raw.citation in self.inferred.spanning:
            self.sheet.headers += 1
        elif raw.is_header or self._reads_like_header(raw):
            self._unknown_header(raw)
        elif self._is_title_row(raw):
            self.sheet.sections += 1
        else:
            self._body(raw)

    def _turn_to(self, sheet: str | None) -> None:
        """Begin another sheet: the columns of one say nothing of the next."""
        self.denial = "" if self.is_begun else self.denial  # what a cover says may be of the next sheet
        self.on, self.is_begun = sheet, False
        if self.has_headings:
            self.header, self.section = None, None

    def _reads_like_header(self, raw: RawRow) -> bool:
        """Whether cells that are no header we know read like one; a row that prints a requirement is none, whatever else it says."""
        return like_header(raw.cells, self.profile.columns) and not prints_requirement(raw.cells, self.profile)

    def _unknown_header(self, raw: RawRow) -> None:
        """A header nobody can read ends the one before it: the rows below must not be read by columns that are not theirs."""
        self.header = None
        named = [f"`{clean(cell)[:LONGEST_PRINTED]}`" for cell in raw.cells if clean(cell) and role(cell, self.profile.columns) is None]
        why = f"nobody has said what {', '.join(named)} means" if named else "it names no code column, or one column twice"
        self.sheet.find("unknown-header", f"the header cannot be read, so the rows below it are not: {why}", raw.citation)
        self._set_aside(raw, "unknown-header")

    def _is_title_row(self, raw: RawRow) -> bool:
        """Whether a row holds nothing but a program's title, or the only text above the first header: spreadsheets print titles so."""
        filled = [cell for cell in raw.cells if clean(cell)]
        if len(filled) != 1:
            return False
        titled = self.prose(filled[0], raw.citation)
        is_preamble = not self.is_begun and (self.header is None or not self.has_headings)
        return titled or self._is_copyright(clean(filled[0])) or (is_preamble and isinstance(read_cell(clean(filled[0])), str))

    @staticmethod
    def _is_copyright(text: str) -> bool:
        """Whether a row's only text is a copyright line: it says nothing of any code, and `prose` has read its year."""
        return "copyright" in text.replace("\u00a9", " ").lower().split() and bool(_YEAR.search(text))

    def _body(self, raw: RawRow) -> None:
        if self.header is None or self.program is None:
            self._set_aside(raw, "no-header" if self.header is None else "no-program")
            if not any(isinstance(read_cell(cell), CodeCell) for cell in map(clean, raw.cells) if cell):
                self._govern(clean(" ".join(raw.cells)))  # a title that a comma divides is a row of several cells
            return
        place = self._place(self.header, raw)
        if not self.has_headings:
            self.is_begun = True
            self.sheet.saw(self.header, raw.citation, headings=0)
        reason = _misfit(place)
        if reason:
            self._set_aside(raw, reason)
        elif title := _section_title(place):
            self._govern(title)
            self._open_section(title, place)
        else:
            self._listing(place)
            self._govern_by_row(place)

    def _listing(self, place: Place) -> None:
        if len(place.raw.cells) < place.header.cells:
            message = f"the row has {len(place.raw.cells)} cells, its header {place.header.cells}; the missing ones are read as blank"
            self.sheet.find("fewer-cells", message, place.raw.citation)
        read = self.read_listing(place, self.profile, self.sheet)
        if isinstance(read, str):
            self._set_aside(place.raw, read, place)
        else:
            self.sheet.rows += read

    def _govern_by_row(self, place: Place) -> None:
        """Read a text that stands alone in a row without a code as a title: too long for a section, it may still deny what follows."""
        filled = [cell for cell in place.raw.cells if clean(cell)]
        if len(filled) == 1 and isinstance(read_cell(clean(filled[0])), str):
            self._govern(clean(filled[0]))

    def _place(self, header: Header, raw: RawRow) -> Place:
        sheet = raw.citation.sheet or ""
        member = self.profile.membership or self.inferred.membership
        above = "" if self.of_others and Role.REQUIREMENT in header.at else self.denial
        denial = sheet if denies(sheet) else above
        section = None if header is LINES else self.section
        return Place(self.program or "", header, section, raw, member, denial)

    def _set_aside(self, raw: RawRow, reason: str, place: Place | None = None) -> None:
        code, descriptor = _only_code(raw), ""
        if place is None and self.header is not None:
            place = self._place(self.header, raw)
        if place is not None:
            code, descriptor = place.cell(Role.CODE), place.cell(Role.DESCRIPTION)
        row = SetAside(reason=reason, printed=code[:LONGEST_PRINTED], program=self.program or "", citation=raw.citation)
        section = place.section.title if place and place.section else None
        self.sheet.rows.append(SetAsideRow(row=row, descriptor=descriptor, section=section, place=place))

    def _open_section(self, title: str, place: Place) -> None:
        printed = place.cell(Role.REQUIREMENT)
        cell = self.profile.requirements.get(key(printed))
        self.section = Section(title, cell)
        self.sheet.sections += 1
        if printed and cell is None:
            message = f"the section `{title}` prints a requirement that is not in the vocabulary; its rows decide for themselves"
            self.sheet.find("unknown-section-cell", message, place.raw.citation)
        if not printed and not any(_is_bold(cell) for cell in place.raw.cells):
            message = f"`{title}` stands alone in its row and is read as a section; nothing else marks it as one"
            self.sheet.find("unmarked-section", message, place.raw.citation)


def _positional(profile: Profile) -> Header | None:
    """Return the columns of a table without headings, as its profile names them."""
    if not profile.positions:
        return None
    columns = {n: Column("", role, "profile") for n, role in enumerate(profile.positions)}
    return build_header(tuple("" for _ in profile.positions), columns)


def _misfit(place: Place) -> str | None:
    """Return why a row does not fit its header: it fills a column that the header does not name."""
    stray = [at for at, cell in enumerate(place.raw.cells) if at not in place.header.headed and clean(cell)]
    if not stray:
        return None
    return "more-cells-than-columns" if stray[-1] >= place.header.cells else "cell-without-heading"


def _section_title(place: Place) -> str | None:
    """Return a section row's title (R3).

    Either nothing but one title stands in the row, or the code is blank and every column that each listing of this layout
    fills is blank too. Where a layout has no such column, a row without a code is a damaged listing, not a section.
    """
    filled = [each for each in place.raw.cells if clean(each)]
    code, description = place.cell(Role.CODE), place.cell(Role.DESCRIPTION)
    if len(filled) == 1:
        title = clean(filled[0])
        is_like_a_code = title == code and len(title) <= 7  # noqa: PLR2004 - "h suxi" is six
        is_title = _is_bold_title(title) if _is_bold(filled[0]) else _is_title(title, _LONGEST_ALONE) and not is_like_a_code
        return title if title in (code, description) and is_title else None
    marked = any(place.cell(role) for role in (*_LISTING_MARKS, Role.NOTATION))
    if code or marked or not any(place.has(role) for role in _LISTING_MARKS):
        return None
    return description if _is_title(description, _LONGEST_WITH_CELLS) else None


def _is_title(text: str, longest: int) -> bool:
    """A title has a few words and no digits; a damaged code has digits, and a description is longer."""
    return 0 < len(text.split()) <= longest and ";" not in text and not any(char.isdigit() for char in text)


def _is_bold_title(text: str) -> bool:
    """A title in bold may be longer and hold a number; a code in bold is one word."""
    return _is_title(text, _LONGEST_BOLD) or (1 < len(text.split()) <= _LONGEST_BOLD)


def _is_bold(cell: str) -> bool:
    return bool(_BOLD.fullmatch(cell))


def _only_code(raw: RawRow) -> str:
    """Return the one code that a row without a header prints, if there is exactly one."""
    found = {code for cell in raw.cells if (code := codes.parse(clean(cell)))}
    return found.pop() if len(found) == 1 else ""
