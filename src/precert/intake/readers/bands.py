"""Rows of a table that no rule parts: by the space between them, and by how their cells stand beside their code.

In one cell lines follow each other at the pitch of the face; between rows there is more room, or where there is none, every cell
begins, is centred, or ends at the height of its row's code. A row that fits no such order is not believed.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from precert import codes
from precert.intake.readers.page import Line, Word, joined
from precert.intake.readers.terms import Doubt

UNCERTAIN = Doubt.UNCERTAIN_ROW
_PITCH = (0.85, 1.45)
"""Of a face's height, lines of one text follow each other at this; the boxes of letters are that high."""
_JITTER = 1.06
_ASIDE = 0.3
"""Of a pitch: two heights that differ by less are one."""
_USUAL, _SHORT = 0.9, 1.6
"""Lines of a column for each code, where each row fills it with a short text: some rows have no code, and some cells two lines."""


class Align(StrEnum):
    """How the cells of a row stand to each other."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


@dataclass(slots=True)
class Strip:
    """A line of a table, by its columns."""

    middle: float
    top: float
    bottom: float
    cells: list[list[Word]]
    bold: bool
    odd: bool = False
    """Its text stands in two columns."""

    def filled(self) -> frozenset[int]:
        """Return which columns have text here."""
        return frozenset(at for at, words in enumerate(self.cells) if words)

    @property
    def size(self) -> float:
        """Return the height of its face."""
        return self.bottom - self.top


@dataclass(slots=True)
class Draft:
    """A row as it is put together: the lines of each of its cells."""

    strips: list[Strip] = field(default_factory=list)
    doubt: str | None = None

    def cell(self, at: int) -> list[list[Word]]:
        """Return the lines of a cell."""
        return [strip.cells[at] for strip in self.strips if strip.cells[at]]

    def filled(self) -> frozenset[int]:
        """Return which columns have text."""
        return frozenset(at for strip in self.strips for at in strip.filled())

    @property
    def bold(self) -> bool:
        """Tell whether all of it is bold."""
        return all(strip.bold for strip in self.strips)

    @property
    def top(self) -> float:
        """Return where it begins."""
        return min(strip.top for strip in self.strips)

    @property
    def bottom(self) -> float:
        """Return where it ends."""
        return max(strip.bottom for strip in self.strips)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is usual in a table: its code column, the columns each row fills, the pitch of its texts, and how cells stand."""

    code: int | None
    usual: frozenset[int]
    """Columns of short texts that each row fills, the code's aside."""
    pitch: float
    """Of the height of a face; nought where no cell has two lines."""
    align: Align = Align.TOP
    dense: bool = False
    """There is no room between rows: only how cells stand tells them apart."""
    rights: tuple[float, ...] = ()
    """How far the text of each column reaches."""


def strip_of(line: Line, column: Sequence[int], columns: int) -> Strip:
    """Return a line by its columns; `column` is that of each of its words."""
    cells: list[list[Word]] = [[] for _ in range(columns)]
    for word, at in zip(line.words, column, strict=True):
        cells[at].append(word)
    return Strip(line.middle, line.top, line.bottom, cells, line.bold)


