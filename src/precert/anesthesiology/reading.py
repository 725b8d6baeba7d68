"""The grammar of the page: its prose, read into statements, with a finding wherever that is not possible.

The page is headings and paragraphs. A sentence is taken apart by clauses; a clause is a few key words with gaps, and a gap is
filled by idle words only, which are listed here and carry no fact. What no clause takes must be idle too: a sentence with
anything left over is set aside whole, as a finding, so that nothing printed is dropped and nothing is half-read.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from precert import codes
from precert.anesthesiology.page import Page, Says, Statement
from precert.anesthesiology.terms import Conditions, Finding, FindingCode, Flag, Region, Severity
from precert.facts.model import Citation

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

# Words a gap may hold, in alphabetical order: none of them turns a meaning round or names a fact.
_IDLE = (
    *("a", "an", "and", "anesthesia", "are", "as", "available", "be", "blood", "by", "code", "codes", "cord"),
    *("cpt", "current", "describe", "described", "does", "during", "for", "health", "if", "in", "ipo", "is"),
    *("mips", "need", "of", "on", "otherwise", "patient", "patients", "performed", "performing"),
    *("procedural", "procedure", "procedures", "professionals", "provider", "provides", "services"),
    *("specified", "spinal", "spine", "system", "that", "the", "there", "to", "undergoing", "vessels", "via"),
    "with",
)
_REGIONS = "|".join(Region)
_FLAGS = re.IGNORECASE | re.ASCII
_GAP = rf"(?:[\s(),]|\b(?:{'|'.join(_IDLE)})\b)*?"
_LEFT_OVER = re.compile(r"(?:[\s.,;]|\band\b)*", _FLAGS)

_SHORT = {
    " ~ ": rf"\s{_GAP}",
    " ~": _GAP,
    "SUBJECT": r"(?:(?:the )?(?:cpt )?(?:code )?(?P<subject>[0-9]{5})(?: cpt code)?|this code|the procedure|it)",
    "CODES": r"(?P<codes>(?:cpt|or|and|[\s,]|[0-9]{5})+)",
    "REGION": rf"(?P<region>{_REGIONS})",
    "DAY": r"the first of (?P<month>[a-z]+) (?P<year>[0-9]{4})",
    "YEAR": r"(?P<year>[0-9]{4})",
}
_LONG = re.compile("|".join(_SHORT))


@dataclass(frozen=True, slots=True)
class _Clause:
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Sequence[Statement] | None]


def _clause(pattern: str, read: Callable[[re.Match[str]], Sequence[Statement] | None]) -> _Clause:
    written = _LONG.sub(lambda short: _SHORT[short[0]], pattern)
    return _Clause(re.compile(written, _FLAGS), read)


# -- what a clause says ----------------------------------------------------------------------------------------------------


def _say(says: Says, **members: object) -> Statement:
    """Return a statement whose code and line are still to be filled in."""
    return replace(Statement(code="", says=says, line=0), **members)  # type: ignore[arg-type]


def _fixed(*statements: Statement) -> Callable[[re.Match[str]], Sequence[Statement]]:
    return lambda _: statements


def _requires(flag: Flag) -> Callable[[re.Match[str]], Sequence[Statement]]:
    return _fixed(_say(Says.REQUIRES, when=((flag, True),)))


def _includes(what: str) -> Callable[[re.Match[str]], Sequence[Statement]]:
    return _fixed(_say(Says.INCLUDES, what=what))


def _regions(text: str) -> tuple[Region, ...]:
    return tuple(each for each in Region if each in text.lower())


def _in_region(found: re.Match[str]) -> Sequence[Statement]:
    return (_say(Says.REGION, regions=_regions(found["region"])),)


def _closed(found: re.Match[str]) -> Sequence[Statement]:
    return _say(Says.REQUIRES, when=((Flag.CLOSED_OR_MANIPULATION, True),)), _say(Says.REGION, regions=_regions(found["regions"]))


def _least_specific(found: re.Match[str]) -> Sequence[Statement]:
    named = _regions(f"{found['region']} {found['also']}")
    return (_say(Says.LEAST_SPECIFIC), *((_say(Says.REGION, regions=named),) if named else ()))


def _one_lung(found: re.Match[str]) -> Conditions:
    return ((Flag.ONE_LUNG, not found["not"]),)


def _only_one_lung(found: re.Match[str]) -> Sequence[Statement]:
    return (_say(Says.REQUIRES, when=_one_lung(found)),)


def _instead_one_lung(found: re.Match[str]) -> Sequence[Statement]:
    return (_say(Says.USE_INSTEAD, when=_one_lung(found), codes=(found["use"],)),)


def _excluded(flag: Flag) -> Callable[[re.Match[str]], Sequence[Statement]]:
    return lambda found: (_say(Says.USE_INSTEAD, when=((flag, True),), codes=tuple(codes.mentioned(found["codes"] or ""))),)


def _sympathectomy(found: re.Match[str]) -> Sequence[Statement]:
    statements = [_say(Says.REQUIRES, when=((Flag.SYMPATHECTOMY, True),))]
    if found["use"]:
        statements.append(_say(Says.USE_INSTEAD, when=((Flag.SYMPATHECTOMY, False),), codes=(found["use"],)))
    return statements


def _listed(found: re.Match[str]) -> Sequence[Statement]:
    return (_say(Says.INPATIENT_ONLY, on=True, since=found["year"]),)


def _off_and_on(found: re.Match[str]) -> Sequence[Statement]:
    return _say(Says.INPATIENT_ONLY, on=False, since=found["off"]), _say(Says.INPATIENT_ONLY, on=True, since=found["year"])


def _off(found: re.Match[str]) -> Sequence[Statement]:
    return _say(Says.INPATIENT_ONLY, on=True), _say(Says.INPATIENT_ONLY, on=False, since=found["year"])


def _day(found: re.Match[str]) -> str | None:
    """Return the printed day; None when the month is none."""
    month = found["month"].lower()
    return date(int(found["year"]), MONTHS.index(month) + 1, 1).isoformat() if month in MONTHS else None


def _since(says: Says) -> Callable[[re.Match[str]], Sequence[Statement] | None]:
    def read_day(found: re.Match[str]) -> Sequence[Statement] | None:
        day = _day(found)
        return (_say(says, since=day),) if day else None

    return read_day


def _changed_in(found: re.Match[str]) -> Sequence[Statement]:
    return (_say(Says.CHANGED, since=found["year"]),)


def _covers(found: re.Match[str]) -> Sequence[Statement]:
    return (_say(Says.COVERS, codes=(found["low"], found["high"])),)


_BILLED = r"SUBJECT can be (?:billed|reported) ~ anesthesia services ~"
_LUNG = r"one lung ventilation is (?P<not>not )?utilized"

_CLAUSES = (
    _clause(r"^cpt (?P<low>[0-9]{5}) \W cpt (?P<high>[0-9]{5}) \([a-z ]+\)", _covers),
    _clause(r"^official descriptions ~ billing guidelines ~\.?$", _fixed(_say(Says.EXPLAINS, what="page"))),
    _clause(r"^(?P<subject>[0-9]{5}) CPT Code Description:", _fixed()),
    # for which procedures
    _clause(
        rf"{_BILLED} manipulate the spine or ~ closed procedure on the;(?P<regions>(?:[-;,\s]|\b(?:or|the|spine|{_REGIONS})\b)+)",
        _closed,
    ),
    _clause(rf"{_BILLED} extensive ~ procedures", _requires(Flag.EXTENSIVE)),
    _clause(rf"{_BILLED} procedures ~ REGION (?:spine|region)(?: and spinal cord)?", _in_region),
    _clause(
        rf"(?:only )?report SUBJECT (?:only )?if ~(?:REGION spine ~)?\b(?:not|no) ~(?:more )+specif(?:ic)? ~"
        rf"(?:(?P<also>{_REGIONS}) region)?\.?$",
        _least_specific,
    ),
    _clause(r"report SUBJECT only if ~ in a sitting position", _requires(Flag.SITTING)),
    _clause(r"SUBJECT is performed ~ anterior transthoracic approach", _requires(Flag.ANTERIOR_TRANSTHORACIC)),
    _clause(rf"only report SUBJECT if {_LUNG}", _only_one_lung),
    _clause(
        r"SUBJECT can only be billed if lumbar sympathectomy ~ included ~(?:\.\s+if not ~, use cpt (?P<use>[0-9]{5}) instead|\.?$)",
        _sympathectomy,
    ),
    # what to report instead
    _clause(rf"use cpt (?P<use>[0-9]{{5}}) instead of SUBJECT if {_LUNG}", _instead_one_lung),
    _clause(r"don\Wt report SUBJECT for percutaneous image guided ~(?:\.\s+instead, use CODES|\.?$)", _excluded(Flag.IMAGE_GUIDED)),
    _clause(
        r"don\Wt report SUBJECT for ~ thoracotomy procedures other than spinal(?:\.\s+report CODES instead)?",
        _excluded(Flag.NON_SPINAL_THORACOTOMY),
    ),
    # what is not billed apart
    _clause(r"therapeutic or diagnostic lumbar puncture is included in SUBJECT ~ not ~ billed separately", _includes("lumbar puncture")),
    _clause(r"SUBJECT includes spinal instrumentation which ~ not ~ billed separately", _includes("instrumentation")),
    _clause(r"vascular procedures ~ included as well", _includes("vascular procedures")),
    _clause(
        r"spinal instrumentation is performed ~ aim ~ stab[ai]li[sz]e ~ plates and screws",
        _fixed(_say(Says.EXPLAINS, what="instrumentation")),
    ),
    # inpatient-only
    _clause(r"SUBJECT is an inpatient only ~ and was added to the (?:IPO )?list in YEAR", _listed),
    _clause(r"SUBJECT was temporar(?:y|ily) removed in (?P<off>[0-9]{4}) and added back ~ list in YEAR", _off_and_on),
    _clause(r"SUBJECT was temporar(?:y|ily) on the IPO \W+inpatient\W+only\W+list but (?:was )?taken off in YEAR", _off),
    # the program, and the dates
    _clause(r"SUBJECT is part of the merit.based incentive payment ~ program", _fixed(_say(Says.IN_MIPS, on=True))),
    _clause(r"(?:SUBJECT )?was (?:added|introduced) ~ terminology ~ on DAY", _since(Says.ADDED)),
    _clause(r"on DAY SUBJECT was added to current ~ terminology(?: \(CPT\))?", _since(Says.ADDED)),
    _clause(r"(?:the description was )?updated on DAY(?: to the most current version)?", _since(Says.CHANGED)),
    _clause(
        r"(?:(?:the )?(?:code )?description(?: of this code)?|SUBJECT) (?:has|is) never (?:been )?(?:changed|updated)(?: since)?",
        _fixed(_say(Says.CHANGED)),
    ),
    _clause(r"the description of this code is changed in YEAR", _changed_in),
)

# -- from paragraphs to statements -----------------------------------------------------------------------------------------

_HEADING = re.compile(r"CPT Code (?P<code>[0-9]{5})", _FLAGS)
# A sentence that says what to use instead belongs to the one before it.
_SENTENCE = re.compile(r"(?<=\.)\s+(?!Instead\b|If\b|[^.]*\binstead\.)(?=[A-Z0-9])")


def read(document: Citation, known_at: date, paragraphs: Iterable[tuple[str, int]]) -> Page:
    """Read a document's paragraphs, each with its line, into a page."""
    said = _Said()
    for text, line in _joined(paragraphs):
        said.paragraph(text, line)
    statements = tuple(said.statements)
    page = Page(document, known_at, statements, ())
    found = sorted((*said.findings, *_contradictions(statements), *_left_out(page)), key=lambda each: each[1])
    findings = tuple(
        Finding(code=code, severity=severity, message=message, citation=page.cite(line)) for (code, severity, message), line in found
    )
    return Page(document, known_at, statements, findings)


