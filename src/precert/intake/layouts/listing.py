"""The cells of one row, read as a listing (R1, R4, R10-R23); or as several, where its code cell names several codes."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from precert import codes
from precert.facts.condition import ClientSpecific, Condition, ManagedWith, SegmentOnly, ThroughPlan, Uninterpreted
from precert.facts.model import OUT_OF_SCOPE_PLATFORM, Cell, Facts, Listing
from precert.intake import descriptor as descriptors
from precert.intake import notation
from precert.intake.layouts.codecell import CodeCell, read_cell
from precert.intake.layouts.columns import Role, words
from precert.intake.layouts.days import DayCell, read_day
from precert.intake.layouts.profile import Begins, Ends, Profile, is_turned, key
from precert.intake.layouts.rows import LONGEST_PRINTED, Place, ReadListing, SetAsideRow, Sheet, SourceRow
from precert.intake.layouts.stance import denies, is_conditional, is_withdrawn, may_deny, speaks_of_authorization, states_need, takes_away

_EMPTY = frozenset({"", "#n/a", "n/a", "0", "-"})
"""Category cells that say nothing (R4)."""
_LONGEST_LABEL = 100
"""A longer product, category or platform is no label but a text that slid into its column."""
# The delegate takes requests for these, so the row should say where (R11).
_NEEDS_PLATFORM = frozenset({Cell.YES, Cell.ADD_ON, Cell.UNLISTED, Cell.IN_SEGMENT})


_DATED = (Role.EFFECTIVE, Role.ADDED, Role.CHANGED, Role.TERMINATION, Role.REMOVED)
_MOST_NAMED = 8
"""Codes that a message spells out."""


def reader(in_force: frozenset[str] = frozenset()) -> ReadListing:
    """Return what reads rows; of a range only the codes in force are meant, where a table of those is at hand."""
    book = _CodeBook(in_force, frozenset(codes.family(code) for code in in_force))

    def read(place: Place, profile: Profile, sheet: Sheet) -> tuple[SourceRow, ...] | str:
        return _read_row(place, profile, sheet, book)

    return read


@dataclass(frozen=True, slots=True)
class _CodeBook:
    """Every code that is or was in force, as far as tables of them are at hand, and the kinds of codes these know."""

    codes: frozenset[str]
    kinds: frozenset[tuple[str, str]]

    def lacks(self, code: str) -> bool:
        return code not in self.codes and codes.family(code) in self.kinds


def _read_row(place: Place, profile: Profile, sheet: Sheet, book: _CodeBook) -> tuple[SourceRow, ...] | str:
    """Read a row as listings; or return why it is set aside."""
    cell = _code_cell(place.cell(Role.CODE), profile)
    if isinstance(cell, str):
        return cell
    row = _Row(place, profile, sheet)
    reason = row.unread()
    if reason:
        return reason
    first = row.listing(next(cell.named()))
    return (first,) if cell.is_single else _each(first, cell, book, sheet)


def _code_cell(printed: str, profile: Profile) -> CodeCell | str:
    if not printed:
        return "blank-code"
    if profile.several_codes:
        return read_cell(printed)
    code = codes.parse(printed)
    return CodeCell(((code, code),)) if code else "malformed-code"


def _each(first: SourceRow, cell: CodeCell, book: _CodeBook, sheet: Sheet) -> tuple[SourceRow, ...]:
    """Return a listing per code of one row. What describes several codes describes none of them: it states no facts of a code."""
    at = first.listing.citation
    named = list(cell.named())
    once = list(dict.fromkeys(named))
    if len(once) < len(named):
        sheet.find("code-repeated-in-cell", f"the code cell names {len(named) - len(once)} codes twice; they are listed once", at)
    meant = [code for code in once if code in cell.printed or not book.lacks(code)]
    if cell.has_range:
        sheet.find("range-expanded", _expanded(once, meant, book), at)
    if list(descriptors.forbidden(first.listing.code, first.descriptor)):
        sheet.find("unread-prohibition", "the description of several codes forbids to report codes together", at)
    listing = replace(first.listing, facts=Facts(), fingerprint=None)
    return tuple(replace(first, listing=replace(listing, code=code), descriptor="") for code in meant)


def _expanded(once: list[str], meant: list[str], book: _CodeBook) -> str:
    left = [code for code in once if code not in meant]
    if left:
        shown = ", ".join(left[:_MOST_NAMED]) + (", ..." if len(left) > _MOST_NAMED else "")
        return f"a range stands for {len(meant)} codes; {len(left)} between its ends are in no code set at hand and not listed: {shown}"
    is_known = all(each in book.codes for each in once)
    checked = "all of them in the code sets at hand" if is_known else "no code set at hand tells which of those between its ends exist"
    return f"a range stands for {len(meant)} codes; {checked}"


def read_decided(aside: SetAsideRow, code: str, profile: Profile, sheet: Sheet) -> SourceRow | str:
    """Read a set-aside row again with the code that a person decided (R65); or return why it still cannot be read."""
    if aside.place is None or aside.row.reason in SEVERAL:
        return aside.row.reason
    row = _Row(aside.place, profile, sheet)
    return row.unread() or row.listing(code)


SEVERAL = frozenset({"malformed-code-list", "malformed-range", "range-too-wide"})
"""Why a row of several codes was set aside: one code that a person decides is not all that the row lists."""


class _Row:
    def __init__(self, place: Place, profile: Profile, sheet: Sheet) -> None:
        self.place, self.profile, self.sheet = place, profile, sheet
        self.requirement, self.platform = place.cell(Role.REQUIREMENT), place.cell(Role.PLATFORM)
        self.segment = profile.segments.get(key(self.requirement))
        self.printed = Cell.IN_SEGMENT if self.segment else self._requirement()
        self.days = {role: read_day(place.cell(role)) for role in _DATED if place.has(role)}
        self.qualified = bool(place.qualifiers()) or self._is_qualified_above()
        self.reading = notation.read_row(
            profile,
            notation=place.cell(Role.NOTATION),
            grouping=place.cell(Role.GROUPING),
            description=place.cell(Role.DESCRIPTION),
        )

    def _requirement(self) -> Cell | None:
        word = key(self.requirement)
        if self.profile.infer and is_turned(self.requirement):
            return None
        return Cell.YES if word and word in self.place.header.marks else self.profile.requirements.get(word)

    def unread(self) -> str | None:
        """Return why the row cannot be read; a word outside the vocabulary is a finding too (R1)."""
        reason = self._requirement_unread() or self._platform_unread() or self._qualifier_unread() or self._days_unread()
        if reason == "unknown-requirement":
            self._find("unknown-requirement", _unknown(self.requirement))
        elif reason == "unknown-platform":
            self._find("unknown-platform", _unknown(self.platform))
        elif reason == "malformed-date":
            self._find("malformed-date", self._unread_days())
        return reason

    def _requirement_unread(self) -> str | None:
        if not self.place.has(Role.REQUIREMENT):
            return self._membership_unread()
        if not self.requirement:
            return "blank-requirement"
        return None if self.printed else "unknown-requirement"

    def _membership_unread(self) -> str | None:
        """A list of codes that need authorization may say in a row that this one does not."""
        if not self.place.member:
            return "no-requirement-column"
        if self.place.denial:
            return "contradicts-membership"
        labels = [self.place.cell(role) for role in (Role.CATEGORY, Role.PRODUCT, Role.GROUPING)]
        beside = [self.reading.rest, *self.place.qualifiers()]
        is_denied = any(may_deny(each) for each in beside) or any(denies(each) for each in labels)
        description = self.place.cell(Role.DESCRIPTION)
        is_denied = is_denied or (speaks_of_authorization(description) and denies(description)) or is_withdrawn(self.reading.descriptor)
        return "contradicts-membership" if is_denied else None

    def _platform_unread(self) -> str | None:
        is_unknown = self.profile.platform(self.platform) is None or len(self.platform) > _LONGEST_LABEL
        return "unknown-platform" if self.platform and is_unknown else None

    def _qualifier_unread(self) -> str | None:
        """That no authorization is required must stand unqualified; and nothing may stand by the row that takes back what it prints."""
        descriptor = self.reading.descriptor
        said = descriptor if states_need(descriptor) else ""
        if self.printed is Cell.NO:
            is_qualified = self.qualified or bool(self.reading.rest or said)
        else:
            above = self.place.denial if self.place.has(Role.REQUIREMENT) else ""
            around = (self.reading.rest, said, above, *self.place.qualifiers())
            is_qualified = any(map(takes_away, around)) or is_withdrawn(descriptor)
        return "unread-qualifier" if is_qualified else None

    def _is_qualified_above(self) -> bool:
        """Whether the text that a requirement stands under may limit it; a row that says No agrees with one that plainly says so."""
        denial = self.place.denial if self.place.has(Role.REQUIREMENT) else ""
        return bool(denial) and not (self.printed is Cell.NO and takes_away(denial) and not is_conditional(denial))

    # -- days ----------------------------------------------------------------------------------------------------------

    def _days_unread(self) -> str | None:
        if DayCell.UNREAD in self.days.values():
            return "malformed-date"
        begins, ends = self._begins(), self._ends()
        return "dates-contradict" if begins and ends and ends <= begins else None

    def _unread_days(self) -> str:
        """Show what stands in the date cells that hold no day."""
        unread = [f"`{self.place.cell(role)[:LONGEST_PRINTED]}`" for role, day in self.days.items() if day is DayCell.UNREAD]
        return f"no day can be read from {', '.join(unread)}; the row is set aside"

    def _day(self, role: Role) -> date | None:
        found = self.days.get(role)
        return found if isinstance(found, date) else None

    def _is_change(self) -> bool:
        """Whether an effective date tells since when the row says what it says: it was said otherwise before (R10)."""
        return self.profile.begins is Begins.CHANGE or self.printed is Cell.NO

    def _begins(self) -> date | None:
        return self._day(Role.ADDED) or (None if self._is_change() else self._day(Role.EFFECTIVE))

    def _changed(self) -> date | None:
        return self._day(Role.CHANGED) or (self._day(Role.EFFECTIVE) if self._is_change() else None)

    def _ends(self) -> date | None:
        """Return the first day on which the row holds no longer (R60)."""
        last = self._day(Role.TERMINATION)
        out = last + timedelta(days=1) if last and self.profile.ends is Ends.LAST_DAY else last
        return min((each for each in (out, self._day(Role.REMOVED)) if each), default=None)

    # -- the listing ---------------------------------------------------------------------------------------------------

    def listing(self, code: str) -> SourceRow:
        place, reading = self.place, self._notation()
        listing = Listing(
            code=code,
            program=place.program,
            product=self._label(Role.PRODUCT),
            category=self._label(Role.CATEGORY),
            section=place.section.title if place.section else None,
            printed=self.printed if place.has(Role.REQUIREMENT) else None,
            platform=self.profile.platform(self.platform) if self.platform else None,
            grouping=self._short(Role.GROUPING),
            um_cs=self._short(Role.UM_CS),
            begins=self._begins() or reading.begins,
            ends=self._ends(),
            changed=self._changed() or reading.changed,
            conditions=(*reading.conditions, *self._conditions(reading)),
            facts=descriptors.facts(reading.descriptor),
            fingerprint=descriptors.fingerprint(reading.descriptor),
            citation=place.raw.citation,
        )
        self._look(listing, reading)
        return SourceRow(listing=listing, descriptor=reading.descriptor, refuses=reading.refused, place=place)

    def _conditions(self, reading: notation.Reading) -> list[Condition]:
        """What the cells and the section say beside the notations."""
        section = self.place.section
        is_through_plan = key(self.platform) in self.profile.through_plan and bool(self.platform)
        found: list[Condition] = [ThroughPlan()] if is_through_plan and not _has(reading, ThroughPlan) else []
        found += [SegmentOnly(segment=self.segment)] if self.segment else self._described_segment(reading.descriptor)
        found += [ClientSpecific()] if section and key(section.title) in self.profile.client_specific else []
        found += [Uninterpreted()] if reading.rest or self.qualified else []
        return found

    def _described_segment(self, descriptor: str) -> list[Condition]:
        """A descriptor that limits the row to a segment while the cell does not: a notice only (R19)."""
        said = f" {' '.join(words(descriptor))} "
        for segment in dict.fromkeys(self.profile.segments.values()):
            phrase = f" {' '.join(segment.split('-'))} only "
            if phrase in said and not said.partition(phrase)[0].endswith((" not", " non")):
                return [SegmentOnly(segment=segment, notice=True)]
        return []

    def _label(self, role: Role) -> str | None:
        printed = self.place.cell(role)
        if printed.lower() in _EMPTY:
            if self.place.has(role):
                shown = f"`{printed}`" if printed else "blank"
                self._find("empty-label", f"the {role} cell is {shown}")
            return None
        alias = self.profile.aliases.get(key(printed))
        if alias:
            self._find("label-alias", f"the {role} `{printed}` stands for `{alias}`")
        return self._short(role)

    def _short(self, role: Role) -> str | None:
        printed = self.place.cell(role)
        if len(printed) > _LONGEST_LABEL:
            self._find("long-label", f"the {role} cell holds a text of {len(printed)} characters, which is no label; it is not kept")
            return None
        return printed or None

    def _notation(self) -> notation.Reading:
        """Note what is odd about what is printed beside the row and what is pasted into its descriptor."""
        reading = self.reading
        if reading.pasted_in_description:
            self._find("notation-in-descriptor", "a notation is pasted into the description; it was read as one")
        if reading.pasted_in_notation:
            self._find("descriptor-in-notation", "the description is pasted into the notation; the rest of it was read")
        if reading.rest or self.qualified:
            self._find("uninterpreted-notation", "something printed beside the row was not understood")
        if reading.dates_disagree or self._columns_disagree():
            self._find("dates-disagree", "two days are printed for the same thing; the first was taken")
        return reading

    def _columns_disagree(self) -> bool:
        """Whether the columns date the row otherwise than each other, or than its notation."""
        begins = {self._begins(), self.reading.begins, None if self._is_change() else self._day(Role.EFFECTIVE)} - {None}
        changed = {self._changed(), self.reading.changed} - {None}
        return len(begins) > 1 or len(changed) > 1

    def _look(self, listing: Listing, reading: notation.Reading) -> None:
        """Find what a careful reader would query with the publisher."""
        section = self.place.section
        if reading.calls_unlisted and not listing.facts.unlisted:
            self._find("called-unlisted", "the notation calls the code unlisted, and its description does not")
        if section and section.cell and listing.printed is not section.cell:
            message = f"the section `{section.title}` prints {section.cell}, and this row {listing.printed}; the row decides"
            self._find("row-contradicts-section", message)
        if _has(reading, ManagedWith) and listing.printed is not Cell.ADD_ON:
            self._find("notation-beside-cell", f"the notation speaks of an add-on, and the cell prints {listing.printed}")
        if listing.printed in _NEEDS_PLATFORM and self.place.has(Role.PLATFORM) and listing.platform in (None, OUT_OF_SCOPE_PLATFORM):
            shown = listing.platform or "nothing"
            self._find("platform-beside-cell", f"the cell prints {listing.printed}, and the platform cell {shown}")
        if descriptors.forbids_unread(listing.code, reading.descriptor):
            self._find("unread-prohibition", "the description forbids to report codes together, and which ones was not understood")

    def _find(self, code: str, message: str) -> None:
        self.sheet.find(code, message, self.place.raw.citation)


def _unknown(word: str) -> str:
    return f"`{word[:LONGEST_PRINTED]}` is not in the list's vocabulary; the row is set aside"


def _has(reading: notation.Reading, kind: type[Condition]) -> bool:
    return any(isinstance(each, kind) for each in reading.conditions)
