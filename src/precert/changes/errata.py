"""What a publisher should change in its next release: the mistakes that a list shows by itself. Pure.

Nothing here is a matter of taste: a code that no code book has, a text that stands beside two codes, two rows that say different
things. What is odd and may be meant is not among them. Words are ours; of the document, only codes, labels and places are named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from precert.facts.compile import Index
from precert.facts.model import Citation, Finding, Listing, Proposal, SetAside
from precert.facts.release import Release
from precert.requirement.answer import Outcome, Ruling
from precert.requirement.case import Case, Line
from precert.requirement.determine import determine


class Mistake(StrEnum):
    """What kind of mistake."""

    DAMAGED_CODE = "damaged-code"  # the code cell holds no code that can be right where it stands
    UNKNOWN_WORD = "unknown-word"  # a cell that should hold one of a few words holds another
    WRONG_CATEGORY = "wrong-category"  # a product or category is missing, or is called by another name than elsewhere
    ONE_TEXT_SEVERAL_CODES = "one-text-several-codes"  # the same description stands beside different codes
    TEXT_IN_WRONG_CELL = "text-in-wrong-cell"  # a text stands in the cell of another
    CONTRADICTING_ROWS = "contradicting-rows"  # rows, or a row and its section, say different things
    PRINTED_TWICE = "printed-twice"  # the same row stands there twice


_BY_FINDING = {
    "label-alias": Mistake.WRONG_CATEGORY,
    "empty-label": Mistake.WRONG_CATEGORY,
    "long-label": Mistake.TEXT_IN_WRONG_CELL,
    "notation-in-descriptor": Mistake.TEXT_IN_WRONG_CELL,
    "descriptor-in-notation": Mistake.TEXT_IN_WRONG_CELL,
    "rows-disagree": Mistake.CONTRADICTING_ROWS,
    "row-contradicts-section": Mistake.CONTRADICTING_ROWS,
    "platform-beside-cell": Mistake.CONTRADICTING_ROWS,
    "notation-beside-cell": Mistake.CONTRADICTING_ROWS,
    "called-unlisted": Mistake.CONTRADICTING_ROWS,
    "dates-disagree": Mistake.CONTRADICTING_ROWS,
    "duplicate-row": Mistake.PRINTED_TWICE,
}
"""Of the findings of a reading, those that are the publisher's mistakes; the others are the reader's difficulties."""

_BY_REASON = {
    "blank-code": (Mistake.DAMAGED_CODE, "the code cell is blank"),
    "malformed-code": (Mistake.DAMAGED_CODE, "the code cell holds no well-formed code"),
    "implausible-code": (Mistake.DAMAGED_CODE, "the code is well-formed and cannot be right where it stands"),
    "code-disagrees-with-text": (Mistake.DAMAGED_CODE, "the code and the description beside it are not of one procedure"),
    "wildcard-code": (Mistake.DAMAGED_CODE, "the code cell stands for many codes, and which they are is not printed"),
    "blank-requirement": (Mistake.UNKNOWN_WORD, "the cell that should say whether authorization is required is blank"),
    "unknown-requirement": (Mistake.UNKNOWN_WORD, "the word for whether authorization is required is used nowhere else in the list"),
    "unknown-platform": (Mistake.UNKNOWN_WORD, "the platform is none of those the list names elsewhere"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Erratum:
    """One mistake: the rows it stands in, what is printed there, what is wrong with it, and what may be meant."""

    mistake: Mistake
    codes: tuple[str, ...]
    """The codes of its rows, as printed; of a damaged code, what stands in its cell."""
    wrong: str
    meant: str | None = None
    """What may be meant, where there is evidence for it."""
    evidence: tuple[str, ...] = ()
    citations: tuple[Citation, ...]


def errata(release: Release, index: Index, day: date) -> tuple[Erratum, ...]:
    """Return the mistakes of a release, in the order of its document. `index` is the release compiled; rows are weighed on `day`."""
    found = [*_damaged(release), *_found(release), *_one_text(release.listings), *_contradicting(release, index, day)]
    return tuple(sorted(found, key=lambda each: (_place(each.citations[0]), each.mistake, each.codes)))


def _place(cited: Citation) -> tuple[str, int, str, int, int]:
    return cited.document, cited.page or 0, cited.sheet or "", cited.line or 0, cited.row or 0


def _damaged(release: Release) -> Iterator[Erratum]:
    proposals = {each.citation: each for each in release.proposals}
    for row in release.set_aside:
        if row.reason in _BY_REASON:
            yield _set_aside(row, proposals.get(row.citation))


def _set_aside(row: SetAside, proposal: Proposal | None) -> Erratum:
    mistake, wrong = _BY_REASON[row.reason]
    return Erratum(
        mistake=mistake,
        codes=(row.printed,) if row.printed else (),
        wrong=wrong,
        meant=proposal.proposed if proposal else None,
        evidence=proposal.evidence if proposal else (),
        citations=(row.citation,),
    )


def _found(release: Release) -> Iterator[Erratum]:
    at: dict[Citation, list[str]] = {}
    for listing in release.listings:  # a row may list several codes
        at.setdefault(listing.citation, []).append(listing.code)
    mistakes = [each for each in release.findings if each.code in _BY_FINDING]

    def same(finding: Finding) -> tuple[str, str]:
        return finding.code, finding.message

    for (code, message), each in groupby(sorted(mistakes, key=same), key=same):
        cited = sorted((finding.citation for finding in each), key=_place)
        yield Erratum(
            mistake=_BY_FINDING[code],
            codes=tuple(dict.fromkeys(code for each in cited for code in at.get(each, ()))),
            wrong=message,
            citations=tuple(cited),
        )


_SHORTEST = 12
"""Letters a description must have to be one code's: two scans may both be called by their three letters."""


