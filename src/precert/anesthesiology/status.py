"""Inpatient-only by date (R51): CMS's quarterly status of a code, and before the first quarter held the page's years.

On paper the status facts are runs: the first quarter of each status letter, which holds until the next run begins. A blank
letter means that CMS's file does not hold the code. `tools/anesthesia.py` makes them from the table of quarters.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from precert.anesthesiology.page import ENCODING, Page, Says
from precert.facts.model import Citation, Reference

SCHEMA = "precert.opps-status/1"
INPATIENT_ONLY = "C"
STALE = timedelta(days=92)
"""How long a quarter lasts: after that another file should be out."""

Runs = Sequence[tuple[str, str]]
"""(first quarter, status letter), by quarter; quarters are written `2019-01` and so sort as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The status facts of the codes that concern us. `edition` is the last quarter held."""

    quarters: tuple[str, ...]
    codes: Mapping[str, Runs]
    source: str
    """SHA-256 of the table they were taken from."""

    @property
    def edition(self) -> str:
        """Return the last quarter held."""
        return self.quarters[-1]

    @property
    def reference(self) -> Reference:
        """Return what an answer names as its source: the content address is that of the facts carried."""
        return Reference(name="opps-status", edition=self.edition, id=_address(self._facts()))

    def quarter(self, day: date) -> str | None:
        """Return the last quarter that is not after a day; None before the first."""
        at = bisect_right(self.quarters, day.isoformat()[: len("2019-01")])
        return self.quarters[at - 1] if at else None

    def letter(self, code: str, quarter: str) -> str | None:
        """Return a code's status letter in a quarter; None when CMS's file does not hold it."""
        letters = [letter for first, letter in self.codes.get(code, ()) if first <= quarter]
        return (letters[-1] or None) if letters else None

    def stale(self, day: date) -> bool:
        """Tell whether a day is so late that CMS should have published another file."""
        return day > first_day(self.edition) + STALE

    def text(self) -> str:
        """Return the facts on paper. Equal facts give equal bytes."""
        head = f'{{"schema":"{SCHEMA}",\n"source":"{self.source}",\n"id":"{self.reference.id}",\n'
        return head + self._facts() + "}\n"

    def _facts(self) -> str:
        codes = ",\n".join(f"{_dump(code)}:{_dump(self.codes[code])}" for code in sorted(self.codes))
        return f'"quarters":{_dump(self.quarters)},\n"codes":{{\n{codes}\n}}'


def first_day(quarter: str) -> date:
    """Return the day on which a quarter's file takes effect."""
    return date.fromisoformat(f"{quarter}-01")


def runs(letters: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return a code's status by quarter as runs; what is blank before the first letter is left out."""
    found: list[tuple[str, str]] = []
    for quarter in sorted(letters):
        if letters[quarter] != (found[-1][1] if found else ""):
            found.append((quarter, letters[quarter]))
    return found


def parse(data: bytes) -> Status:
    """Read the facts from paper. Raises ValueError when they are not what their content address says."""
    raw: dict[str, Any] = json.loads(data)
    status = Status(quarters=tuple(raw["quarters"]), codes=raw["codes"], source=raw["source"])
    if status.reference.id != raw["id"]:
        raise ValueError("the status facts are altered: their content address is another")
    return status


def _address(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode(ENCODING)).hexdigest()


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


# -- both sources together -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """What the page and CMS say where they differ, and where the page says it."""

    page: bool
    opps: bool
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Inpatient:
    """Whether a code is inpatient-only on a day, and by what evidence. `status` None: nobody says."""

    status: bool | None
    source: str | None = None
    quarter: str | None = None
    disagreement: Disagreement | None = None
    citation: Citation | None = None
    """Where the page says so, when the page is the source."""


def inpatient_only(code: str, day: date, *, page: Page, status: Status) -> Inpatient:
    """Tell whether a code is inpatient-only on a date of service (R51): CMS decides where a quarter is held, the page before."""
    printed = _printed(code, day, page)
    quarter = status.quarter(day)
    if quarter is None:
        return Inpatient(status=printed[0], source="page", citation=printed[1]) if printed else Inpatient(status=None)
    if code not in status.codes:
        return Inpatient(status=None)
    letter = status.letter(code, quarter)
    told = None if letter is None else letter == INPATIENT_ONLY
    differs = printed and told is not None and printed[0] != told
    disagreement = Disagreement(page=printed[0], opps=bool(told), citation=printed[1]) if printed and differs else None
    return Inpatient(status=told, source="opps", quarter=quarter, disagreement=disagreement)


def _printed(code: str, day: date, page: Page) -> tuple[bool, Citation] | None:
    """Return what the page's years say for a day, a year counting from its first day; None before the first stated year."""
    stated = [(each.since, bool(each.on), each.line) for each in page.of(code, Says.INPATIENT_ONLY) if each.since]
    past = [(on, line) for since, on, line in stated if int(since) <= day.year]
    return (past[-1][0], page.cite(past[-1][1])) if past else None


def start_not_stated(code: str, day: date, page: Page) -> Citation | None:
    """Return where the page says that a code had been inpatient-only by this day without saying since when."""
    undated = [each.line for each in page.of(code, Says.INPATIENT_ONLY) if each.since is None]
    return page.cite(undated[0]) if undated and _printed(code, day, page) is None else None