def _joined(paragraphs: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Join the items of a list to the paragraph that opens it."""
    held: tuple[str, int] | None = None
    for text, line in paragraphs:
        if held and text.startswith("- "):
            held = f"{held[0]} {text}", held[1]
            continue
        if held:
            yield held
        held = text, line
    if held:
        yield held


_Found = tuple[tuple[FindingCode, Severity, str], int]


class _Said:
    """What has been said so far: in which section we are, and whom `it` means."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.findings: list[_Found] = []
        self.section = ""
        self.subject = ""

    def paragraph(self, text: str, line: int) -> None:
        heading = _HEADING.fullmatch(text)
        if heading:
            self.section = heading["code"]
            self.statements.append(Statement(code=self.section, says=Says.SECTION, line=line))
            return
        self.subject = self.section
        for sentence in _SENTENCE.split(text):
            self._sentence(sentence, line)

    def _sentence(self, sentence: str, line: int) -> None:
        said, named, rest = _take(sentence)
        subject = next(iter(named), self.subject)
        if len(named) > 1 or not _LEFT_OVER.fullmatch(rest) or not (subject or _NO_SUBJECT.issuperset(each.says for each in said)):
            self._find(FindingCode.UNKNOWN_SENTENCE, f"A sentence in the section of {self.section or 'no code'} is not understood.", line)
            return
        self.subject = subject
        self.statements += [replace(each, code=subject, line=line) for each in said]
        if subject != self.section:
            self._find(FindingCode.WRONG_SECTION, f"What is printed here about {subject} stands in the section of {self.section}.", line)

    def _find(self, code: FindingCode, message: str, line: int) -> None:
        self.findings.append(((code, Severity.WARNING, message), line))


_NO_SUBJECT = {Says.COVERS, Says.EXPLAINS}


def _take(sentence: str) -> tuple[list[Statement], set[str], str]:
    """Return what a sentence's clauses say, the codes it says it of, and what is left over."""
    said: list[Statement] = []
    named: set[str] = set()
    for clause in _CLAUSES:
        found = clause.pattern.search(sentence)
        told = clause.read(found) if found else None
        if found and told is not None:
            said += told
            named |= {found.groupdict().get("subject") or ""}
            sentence = f"{sentence[: found.start()]} {sentence[found.end() :]}"
    return said, named - {""}, sentence


# -- what the page contradicts, and what it leaves out ---------------------------------------------------------------------

_ONCE = (Says.SECTION, Says.REGION, Says.IN_MIPS, Says.ADDED, Says.CHANGED, Says.REQUIRES)


def _topic(each: Statement) -> tuple[str, str, str]:
    """Return what two statements must not disagree about."""
    return each.code, each.says, each.when[0][0] if each.when else ""


def _contradictions(statements: Iterable[Statement]) -> Iterator[_Found]:
    once = sorted((each for each in statements if each.says in _ONCE), key=_topic)
    for (code, says, _), group in groupby(once, key=_topic):
        first, *others = group
        for each in others:
            if says == Says.SECTION or replace(each, line=first.line) != first:
                message = f"What is printed here about {code} ({says}) contradicts line {first.line}, which stands."
                yield (FindingCode.CONTRADICTS_ITSELF, Severity.WARNING, message), each.line


def _left_out(page: Page) -> Iterator[_Found]:
    for code in page.codes:
        heading = page.of(code, Says.SECTION)[0].line
        added, changed = page.first(code, Says.ADDED), page.first(code, Says.CHANGED)
        if not page.of(code, Says.REGION, Says.REQUIRES):
            yield _not_stated(f"The page does not say for which procedures {code} is."), heading
        if not added:
            yield _not_stated(f"The page does not say when {code} was added."), heading
        if not changed:
            yield _not_stated(f"The page does not say whether the wording of {code} ever changed."), (added.line if added else heading)
        elif changed.since and len(changed.since) == len("2001"):
            yield _not_stated(f"The page gives only the year in which the wording of {code} changed."), changed.line
        for each in page.of(code, Says.INPATIENT_ONLY):
            if each.since is None:
                yield _not_stated(f"The page does not say since when {code} had been on the inpatient-only list."), each.line

    in_mips = [each for each in page.statements if each.says is Says.IN_MIPS]
    if in_mips:
        named = ", ".join(each.code for each in in_mips)
        yield _not_stated(f"The page does not say since or until when these are in MIPS: {named}."), in_mips[0].line


def _not_stated(message: str) -> tuple[FindingCode, Severity, str]:
    return FindingCode.NOT_STATED, Severity.INFO, message
