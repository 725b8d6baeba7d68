"""R53, R68: an anesthesia line beside the surgery it goes with, and inpatient-only codes at an outpatient place of service."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from precert.anesthesiology import surgery
from precert.anesthesiology import terms as spine
from precert.anesthesiology.book import Book
from precert.anesthesiology.page import Says
from precert.encounter.terms import EncounterCode
from precert.facts.compile import Index
from precert.facts.model import Reference
from precert.requirement.answer import Determination, Group
from precert.requirement.explain import CaseFinding
from precert.requirement.terms import Severity

Ordering = Mapping[str, tuple[int, ...]]
Found = tuple[CaseFinding, Reference]


def beside(told: Determination, ordering: Ordering, book: Book) -> Iterator[Found]:
    """Yield what the page about spine anesthesia and CMS's status say of a case, each with what says so."""
    regions = {code: _regions(code, told.index) for code in ordering if code not in book.page.codes}
    operated = _Surgery({code: of for code, of in regions.items() if of}, ordering)
    page, status = book.references
    for code, lines in ordering.items():
        if code in book.page.codes:
            yield from ((each, page) for each in _authorization(code, lines, told, operated, book))
            mismatch = surgery.region_mismatch(code, operated.every_region, book=book)
            if mismatch:
                yield _translated(mismatch, tuple(sorted(lines + operated.lines()))), page
        at_outpatient = surgery.inpatient_outpatient(code, told.case.place_of_service, told.case.date_of_service, book=book)
        if at_outpatient:
            yield _translated(at_outpatient, lines), page if at_outpatient.citation else status


@dataclass(frozen=True, slots=True)
class _Surgery:
    """The codes of a case that a list names a part of the spine for: what an anesthesia line may go with."""

    regions: Mapping[str, tuple[str, ...]]
    ordering: Ordering

    @property
    def every_region(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(region for of in self.regions.values() for region in of))

    def lines(self, within: tuple[str, ...] = ()) -> tuple[int, ...]:
        """Return its lines: those in one of these regions, or all."""
        codes = [code for code, of in self.regions.items() if not within or set(within) & set(of)]
        return tuple(sorted(line for code in codes for line in self.ordering[code]))


def _regions(code: str, index: Index) -> tuple[str, ...]:
    """Return the parts of the spine that any row of the plan's lists names for a code, whatever its dates: they are the code's own."""
    return tuple(dict.fromkeys(region for row in index.rows(code) for region in row.listing.facts.regions))


def _authorization(code: str, lines: tuple[int, ...], told: Determination, operated: _Surgery, book: Book) -> Iterator[CaseFinding]:
    """Name the cases to build that an anesthesia line goes with: those of the surgery in its region, else of any on the spine."""
    stated = book.page.first(code, Says.REGION)
    surgical = operated.lines(stated.regions if stated else ()) or operated.lines()
    cases = [group for group in told.cases if not set(surgical).isdisjoint(group.lines)]
    for group in cases:
        may = "goes" if len(cases) == 1 else "may go"
        message = f"{code} is anesthesia for spine surgery; it {may} with the authorization of {_named(group)}."
        yield _info(EncounterCode.ANESTHESIA_GOES_WITH, message, tuple(sorted({*lines, *group.lines})))
    if not cases:
        why = "no case is to be built for the surgery" if surgical else "the list names a part of the spine for no other line"
        message = f"{code} is anesthesia for spine surgery; {why}, so there is no authorization here that it goes with."
        yield _info(EncounterCode.ANESTHESIA_WITHOUT_CASE, message, tuple(sorted({*lines, *surgical})))


def _named(group: Group) -> str:
    """Name a case to build as a scheduler would; its lines are the finding's."""
    where = ", ".join(each for each in (group.managed_by and group.managed_by.name, group.platform) if each)
    return f"the case for {group.program}" + (f" ({where})" if where else "")


def _info(code: EncounterCode, message: str, lines: tuple[int, ...]) -> CaseFinding:
    return CaseFinding(code=code, severity=Severity.INFO, message=message, lines=lines)


def _translated(found: spine.Finding, lines: tuple[int, ...]) -> CaseFinding:
    return CaseFinding(
        code=EncounterCode(found.code), severity=Severity(found.severity), message=found.message, lines=lines, citation=found.citation
    )
