"""The sentences of an answer: why, what was not chosen, what to look at. All ours; nothing here is the document's."""

from collections.abc import Iterable, Iterator
from datetime import date

from precert.anesthesiology.book import Book
from precert.anesthesiology.page import Says
from precert.anesthesiology.status import Inpatient, start_not_stated
from precert.anesthesiology.table import Facts, Outcome, Rule
from precert.anesthesiology.terms import LABELS, Conditions, Finding, FindingCode, Flag, Need, Severity, said

_LEAST_SPECIFIC_RANK = 10


def named(conditions: Conditions) -> str:
    """Write facts in words."""
    return ", ".join(said(name, value) for name, value in conditions)


def because(rule: Rule, outcome: Outcome, day: date) -> Iterator[str]:
    """Say why the rule decided, and what it decided."""
    if rule.when:
        more = "; no more specific rule's facts are all known" if rule.rank == _LEAST_SPECIFIC_RANK else ""
        yield f"Rule {rule.rank} decides: {named(rule.when)}{more}."
    else:
        yield f"Rule {rule.rank} decides: the facts known lead to no code, and the region is not known."
    if rule.inferred:
        yield f"Our inference: {rule.inferred}"
    if Need.EARLIER_EDITION in outcome.needs:
        yield f"Not offered for {day}: {_codes(rule)}. {_begins(rule)} What was reported before is not known here (R50)."
    elif outcome.pointers:
        yield f"None of the ten codes: the page points to {_codes(rule)}."
    elif Need.ONE_LUNG in outcome.needs:
        yield f"The code depends on {LABELS[Flag.ONE_LUNG]}, which is not known."


def _codes(rule: Rule) -> str:
    return rule.code or ", ".join(rule.pointers)


def _begins(rule: Rule) -> str:
    return rule.note or f"The page dates it from {rule.begins}."


def not_chosen(rule: Rule, facts: Facts, day: date, book: Book) -> list[tuple[str, str]]:
    """Return every other code of the table, each with why it was not chosen."""
    above = book.table.above(rule)
    others = [each for each in book.table.rules if each.code and (each is not rule or not rule.exists(day))]
    return [(each.code, _why_not(each, rule, facts, day, tried_first=each in above)) for each in others if each.code]


def _why_not(each: Rule, rule: Rule, facts: Facts, day: date, *, tried_first: bool) -> str:
    contrary, missing = each.contrary(facts), each.missing(facts)
    if not each.exists(day):
        return f"It was added on {each.begins}, after the date of service."
    if contrary:
        given = ", ".join(said(name, facts[name]) for name, _ in contrary)
        return f"It is for {named(each.when)}; given is: {given}."
    if tried_first:
        return f"Not known: {', '.join(LABELS[name] for name, _ in missing)}."
    return f"Rule {rule.rank} is tried first, and decides."


def findings(rule: Rule, lines: Iterable[int], inpatient: Inpatient | None, book: Book, day: date) -> Iterator[Finding]:
    """Yield what to look at: what is inferred, how the cited lines are printed, and how sure the inpatient status is."""
    if rule.inferred:
        yield Finding(code=FindingCode.OUR_INFERENCE, severity=Severity.INFO, message=rule.inferred)
    cited = set(lines)
    for each in book.page.findings:
        if each.code is not FindingCode.NOT_STATED and each.citation and each.citation.line in cited:
            yield each
    for code in rule.pointers:
        if book.inpatient(code, day).status and rule.exists(day):
            message = f"{code}, one of the codes pointed to, is inpatient-only on {day}."
            yield Finding(code=FindingCode.POINTER_INPATIENT_ONLY, severity=Severity.INFO, message=message)
    if inpatient and rule.code:
        yield from _status_findings(rule.code, inpatient, book, day)


def _status_findings(code: str, inpatient: Inpatient, book: Book, day: date) -> Iterator[Finding]:
    if inpatient.quarter and book.status.stale(day):
        message = f"The last CMS file held is of {book.status.edition}, more than 92 days before the date of service."
        yield Finding(code=FindingCode.STATUS_MAY_BE_STALE, severity=Severity.WARNING, message=message)
    citation = None if inpatient.quarter else start_not_stated(code, day, book.page)
    if citation:
        message = f"The page says that {code} had been inpatient-only, and not since when."
        yield Finding(code=FindingCode.NOT_STATED, severity=Severity.INFO, message=message, citation=citation)


def cited(rule: Rule, outcome: Outcome, inpatient: Inpatient | None, book: Book) -> list[int]:
    """Return the lines of the page that the answer rests on, in order."""
    page = book.page
    if rule.pointers:
        rests = [each for each in page.statements if each.codes == rule.pointers]
    elif rule.code:
        rests = page.of(rule.code)
        rests = [each for each in rests if each.says not in (Says.SECTION, Says.INPATIENT_ONLY, Says.EXPLAINS)]
    else:
        rests = [
            each
            for each in page.statements
            if each.says is Says.REQUIRES and {need.replace("-", "_") for need in outcome.needs} & dict(each.when).keys()
        ]
    found = {each.line for each in rests}
    if inpatient:
        found |= {
            each.line for each in (inpatient.citation, inpatient.disagreement and inpatient.disagreement.citation) if each and each.line
        }
    return sorted(found)
