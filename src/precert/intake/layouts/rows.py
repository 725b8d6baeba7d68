"""From a document to source rows: every physical table row becomes a header, a section, a listing, or is set aside (R5).

Nothing defaults: a code that is not well-formed, a word outside the vocabulary, or a row without a header sets the row aside
with a reason. What is odd but readable is read, and becomes a finding (R1, R3, R4).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from precert import codes
from precert.facts.condition import ClientSpecific, Condition, ManagedWith, Refused, SegmentOnly, ThroughPlan, Uninterpreted
from precert.facts.model import Cell, Citation, Finding, Listing, Program, SetAside
from precert.intake import descriptor as descriptors
from precert.intake import notation
from precert.intake.layouts.columns import Role, clean, header
from precert.intake.layouts.profile import Profile, key
from precert.intake.readers.document import Document, Prose, RawRow

_EMPTY = frozenset({"", "#n/a", "n/a", "0", "-"})
"""Category cells that say nothing (R4)."""

# Columns that say what a listing belongs to or carry something beside it: a section row fills none of them.
_LISTING_MARKS = (Role.PRODUCT, Role.CATEGORY, Role.UM_CS, Role.GROUPING, Role.NOTATION)


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """A row read as a listing, with the descriptor it was read from; the descriptor goes no further than this."""

    listing: Listing
    descriptor: str
    refuses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SetAsideRow:
    """A row set aside, with its descriptor as evidence for a repair."""

    row: SetAside
    descriptor: str


@dataclass(kw_only=True)
class Sheet:
    """A document read into rows, with what was found on the way."""

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


def read_rows(document: Document, profile: Profile) -> Sheet:
    """Read every block of a document in order."""
    reader = _Reader(profile)
    for block in document.blocks:
        if isinstance(block, Prose):
            reader.prose(block)
        else:
            reader.row(block)
    return _implausible_set_aside(reader.finish())


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    cell: Cell | None


class _Reader:
    """Where a reader of the document is: the program, the header and the section that the next row stands under."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.sheet = Sheet()
        self.columns: dict[Role, int] | None = None
        self.section: _Section | None = None
        self.program = profile.program
        if profile.program:
            self.sheet.programs.append(Program(name=profile.program, setting=profile.settings.get(profile.program)))

    def finish(self) -> Sheet:
        named = {program.name for program in self.sheet.programs}
        self.sheet.programs += [Program(name=name, elsewhere=True) for name in self.profile.elsewhere if name not in named]
        return self.sheet

    # -- prose ---------------------------------------------------------------------------------------------------------

    def prose(self, block: Prose) -> None:
        text = clean(block.text)
        self.sheet.edition = self.sheet.edition or _edition(text)
        title = self.profile.program_title and self.profile.program_title.search(text)
        elsewhere = self.profile.elsewhere_title and self.profile.elsewhere_title.search(text)
        if title:
            self.program, self.columns, self.section = title["program"].strip(), None, None
            self.sheet.programs.append(Program(name=self.program, setting=self.profile.settings.get(self.program)))
        elif elsewhere:
            self.sheet.programs.append(Program(name=elsewhere["program"].strip(), elsewhere=True))

    # -- rows ----------------------------------------------------------------------------------------------------------

    def row(self, raw: RawRow) -> None:
        columns = header(raw.cells)
        if columns is not None:
            self.columns = columns
            self.sheet.headers += 1
            return
        reason = self._unreadable(raw)
        if reason:
            self._set_aside(raw, reason)
        elif title := self._section_title(raw):
            self.section = _Section(title, self.profile.requirements.get(key(self._cell(raw, Role.REQUIREMENT))))
            self.sheet.sections += 1
        else:
            self._listing(raw)

    def _unreadable(self, raw: RawRow) -> str | None:
        if self.columns is None:
            return "no-header"
        if self.program is None:
            return "no-program"
        if len(raw.cells) > max(self.columns.values()) + 1 and any(clean(each) for each in raw.cells[max(self.columns.values()) + 1 :]):
            return "more-cells-than-columns"
        return None

    def _cell(self, raw: RawRow, role: Role) -> str:
        at = (self.columns or {}).get(role)
        return clean(raw.cells[at]) if at is not None and at < len(raw.cells) else ""

    def _section_title(self, raw: RawRow) -> str | None:
        """Return a section row's title (R3).

        Either nothing but one title stands in the row, or the code is blank and every column that each listing of this layout
        fills is blank too. Where a layout has no such column, a row without a code is a damaged listing, not a section.
        """
        filled = [clean(each) for each in raw.cells if clean(each)]
        code, description = self._cell(raw, Role.CODE), self._cell(raw, Role.DESCRIPTION)
        if len(filled) == 1:
            return filled[0] if filled[0] in (code, description) and _is_title(filled[0]) else None
        columns = self.columns or {}
        marks = [role for role in _LISTING_MARKS if role in columns and role is not Role.NOTATION]
        if code or not description or not marks or any(self._cell(raw, role) for role in _LISTING_MARKS):
            return None
        return description

    def _set_aside(self, raw: RawRow, reason: str) -> None:
        code = self._cell(raw, Role.CODE)
        row = SetAside(reason=reason, printed=code, program=self.program or "", citation=raw.citation)
        self.sheet.rows.append(SetAsideRow(row=row, descriptor=self._cell(raw, Role.DESCRIPTION)))

    def _find(self, code: str, message: str, citation: Citation) -> None:
        self.sheet.findings.append(Finding(code=code, message=message, citation=citation))

    def _listing(self, raw: RawRow) -> None:
        printed_code = self._cell(raw, Role.CODE)
        code = codes.parse(printed_code)
        if code is None:
            self._set_aside(raw, "malformed-code" if printed_code else "blank-code")
            return
        cell, segment, reason = self._requirement(raw)
        platform, through_plan = self._platform(raw)
        if reason or platform == _UNKNOWN:
            self._set_aside(raw, reason or "unknown-platform")
            return
        reading, descriptor = self._notation(raw)
        conditions: list[Condition] = [ThroughPlan()] if through_plan and not _has(reading, ThroughPlan) else []
        conditions += [SegmentOnly(segment=segment)] if segment else []
        conditions += self._described_segment(descriptor, segment)
        conditions += [ClientSpecific()] if self.section and key(self.section.title) in self.profile.client_specific else []
        listing = Listing(
            code=code,
            program=self.program or "",
            product=self._label(raw, Role.PRODUCT),
            category=self._label(raw, Role.CATEGORY),
            section=self.section.title if self.section else None,
            printed=cell,
            platform=platform,
            grouping=self._cell(raw, Role.GROUPING) or None,
            um_cs=self._cell(raw, Role.UM_CS) or None,
            begins=reading.begins,
            changed=reading.changed,
            conditions=(*reading.conditions, *conditions),
            facts=descriptors.facts(descriptor),
            fingerprint=descriptors.fingerprint(descriptor),
            citation=raw.citation,
        )
        self._look(listing, reading)
        self.sheet.rows.append(SourceRow(listing=listing, descriptor=descriptor, refuses=reading.refused))

    # -- cells ---------------------------------------------------------------------------------------------------------

    def _requirement(self, raw: RawRow) -> tuple[Cell | None, str | None, str | None]:
        """Return (the cell, the segment it names, why it cannot be read)."""
        if self.profile.membership:
            return None, None, None
        if Role.REQUIREMENT not in (self.columns or {}):
            return None, None, "no-requirement-column"
        printed = self._cell(raw, Role.REQUIREMENT)
        if not printed:
            return None, None, "blank-requirement"
        segment = self.profile.segments.get(key(printed))
        cell = Cell.IN_SEGMENT if segment else self.profile.requirements.get(key(printed))
        return cell, segment, None if cell else "unknown-requirement"

    def _platform(self, raw: RawRow) -> tuple[str | None, bool]:
        """Return (the platform as printed, whether it says the plan takes the request)."""
        printed = self._cell(raw, Role.PLATFORM)
        if not printed or self.profile.platforms is None:
            return printed or None, False
        return self.profile.platforms.get(key(printed), _UNKNOWN), key(printed) in self.profile.through_plan

    def _label(self, raw: RawRow, role: Role) -> str | None:
        printed = self._cell(raw, role)
        if printed.lower() in _EMPTY:
            if role in (self.columns or {}):
                shown = f"`{printed}`" if printed else "blank"
                self._find("empty-label", f"the {role} cell is {shown}", raw.citation)
            return None
        if printed in self.profile.aliases:
            self._find("label-alias", f"the {role} `{printed}` stands for `{self.profile.aliases[printed]}`", raw.citation)
        return printed

    def _notation(self, raw: RawRow) -> tuple[notation.Reading, str]:
        """Read what is printed beside the row and what is pasted into its descriptor; return it with the clean descriptor."""
        beside = notation.read(self._cell(raw, Role.NOTATION), self.profile)
        grouping = notation.read(self._cell(raw, Role.GROUPING), self.profile)
        pasted = notation.read_descriptor(self._cell(raw, Role.DESCRIPTION), self.profile)
        if pasted.reading != notation.Reading():
            self._find("notation-in-descriptor", "a notation is pasted into the description; it was read as one", raw.citation)
        reading = notation.join(notation.join(beside, replace(grouping, conditions=())), pasted.reading)
        if beside.rest and notation.same_words(beside.rest, pasted.descriptor):
            self._find("descriptor-in-notation", "the description is pasted into the notation; the rest of it was read", raw.citation)
        elif beside.rest:
            reading = replace(reading, conditions=(*reading.conditions, Uninterpreted()))
            self._find("uninterpreted-notation", "something printed beside the row was not understood", raw.citation)
        return reading, pasted.descriptor

    def _described_segment(self, descriptor: str, printed: str | None) -> list[Condition]:
        """A descriptor that limits the row to a segment while the cell does not: a notice only (R19)."""
        if printed:
            return []
        said = set(key(descriptor))
        found = [segment for segment in self.profile.segments.values() if {*segment.split("-"), "only"} <= said]
        return [SegmentOnly(segment=segment, notice=True) for segment in dict.fromkeys(found)]

    def _look(self, listing: Listing, reading: notation.Reading) -> None:
        """Find what a careful reader would query with the publisher."""
        if reading.calls_unlisted and not listing.facts.unlisted:
            self._find("called-unlisted", "the notation calls the code unlisted, and its description does not", listing.citation)
        if self.section and self.section.cell and listing.printed is not self.section.cell:
            self._find(
                "row-contradicts-section",
                f"the section `{self.section.title}` prints {self.section.cell}, and this row {listing.printed}; the row decides",
                listing.citation,
            )
        if any(isinstance(each, ManagedWith) for each in listing.conditions) and listing.printed is not Cell.ADD_ON:
            self._find("notation-beside-cell", f"the notation speaks of an add-on, and the cell prints {listing.printed}", listing.citation)


