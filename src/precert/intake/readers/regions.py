"""Where the open tables of a page are: which of its lines are rows of one, and which are prose around or between them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from precert.intake.readers.columns import Columns, columns_of, lone_codes, runs_of
from precert.intake.readers.page import Line, Word, blank_width

_AHEAD, _BEHIND = 6, 12
"""Lines with a code that are looked at to tell a new table from an odd line."""
_FAR, _CLOSE = 3.0, 0.8
"""Of a face's height: a line of two columns no farther from a table is of it; a line of one column only that close."""
_ONE_FACE = 0.1
_FLUSH = 1.5
"""Points: two texts that begin no farther apart begin in line."""

Runs = list[list[Word]]


@dataclass(slots=True)
class Region:
    """The lines from the first with a code to the last, in one order of columns; of all lines of the page."""

    lines: list[Line]
    runs: list[Runs]
    first: int
    last: int
    size: float
    before: int
    """Where the table before it on the page has its last code."""
    next_first: int
    """Where the next table of the page has its first code, or the page its end."""
    taken: list[int] = field(default_factory=list)

    def coded(self) -> list[Runs]:
        """Return the texts of each line with a code."""
        return [runs for runs in self.runs[self.first : self.last + 1] if lone_codes(runs)]


def regions_of(lines: list[Line]) -> list[Region]:
    """Return the tables on a page without rules down, from top to bottom."""
    blank = blank_width(lines)
    runs = [runs_of(line, blank) for line in lines]
    groups: list[list[int]] = []
    coded = [at for at, each in enumerate(runs) if lone_codes(each)]
    for number, at in enumerate(coded):
        ahead = [runs[each] for each in coded[number : number + _AHEAD]]
        if groups and not _is_new([runs[each] for each in groups[-1][-_BEHIND:]], ahead, runs[groups[-1][-1] + 1 : at]):
            groups[-1].append(at)
        else:
            groups.append([at])
    befores = [0, *(each[-1] + 1 for each in groups)]
    ends = [*(each[0] for each in groups[1:]), len(lines)]
    return [
        Region(lines, runs, each[0], each[-1], _size([runs[at] for at in each]), before, end)
        for each, before, end in zip(groups, befores, ends, strict=False)
    ]


