"""The order of a list as evidence: most lists rise by code within a program and section, but not all, and not everywhere.

So order counts only where the rows around a place are in order themselves.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from precert import codes
from precert.intake.layouts.rows import SetAsideRow, SourceRow

_AROUND = 3
"""How many codes of one kind are looked at on either side."""
_ENOUGH = 3
"""How many of them there must be to speak of an order."""
_WIDEST = 2_000
"""A gap wider than this tells nothing about the code in it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The place of a row among codes of one kind: those before and after it, nearest last and first."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_ordered(self) -> bool:
        """Whether there are enough codes around, and all of them rise."""
        around = [codes.number(code) for code in (*self.before, *self.after)]
        return len(around) >= _ENOUGH and all(one < other for one, other in itertools.pairwise(around))

    def holds(self, code: str) -> bool:
        """Tell whether a code of this kind stands between the neighbours."""
        rises = not self.before or codes.number(self.before[-1]) < codes.number(code)
        return rises and (not self.after or codes.number(code) < codes.number(self.after[0]))

    @property
    def is_closed(self) -> bool:
        """Whether there is a neighbour on both sides."""
        return bool(self.before and self.after)

    @property
    def is_narrow(self) -> bool:
        """Whether there is a neighbour on both sides, and they are near enough to each other to tell anything."""
        return self.is_closed and codes.number(self.after[0]) - codes.number(self.before[-1]) <= _WIDEST

    def between(self) -> Iterator[str]:
        """Yield the codes that fit a closed gap, unless it is too wide to tell anything."""
        if self.is_narrow:
            low, high = self.before[-1], self.after[0]
            for value in range(codes.number(low) + 1, codes.number(high)):
                yield codes.spell(low, value)


class Order:
    """The codes of a document by place: those of sound rows, and those claimed for others."""

    def __init__(self, rows: list[SourceRow | SetAsideRow], claimed: Mapping[int, str]) -> None:
        self.claimed = claimed
        self.places = [_place(row) for row in rows]
        self.codes = [row.listing.code if isinstance(row, SourceRow) else None for row in rows]

    def gap(self, at: int, kind: tuple[str, str]) -> Gap:
        """Return the nearest codes of a kind before and after a row, within its program and section."""
        before = self._around(at, -1, kind)
        return Gap(before=tuple(reversed(before)), after=tuple(self._around(at, 1, kind)))

    def kinds_beside(self, at: int) -> set[tuple[str, str]]:
        """Return the kinds of the nearest codes before and after a row."""
        nearest = (next(self._codes(at, step), None) for step in (-1, 1))
        return {codes.family(code) for code in nearest if code}

    def is_alone(self, at: int) -> bool:
        """Tell whether both rows beside a row have codes, so that nothing else can claim the place between them."""
        return all(0 <= other < len(self.codes) and self._code(other) is not None for other in (at - 1, at + 1))

    def _around(self, at: int, step: int, kind: tuple[str, str]) -> list[str]:
        found: list[str] = []
        for code in self._codes(at, step):
            if codes.family(code) == kind:
                found.append(code)
            if len(found) == _AROUND:
                break
        return found

    def _codes(self, at: int, step: int) -> Iterator[str]:
        other = at + step
        while 0 <= other < len(self.codes) and self._same_place(at, other):
            code = self._code(other)
            if code is not None:
                yield code
            other += step

    def _same_place(self, at: int, other: int) -> bool:
        return self.places[at] == self.places[other]

    def _code(self, at: int) -> str | None:
        return self.codes[at] or self.claimed.get(at)


def _place(row: SourceRow | SetAsideRow) -> tuple[str, str | None]:
    if isinstance(row, SourceRow):
        return row.listing.program, row.listing.section
    return row.row.program, row.section
