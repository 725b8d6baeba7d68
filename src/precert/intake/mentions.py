"""Codes named inside a sentence: what a list of them looks like, and which they are."""

from itertools import islice

from precert import codes

_ONE = r"\b(?:[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})\b"
_BETWEEN = r"(?:, (?:and|or) |,? (?:and|or) |, ?| ?[-\u2013] ?| (?:thru|through) | )"
LISTED = rf"{_ONE}(?:{_BETWEEN}{_ONE})*"
"""A pattern of one or more codes in a row, ranges included; to be compiled with IGNORECASE and ASCII."""

_MOST = 200
"""A sentence that names more codes than this, such as `00100-99999`, speaks of a part of the code book and not of codes."""


def named(text: str) -> tuple[str, ...]:
    """Return the codes a text names, in order, ranges written out; none when it names too many to mean each."""
    found = tuple(islice(codes.mentioned(text), _MOST + 1))
    return found if len(found) <= _MOST else ()
