"""The answer and its one JSON shape (contract.md, "Anesthesia").

`anesthesia` reads the question, finds the rule that decides, and goes from the surgeon's codes to one candidate a region. What
an answer says beyond its code is put together when it is asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is the contract's name for a parameter
from functools import cached_property
from typing import Any

from precert.anesthesiology import explain, question, surgery
from precert.anesthesiology.book import Book
from precert.anesthesiology.page import Says, Statement
from precert.anesthesiology.question import Question
from precert.anesthesiology.shelf import bundled_book
from precert.anesthesiology.status import Inpatient
from precert.anesthesiology.table import Outcome, Rule
from precert.anesthesiology.terms import DISCLAIMER, REGION, Finding, Flag, Need
from precert.facts.model import Citation

SCHEMA = "precert.anesthesia/1"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which code the facts lead to on the date of service: exactly one of `code`, `pointers` (codes elsewhere), `needs`.

    Equal questions of equal books give equal JSON (R42).
    """

    question: Question
    book: Book
    rule: Rule
    outcome: Outcome
    beside: tuple[str, ...] = ()
    """Reasons from the surgery."""
    noted: tuple[Finding, ...] = ()
    """Findings from the surgery."""
    candidates: tuple["Choice", ...] = ()
    """One for each region that the surgery names."""

    @property
    def code(self) -> str | None:
        """The code, or None."""
        return self.outcome.code

    @property
    def pointers(self) -> tuple[str, ...]:
        """The codes elsewhere, one of which is to be used; none when there is a code."""
        return self.outcome.pointers

    @property
    def needs(self) -> tuple[Need, ...]:
        """What is missing for a code."""
        return self.outcome.needs

    @cached_property
    def inpatient(self) -> Inpatient | None:
        """Whether the code is inpatient-only on the day (R51); None when there is no code."""
        return self.book.inpatient(self.code, self.question.day) if self.code else None

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """The lines of the page that the answer rests on."""
        return tuple(explain.cited(self.rule, self.outcome, self.inpatient, self.book))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What to look at."""
        return (*explain.findings(self.rule, self.lines, self.inpatient, self.book, self.question.day), *self.noted)

    @cached_property
    def because(self) -> tuple[str, ...]:
        """Why, in our words."""
        return (*self.beside, *explain.because(self.rule, self.outcome, self.question.day))

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as a new dictionary in the shape of contract.md."""
        return {
            "schema": SCHEMA,
            "date_of_service": self.question.day.isoformat(),
            "facts": dict(self.question.facts),
            "code": self.code,
            "pointers": list(self.pointers),
            "needs": [str(each) for each in self.needs],
            "because": list(self.because),
            "would_change": self._would_change(),
            "not_chosen": [
                {"code": code, "why": why} for code, why in explain.not_chosen(self.rule, self.question.facts, self.question.day, self.book)
            ],
            "included": [each.what for each in self._stated(Says.INCLUDES)],
            "do_not_report": [self._exclusion(each) for each in self._exclusions()],
            "inpatient_only": _inpatient(self.inpatient),
            "mips": {"in_program": True, "as_of": None} if self._stated(Says.IN_MIPS) else None,
            **self._dates(),
            "candidates": [each.to_dict() for each in self.candidates],
            "citations": [citation(self.book.page.cite(line)) for line in self.lines],
            "findings": [_finding(each) for each in self.findings],
            "references": [{"name": each.name, "edition": each.edition, "id": each.id} for each in self.book.references],
            "disclaimer": DISCLAIMER,
        }

    def __repr__(self) -> str:
        told = self.code or ", ".join(self.pointers or self.needs)
        return f"<Choice for {self.question.day}: {told}>"

    def _stated(self, says: Says) -> list[Statement]:
        return self.book.page.of(self.code, says) if self.code else []

    def _exclusions(self) -> Iterable[Statement]:
        """Yield what the page says not to report: beside the code, or in place of the codes pointed to."""
        if self.code:
            return self._stated(Says.USE_INSTEAD)
        return [each for each in self.book.page.statements if each.says is Says.USE_INSTEAD and each.codes == self.pointers]

    def _exclusion(self, each: Statement) -> dict[str, Any]:
        return {"code": each.code, "when": dict(each.when), "use": list(each.codes), "citation": citation(self.book.page.cite(each.line))}

    def _would_change(self) -> list[dict[str, Any]]:
        """Return every rule tried before that only unknown facts keep open, and what it would answer."""
        facts, day = self.question.facts, self.question.day
        open_rules = ((each.missing(facts), each.outcome(day)) for each in self.book.table.open(self.rule, facts))
        return [
            {"facts": dict(missing), "code": of.code, "pointers": list(of.pointers), "needs": [str(need) for need in of.needs]}
            for missing, of in open_rules
        ]

    def _dates(self) -> dict[str, str | None]:
        """Return when the code was added and last changed; a note says why there is no change."""
        if not self.code:
            return {"added": None, "changed": None, "changed_note": None}
        added, changed = self.book.page.first(self.code, Says.ADDED), self.book.page.first(self.code, Says.CHANGED)
        since = changed.since if changed else None
        note = None if since else "never" if changed else "not-stated"
        return {"added": added.since if added else None, "changed": since, "changed_note": note}


