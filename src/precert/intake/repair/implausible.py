"""Codes that are well-formed and cannot be right where they stand (R7): set aside, with the evidence left to `propose`.

A code that is known from anywhere else is not doubted for its form or its company, only for a description that is another's.
"""

from collections import Counter

from precert import codes
from precert.facts.model import Listing, SetAside
from precert.intake.layouts.rows import SetAsideRow, Sheet, SourceRow
from precert.intake.repair.confusion import is_unheard_of, originals, section_of
from precert.intake.repair.known import Known
from precert.intake.repair.order import Gap, Order
from precert.intake.repair.wording import Wordings


def set_aside_implausible(sheet: Sheet, known: Known) -> None:
    """Set aside each sound row whose code cannot be meant; note a code that stands out of an order that else holds."""
    doubts = _Doubts(sheet, known)
    for at, row in enumerate(sheet.rows):
        if not isinstance(row, SourceRow):
            continue
        gap = doubts.order.gap(at, codes.family(row.listing.code))
        if doubts.has(at, row.listing, row.descriptor, gap):
            sheet.rows[at] = _aside(row)
        elif gap.is_closed and _is_out_of(gap, row.listing.code):
            sheet.find("out-of-order", f"`{row.listing.code}` stands out of the order that the rows around it keep", row.listing.citation)


class _Doubts:
    def __init__(self, sheet: Sheet, known: Known) -> None:
        self.known = known
        self.order = Order(sheet.rows, {})
        self.wordings = Wordings((), known)
        self.sections = Counter((row.listing.program, section_of(row.listing.code)) for row in sheet.listed)
        self.listed = {(row.listing.program, row.listing.code) for row in sheet.listed}

    def has(self, at: int, listing: Listing, text: str, gap: Gap) -> bool:
        code = listing.code
        if _is_out_of(gap, code) and (self._is_alone(listing) or self._is_anothers(at, listing, text)):
            return True
        return not self.known.has(code) and (is_unheard_of(code) or self._is_misread(at, listing))

    def _is_alone(self, listing: Listing) -> bool:
        """Whether the code is the only one of its section of the code book among rows of others."""
        section = section_of(listing.code)
        return section is not None and self.sections[listing.program, section] == 1 and not self.known.has(listing.code)

    def _is_anothers(self, at: int, listing: Listing, text: str) -> bool:
        """Whether the description is that of a code that would stand in order here."""
        same = self.wordings.same(text)
        if same is None or same.code == listing.code or (listing.program, same.code) in self.listed:
            return False
        return self.order.gap(at, codes.family(same.code)).holds(same.code)

    def _is_misread(self, at: int, listing: Listing) -> bool:
        """Whether the code is the only one of its kind here, and a misreading of one that belongs between its neighbours."""
        kinds = self.order.kinds_beside(at)
        if codes.family(listing.code) in kinds:
            return False
        gaps = {kind: self.order.gap(at, kind) for kind in kinds}
        return any(
            (gap := gaps.get(codes.family(code))) and gap.is_ordered and gap.is_closed and gap.holds(code)
            for code in originals(listing.code)
            if (listing.program, code) not in self.listed
        )


def _is_out_of(gap: Gap, code: str) -> bool:
    return gap.is_ordered and not gap.holds(code)


def _aside(row: SourceRow) -> SetAsideRow:
    listing = row.listing
    aside = SetAside(reason="implausible-code", printed=listing.code, program=listing.program, citation=listing.citation)
    return SetAsideRow(row=aside, descriptor=row.descriptor, section=listing.section, place=row.place)