def pitch_of(parts: Sequence[Sequence[Strip]], slack: float = _JITTER) -> float:
    """Return at what part of their height the lines of one text follow each other; `slack` is how much that varies."""
    found = sorted(
        (lower.middle - upper.middle) / max(min(upper.size, lower.size), 0.1)
        for strips in parts
        for at in range(len(strips[0].cells) if strips else 0)
        for upper, lower in pairwise([strip for strip in strips if strip.cells[at]])
        if abs(upper.size - lower.size) < 0.15 * upper.size
    )
    near = [each for each in found if _PITCH[0] <= each <= _PITCH[1]]
    for at, each in enumerate(near):
        same = [other for other in near[at:] if other <= each * slack]
        if len(same) > max(1, len(near) // (50 if slack == _JITTER else 8)):
            return statistics.median(same) * slack / _JITTER
    return near[0] if near else 0.0


def bands(strips: Sequence[Strip], pitch: float) -> list[list[Strip]]:
    """Part lines where no text goes on from one to the next."""
    ties: list[tuple[float, float]] = []
    for at in range(len(strips[0].cells) if strips else 0):
        for upper, lower in pairwise([strip for strip in strips if strip.cells[at]]):
            if _tied(upper, lower, pitch) and upper.bold == lower.bold:
                ties.append((upper.middle, lower.middle))
    found: list[list[Strip]] = []
    reach = float("-inf")
    for strip in strips:
        if found and strip.middle <= reach:
            found[-1].append(strip)
        else:
            found.append([strip])
        reach = max([reach, *(lower for upper, lower in ties if upper <= strip.middle)])
    return found


def _tied(upper: Strip, lower: Strip, pitch: float) -> bool:
    return lower.middle - upper.middle <= pitch * _JITTER * max(upper.size, lower.size)


def anchors(band: Sequence[Strip], shape: Shape) -> list[list[Strip]]:
    """Return the lines of each code cell in a band. A code begins a cell; other text may go on over several lines."""
    found: list[list[Strip]] = []
    for strip in band:
        if shape.code is None or not (strip.cells[shape.code] or (shape.dense and _is_whole(strip, shape))):
            continue
        if found and _goes_on(found[-1][-1], strip, shape, shape.code):
            found[-1].append(strip)
        else:
            found.append([strip])
    return found


def _is_whole(strip: Strip, shape: Shape) -> bool:
    """Tell whether a line fills the columns that each row fills, all but one: a row it is then, be its code blank."""
    return len(strip.filled() & shape.usual) >= max(2, len(shape.usual) - 1)


def _goes_on(upper: Strip, lower: Strip, shape: Shape, code: int) -> bool:
    """Tell whether a code cell goes on: neither line is a code, and they are not two rows with a damaged one each."""
    if _is_code(upper.cells[code]) or _is_code(lower.cells[code]) or not _tied(upper, lower, shape.pitch):
        return False
    return (upper.bold and lower.bold) or not (shape.usual and upper.filled() >= shape.usual and lower.filled() >= shape.usual)


def _is_code(words: Sequence[Word]) -> bool:
    return codes.parse(joined(words)) is not None


def drafts(band: Sequence[Strip], shape: Shape) -> list[Draft]:
    """Part a band into rows."""
    held = anchors(band, shape)
    is_header = all(strip.bold for strip in band) and not _codes_in(band, shape)
    lone = _lone(band, shape) if shape.dense and shape.align is not Align.TOP else None
    if lone is not None:
        return [*drafts(band[:lone], shape), Draft([band[lone]]), *drafts(band[lone + 1 :], shape)]
    if is_header or (len(held) <= 1 and not (shape.dense and held)):
        return [_checked(Draft(list(band)), shape)]
    parted = {Align.TOP: _from_top, Align.BOTTOM: _from_bottom, Align.MIDDLE: _from_middle}[shape.align](band, held, shape)
    found = [_aligned(_checked(draft, shape), shape) for draft in parted]
    if shape.dense and any(_is_loose(draft, shape) for draft in found):
        for draft in found:  # where one row begins at the wrong line, the next may too
            draft.doubt = UNCERTAIN
    return found


def _checked(draft: Draft, shape: Shape) -> Draft:
    """Doubt a row one of whose cells has a gap in it, or columns of which are filled anew below their text."""
    for at in range(len(draft.strips[0].cells)):
        own = [strip for strip in draft.strips if strip.cells[at]]
        if any(not _tied(upper, lower, shape.pitch or _PITCH[1]) for upper, lower in pairwise(own)):
            draft.doubt = UNCERTAIN
    return draft


def _aligned(draft: Draft, shape: Shape) -> Draft:
    """Doubt a row whose cells do not stand to each other as the table's do."""
    places = [_place([strip for strip in draft.strips if strip.cells[at]], shape.align) for at in draft.filled()]
    if max(places) - min(places) > _ASIDE * shape.pitch * draft.strips[0].size:
        draft.doubt = UNCERTAIN
    refilled = [strip for strip in draft.strips if shape.usual and strip.filled() >= shape.usual]
    if len(refilled) > 1 and not draft.bold:
        draft.doubt = UNCERTAIN
    return draft


def _place(strips: Sequence[Strip], align: Align) -> float:
    if align is Align.TOP:
        return strips[0].middle
    return strips[-1].middle if align is Align.BOTTOM else (strips[0].middle + strips[-1].middle) / 2


def _from_top(band: Sequence[Strip], held: Sequence[Sequence[Strip]], shape: Shape) -> list[Draft]:
    """Each row begins with its code. A line that had room on the one above it is no more of its text: a title, or a cell in lines."""
    starts = {_index(band, each[0]) for each in held}
    loose = {at for at in range(1, len(band)) if at not in starts and _is_apart(band[at - 1], band[at], shape)}
    found = _cut(band, sorted({0, *starts, *loose, len(band)}))
    for upper, lower in pairwise(found):
        if any(band[at] is lower.strips[0] for at in loose):
            upper.doubt = UNCERTAIN
    return found


def _is_apart(upper: Strip, lower: Strip, shape: Shape) -> bool:
    """Tell whether a line of one column only could have gone on the line above."""
    (at, *others) = sorted(lower.filled())
    return not others and bool(upper.cells[at]) and _has_room(upper, lower, at, shape)


def _lone(band: Sequence[Strip], shape: Shape) -> int | None:
    """Return a line that is a title by itself: of one column, with room on the line above for it and on it for the line below."""
    for at in range(1, len(band) - 1):
        filled = band[at].filled()
        if len(filled) > 1 or filled == {shape.code}:
            continue
        (column,) = filled
        above = next((each for each in reversed(band[:at]) if each.cells[column]), None)
        below = next((each for each in band[at + 1 :] if each.cells[column]), None)
        if above and below and _has_room(above, band[at], column, shape) and _has_room(band[at], below, column, shape):
            return at
    return None


def _is_loose(draft: Draft, shape: Shape) -> bool:
    """Tell whether a cell has a line that could have gone on the line above."""
    own = ([strip for strip in draft.strips if strip.cells[at]] for at in draft.filled())
    return any(_has_room(*pair, at, shape) for at, strips in zip(draft.filled(), own, strict=True) for pair in pairwise(strips))


def _has_room(upper: Strip, lower: Strip, at: int, shape: Shape) -> bool:
    first = lower.cells[at][0]
    return at < len(shape.rights) and upper.cells[at][-1].right + first.right - first.left + lower.size < shape.rights[at]


def _from_bottom(band: Sequence[Strip], held: Sequence[Sequence[Strip]], shape: Shape) -> list[Draft]:  # noqa: ARG001 - as its fellows
    return _cut(band, [0, *(_index(band, each[-1]) + 1 for each in held), len(band)])


def _index(band: Sequence[Strip], strip: Strip) -> int:
    return next(at for at, each in enumerate(band) if each is strip)


def _cut(band: Sequence[Strip], bounds: Sequence[int]) -> list[Draft]:
    return [Draft(list(band[start:end])) for start, end in pairwise(bounds) if end > start]


def _from_middle(band: Sequence[Strip], held: Sequence[Sequence[Strip]], shape: Shape) -> list[Draft]:
    """Each row reaches as far above its code as below it. What is found from above has to be found from below too."""
    down = _mirrored(band, held, shape)
    turned = [Strip(-each.middle, -each.bottom, -each.top, each.cells, each.bold) for each in reversed(band)]
    index = {id(strip): len(band) - 1 - at for at, strip in enumerate(band)}
    up = _mirrored(turned, [[turned[index[id(strip)]] for strip in reversed(each)] for each in reversed(held)], shape)
    last = len(band)
    agreed = {(start, end) for start, end in down} & {(last - end, last - start) for start, end in up}
    found: list[Draft] = []
    at = 0
    for start, end in sorted(agreed):
        found += _unsure(band[at:start], shape)
        found.append(Draft(list(band[start:end])))
        at = end
    return found + _unsure(band[at:], shape)


def _mirrored(band: Sequence[Strip], held: Sequence[Sequence[Strip]], shape: Shape) -> list[tuple[int, int]]:
    """Return where rows begin and end, from the top, as far as each is as long above its code as below."""
    found: list[tuple[int, int]] = []
    at = 0
    for number, each in enumerate(held):
        centre = _place(each, Align.MIDDLE)
        end = centre + (centre - band[at].middle)
        slack = _ASIDE * shape.pitch * band[at].size
        after = next((n for n in range(at, len(band)) if band[n].middle > end + slack), len(band))
        is_even = abs(band[after - 1].middle - end) <= slack and after > at
        if not is_even or (number + 1 < len(held) and after > _index(band, held[number + 1][0])):
            break
        found.append((at, after))
        at = after
        if at == len(band):
            break
    return found


def _unsure(strips: Sequence[Strip], shape: Shape) -> list[Draft]:
    """Lines that could not be shared out: as many rows as there are codes, none of them believed."""
    if not strips:
        return []
    held = anchors(strips, shape)
    starts = [0, *(_index(strips, each[0]) for each in held[1:]), len(strips)]
    found = _cut(strips, starts)
    for draft in found:
        draft.doubt = UNCERTAIN
    return found


def shape_of(parts: Sequence[Sequence[Strip]], code: int | None, rights: tuple[float, ...] = (), slack: float = _JITTER) -> Shape:
    """Return what is usual in a table, from its lines on each page."""
    pitch = pitch_of(parts, slack)
    shape = Shape(code, frozenset(), pitch)
    every = [band for strips in parts for band in bands(strips, pitch)]
    coded = [band for band in every if _codes_in(band, shape)]
    dense = sum(_codes_in(band, shape) > 1 for band in coded) > 0.05 * len(coded)
    usual = _usual(coded, code)
    shapes = [Shape(code, usual, pitch, align, dense, rights) for align in Align]
    return min(shapes, key=lambda each: sum(draft.doubt is not None for band in coded for draft in drafts(band, each)))


def _codes_in(band: Sequence[Strip], shape: Shape) -> int:
    return sum(shape.code is not None and _is_code(strip.cells[shape.code]) for strip in band if strip.cells)


def _usual(coded: Sequence[Sequence[Strip]], code: int | None) -> frozenset[int]:
    """Return the columns of short texts that each row fills, where there is a line for each row to tell it by."""
    if code is None or not coded:
        return frozenset()
    rows = sum(_is_code(strip.cells[code]) for band in coded for strip in band)
    columns = range(len(coded[0][0].cells))
    lines = [sum(bool(strip.cells[at]) for band in coded for strip in band) for at in columns]
    return frozenset(at for at in columns if at != code and _USUAL * rows <= lines[at] <= _SHORT * rows)
