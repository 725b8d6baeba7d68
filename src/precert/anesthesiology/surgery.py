"""From the surgeon's codes to the anesthesia, and where the two contradict each other (R52, R53).

A surgical code implies a region where what a list says of it names one. Nothing else is concluded: an anterior approach is
not yet transthoracic, a percutaneous one not yet image-guided, and nothing tells how a patient is placed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from precert import codes
from precert.anesthesiology.book import Book
from precert.anesthesiology.page import Says
from precert.anesthesiology.terms import LABELS, REGION, Finding, FindingCode, Flag, QuestionError, Region, Severity
from precert.facts.model import Facts

Surgery = Mapping[str, Facts | None]
"""Surgical codes, each with what the lists say of it; None when no list names it."""

# An approach hints at a fact that the list does not state, in one region or (None) in any.
_HINTS = (("anterior", Region.THORACIC, Flag.ANTERIOR_TRANSTHORACIC), ("percutaneous", None, Flag.IMAGE_GUIDED))

# CMS place-of-service codes where no patient is an inpatient: office, off-campus hospital, urgent care, on-campus outpatient
# hospital, emergency room, ambulatory surgery center, independent and federal clinics, outpatient rehabilitation, public clinics.
OUTPATIENT = frozenset({"11", "19", "20", "22", "23", "24", "49", "50", "62", "71", "72"})


@dataclass(frozen=True, slots=True)
class Implied:
    """What the surgical codes imply: each region with the codes that name it, and what is to be looked at."""

    regions: Mapping[Region, tuple[str, ...]]
    findings: tuple[Finding, ...]

    def because(self, region: Region) -> str:
        """Say why a region is considered."""
        named = self.regions[region]
        return f"The lists name the {region} spine for {', '.join(named)} (R52)."


def implied(surgery: Surgery, facts: Mapping[str, str | bool]) -> Implied:
    """Return what surgical codes imply beside the facts already known. Raises QuestionError `bad-code`."""
    read = {_code(token): surgery[token] for token in sorted(surgery)}
    regions = {region: tuple(code for code, of in read.items() if of and region in of.regions) for region in Region}
    named = {region: of for region, of in regions.items() if of}
    findings = [found for code, of in read.items() for found in (_silent(code, of), *_hints(code, of, facts)) if found]
    given = facts.get(REGION)
    if given is not None and named and given not in named:
        message = f"The region given is {given}; the surgical codes name {' and '.join(named)}."
        findings.append(_finding(FindingCode.SURGERY_NAMES_ANOTHER_REGION, message, Severity.WARNING))
    return Implied(named, tuple(findings))


def together(facts: Sequence[Facts]) -> Facts:
    """Put together what several rows say of one code: every region, and the approach they agree on."""
    approaches = {each.approach for each in facts if each.approach}
    return Facts(
        regions=tuple(dict.fromkeys(region for each in facts for region in each.regions)),
        approach=approaches.pop() if len(approaches) == 1 else None,
    )


def _code(token: str) -> str:
    code = codes.parse(token)
    if code is None:
        raise QuestionError("bad-code", f"`{token}` is not a well-formed code; codes look like 22551")
    return code


def _finding(code: FindingCode, message: str, severity: Severity = Severity.INFO) -> Finding:
    return Finding(code=code, severity=severity, message=message)


def _silent(code: str, of: Facts | None) -> Finding | None:
    """Say why a code implies no region."""
    if of is None:
        return _finding(FindingCode.SURGERY_NOT_LISTED, f"No list held here names {code}, so nothing is known of its region.")
    if not of.regions:
        return _finding(FindingCode.SURGERY_NAMES_NO_REGION, f"The lists name no region for {code}.")
    if not set(of.regions) & set(Region):
        message = f"The lists name {' and '.join(of.regions)} for {code}: none of {', '.join(Region)}."
        return _finding(FindingCode.SURGERY_OUTSIDE_REGIONS, message)
    return None


def _hints(code: str, of: Facts | None, facts: Mapping[str, str | bool]) -> Iterable[Finding]:
    """Name the facts to ask for that an approach hints at."""
    for approach, region, flag in _HINTS:
        if of and of.approach == approach and flag not in facts and (region is None or region in of.regions):
            message = f"The lists name the approach of {code} {approach}; that does not say: {LABELS[flag]}. Ask."
            yield _finding(FindingCode.APPROACH_IS_NO_FACT, message)


# -- beside a surgical case (R53) ------------------------------------------------------------------------------------------


def region_mismatch(anesthesia_code: str, regions: Iterable[str], *, book: Book) -> Finding | None:
    """Return a finding when an anesthesia code is for one region and the surgery is in others only; None otherwise.

    A code for no region, or for all three, contradicts none; nor does a surgery whose regions are none of the three.
    """
    told = book.page.first(anesthesia_code, Says.REGION)
    surgical = [region for region in Region if region in set(regions)]
    if told is None or not surgical or set(told.regions) & set(surgical):
        return None
    message = f"{anesthesia_code} is for the {told.regions[0]} spine; the surgery is {' and '.join(surgical)}."
    citation = book.page.cite(told.line)
    return Finding(code=FindingCode.ANESTHESIA_REGION_MISMATCH, severity=Severity.WARNING, message=message, citation=citation)


def inpatient_outpatient(code: str, place_of_service: str | None, day: date, *, book: Book) -> Finding | None:
    """Return a finding when a code is inpatient-only on the day and the place of service is an outpatient one; None otherwise."""
    if place_of_service not in OUTPATIENT:
        return None
    told = book.inpatient(code, day)
    if not told.status:
        return None
    evidence = f"CMS's file of {told.quarter}" if told.quarter else "the page"
    message = f"{code} is inpatient-only on {day} by {evidence}; place of service {place_of_service} is an outpatient one."
    return Finding(code=FindingCode.INPATIENT_ONLY_OUTPATIENT, severity=Severity.WARNING, message=message, citation=told.citation)