def _one_text(listings: Iterable[Listing]) -> Iterator[Erratum]:
    """Yield each description that stands, whole, beside different codes."""
    beside: dict[str, list[Listing]] = {}
    for listing in listings:
        if listing.fingerprint and not listing.fingerprint.cut and listing.fingerprint.length >= _SHORTEST:
            beside.setdefault(f"{listing.fingerprint.length}:{listing.fingerprint.digest}", []).append(listing)
    for rows in beside.values():
        named = tuple(dict.fromkeys(row.code for row in rows))
        if len(named) > 1:
            cited = tuple(row.citation for row in rows)
            yield Erratum(
                mistake=Mistake.ONE_TEXT_SEVERAL_CODES,
                codes=named,
                wrong="the same description, letter by letter, stands beside each of these codes",
                citations=cited,
            )


def _contradicting(release: Release, index: Index, day: date) -> Iterator[Erratum]:
    """Yield each code that programs list with different requirements, no row saying when which holds (R32)."""
    programs: dict[str, set[str]] = {}
    for listing in release.listings:
        programs.setdefault(listing.code, set()).add(listing.program)
    rivals: dict[str, dict[str, Ruling]] = {}
    for code in sorted(code for code, named in programs.items() if len(named) > 1):
        (answer,) = determine(Case(plan=index.plan, date_of_service=day, lines=(Line(token=code, code=code),)), index).lines
        # a row that waits for a fact of the order, such as the segment, says itself when it holds
        if answer.ruling.conflict and not any(each.outcome.needs for each in answer.ruling.candidates):
            said = dict.fromkeys(f"{each.row.listing.program}: {_said(each.outcome)}" for each in answer.ruling.candidates)
            rivals.setdefault("; ".join(said), {})[code] = answer.ruling
    for told, of_codes in rivals.items():
        yield Erratum(
            mistake=Mistake.CONTRADICTING_ROWS,
            codes=tuple(of_codes),
            wrong=f"ordered alone, programs say different things ({told}), and no row says when which holds",
            citations=tuple(sorted((cited for ruling in of_codes.values() for cited in ruling.citations), key=_place)),
        )


def _said(outcome: Outcome) -> str:
    return ", ".join(filter(None, [outcome.requirement, outcome.platform]))
