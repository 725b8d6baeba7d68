"""Weigh evidence for what a damaged row's code may be. No evidence, no proposal; one line of evidence is one line of reason.

A descriptor match alone is a trap: the row above and the row below often read almost alike. So a description counts only when
it is equal, letter by letter, to one known under a single code; a code that a sound row or a better proposal already claims is
out; and the printed token, where there is one, must be explained. Evidence that stands alone must be strong: what a scanner
may have done to a token needs the order of the list beside it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from precert import codes
from precert.facts.model import Fingerprint, Proposal
from precert.intake import descriptor
from precert.intake.layouts.columns import words
from precert.intake.layouts.rows import SetAsideRow, SourceRow
from precert.intake.repair.confusion import originals

# How far each kind of evidence goes by itself. Independent kinds are joined as 1 - product of (1 - weight).
_WEIGHTS = {"description": 0.9, "confusion": 0.6, "order": 0.4, "federal": 0.5, "known": 0.3}
_ENOUGH = 0.7
_ALIKE = 90.0
"""How alike (0 to 100) an add-on's description and its primary's must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownText:
    """A description known elsewhere, as its digest, with the code it stands beside and the list."""

    code: str
    fingerprint: Fingerprint
    list: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known beside the document itself: other lists' descriptions and codes, and federal add-on pairs."""

    texts: tuple[KnownText, ...] = ()
    codes: frozenset[str] = frozenset()
    add_ons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Federal add-on code -> primaries."""


@dataclass(kw_only=True)
class _Claim:
    code: str
    evidence: dict[str, str]

    @property
    def confidence(self) -> float:
        doubt = 1.0
        for kind in self.evidence:
            doubt *= 1 - _WEIGHTS[kind]
        return round(1 - doubt, 2)


def propose(rows: list[SourceRow | SetAsideRow], known: Known) -> list[Proposal]:
    """Return the proposals for a document's set-aside rows, best first for each row, rows in document order."""
    weighing = _Weighing(rows, known)
    for gather in (weighing.by_description, weighing.by_confusion, weighing.by_federal_pair):
        for at, row in enumerate(rows):
            if isinstance(row, SetAsideRow) and at not in weighing.claimed:
                gather(at, row)
    return [_proposal(row, weighing.claimed[at]) for at, row in enumerate(rows) if isinstance(row, SetAsideRow) and at in weighing.claimed]


