"""One answer: what the list asks for each line, as `determine` says it, and beside it what the federal tables and the anesthesia say.

A finding from beside changes no line, no case to build and no other finding. Where there is none, the answer is `determine`'s own.
What is not needed is not opened: the facts of anesthesia only where a line is one of the ten codes or the place of service is known.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from precert.edits import add_on, in_force
from precert.edits import book as edits
from precert.edits.terms import Edit
from precert.facts.compile import Index
from precert.facts.model import Reference
from precert.requirement.answer import Determination
from precert.requirement.case import Case
from precert.requirement.determine import determine
from precert.requirement.explain import CaseFinding
from precert.requirement.terms import Severity

if TYPE_CHECKING:
    from precert.anesthesiology.book import Book as SpineBook

SPINE_ANESTHESIA = frozenset({"00600", "00604", "00620", "00625", "00626", "00630", "00632", "00635", "00640", "00670"})
"""The codes that the page about spine anesthesia describes: known here, so that an order without them does not open it."""

Found = tuple[CaseFinding, Reference]
"""A finding, and what it was made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Where the facts beside a list are: each is opened when it is first needed."""

    edits: Callable[[], edits.Book]
    anesthesia: "Callable[[], SpineBook]"


def answer(case: Case | Mapping[str, Any], index: Index, beside: Beside) -> Determination:
    """Answer a case from the compiled releases of its plan, and say what stands beside. Raises RequestError as `determine` does."""
    told = determine(case, index)
    ordering = _ordering(told.case)
    found = [*_edits(told.case, ordering, beside), *_anesthesia(told, ordering, beside)]
    if not found:
        return told
    held = {each.id for each in index.references}
    used = {reference.id: reference for _, reference in found if reference.id not in held}
    named = tuple(sorted(used.values(), key=lambda each: each.name))  # not in the order of the lines (R41)
    return replace(told, findings=(*told.findings, *(each for each, _ in found)), references=named)


def _ordering(case: Case) -> dict[str, tuple[int, ...]]:
    """Return the lines that order each code, from 1."""
    lines: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(case.lines, 1):
        if line.code:
            lines[line.code] = (*lines.get(line.code, ()), number)
    return lines


def _edits(case: Case, ordering: Mapping[str, tuple[int, ...]], beside: Beside) -> Iterable[Found]:
    """R66, R67."""
    book = beside.edits()
    if book.watched.isdisjoint(ordering):
        return ()
    made = (*add_on.without_primary(ordering, book), *in_force.not_in_force(ordering, case.date_of_service, book))
    return [(_finding(each), each.reference) for each in made]


def _finding(each: Edit) -> CaseFinding:
    return CaseFinding(code=each.code, severity=Severity.WARNING, message=each.message, lines=each.lines)


def _anesthesia(told: Determination, ordering: Mapping[str, tuple[int, ...]], beside: Beside) -> Iterable[Found]:
    """R53, R68."""
    if told.case.place_of_service is None and SPINE_ANESTHESIA.isdisjoint(ordering):
        return ()
    from precert.encounter import anesthesia  # noqa: PLC0415 - an order without anesthesia does not pay for that room

    return anesthesia.beside(told, ordering, beside.anesthesia())
