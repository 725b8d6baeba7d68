"""Which character parts the fields of a text, told by evidence: a header row with a column of codes below it, or rows of one width.

Nothing is taken from the name. Where two delimiters explain a text alike the document is refused, for read by the wrong one it would
be one silent column. Where none explains it, it is plain text.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass

from precert import codes
from precert.intake.readers.decoding import lines
from precert.intake.readers.document import UnreadableError

DELIMITERS = ("\t", ",", ";", "|")
NAMES = {"\t": "a tab", ",": "a comma", ";": "a semicolon", "|": "a pipe"}
DECLARED = re.compile(r'"?sep=([,;|\t])"?', re.IGNORECASE)
"""The first line that spreadsheets write and read to name the delimiter."""
_SAMPLE_LINES, _SAMPLE_WIDTH = 5_000, 4_000
"""Lines, and characters of each, that are looked at: enough for any preamble, and no long document costs more."""
_LONGEST_HEADING = 80
_FEWEST_ROWS, _NEARLY_ALL = 3, 0.9
"""Without a column of codes: rows of one width that are nearly all of the text, of three columns and more."""
_MARKDOWN = re.compile(r"\|.*\||\|?\s*:?-{2,}:?\s*\|[-:|\s]*", re.ASCII)
"""A line framed by pipes, or the rule below a header."""
_QUOTED = re.compile(
    r"""(?:^|\t)"(?:[^"\n]|"")*+"(?=\t|\r?$)"""
    r"""|\t"(?:[^"\t]|"")*+"(?=\t|\r?$)"""
    r"""|^"(?:[^"\t]|"")*+"(?=\t)""",
    re.MULTILINE,
)
"""A cell between tabs that a spreadsheet quoted when it exported it; a line break in it is one more reason."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for a delimiter."""

    coded: int
    """Rows whose field under one heading is a code."""
    parted: int
    """Lines that it parts."""
    alike: int
    """Lines that it parts into as many fields as most."""
    width: int


def delimiter_of(name: str, text: str) -> str | None:
    """Return the delimiter of a text of delimited records; None for plain text, tab-separated lines and Markdown.

    A tab parts records only where cells are quoted: lines that tabs part are plain text otherwise. Raises UnreadableError where
    two delimiters explain the text alike.
    """
    sample = [line[:_SAMPLE_WIDTH] for line in lines(text)[:_SAMPLE_LINES]]
    declared = DECLARED.fullmatch(sample[0].strip())
    found = declared[1] if declared else _told(name, [line for line in sample if line.strip()])
    if found == "\t":
        return found if declared or _QUOTED.search(text) else None
    is_markdown = found == "|" and not declared and any(_MARKDOWN.fullmatch(line.strip()) for line in sample)
    return None if is_markdown else found


def _told(name: str, sample: list[str]) -> str | None:
    seen = {each: _evidence(each, sample) for each in DELIMITERS}
    any_parted = sum(1 for line in sample if any(each in line for each in DELIMITERS))
    tabs = seen["\t"]
    if tabs.parted and 2 * tabs.parted >= any_parted and (tabs.coded or tabs.width > 2):  # noqa: PLR2004 - two may be a label and a text
        return "\t"
    first, second = sorted(seen, key=lambda each: seen[each].coded, reverse=True)[:2]
    if seen[first].coded and 2 * seen[second].coded > seen[first].coded:
        raise UnreadableError(
            f"`{name}` cannot be parted into columns: read with {NAMES[first]} {seen[first].coded} rows hold a code, "
            f"with {NAMES[second]} {seen[second].coded}; put `sep={first}` or `sep={second}` in its first line"
        )
    return first if seen[first].coded else _by_quotes(sample) or _by_shape(seen, len(sample))


def _by_quotes(sample: list[str]) -> str | None:
    """Return the one delimiter that makes a header and records of its width of the whole text, codes in quotes among them."""
    found = [each for each in DELIMITERS[1:] if any(f'{each}"' in line for line in sample) and _is_recorded(sample, each)]
    return found[0] if len(found) == 1 else None


def _is_recorded(sample: list[str], delimiter: str) -> bool:
    try:
        lined = (line.replace("\r", " ") + "\n" for line in sample)
        records = list(csv.reader(lined, delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error:
        return False
    header, rows = set(_headings(records[0])), records[1:]
    is_even = len(header) == len(records[0]) and all(len(each) == len(records[0]) for each in rows)
    named = sum(any(map(_names_one, each)) for each in rows)
    return is_even and len(rows) > 1 and named >= _NEARLY_ALL * len(rows) and not any(map(_names_one, records[0]))


def _names_one(field: str) -> bool:
    return any(True for _ in codes.mentioned(field))


def _by_shape(seen: dict[str, _Evidence], count: int) -> str | None:
    """Return the one delimiter that makes rows of one width of nearly the whole text, where no column of codes is seen."""
    even = [
        each
        for each, found in seen.items()
        if found.alike >= max(_FEWEST_ROWS, _NEARLY_ALL * count) and found.width > 2  # noqa: PLR2004 - prose has a comma a line, too
    ]
    return even[0] if len(even) == 1 else None


def _evidence(delimiter: str, sample: list[str]) -> _Evidence:
    """Try a delimiter line by line: a quote that is never closed can hide the rest of its line only."""
    widths: Counter[int] = Counter()
    below: Counter[int] = Counter()
    headed: set[int] = set()
    header_widths: set[int] = set()
    is_even = False
    for line in sample:
        if delimiter not in line:
            continue
        fields = _fields(line, delimiter)
        widths[len(fields)] += 1
        coded = {at for at, field in enumerate(fields) if codes.parse(field)}
        below.update(coded & headed)
        is_even |= bool(coded & headed) and len(fields) in header_widths
        found = set() if coded else _headings(fields)
        headed |= found
        header_widths |= {len(fields)} if found else set()
    width, alike = max(((width, count) for width, count in widths.items() if width > 1), key=lambda each: each[1], default=(0, 0))
    most = max(below.values(), default=0)
    return _Evidence(
        coded=most if most > 1 or is_even else 0,  # one line of prose may name a code between two commas
        parted=sum(count for width, count in widths.items() if width > 1),
        alike=alike,
        width=width,
    )


def _headings(fields: list[str]) -> set[int]:
    """Return where headings stand, if these fields are headings: two or more, and none of them long."""
    found = {at for at, field in enumerate(fields) if field.strip()}
    is_header = len(found) > 1 and all(len(fields[at]) <= _LONGEST_HEADING for at in found)
    return found if is_header else set()


def _fields(line: str, delimiter: str) -> list[str]:
    """Part one line, as far as that can be done."""
    try:
        return next(csv.reader([line.replace("\r", " ")], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []
