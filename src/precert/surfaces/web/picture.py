"""Pictures as geometry: a code's rows on a line of time, and what a list is made of. Templates draw them; each has its words beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from precert.facts.model import Cell, Listing
from precert.surfaces.web import view

WIDTH, LEFT, RIGHT = 960.0, 250.0, 20.0
_LANE, _TOP = 34.0, 30.0
_AHEAD = timedelta(days=120)
"""What is shown after the last day, so that its year can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar with its label; its tone is a class of the sheet, and its words say the same."""

    x: float
    y: float
    width: float
    tone: str
    words: str
    label: str = ""
    open_left: bool = False
    open_right: bool = False
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Rows on a line of time."""

    height: float
    bars: tuple[Bar, ...]
    years: tuple[tuple[float, str], ...]
    known: tuple[tuple[float, str], ...]
    """When releases became known."""
    day: float


def timeline(rows: Sequence[Mapping[str, Any]], history: Iterable[Mapping[str, Any]], day: date) -> Timeline:
    """Return a code's rows on a line of time: each holds from one day to another, where the list prints them."""
    listings: list[Listing] = [each["listing"] for each in rows]
    known = sorted({date.fromisoformat(each["known_at"]) for each in history})
    days = [one for each in listings for one in (each.begins, each.ends, each.changed) if one] + known + [day]
    first = date(min(days).year, 1, 1) - timedelta(days=183)
    last = max(*days, date(max(days).year + 1, 1, 1)) + _AHEAD

    def at(when: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (when - first).days / (last - first).days, 1)

    years = range(first.year + 1, last.year + 1)
    step = max(1, len(years) // 8)
    return Timeline(
        height=_TOP + _LANE * len(rows) + 26,
        bars=tuple(_row(each, number, at, first, last) for number, each in enumerate(rows)),
        years=tuple((at(date(year, 1, 1)), str(year)) for year in list(years)[::step]),
        known=tuple((at(each), each.isoformat()) for each in known),
        day=at(day),
    )


def _row(row: Mapping[str, Any], number: int, at: Any, first: date, last: date) -> Bar:  # noqa: ANN401 - a function of a day
    listing: Listing = row["listing"]
    x, end = at(listing.begins or first), at(listing.ends or last)
    return Bar(
        x=x,
        y=_TOP + _LANE * number,
        width=max(3.0, round(end - x, 1)),
        tone=_TONES.get(listing.printed, view.BUILD),
        label=f"{row['plan']}: {listing.program}",
        words=row["printed"] or "on the list",
        open_left=listing.begins is None,
        open_right=listing.ends is None,
        ticks=(at(listing.changed),) if listing.changed else (),
    )


_PART = "part"
_TONES: Mapping[Cell | None, str] = {
    None: view.BUILD,
    Cell.YES: view.BUILD,
    Cell.NO: view.NONE,
    Cell.OUT_OF_SCOPE: view.ASK,
    Cell.ADD_ON: view.WAIT,
    Cell.UNLISTED: view.UNKNOWN,
    Cell.INVESTIGATIONAL: view.WRONG,
    Cell.IN_SEGMENT: _PART,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What a list is made of: for each program, how many rows print what."""

    height: float
    bars: tuple[Bar, ...]
    labels: tuple[tuple[float, str, int, float], ...]
    key: tuple[tuple[str, str], ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]


def composition(listings: Iterable[Listing]) -> Composition:
    """Return the composition of some rows by program."""
    counted: dict[str, Counter[Cell | None]] = {}
    for each in listings:
        counted.setdefault(each.program, Counter())[each.printed] += 1
    kinds = [kind for kind in _TONES if any(each[kind] for each in counted.values())]
    most = max((sum(each.values()) for each in counted.values()), default=1)
    scale = (WIDTH - LEFT - RIGHT - 60) / most
    bars: list[Bar] = []
    labels = []
    for number, (program, held) in enumerate(counted.items()):
        x, y = LEFT, _LANE * number
        for kind in kinds:
            width = round(held[kind] * scale, 1)
            if width:
                bars.append(Bar(x=x, y=y, width=max(width - 1, 1), tone=_TONES[kind], words=f"{held[kind]} {kind or 'on the list'}"))
            x = round(x + width, 1)
        labels.append((y, program, sum(held.values()), x + 6))
    return Composition(
        height=_LANE * len(counted) + 4,
        bars=tuple(bars),
        labels=tuple(labels),
        key=tuple((_TONES[kind], str(kind or "on the list")) for kind in kinds),
        table=tuple((program, tuple(held[kind] for kind in kinds)) for program, held in counted.items()),
    )