_UNKNOWN = "\0unknown"


def _has(reading: notation.Reading, kind: type[Condition]) -> bool:
    return any(isinstance(each, kind) for each in reading.conditions)


def _is_title(text: str) -> bool:
    """A title has words and no digits; a damaged code has digits or is as short as a code."""
    return len(text) > 7 and not any(char.isdigit() for char in text)  # noqa: PLR2004 - "h suxi" is six


def _edition(text: str) -> str | None:
    """Return the year of a copyright line (R44)."""
    words = text.replace("©", " ").split()
    if not any(word.lower() == "copyright" for word in words):
        return None
    years = [word.strip(".,;") for word in words if word.strip(".,;").isdigit() and len(word.strip(".,;")) == 4]  # noqa: PLR2004
    return years[0] if years else None


# CPT category I, by section of the code book; a code alone in its section among rows of another is likely misread (R7).
_SECTIONS = (
    ("anesthesia", "00100", "01999"),
    ("surgery", "10004", "69990"),
    ("radiology", "70010", "79999"),
    ("pathology", "80047", "89398"),
    ("medicine", "90281", "99607"),
)


def _section_of(code: str) -> str | None:
    return next((name for name, low, high in _SECTIONS if codes.within(code, ((low, high),))), None)


def _implausible_set_aside(sheet: Sheet) -> Sheet:
    """Set aside a well-formed code that is the only one of its kind in its program and stands out of order on both sides."""
    by_program: dict[str, list[SourceRow]] = {}
    for row in sheet.listed:
        by_program.setdefault(row.listing.program, []).append(row)
    torn = [row for rows in by_program.values() for row in _torn(rows)]
    for row in torn:
        aside = SetAside(reason="implausible-code", printed=row.listing.code, program=row.listing.program, citation=row.listing.citation)
        sheet.rows[sheet.rows.index(row)] = SetAsideRow(row=aside, descriptor=row.descriptor)
    return sheet


