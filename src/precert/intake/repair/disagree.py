"""Well-formed codes that disagree with the last release of the same list: a changed digit often makes another valid code (R7).

A row is doubted when its text stood beside another code; when its code is printed more often than before while one of the same
text is gone; and when its text is new, and a code it resembles is gone from just its place. Nothing else is: what is new,
revised or gone is so in every release.
"""

from precert.facts.model import SetAside
from precert.intake import descriptor
from precert.intake.layouts.rows import SetAsideRow, Sheet, SourceRow
from precert.intake.repair.confusion import resembles
from precert.intake.repair.known import Known
from precert.intake.repair.last import Compared, Last, compared
from precert.intake.repair.wording import SHORTEST


def set_aside_disagreeing(sheet: Sheet, known: Known) -> set[int]:
    """Set aside each sound row whose code the last release speaks against; return the rows that it speaks for.

    Nothing of either, where there is no last release.
    """
    sure: set[int] = set()
    for program in compared(sheet.rows, Last(known.last)).values() if known.last else ():
        doubted = {at: why for at in program.codes if (why := _why(sheet, program, at))}
        sure.update(at for at in program.codes if at not in doubted and program.is_same(at))
        for at, why in doubted.items():
            disagree(sheet, at, why)
    return sure


def disagree(sheet: Sheet, at: int, why: str) -> None:
    """Set a sound row aside because its code and its text are not of one row, and say why in a finding."""
    row = sheet.rows[at]
    assert isinstance(row, SourceRow)
    sheet.find("code-disagrees-with-text", why, row.listing.citation)
    sheet.rows[at] = aside(row, reason="code-disagrees-with-text")


def aside(row: SourceRow, *, reason: str) -> SetAsideRow:
    """Return a sound row as one set aside, with what a repair needs."""
    listing = row.listing
    found = SetAside(reason=reason, printed=listing.code, program=listing.program, citation=listing.citation)
    return SetAsideRow(row=found, descriptor=row.descriptor, section=listing.section, place=row.place)


def _why(sheet: Sheet, program: Compared, at: int) -> str:
    """Return what speaks against a row's code, in words; nothing when nothing does."""
    row = sheet.rows[at]
    assert isinstance(row, SourceRow)
    code, beside = row.listing.code, program.beside[at]
    if program.is_anothers(at):
        is_telling = len(descriptor.letters(row.descriptor)) >= SHORTEST or any(program.is_gone(each) for each in beside)
        return f"`{code}` is printed with the description that the last release prints beside {_named(beside)}" if is_telling else ""
    if beside:
        rivals = [each for each in beside if each != code and program.is_gone(each)]
        return _too_often(code, rivals) if rivals and program.printed[code] > max(program.had[code], 1) else ""
    return _new_text(row, program, at)


def _new_text(row: SourceRow, program: Compared, at: int) -> str:
    """What speaks against a code whose text the last release does not have."""
    code = row.listing.code
    resembled = [each for each in program.gone_from(at) if program.is_missing(each) and resembles(code, each)]
    if not resembled:
        return ""
    if program.had[code] and program.printed[code] > program.had[code]:
        return _too_often(code, resembled)
    if program.had[code] and not _is_odd(program, at):
        return ""
    known = "another text beside it" if program.had[code] else "no such code"
    return f"`{code}` stands where the last release has {_named(resembled)}, which it resembles and which is gone, and {known}"


def _is_odd(program: Compared, at: int) -> bool:
    """Whether a row whose code the last release has once stands where it did not, or has a new text while no row was taken out here."""
    if program.texts[program.codes[at]] is None:
        return program.has_place(at) and not program.is_in_place(at)
    return not (program.is_in_place(at) and program.has_fewer(at))


def _too_often(code: str, gone: list[str]) -> str:
    return f"`{code}` is printed more often than in the last release, and {_named(gone)}, which it may have been, is gone"


def _named(codes: frozenset[str] | list[str]) -> str:
    return " or ".join(sorted(codes))
