"""Weigh evidence for what a damaged row's code may be. No evidence, no proposal; one line of evidence is one line of reason.

A description counts only when it is equal, letter by letter, to one known beside a single code; a code that a sound row or a
better proposal already claims is out, and so is one that contradicts the order of the rows around; what the damaged token may
have been, and the place in the list, are weighed beside it. Where two codes could each be meant, neither is proposed.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz

from precert import codes
from precert.facts.model import Proposal
from precert.intake import descriptor
from precert.intake.layouts.columns import words
from precert.intake.layouts.rows import SetAsideRow, SourceRow
from precert.intake.repair.confusion import is_near, originals, resembles, stripped, unmarked
from precert.intake.repair.known import Known
from precert.intake.repair.last import Last, compared
from precert.intake.repair.order import Gap, Order
from precert.intake.repair.wording import SHORTEST, Wordings

REPAIRABLE = frozenset({"blank-code", "malformed-code", "implausible-code", "code-disagrees-with-text"})
"""Why a row was set aside, when its code is what is wrong with it."""

# How far each kind of evidence goes by itself. Independent kinds are joined as 1 - product of (1 - weight).
_WEIGHTS = {
    "description": 0.9,
    "description-cut": 0.55,
    "gone": 0.6,
    "mark": 0.85,
    "misread": 0.6,
    "near": 0.5,
    "only": 0.5,
    "federal": 0.5,
    "order": 0.4,
    "open-order": 0.2,
    "implausible": 0.2,
    "known": 0.3,
}
_STANDS_ALONE = frozenset({"description", "gone", "mark"})
"""Evidence that needs no neighbour of the same kind beside it."""
_ENOUGH = 0.7
_SURE = 0.9
_MOST_CONFIDENT = 0.99
"""Nothing is certain before a person has looked."""
_MARGIN = 0.1
"""How much better the best code must be than the next."""
_ALIKE = 90.0
"""How alike (0 to 100) an add-on's description and its primary's must be."""
_LONGEST_COMPARED = 2_000


def _is_repairable(row: SetAsideRow) -> bool:
    """Whether the code is what is wrong; a star beside a code that is whole stands for no other codes, but for a footnote."""
    reason, printed = row.row.reason, row.row.printed
    return reason in REPAIRABLE or (reason == "wildcard-code" and unmarked(printed) is not None)


@dataclass(kw_only=True)
class _Claim:
    code: str
    evidence: dict[str, str]

    @property
    def confidence(self) -> float:
        doubt = 1.0
        for kind in self.evidence:
            doubt *= 1 - _WEIGHTS[kind]
        return min(round(1 - doubt, 2), _MOST_CONFIDENT)


def propose(rows: list[SourceRow | SetAsideRow], known: Known) -> list[Proposal]:
    """Return the proposals for a document's damaged codes, in document order; a row has one, or none."""
    weighing = _Weighing(rows, known)
    damaged = {at: row for at, row in enumerate(rows) if isinstance(row, SetAsideRow) and _is_repairable(row)}
    # The surest first: what they claim is closed to the others, and stands as a neighbour beside them.
    for enough in (_SURE, _ENOUGH):
        while weighing.claim(damaged, enough):
            pass
    return [_proposal(row, weighing.claims[at]) for at, row in damaged.items() if at in weighing.claims]