def _inpatient(told: Inpatient | None) -> dict[str, Any] | None:
    if told is None:
        return None
    differs = told.disagreement
    disagreement = {"page": differs.page, "opps": differs.opps, "citation": citation(differs.citation)} if differs else None
    return {"status": told.status, "source": told.source, "quarter": told.quarter, "disagreement": disagreement}


def _finding(each: Finding) -> dict[str, Any]:
    cited = citation(each.citation) if each.citation else None
    return {"code": str(each.code), "severity": str(each.severity), "message": each.message, "citation": cited}


def citation(each: Citation) -> dict[str, Any]:
    """Return a citation's JSON members."""
    return {"document": each.document, "sha256": each.sha256, "line": each.line}


# -- asking ----------------------------------------------------------------------------------------------------------------


def anesthesia(  # noqa: PLR0913 - the contract's parameters
    *,
    date: str | Day,
    region: str | None = None,
    sitting: bool | None = None,
    anterior_transthoracic: bool | None = None,
    one_lung: bool | None = None,
    sympathectomy: bool | None = None,
    lumbar_puncture: bool | None = None,
    closed_or_manipulation: bool | None = None,
    extensive: bool | None = None,
    image_guided: bool | None = None,
    non_spinal_thoracotomy: bool | None = None,
    surgery: "surgery.Surgery | None" = None,
    book: Book | None = None,
) -> Choice:
    """Choose the spine anesthesia code for a date of service. A fact is true, false, or None: not known.

    `surgery` holds the surgeon's codes with what the lists say of each (R52): every region they name gives a candidate, and
    where no region is given and they name exactly one, it is taken. Raises QuestionError with a stable `code`.
    """
    asked = question.read(
        date,
        region,
        {
            Flag.SITTING: sitting,
            Flag.ANTERIOR_TRANSTHORACIC: anterior_transthoracic,
            Flag.ONE_LUNG: one_lung,
            Flag.SYMPATHECTOMY: sympathectomy,
            Flag.LUMBAR_PUNCTURE: lumbar_puncture,
            Flag.CLOSED_OR_MANIPULATION: closed_or_manipulation,
            Flag.EXTENSIVE: extensive,
            Flag.IMAGE_GUIDED: image_guided,
            Flag.NON_SPINAL_THORACOTOMY: non_spinal_thoracotomy,
        },
    )
    book = book or bundled_book()
    return _beside(asked, surgery, book) if surgery else _choose(asked, book)


def _choose(asked: Question, book: Book, **more: Any) -> Choice:  # noqa: ANN401 - members of Choice
    rule = book.table.decide(asked.facts)
    return Choice(question=asked, book=book, rule=rule, outcome=rule.outcome(asked.day), **more)


def _beside(asked: Question, codes: surgery.Surgery, book: Book) -> Choice:
    """Answer with the surgery at hand: one candidate for each region it names, and the whole for what is given."""
    implied = surgery.implied(codes, asked.facts)
    candidates = tuple(_choose(asked.within(each), book, beside=(implied.because(each),)) for each in implied.regions)
    if len(candidates) == 1 and REGION not in asked.facts:
        only = candidates[0]
        return _choose(only.question, book, beside=only.beside, noted=implied.findings, candidates=candidates)
    reasons = tuple(implied.because(each) for each in implied.regions)
    return _choose(asked, book, beside=reasons, noted=implied.findings, candidates=candidates)
