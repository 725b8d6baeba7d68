"""What was recognised in a file, before its edition is known; and the days that these tables print."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from precert import codes
from precert.intake.reference.table import CodeFact, Kind, PairFact

_CONTRACTOR = "CCCCC"
_NUMBER = re.compile(r"[0-9]{7,8}", re.ASCII)
_SHORT = 7
_LAST_DAY = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The facts of a recognised table; statuses of a table of one quarter stand under an empty name."""

    kind: Kind
    codes: tuple[CodeFact, ...] = ()
    pairs: tuple[PairFact, ...] = ()


def day(text: str) -> date | None:
    """Read a day as these tables print it: `20240101`, `2024001` (the day of the year), `2024-01-01` or `01/01/2024`."""
    text = text.strip().removesuffix(".0")
    if _NUMBER.fullmatch(text):
        return _of_year(text) if len(text) == _SHORT else _read(text, "%Y%m%d")
    return _read(text.split(" ")[0], "%Y-%m-%d") or _read(text, "%m/%d/%Y")


def pair(add_on: str, primary: str, edit_type: str, ends: Iterable[str]) -> PairFact | None:
    """Return an add-on pair; None where a code is none, but for the sign that the contractor names the primaries."""
    first, second = codes.parse(add_on), codes.parse(primary)
    if first is None or edit_type not in {"1", "2", "3"} or (second is None and primary != _CONTRACTOR):
        return None
    days = [read for each in ends if (read := day(each))]
    return PairFact(add_on=first, primary=second, type=int(edit_type), ends=min(days, default=None))


def sorted_pairs(pairs: Iterable[PairFact]) -> tuple[PairFact, ...]:
    """Return pairs once each, in order."""
    return tuple(sorted(set(pairs), key=lambda each: (each.add_on, each.primary or "", each.type, each.ends or date.max)))


def sorted_codes(facts: Iterable[CodeFact]) -> tuple[CodeFact, ...]:
    """Return codes once each, in order; of two rows of one code, the later one stands."""
    return tuple(sorted({each.code: each for each in facts}.values(), key=lambda each: each.code))


def _of_year(text: str) -> date | None:
    count = int(text[4:])
    return date(int(text[:4]), 1, 1) + timedelta(days=count - 1) if text[:4] != "0000" and 1 <= count <= _LAST_DAY else None


def _read(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
