"""Columns of a table without rules down: the strips of paper that no line of the table writes across.

What a header says is not looked at: where its words stand counts as any line's does. A column of a table has codes in it, so the
lines that bear one code by itself show where a table is.
"""

import statistics
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from precert import codes
from precert.intake.readers.page import Line, Word

_ODD = 0.015
"""Of a table's lines, so many may write across from one column to the next."""
_WIDE = 1.35
"""Blanks: words farther apart than this need not belong to one text."""

_SLIT, _SEEN = 0.65, 0.2
"""A gap narrower than this, of a face's height, parts columns if this part of the lines has text on both sides of it."""
_NARROW = 0.5
"""Points: a gap no wider is between letters."""

Interval = tuple[float, float]


@dataclass(frozen=True)
class Columns:
    """From where to where the text of each column reaches."""

    spans: tuple[Interval, ...]

    @cached_property
    def _cuts(self) -> list[float]:
        """Where one column is as near as the next."""
        return [(left[1] + right[0]) / 2 for left, right in pairwise(self.spans)]

    def of(self, word: Word) -> int:
        """Return the column a word stands in: the one it is nearest to."""
        return bisect_left(self._cuts, (word.left + word.right) / 2)

    def crossed(self, runs: Iterable[Sequence[Word]]) -> bool:
        """Tell whether one text of a line stands in two columns."""
        return any(self._met(run[0].left + _NARROW, run[-1].right - _NARROW) for run in runs)

    def _met(self, left: float, right: float) -> bool:
        met = 0
        for start, end in self.spans:
            if start >= right:
                break
            met += end > left
        return met > 1

    def filled(self, runs: Iterable[Sequence[Word]]) -> frozenset[int]:
        """Return the columns that the texts of a line stand in."""
        return frozenset(self.of(run[0]) for run in runs)


def lone_codes(runs: Iterable[Sequence[Word]]) -> list[Word]:
    """Return the codes that stand by themselves."""
    return [run[0] for run in runs if len(run) == 1 and codes.parse(run[0].text)]


def runs_of(line: Line, blank: float) -> list[list[Word]]:
    """Return the texts of a line, as wide gaps part them."""
    return line.runs(blank, _WIDE)


def columns_of(lines: Sequence[Sequence[Sequence[Word]]]) -> Columns:
    """Return the columns that lines, each given as its texts, leave between them; a few odd lines may write across."""
    usual = _spans(lines, int(_ODD * len(lines)))
    if not usual.spans:
        return usual
    kept = [runs for runs in lines if not usual.crossed(runs)]
    return _without_slits(_spans(kept, 0), kept)


def _without_slits(columns: Columns, lines: Sequence[Sequence[Sequence[Word]]]) -> Columns:
    """Join columns that a narrow gap parts in few lines: the longest lines of a text may have a wide blank at one place."""
    if not columns.spans:
        return columns
    size = statistics.median(run[0].size for runs in lines for run in runs)
    filled = [columns.filled(runs) for runs in lines]
    joined, before = [columns.spans[0]], {0}
    for at, (left, right) in enumerate(columns.spans[1:], 1):
        own = [each for each in filled if at in each]
        both = sum(bool(before & each) for each in own)
        if left - joined[-1][1] < _SLIT * size and both < max(3, _SEEN * len(own)):
            joined[-1] = joined[-1][0], right
            before.add(at)
        else:
            joined.append((left, right))
            before = {at}
    return Columns(tuple(joined))


def _spans(lines: Sequence[Sequence[Sequence[Word]]], allowed: int) -> Columns:
    """Return where more lines than allowed have text."""
    events: list[tuple[float, int]] = []
    for runs in lines:
        for run in runs:
            events += [(run[0].left, 1), (run[-1].right, -1)]
    events.sort()
    spans: list[Interval] = []
    depth, start = 0, 0.0
    for x, step in events:
        if depth <= allowed < depth + step:
            start = x
        elif depth + step <= allowed < depth:
            spans.append((start, x))
        depth += step
    return Columns(tuple(_merged(spans)))


def _merged(spans: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for left, right in spans:
        if merged and left - merged[-1][1] <= _NARROW:
            merged[-1] = merged[-1][0], right
        else:
            merged.append((left, right))
    return merged
