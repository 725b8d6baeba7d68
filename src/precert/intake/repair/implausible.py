"""Codes that are well-formed and cannot be right where they stand (R7): set aside, with the evidence left to `propose`.

A code that is known from anywhere else is not doubted for its form or its company, only for a description that is another's and
for standing far out of an order that the rows around it keep.
"""

from collections import Counter

from precert import codes
from precert.facts.model import Listing
from precert.intake.layouts.rows import Sheet, SourceRow
from precert.intake.repair.confusion import is_unheard_of, originals, resembles, section_of, variants
from precert.intake.repair.disagree import aside, disagree, set_aside_disagreeing
from precert.intake.repair.known import Known
from precert.intake.repair.order import Gap, Order
from precert.intake.repair.wording import Same, Wordings

_FAR = 2
"""How many of the rows around speak against a code that is out of order itself, and not for a neighbour that is."""


def set_aside_implausible(sheet: Sheet, known: Known) -> None:
    """Set aside each sound row whose code cannot be meant; note a code that stands out of an order that else holds."""
    sure = set_aside_disagreeing(sheet, known)
    doubts = _Doubts(sheet, known)
    for at, row in enumerate(sheet.rows):
        if not isinstance(row, SourceRow) or at in sure:
            continue
        gap = doubts.order.gap(at, codes.family(row.listing.code))
        if doubts.has(at, row.listing, row.descriptor, gap):
            sheet.rows[at] = aside(row, reason="implausible-code")
        elif meant := doubts.anothers(at, row.listing, row.descriptor):
            where = "; ".join(meant.where)
            disagree(sheet, at, f"`{row.listing.code}` is printed with the description that {where} prints beside {meant.code}")
        elif gap.is_closed and _is_out_of(gap, row.listing.code):
            sheet.find("out-of-order", f"`{row.listing.code}` stands out of the order that the rows around it keep", row.listing.citation)


class _Doubts:
    def __init__(self, sheet: Sheet, known: Known) -> None:
        self.known, self.rows = known, sheet.rows
        self.order = Order(sheet.rows, {})
        self.wordings = Wordings((), known)
        self.sections = Counter((row.listing.program, section_of(row.listing.code)) for row in sheet.listed)
        self.listed: dict[tuple[str, str], list[int]] = {}
        for at, row in enumerate(sheet.rows):
            if isinstance(row, SourceRow):
                self.listed.setdefault((row.listing.program, row.listing.code), []).append(at)
        self.year = int(sheet.edition) if sheet.edition else None

    def has(self, at: int, listing: Listing, text: str, gap: Gap) -> bool:
        code = listing.code
        if _is_out_of(gap, code) and self._is_strange(at, listing, text, gap):
            return True
        if self.known.is_unheard_of(code, self.year) and any(self._is_possible(at, listing, each) for each in variants(code)):
            return True
        return not self.known.has(code) and (is_unheard_of(code) or self._is_misread(at, listing))

    def _is_strange(self, at: int, listing: Listing, text: str, gap: Gap) -> bool:
        """Whether something beside the order speaks against a code that stands out of it."""
        return self._is_alone(at, listing) or self._is_anothers(at, listing, text) or self._is_far(at, listing, text, gap)

    def anothers(self, at: int, listing: Listing, text: str) -> Same | None:
        """Return the one code whose description elsewhere is this row's, where the row's code may be that one, misprinted."""
        same = self.wordings.same(text)
        if same is None or not same.is_whole or same.code == listing.code or (listing.program, same.code) in self.listed:
            return None
        gap = self.order.gap(at, codes.family(same.code))
        is_barred = gap.is_ordered and not gap.holds(same.code)
        return same if resembles(listing.code, same.code) and not is_barred else None

    def _is_alone(self, at: int, listing: Listing) -> bool:
        """Whether the code is the only one of its section of the code book among rows of others; a category of its own explains that."""
        section = section_of(listing.code)
        is_one = section is not None and self.sections[listing.program, section] == 1 and not self.known.has(listing.code)
        return is_one and listing.category in self._categories_beside(at)

    def _categories_beside(self, at: int) -> set[str | None]:
        """The categories of the nearest listings before and after a row."""
        ways = (range(at - 1, -1, -1), range(at + 1, len(self.rows)))
        nearest = (next((row for other in way if isinstance(row := self.rows[other], SourceRow)), None) for way in ways)
        return {row.listing.category for row in nearest if row}

    def _is_anothers(self, at: int, listing: Listing, text: str) -> bool:
        """Whether the description is that of a code that would stand in order here."""
        same = self.wordings.same(text)
        if same is None or same.code == listing.code or (listing.program, same.code) in self.listed:
            return False
        return self.order.gap(at, codes.family(same.code)).holds(same.code)

    def _is_far(self, at: int, listing: Listing, text: str, gap: Gap) -> bool:
        """Whether the code is far out of order, or printed twice, its description does not speak for it, and one like it would fit."""
        is_far = _against(gap, listing.code) >= _FAR or self._stands_elsewhere(at, listing)
        return (
            is_far
            and listing.code not in self.wordings.beside(text)
            and any(self._is_near(at, listing, each) for each in variants(listing.code))
        )

    def _stands_elsewhere(self, at: int, listing: Listing) -> bool:
        """Whether another row of the program prints the code, and stands in order."""
        others = [other for other in self.listed.get((listing.program, listing.code), ()) if other != at]
        gaps = [self.order.gap(other, codes.family(listing.code)) for other in others]
        return any(gap.is_ordered and gap.holds(listing.code) for gap in gaps)

    def _is_misread(self, at: int, listing: Listing) -> bool:
        """Whether the code is the only one of its kind here, and a misreading of one that belongs between its neighbours."""
        if codes.family(listing.code) in self.order.kinds_beside(at):
            return False
        return any(self._fits(at, listing, each) for each in originals(listing.code))

    def _fits(self, at: int, listing: Listing, code: str) -> bool:
        """Whether a code belongs between the neighbours of a row, and no row of the program lists it."""
        gap = self.order.gap(at, codes.family(code))
        is_beside = codes.family(code) in self.order.kinds_beside(at)
        return is_beside and gap.is_ordered and gap.is_closed and self._is_possible(at, listing, code)

    def _is_near(self, at: int, listing: Listing, code: str) -> bool:
        """Whether a code belongs between neighbours that are near each other."""
        return self.order.gap(at, codes.family(code)).is_narrow and self._fits(at, listing, code)

    def _is_possible(self, at: int, listing: Listing, code: str) -> bool:
        """Whether nothing speaks against a code here: no other row has it, the code sets do, and no order forbids it."""
        if (listing.program, code) in self.listed or not self.known.may_be(code):
            return False
        gap = self.order.gap(at, codes.family(code))
        return not gap.is_ordered or gap.holds(code)


def _is_out_of(gap: Gap, code: str) -> bool:
    return gap.is_ordered and not gap.holds(code)


def _against(gap: Gap, code: str) -> int:
    """How many of the codes around do not stand on their side of a code."""
    value = codes.number(code)
    return sum(codes.number(each) >= value for each in gap.before) + sum(codes.number(each) <= value for each in gap.after)
