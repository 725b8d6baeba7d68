"""The cells of one row, read as a listing (R1, R4, R10-R23)."""

from precert import codes
from precert.facts.condition import ClientSpecific, Condition, ManagedWith, SegmentOnly, ThroughPlan, Uninterpreted
from precert.facts.model import OUT_OF_SCOPE_PLATFORM, Cell, Listing
from precert.intake import descriptor as descriptors
from precert.intake import notation
from precert.intake.layouts.columns import Role, words
from precert.intake.layouts.profile import Profile, key
from precert.intake.layouts.rows import LONGEST_PRINTED, Place, SetAsideRow, Sheet, SourceRow

_EMPTY = frozenset({"", "#n/a", "n/a", "0", "-"})
"""Category cells that say nothing (R4)."""
_LONGEST_LABEL = 100
"""A longer product, category or platform is no label but a text that slid into its column."""
# The delegate takes requests for these, so the row should say where (R11).
_NEEDS_PLATFORM = frozenset({Cell.YES, Cell.ADD_ON, Cell.UNLISTED, Cell.IN_SEGMENT})


def read_listing(place: Place, profile: Profile, sheet: Sheet) -> SourceRow | str:
    """Read a row as a listing; or return why it is set aside."""
    printed_code = place.cell(Role.CODE)
    code = codes.parse(printed_code)
    if code is None:
        return "malformed-code" if printed_code else "blank-code"
    row = _Row(place, profile, sheet)
    reason = row.unread()
    return reason or row.listing(code)


def read_decided(aside: SetAsideRow, code: str, profile: Profile, sheet: Sheet) -> SourceRow | str:
    """Read a set-aside row again with the code that a person decided (R65); or return why it still cannot be read."""
    if aside.place is None:
        return aside.row.reason
    row = _Row(aside.place, profile, sheet)
    return row.unread() or row.listing(code)


class _Row:
    def __init__(self, place: Place, profile: Profile, sheet: Sheet) -> None:
        self.place, self.profile, self.sheet = place, profile, sheet
        self.requirement, self.platform = place.cell(Role.REQUIREMENT), place.cell(Role.PLATFORM)
        self.segment = profile.segments.get(key(self.requirement))
        self.printed = Cell.IN_SEGMENT if self.segment else profile.requirements.get(key(self.requirement))

    def unread(self) -> str | None:
        """Return why the requirement or the platform cannot be read; a word outside the vocabulary is a finding too (R1)."""
        reason = self._requirement_unread() or self._platform_unread()
        if reason == "unknown-requirement":
            self._find("unknown-requirement", _unknown(self.requirement))
        elif reason == "unknown-platform":
            self._find("unknown-platform", _unknown(self.platform))
        return reason

    def _requirement_unread(self) -> str | None:
        if not self.place.has(Role.REQUIREMENT):
            return None if self.profile.membership else "no-requirement-column"
        if not self.requirement:
            return "blank-requirement"
        return None if self.printed else "unknown-requirement"

    def _platform_unread(self) -> str | None:
        is_unknown = self.profile.platform(self.platform) is None or len(self.platform) > _LONGEST_LABEL
        return "unknown-platform" if self.platform and is_unknown else None

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
            begins=reading.begins,
            changed=reading.changed,
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
        found += [Uninterpreted()] if reading.rest else []
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
        """Read what is printed beside the row and what is pasted into its descriptor."""
        reading = notation.read_row(
            self.profile,
            notation=self.place.cell(Role.NOTATION),
            grouping=self.place.cell(Role.GROUPING),
            description=self.place.cell(Role.DESCRIPTION),
        )
        if reading.pasted_in_description:
            self._find("notation-in-descriptor", "a notation is pasted into the description; it was read as one")
        if reading.pasted_in_notation:
            self._find("descriptor-in-notation", "the description is pasted into the notation; the rest of it was read")
        if reading.rest:
            self._find("uninterpreted-notation", "something printed beside the row was not understood")
        if reading.dates_disagree:
            self._find("dates-disagree", "two days are printed for the same thing; the first was taken")
        return reading

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
