"""Tables drawn with rules down and across: what stands between the rules is a cell, be it one line or ten.

A cell that no rule parts from the next is merged with it: down, its text holds for each of its rows; across, it stands in the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from precert import codes
from precert.intake.readers.page import Page, Rule, Word

_NEAR = 2.0
"""Points: rules nearer than this are one rule, drawn for two cells."""
_BREAK = 3.0
"""Points without a rule down: there one table ends."""
_LEAST_EDGES = 3
"""Two columns; a frame has two edges only."""


@dataclass(frozen=True, slots=True)
class Level:
    """All that is ruled at one height."""

    at: float
    rules: tuple[Rule, ...]

    def covers(self, x: float) -> bool:
        """Tell whether a rule stands above this place."""
        return any(rule.start - _NEAR <= x <= rule.end + _NEAR for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rules of one table on one page."""

    top: float
    bottom: float
    edges: tuple[float, ...]
    downs: tuple[tuple[Rule, ...], ...]
    """The rules of each edge."""
    levels: tuple[Level, ...]

    def holds(self, word: Word) -> bool:
        """Tell whether a word stands inside."""
        return self.edges[0] <= word.centre <= self.edges[-1] and self.top <= word.middle <= self.bottom

    def column(self, word: Word) -> int:
        """Return the column between whose edges a word stands."""
        return max(at for at, edge in enumerate(self.edges[:-1]) if edge <= word.centre or not at)

    def spans(self, middle: float) -> list[tuple[int, int]]:
        """Return which columns each cell at a height spans, as the numbers of its edges."""
        last = len(self.edges) - 1
        drawn = [
            at
            for at, rules in enumerate(self.downs)
            if at in {0, last} or any(rule.start - _NEAR <= middle <= rule.end + _NEAR for rule in rules)
        ]
        return list(pairwise(drawn))


def grids(page: Page) -> list[Grid]:
    """Return the ruled tables of a page, from top to bottom."""
    found = []
    for top, bottom in _extents(page.down):
        downs = _clusters([rule for rule in page.down if top <= rule.start and rule.end <= bottom])
        if len(downs) < _LEAST_EDGES:
            continue
        edges = [sum(rule.at for rule in each) / len(each) for each in downs]
        across = [
            rule
            for rule in page.across
            if top - _NEAR <= rule.at <= bottom + _NEAR and rule.start < edges[-1] - _NEAR and rule.end > edges[0] + _NEAR
        ]
        levels = [Level(sum(rule.at for rule in each) / len(each), tuple(each)) for each in _clusters(across)]
        found.append(Grid(top, bottom, tuple(edges), tuple(tuple(each) for each in downs), tuple(levels)))
    return found


def _extents(downs: Iterable[Rule]) -> list[tuple[float, float]]:
    """Return from where to where rules down follow each other."""
    extents: list[tuple[float, float]] = []
    for rule in sorted(downs, key=lambda rule: rule.start):
        if extents and rule.start <= extents[-1][1] + _BREAK:
            extents[-1] = extents[-1][0], max(extents[-1][1], rule.end)
        else:
            extents.append((rule.start, rule.end))
    return extents


def _clusters(rules: Iterable[Rule]) -> list[list[Rule]]:
    clusters: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if clusters and rule.at - clusters[-1][0].at <= _NEAR:
            clusters[-1].append(rule)
        else:
            clusters.append([rule])
    return clusters


def strips(grid: Grid, code: int | None) -> list[tuple[float, float]]:
    """Return from where to where each row reaches: between the rules of the code column, or those of most columns."""
    places = [(left + right) / 2 for left, right in pairwise(grid.edges)]
    if code is None:
        heights = [level.at for level in grid.levels if 2 * sum(level.covers(x) for x in places) >= len(places)]
    else:
        heights = [level.at for level in grid.levels if level.covers(places[code])]
    bounds = [min([grid.top, *heights]), *heights, max([grid.bottom, *heights])]
    return [(top, bottom) for top, bottom in pairwise(bounds) if bottom - top > _NEAR]


def code_column(grid: Grid, words: Sequence[Word]) -> int | None:
    """Return the column with the most codes."""
    counts = [0] * len(grid.edges)
    for word in words:
        if codes.parse(word.text):
            counts[grid.column(word)] += 1
    return counts.index(max(counts)) if any(counts) else None


def block(grid: Grid, span: tuple[int, int], strip: tuple[float, float]) -> tuple[float, float]:
    """Return from where to where a cell reaches that a strip crosses: farther than the strip where cells are merged down."""
    x = (grid.edges[span[0]] + grid.edges[span[1]]) / 2
    bounds = [grid.top, *(level.at for level in grid.levels if level.covers(x)), grid.bottom]
    above = [at for at in bounds if at <= strip[0] + _NEAR]
    below = [at for at in bounds if at >= strip[1] - _NEAR]
    return (max(above) if above else strip[0]), (min(below) if below else strip[1])
