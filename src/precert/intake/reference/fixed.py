"""Tables of fixed positions: the HCPCS annual file, and the add-on code edits as they come since 2022."""

import re
from collections.abc import Callable

from precert import codes
from precert.intake.reference.found import Found, day, pair, sorted_codes, sorted_pairs
from precert.intake.reference.table import CodeFact, Kind, PairFact

_MOST = 0.5
"""This much of a file's lines must be records of it; the rest are notices, modifiers, and texts that run on."""
# Positions in a record of the HCPCS file: the code, what the line is (3: a code's first line), its days.
_CODE, _RECORD, _FIRST = slice(0, 5), 10, "3"
_ADDED, _ENDED, _LENGTH = slice(269, 277), slice(285, 293), 293
_RECORDS = frozenset("3478")
_ADD_ON_LENGTH = 39
_ANY = r"([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})"
_PRIMARY = r"(CCCCC|[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})"
_DAY = r"([0-9]{7}|[ ]{7})"
# An add-on record: type, add-on, its end, primary, its end, the pair's beginning and end. Either each fills its positions, or blanks part
# them; codes and days run together are told apart by their positions alone.
_PACKED = re.compile(rf"([123]){_ANY}{_DAY}{_PRIMARY}{_DAY}{_DAY}{_DAY}(?:.{{0,400}})?", re.ASCII)
_PARTED = re.compile(
    rf"\s{{0,9}}([123])\s{{1,9}}{_ANY}\s{{1,9}}(?:([0-9]{{7}})\s{{1,9}})?{_PRIMARY}"
    r"\s{1,20}([0-9]{7})(?:\s{1,9}([0-9]{7}))?(?:\s{1,9}([0-9]{7}))?(?:\s.{0,400})?",
    re.ASCII,
)


def lines(data: bytes) -> list[str]:
    """Return the lines of a text of one byte a character; none of what is no such text."""
    if b"\x00" in data or data.startswith(b"PK"):
        return []
    return [line.rstrip("\r") for line in data.decode("latin-1").split("\n") if line.strip()]


def table(printed: list[str]) -> Found | None:
    """Return the table that the lines are; None when they are records of none."""
    return _hcpcs(printed) or _add_ons(printed)


def _hcpcs(printed: list[str]) -> Found | None:
    records = [line for line in printed if len(line) >= _LENGTH and line[_RECORD] in _RECORDS and line[_CODE].strip()]
    if not records or len(records) < _MOST * len(printed):
        return None
    found = [
        CodeFact(code=code, begins=day(line[_ADDED]), ends=day(line[_ENDED]))
        for line in records
        if line[_RECORD] == _FIRST and (code := codes.parse(line[_CODE]))
    ]
    return Found(kind=Kind.HCPCS, codes=sorted_codes(found)) if any(each.begins for each in found) else None


def _add_ons(printed: list[str]) -> Found | None:
    packed = [found for line in printed if (found := _PACKED.fullmatch(line.ljust(_ADD_ON_LENGTH)))]
    parted = [found for line in printed if (found := _PARTED.fullmatch(line))]
    records = packed or parted
    if not records or len(records) < _MOST * len(printed):
        return None
    days = _positions if packed else _ends
    return Found(kind=Kind.ADD_ONS, pairs=sorted_pairs(each for record in records if (each := _pair(record, days))))


def _pair(record: "re.Match[str]", days: Callable[[list[str]], list[str]]) -> PairFact | None:
    edit_type, add_on, add_on_ends, primary, *rest = record.groups(default="")
    return pair(add_on, primary, edit_type, [add_on_ends, *days(rest)])


def _positions(days: list[str]) -> list[str]:
    return [days[0], days[2]]


def _ends(days: list[str]) -> list[str]:
    """Return which of one to three days are ends: a pair begins before it ends, and its primary does not end before it begins."""
    given = [each for each in days if each]
    if len(given) == 1:
        return []
    return [max(given)] if len(given) == 2 else [given[0], given[2]]  # noqa: PLR2004 - one end, before the beginning or behind it