def _torn(rows: list[SourceRow]) -> Iterator[SourceRow]:
    sections = [_section_of(row.listing.code) for row in rows]
    for at, row in enumerate(rows):
        section = sections[at]
        if section is None or sections.count(section) > 1 or len(rows) < 3:  # noqa: PLR2004 - no neighbours to speak of
            continue
        before, after = ([r.listing.code for r in part if codes.family(r.listing.code) == ("", "")] for part in (rows[:at], rows[at + 1 :]))
        falls = bool(before) and codes.number(row.listing.code) < codes.number(before[-1])
        rises = not after or codes.number(row.listing.code) > codes.number(after[0])
        if falls and rises:
            yield row


def refuse_named(sheet: Sheet) -> Sheet:
    """Apply a notation that names codes and says they will be refused to every row of those codes (R14)."""
    named = {code for row in sheet.listed for code in row.refuses}
    listed = {row.listing.code for row in sheet.listed}
    for at, row in enumerate(sheet.rows):
        if isinstance(row, SourceRow) and row.listing.code in named:
            sheet.rows[at] = replace(row, listing=replace(row.listing, conditions=(*row.listing.conditions, Refused())))
    for row in sheet.listed:
        for code in row.refuses:
            if code not in listed:
                sheet.findings.append(
                    Finding(
                        code="refused-not-listed",
                        message=f"the notation refuses `{code}`, which no row lists",
                        citation=row.listing.citation,
                    )
                )
    return sheet