class _Weighing:
    def __init__(self, rows: list[SourceRow | SetAsideRow], known: Known) -> None:
        self.rows, self.known = rows, known
        self.claims: dict[int, _Claim] = {}
        self.taken = {(row.listing.program, row.listing.code) for row in rows if isinstance(row, SourceRow)}
        self.codes: dict[int, str] = {}
        self.order = Order(rows, self.codes)
        self.wordings = Wordings((row for row in rows if isinstance(row, SourceRow)), known)
        self.last = Last(known.last)
        self.compared = compared(rows, self.last) if known.last else {}
        self.primaries: dict[int, set[str]] = {}
        """What `_likest_primaries` found, by row: sound rows do not change, and comparing with all of them takes time."""

    def claim(self, damaged: dict[int, SetAsideRow], enough: float) -> bool:
        """Claim a code for each row that has one good enough; a code that two rows would claim is neither's. Return whether any was."""
        best = {at: found for at, row in damaged.items() if at not in self.claims and (found := self._best(at, row, enough))}
        wanted = Counter((damaged[at].row.program, found.code) for at, found in best.items())
        for at, found in best.items():
            program = damaged[at].row.program
            if wanted[program, found.code] == 1:
                self.claims[at], self.codes[at] = found, found.code
                self.taken.add((program, found.code))
        return any(at in self.claims for at in best)

    def _best(self, at: int, row: SetAsideRow, enough: float) -> _Claim | None:
        candidates = [_Claim(code=code, evidence=evidence) for code, evidence in self._candidates(at, row).items()]
        candidates.sort(key=lambda claim: (-claim.confidence, claim.code))
        if not candidates or candidates[0].confidence < enough:
            return None
        rival = candidates[1].confidence if len(candidates) > 1 else 0.0
        is_clear = rival < _ENOUGH and candidates[0].confidence - rival >= _MARGIN
        # A description that is a code's, letter by letter, speaks against every other code, also where that one is out.
        described = {code for code, kind, _ in self._described(row) if kind == "description"}
        return candidates[0] if is_clear and candidates[0].code in (described or {candidates[0].code}) else None

    # -- candidates and their evidence ---------------------------------------------------------------------------------

    def _candidates(self, at: int, row: SetAsideRow) -> dict[str, dict[str, str]]:
        """Return each code that something speaks for, with what does."""
        found: dict[str, dict[str, str]] = {}
        said = (*self._described(row), *self._misread(row), *self._placed(at, row), *self._gone(at, row), *self._federal(at, row))
        for code, kind, why in said:
            found.setdefault(code, {})[kind] = why
        return {code: whole for code, evidence in found.items() if (whole := self._placed_evidence(at, row, code, evidence))}

    def _placed_evidence(self, at: int, row: SetAsideRow, code: str, evidence: dict[str, str]) -> dict[str, str] | None:
        """Add what the place in the list says for a code; None when it, or a sound row, or the code book speaks against it."""
        gap = self.order.gap(at, codes.family(code))
        is_beside = codes.family(code) in self.order.kinds_beside(at)
        if not self._is_open(row, code) or (gap.is_ordered and not gap.holds(code)):
            return None
        if not is_beside and not _STANDS_ALONE & set(evidence) and not self._is_sole(row, code):
            return None
        if gap.is_ordered and is_beside:
            evidence["order" if gap.is_closed else "open-order"] = _in_order(gap)
        if self.known.has(code):
            evidence["known"] = "the code is known from another list or a federal table"
        return evidence

    def _is_sole(self, row: SetAsideRow, code: str) -> bool:
        """Whether a code is the only one known of those that the token may be."""
        return [each for each in originals(row.row.printed) if self.known.has(each)] == [code]

    def _is_open(self, row: SetAsideRow, code: str) -> bool:
        """Whether no sound row of the program and no better proposal claims the code, and the code book, if at hand, has it."""
        before = self.compared.get(row.row.program)
        is_known = self.known.may_be(code) or bool(before and before.had[code])
        return (row.row.program, code) not in self.taken and is_known

    def _described(self, row: SetAsideRow) -> list[tuple[str, str, str]]:
        before = self.last.beside(row.descriptor, row.row.program)
        if before:
            return self._described_before(row, before)
        same = self.wordings.same(row.descriptor)
        if same is None:
            return []
        kind = "description" if same.is_whole else "description-cut"
        extent = "letter by letter" if same.is_whole else "letter by letter up to where it is cut off there"
        return [(same.code, kind, f"the description is, {extent}, that of this code on the list {'; '.join(same.where)}")]

    def _described_before(self, row: SetAsideRow, before: frozenset[str]) -> list[tuple[str, str, str]]:
        """Return the one code that the last release of the list has beside this description and no other row has now."""
        free = [code for code in before if self._is_open(row, code)]
        why = "the description is, letter by letter, that of this code in the last release of the list"
        is_telling = len(descriptor.letters(row.descriptor)) >= SHORTEST or len(before) == 1
        return [(free[0], "description", why)] if len(free) == 1 and is_telling else []

    def _gone(self, at: int, row: SetAsideRow) -> list[tuple[str, str, str]]:
        """Return the one code that is gone from this place of the last release, or the one of them that the token resembles."""
        before = self.compared.get(row.row.program)
        gone = [code for code in before.gone_from(at) if self._is_open(row, code)] if before else []
        alike = [code for code in gone if resembles(row.row.printed, code)] if row.row.printed else gone
        why = "the last release of the list has this code here, and no row prints it now"
        return [(alike[0], "gone", why)] if len(alike) == 1 else []

    def _misread(self, row: SetAsideRow) -> list[tuple[str, str, str]]:
        printed = row.row.printed
        why = f"a scanner or a spreadsheet is known to print `{printed}` for it (T as 1 or 7, 0 as O, stray marks, lost zeros)"
        explains = f"it explains why `{printed}` stands where no such code can"
        whole = unmarked(printed)
        found = [(code, "misread", why) for code in sorted(originals(printed)) if code != whole] if printed else []
        if whole:
            found.append((whole, "mark", f"`{printed}` is this code but for a mark or a blank, and no character of it is in doubt"))
        if row.row.reason == "implausible-code":
            found += [(code, "implausible", explains) for code, _, _ in found]
        return found

    def _placed(self, at: int, row: SetAsideRow) -> list[tuple[str, str, str]]:
        """Return the codes that the place alone leaves, where it leaves one: all, or all that the token resembles."""
        found = []
        token = stripped(row.row.printed)
        for kind in sorted(self.order.kinds_beside(at)):
            gap = self.order.gap(at, kind)
            fitting = [code for code in gap.between() if self._is_open(row, code)] if gap.is_ordered else []
            near = [code for code in fitting if is_near(token, code)] if token else []
            if len(near) == 1:
                found.append((near[0], "near", f"the only code between its neighbours that `{row.row.printed}` resembles"))
            if len(fitting) == 1 and self.order.is_alone(at):
                found.append((fitting[0], "only", "the only code that fits between its neighbours"))
        return found

    def _federal(self, at: int, row: SetAsideRow) -> list[tuple[str, str, str]]:
        """Return the one federal add-on of the primary whose description this row's is most like, where there is one."""
        if row.row.printed or not descriptor.facts(row.descriptor).each_additional:
            return []
        if at not in self.primaries:
            self.primaries[at] = self._likest_primaries(row)
        primaries = self.primaries[at]
        add_ons = [code for code, named in sorted(self.known.add_ons.items()) if primaries.intersection(named)]
        fitting = [code for code in add_ons if self._is_open(row, code) and self.order.gap(at, codes.family(code)).holds(code)]
        likest = ", ".join(sorted(primaries))
        why = f"an add-on whose description is most like that of {likest}, and a federal add-on of it that no other row claims"
        return [(fitting[0], "federal", why)] if len(fitting) == 1 else []

    def _likest_primaries(self, row: SetAsideRow) -> set[str]:
        """The sound rows of the program, themselves no add-ons, whose descriptions are most like this one's: usually one."""
        here = _compared(row.descriptor)
        scored = [
            (fuzz.token_set_ratio(here, _compared(other.descriptor)), other.listing.code)
            for other in self.rows
            if isinstance(other, SourceRow) and other.listing.program == row.row.program and not other.listing.facts.each_additional
        ]
        best = max(scored, default=(0.0, ""))[0]
        return {code for score, code in scored if score == best} if best >= _ALIKE else set()


def _compared(text: str) -> str:
    return " ".join(words(text))[:_LONGEST_COMPARED]


def _in_order(gap: Gap) -> str:
    before = f"after {gap.before[-1]}" if gap.before else "first of its kind"
    return f"it stands in the order of the list, {before}" + (f" and before {gap.after[0]}" if gap.after else "")


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