def _size(coded: Sequence[Runs]) -> float:
    sizes = sorted(code.size for runs in coded for code in lone_codes(runs))
    return sizes[len(sizes) // 2]


def _is_new(before: Sequence[Runs], ahead: Sequence[Runs], between: Sequence[Runs]) -> bool:
    """Tell whether another table may begin: a text goes across all columns, or a line and most that follow stand in others."""
    columns = columns_of(before)
    if any(columns.crossed(runs) for runs in between):
        return True
    return columns.crossed(ahead[0]) and 2 * sum(columns.crossed(runs) for runs in ahead) > len(ahead)


def heading(region: Region) -> list[list[Word]]:
    """Return the words of each line above the first code that fills half of the columns: a header, if there is one."""
    columns = columns_of(region.coded())
    least = max(2.0, len(columns.spans) / 2)
    lines = region.lines[region.before : region.first]
    found = zip(lines, region.runs[region.before : region.first], strict=True)
    return [line.words for line, runs in found if not columns.crossed(runs) and len(columns.filled(runs)) >= least]


def same_heading(one: Sequence[Sequence[Word]], other: Sequence[Sequence[Word]]) -> bool:
    """Tell whether one line of two headers says the same in the same places."""
    return any(
        len(a) == len(b) and all(x.text == y.text and abs(x.left - y.left) <= _FLUSH for x, y in zip(a, b, strict=True))
        for a in one
        for b in other
    )


def are_alike(one: Sequence[Runs], other: Sequence[Runs]) -> bool:
    """Tell whether two sets of lines stand in the same columns."""
    beside = abs(_code_left(one) - _code_left(other))
    return beside <= 2 * _FLUSH and _mostly_within(one, other) and _mostly_within(other, one)


def _code_left(coded: Sequence[Runs]) -> float:
    return statistics.median(lone_codes(runs)[0].left for runs in coded) if coded else 0.0


def _mostly_within(lines: Sequence[Runs], others: Sequence[Runs]) -> bool:
    columns = columns_of(others)
    return sum(columns.crossed(runs) for runs in lines) <= 0.03 * len(lines)


def take(region: Region, columns: Columns, low: int, high: int) -> None:
    """Decide which lines between `low` and `high` are of the table; the others are prose."""
    inside = range(region.first, region.last + 1)
    room = _room(region)
    taken = [at for at in inside if lone_codes(region.runs[at]) or _is_row(region, columns, at)]
    for at in range(region.first - 1, low - 1, -1):
        if not _joins(region, columns, at, taken[0], room):
            break
        taken.insert(0, at)
    for at in range(region.last + 1, high):
        if not _joins(region, columns, at, taken[-1], room):
            break
        taken.append(at)
    region.taken = taken


def head(lines: list[Line], columns: Columns, low: int, size: float) -> Region | None:
    """Return the lines at the end of a page that are the header, and titles, of a table whose rows begin on the next."""
    blank = blank_width(lines)
    runs = [runs_of(line, blank) for line in lines]
    fits = [at >= low and not columns.crossed(each) for at, each in enumerate(runs)]
    wide = [at for at, each in enumerate(runs) if fits[at] and 2 * len(columns.filled(each)) >= len(columns.spans)]
    if not wide or len(columns.spans) < 3:  # noqa: PLR2004 - two texts on a line are often no header
        return None
    found = Region(lines, runs, wide[0], wide[-1], size, low, len(lines))
    taken = [at for at in range(wide[0], wide[-1] + 1) if fits[at]]
    for at in range(wide[0] - 1, low - 1, -1):
        if not _joins(found, columns, at, taken[0], _FAR / 2 * size):
            break
        taken.insert(0, at)
    for at in range(wide[-1] + 1, len(lines)):
        if not _joins(found, columns, at, taken[-1], _FAR / 2 * size):
            break
        taken.append(at)
    found.taken = taken
    return found


def _room(region: Region) -> float:
    """Return the most room between two lines of the table."""
    lines = region.lines[region.first : region.last + 1]
    gaps = [lower.top - upper.bottom for upper, lower in pairwise(lines)]
    return max((gap for gap in gaps if gap <= _FAR * region.size), default=_FAR / 2 * region.size)


def _is_row(region: Region, columns: Columns, at: int) -> bool:
    """Tell whether a line among those with codes is of the table: it keeps to the columns, or is a title in bold across them."""
    line, runs = region.lines[at], region.runs[at]
    if columns.crossed(runs):
        return line.bold and _is_of_face(region, line) and _is_flush(region, columns, runs)
    beside = [near for near in (at - 1, at + 1) if columns.crossed(region.runs[near])]
    return _is_of_face(region, line) or len(columns.filled(runs)) > 1 or not beside


def _joins(region: Region, columns: Columns, at: int, to: int, room: float) -> bool:
    """Tell whether a line above or below the codes is of the table."""
    line, near = region.lines[at], region.lines[to]
    gap = max(line.top - near.bottom, near.top - line.bottom)
    runs = region.runs[at]
    if columns.crossed(runs):
        return False
    if len(columns.filled(runs)) > 1:
        return gap <= _FAR * region.size
    is_like = _is_of_face(region, line) and (line.bold or _is_flush(region, columns, runs))
    return gap <= (max(1.1 * room, _CLOSE * region.size) if is_like else _CLOSE * region.size)


def _is_of_face(region: Region, line: Line) -> bool:
    return abs(line.bottom - line.top - region.size) <= _ONE_FACE * region.size


def _is_flush(region: Region, columns: Columns, runs: Runs) -> bool:
    """Tell whether a text begins, or is centred, where others of its column are."""
    column = columns.of(runs[0][0])
    left, middle = runs[0][0].left, _middle(runs[0])
    own = [run for each in region.coded() for run in each if columns.of(run[0]) == column]
    return abs(columns.spans[column][0] - left) <= _FLUSH or any(
        abs(run[0].left - left) <= _FLUSH or abs(_middle(run) - middle) <= _FLUSH for run in own
    )


def _middle(run: Sequence[Word]) -> float:
    return (run[0].left + run[-1].right) / 2