class _Weighing:
    def __init__(self, rows: list[SourceRow | SetAsideRow], known: Known) -> None:
        self.rows, self.known = rows, known
        self.claimed: dict[int, _Claim] = {}
        self.listed = {(row.listing.program, row.listing.code) for row in rows if isinstance(row, SourceRow)}
        self.by_letters: dict[tuple[int, str], set[KnownText]] = {}
        for text in known.texts:
            self.by_letters.setdefault((text.fingerprint.length, text.fingerprint.digest), set()).add(text)
        self.lengths = sorted({(text.fingerprint.length, text.fingerprint.cut) for text in known.texts})

    # -- the three ways to a code, strongest first ---------------------------------------------------------------------

    def by_description(self, at: int, row: SetAsideRow) -> None:
        found = self._same_description(row.descriptor)
        named = {text.code for text in found}
        if len(named) == 1:
            lists = ", ".join(sorted({text.list for text in found}))
            evidence = {"description": f"the description is, letter by letter, that of this code on the list {lists}"}
            self._claim(at, row, next(iter(named)), evidence)

    def by_confusion(self, at: int, row: SetAsideRow) -> None:
        fitting = [code for code in sorted(originals(row.row.printed)) if self._in_order(at, code)]
        if len(fitting) == 1:
            evidence = {"confusion": f"a scanner is known to print `{row.row.printed}` for it (T as 1 or 7, 0 as O, stray marks)"}
            self._claim(at, row, fitting[0], evidence)

    def by_federal_pair(self, at: int, row: SetAsideRow) -> None:
        if row.row.printed or not descriptor.facts(row.descriptor).each_additional:
            return
        primary = self._likest_primary(row)
        addons = [code for code, primaries in sorted(self.known.add_ons.items()) if primary in primaries and self._open(at, row, code)]
        fitting = [code for code in addons if self._in_order(at, code)]
        if primary and len(fitting) == 1:
            message = f"an add-on whose description is most like that of {primary}, and a federal add-on of it that no other row claims"
            self._claim(at, row, fitting[0], {"federal": message})

    # -- evidence ------------------------------------------------------------------------------------------------------

    def _claim(self, at: int, row: SetAsideRow, code: str, evidence: dict[str, str]) -> None:
        if not self._open(at, row, code):
            return
        if self._in_order(at, code):
            evidence["order"] = self._order(at, code)
        elif "description" not in evidence:
            return
        if code in self.known.codes or code in self.known.add_ons:
            evidence["known"] = "the code is known from another list or a federal table"
        claim = _Claim(code=code, evidence=evidence)
        if claim.confidence >= _ENOUGH:
            self.claimed[at] = claim

    def _open(self, at: int, row: SetAsideRow, code: str) -> bool:
        """Whether no sound row of the program, and no better proposal, claims the code."""
        taken = (row.row.program, code) in self.listed or any(claim.code == code for where, claim in self.claimed.items() if where != at)
        return not taken

    def _same_description(self, text: str) -> set[KnownText]:
        """The known descriptions equal to this one; where a document cut one off, equal up to there."""
        letters = descriptor.letters(text)
        found: set[KnownText] = set()
        for length, cut in self.lengths:
            if length == len(letters) or (cut and length < len(letters)):
                same = self.by_letters.get((length, descriptor.digest(letters[:length])), set())
                found |= {each for each in same if each.fingerprint.cut is cut or length == len(letters)}
        return found

    def _likest_primary(self, row: SetAsideRow) -> str | None:
        """The sound row, itself no add-on, whose description is most like this one's."""
        here = " ".join(words(row.descriptor))
        scored = [
            (fuzz.token_set_ratio(here, " ".join(words(other.descriptor))), other.listing.code)
            for other in self.rows
            if isinstance(other, SourceRow) and other.listing.program == row.row.program and not other.listing.facts.each_additional
        ]
        best = max(scored, default=(0.0, ""))
        return best[1] if best[0] >= _ALIKE else None

    def _neighbours(self, at: int, code: str) -> tuple[str | None, str | None]:
        """The nearest codes of the same kind before and after, sound or claimed, in this program."""
        return self._nearest(range(at - 1, -1, -1), at, code), self._nearest(range(at + 1, len(self.rows)), at, code)

    def _nearest(self, places: Iterable[int], at: int, code: str) -> str | None:
        here = self.rows[at]
        program = here.row.program if isinstance(here, SetAsideRow) else here.listing.program
        for place in places:
            row = self.rows[place]
            if isinstance(row, SourceRow):
                found, where = row.listing.code, row.listing.program
            elif place in self.claimed:
                found, where = self.claimed[place].code, row.row.program
            else:
                continue
            if where == program and codes.family(found) == codes.family(code):
                return found
        return None

    def _in_order(self, at: int, code: str) -> bool:
        before, after = self._neighbours(at, code)
        rises = before is None or codes.number(before) < codes.number(code)
        falls = after is None or codes.number(code) < codes.number(after)
        return rises and falls and (before or after) is not None

    def _order(self, at: int, code: str) -> str:
        before, after = self._neighbours(at, code)
        return f"it stands in the order of the list, {f'after {before}' if before else 'first of its kind'}" + (
            f" and before {after}" if after else ""
        )


def _proposal(row: SetAsideRow, claim: _Claim) -> Proposal:
    citation = row.row.citation
    seed = f"{citation.sha256}:{citation.line}:{citation.page}:{citation.sheet}:{citation.row}:{row.row.printed}:{claim.code}"
    return Proposal(
        id=hashlib.sha256(seed.encode()).hexdigest()[:12],
        printed=row.row.printed,
        proposed=claim.code,
        confidence=claim.confidence,
        evidence=tuple(claim.evidence.values()),
        status="open",
        citation=citation,
    )
