"""Which edition a table is of: its titles and the name it was downloaded by say so, or the person who adds it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from precert.intake.reference.found import Found
from precert.intake.reference.table import CodeFact, Kind

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = "|".join(_MONTHS)
_MONTH_YEAR = re.compile(rf"({_MONTH})[ _.-]{{0,3}}(20[0-9]{{2}})", re.ASCII | re.IGNORECASE)
_YEAR_MONTH = re.compile(rf"(?<![0-9])(20[0-9]{{2}})[ _.-]{{0,3}}({_MONTH}|0[1-9](?![0-9])|1[0-2](?![0-9]))", re.ASCII | re.IGNORECASE)
_QUARTER = re.compile(r"(?<![0-9])(20[0-9]{2})[ _.-]?q([1-4])(?![0-9])", re.ASCII | re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])", re.ASCII)
_MONTHS_OF_A_QUARTER = 3


def of(found: Found, names: Sequence[str], titles: Iterable[str], named: str | None) -> tuple[str, date, Found] | None:
    """Return the edition, the day up to which it tells what is in force, and the facts; None where nothing says which it is.

    The person who adds the file is asked first, then its names, then its titles.
    """
    said = [each for each in (named, *names, *titles) if each]
    if found.kind is Kind.ADD_ONS:
        return _add_ons(found, said)
    return _hcpcs(found, said) if found.kind is Kind.HCPCS else _opps(found, said)


def _add_ons(found: Found, said: list[str]) -> tuple[str, date, Found] | None:
    quarter = next((match for each in said if (match := _QUARTER.search(each))), None)
    if quarter is None:
        return None
    begins = date(int(quarter[1]), _MONTHS_OF_A_QUARTER * int(quarter[2]) - 2, 1)
    return f"{quarter[1]}Q{quarter[2]}", begins, found


def _hcpcs(found: Found, said: list[str]) -> tuple[str, date, Found] | None:
    """A year; within it, the table is as new as the last day it prints."""
    year = next((match[1] for each in said if (match := _YEAR.search(each))), None)
    if year is None:
        return None
    days = [day for each in found.codes for day in (each.begins, each.ends) if day and day.year == int(year)]
    return year, max(days, default=date(int(year), 1, 1)), found


def _opps(found: Found, said: list[str]) -> tuple[str, date, Found] | None:
    quarters = sorted({quarter for each in found.codes for quarter, _ in each.statuses if quarter})
    if quarters:
        last = date.fromisoformat(f"{quarters[-1]}-01")
        return (quarters[0] if len(quarters) == 1 else f"{quarters[0]}..{quarters[-1]}"), last, found
    begins = next((day for each in said if (day := _month(each))), None)
    if begins is None:
        return None
    quarter = f"{begins:%Y-%m}"
    dated = tuple(_in(quarter, each) for each in found.codes)
    return quarter, begins, replace(found, codes=dated)


def _in(quarter: str, fact: CodeFact) -> CodeFact:
    return replace(fact, statuses=tuple((quarter, status) for _, status in fact.statuses))


def _month(text: str) -> date | None:
    before, after = _MONTH_YEAR.search(text), _YEAR_MONTH.search(text)
    if before:
        return date(int(before[2]), _number(before[1]), 1)
    return date(int(after[1]), _number(after[2]), 1) if after else None


def _number(month: str) -> int:
    return int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
