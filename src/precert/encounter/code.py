"""What is known of one code beside the lists, without an order and without a date: when it was in force, when inpatient-only."""

from dataclasses import dataclass

from precert.anesthesiology.book import Book as SpineBook
from precert.anesthesiology.page import Says
from precert.anesthesiology.status import INPATIENT_ONLY
from precert.edits.book import Book
from precert.facts.model import Citation, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From a quarter, or by the page from a year, a code is inpatient-only or is not. `since` None: the page says "earlier"."""

    since: str | None
    status: bool | None
    """None: CMS's file does not hold the code."""
    source: str
    """opps (CMS's quarterly files) or page (the page about spine anesthesia)."""
    citation: Citation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The federal facts of one code. A day is None where no table at hand prints one."""

    added: str | None
    last: str | None
    first_file: str | None
    """The first of CMS's outpatient files that holds the code, where not all of them do."""
    gone_since: str | None
    """The first of these files that no longer does."""
    inpatient_only: tuple[Period, ...]
    references: tuple[Reference, ...]
    """What says so: none where nothing is known."""


def known(code: str, edits: Book, spine: SpineBook) -> Known:
    """Return what is known of a code."""
    added, last = edits.hcpcs.codes.get(code, (None, None))
    first, gone = edits.opps.codes.get(code, (None, None))
    periods = (*_by_quarter(code, spine), *_by_page(code, spine))
    told = (
        (added or last, edits.hcpcs.reference),
        (first or gone, edits.opps.reference),
        (any(each.source == "opps" for each in periods), spine.status.reference),
        (any(each.source == "page" for each in periods), spine.page.reference),
    )
    return Known(
        added=added,
        last=last,
        first_file=first,
        gone_since=gone,
        inpatient_only=periods,
        references=tuple(reference for says, reference in told if says),
    )


def _by_quarter(code: str, spine: SpineBook) -> list[Period]:
    """Join the quarters of one answer: a code that moves from one payable status to another stays not inpatient-only."""
    found: list[Period] = []
    for quarter, letter in spine.status.codes.get(code, ()):
        status = letter == INPATIENT_ONLY if letter else None
        if not found or found[-1].status != status:
            found.append(Period(since=quarter, status=status, source="opps"))
    return found


def _by_page(code: str, spine: SpineBook) -> list[Period]:
    stated = spine.page.of(code, Says.INPATIENT_ONLY)
    return [Period(since=each.since, status=each.on, source="page", citation=spine.page.cite(each.line)) for each in stated]
