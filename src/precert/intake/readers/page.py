"""One page as words, rules and shades, each with its place: what a PDF draws, and what is recognised in a picture.

All is upright and in points from the top left corner. A page whose text is drawn sideways is turned, and `seen` turns a box back.
"""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter

from precert.intake.readers.document import Box, Note

_SAME_LINE = 0.6
"""Of the lower of two words, this much beside the other puts them on one line: a raised sign is, a line half a line lower is not."""
_BLANK = 0.28
"""Of a face's height: what a blank measures in most faces."""
_TOUCHING = 0.12
"""Of the height of a line: words nearer than this are one word in two faces."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as drawn. `doubt` says why it cannot be believed, as a reason to set its row aside."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    bold: bool = False
    doubt: str | None = None

    @property
    def middle(self) -> float:
        """Return the height of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Return where its middle stands across the page."""
        return (self.left + self.right) / 2

    @property
    def size(self) -> float:
        """Return its height, which is the size of its face."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line across the page (`at` is its height) or down it (`at` is its distance from the left)."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    """A page that was read. `hidden` is text that nobody sees: it is no part of a cell, and a doubt on the row it stands in."""

    number: int
    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    hidden: list[Word] = field(default_factory=list)
    across: list[Rule] = field(default_factory=list)
    """Rules across, and the upper and lower edges of shades."""
    down: list[Rule] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    slack: float = 1.06
    """By how much the distance of two lines of one text may differ from another's: more where it is recognised than where it is drawn."""
    turn: int = 0
    """By how many degrees clockwise the page was turned to make its text upright."""

    def seen(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return a box where a person sees it, on the page as it is shown."""
        corners = [back(self.turn, self.width, self.height, *corner) for corner in ((left, top), (right, bottom))]
        (x0, y0), (x1, y1) = corners
        sides = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        return Box(*(round(side, 1) for side in sides))


def back(turn: int, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    """Return a point of a page that was turned clockwise where it stood before; width and height are those after."""
    if turn == 90:  # noqa: PLR2004 - a quarter
        return y, width - x
    if turn == 180:  # noqa: PLR2004 - a half
        return width - x, height - y
    return (height - y, x) if turn else (x, y)


@dataclass(slots=True)
class Line:
    """Words that stand on one line, from left to right."""

    words: list[Word]
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """Return the height of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def text(self) -> str:
        """Return its words as they are read."""
        return joined(self.words)

    @property
    def bold(self) -> bool:
        """Tell whether all of it is bold."""
        return all(word.bold for word in self.words)

    def runs(self, blank: float, wide: float) -> list[list[Word]]:
        """Return its words in runs that no gap of more than so many blanks parts; the blanks of a large face are larger."""
        runs: list[list[Word]] = []
        for word in self.words:
            if runs and word.left - max(each.right for each in runs[-1]) <= wide * max(blank, _BLANK * min(word.size, runs[-1][-1].size)):
                runs[-1].append(word)
            else:
                runs.append([word])
        return runs


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Return words as lines, from top to bottom. The higher words make the lines; raised signs join them."""
    lines: list[Line] = []
    near: dict[int, list[Line]] = {}
    for word in sorted(words, key=lambda word: (-round(word.size, 1), word.top, word.left)):
        steps = range(int(word.top // _STEP), int(word.bottom // _STEP) + 1)
        line = max((line for step in steps for line in near.get(step, ())), key=lambda line: _beside(word, line), default=None)
        if line and _beside(word, line) >= _SAME_LINE:
            line.words.append(word)
            continue
        lines.append(Line([word], word.top, word.bottom))
        for step in steps:
            near.setdefault(step, []).append(lines[-1])
    for line in lines:
        line.words.sort(key=attrgetter("left"))
    return sorted(lines, key=attrgetter("middle"))


_STEP = 8.0
"""Points: lines are looked up by the steps down the page that they stand on."""


def _beside(word: Word, line: Line) -> float:
    """Return how much of the lower of the two stands beside the other."""
    return (min(word.bottom, line.bottom) - max(word.top, line.top)) / max(min(word.size, line.bottom - line.top), 0.1)


def joined(words: Sequence[Word]) -> str:
    """Return the words of one line as text: a blank between two, and none where they touch."""
    text = ""
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        touches = before is not None and word.left - before.right < _TOUCHING * min(word.size, before.size)
        text += word.text if touches or not at else f" {word.text}"
    return text


def blank_width(lines: Iterable[Line]) -> float:
    """Return how wide a blank between two words of one text is here: the usual gap, and what a face has at the least."""
    gaps, sizes = [], []
    for line in lines:
        for left, right in pairwise(line.words):
            gap, size = right.left - left.right, min(left.size, right.size)
            sizes.append(size)
            if 0.1 * size < gap < 0.6 * size:
                gaps.append(gap)
    size = statistics.median(sizes) if sizes else 8.0
    return max(statistics.median(gaps) if gaps else 0.0, _BLANK * size)
