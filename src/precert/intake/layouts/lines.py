"""Lines of nothing but codes outside any table: a list under the name of a policy, as medical policies print them."""

from precert.intake.layouts.codecell import CodeCell, read_cell
from precert.intake.layouts.columns import Column, Role, build_header

LINES = build_header(("", ""), {0: Column("", Role.CATEGORY, "content"), 1: Column("", Role.CODE, "content")})
"""The two columns that such lines stand for: the heading above them, and their codes."""
_LISTLIKE = frozenset({"malformed-code-list", "malformed-range", "range-too-wide", "modifier-in-code-cell", "wildcard-code"})
_FEWEST_DIGITS = 3


def lists_codes(text: str) -> bool:
    """Tell whether a line lists codes and says nothing else; one that begins so and cannot be read is still a line of codes."""
    read = read_cell(text)
    if isinstance(read, CodeCell):
        return True
    return read in _LISTLIKE and sum(each.isdigit() for each in text.split(maxsplit=1)[0]) >= _FEWEST_DIGITS
