"""No text, however odd or long, makes a pattern run away: every pattern is tried on the longest cell, and readers on a megabyte."""

import time
from collections.abc import Callable

import pytest

from precert.intake import descriptor
from precert.intake.layouts.columns import header, role
from precert.intake.layouts.profile import key
from precert.intake.layouts.rows import LONGEST_CELL
from precert.intake.notation import read_row
from precert.intake.readers import read as read_document
from tests.intake.make import HEADER, aside, listed, profile, read, table

SECONDS = 5.0
"""Far more than any takes (0.2 s on a slow machine), and far less than a pattern that runs away."""

ODD = [
    "a", "1", " ", "22551 ", "22551,", "22551-22552 ", " - ", "- ", "22551 - ", ", and ", "this procedure code will be managed if ",
    "this procedure code will be managed when billed with any code ", "a code that is ", "1/1/19 - ", "1/1/19 - a b c ",
    "effective 1/1/2021 ",    "no pa required ", "no ", "part of sleep ", "code 22551 ", "companion to 22551 ", "do not report 22551 ",
    "do not report 22551 in conjunction with 22552 ", "do not report with a b c code ", "(eg ", "(eg()", "[eg[a]", "(", "[", "without ",
    "other than ", "<b>", "<b ", "<b a=", "< b", "**", "__", "*", "_", "[ ", "[®]", "(r)", "spine cervical ", "eff. ", ". ", " * ",
    "please call example health at 555-010-0199 ", "555-010-", "if requested with >4 ", "purchase only ", "use code 22551 ",
    "this code to be used in place of 22551 ", "list separately ", "posterior or ", ", anterior", "\x1f", "add 1/1/2021 ",
    "requires pa through example health ", "|", "---|", " |", "\\|", ":---", " thru ", "22551 thru ", "22551, and ", "copyright 2020 ",
    "&amp;", "&", "&#", "codes 22551, 22552 ", "é", "\u2028",
]  # fmt: skip


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@pytest.mark.parametrize("piece", ODD)
def test_no_cell_makes_a_pattern_run_away(piece: str) -> None:
    text = (piece * LONGEST_CELL)[:LONGEST_CELL]
    by = profile()
    assert timed(lambda: read_row(by, notation=text, grouping=text, description=text)) < SECONDS
    assert timed(lambda: (role(text), key(text), header((text, text)))) < SECONDS
    assert timed(lambda: (descriptor.facts(text), descriptor.fingerprint(text), descriptor.forbids_unread("22551", text))) < SECONDS
    assert timed(lambda: descriptor.pointing("22551", text)) < SECONDS


@pytest.mark.parametrize("piece", ODD)
def test_no_line_makes_a_reader_run_away(piece: str) -> None:
    data = (piece * 1_000_000)[:1_000_000].encode()
    assert timed(lambda: read_document("x", data)) < SECONDS


def test_a_cell_of_a_megabyte_is_set_aside_unread() -> None:
    row = listed("22552", description="this procedure code will be managed if " * 25_000, notes="no pa required " * 70_000)
    data = table(HEADER, listed("22551"), row, listed("22553"))
    assert timed(lambda: read(data)) < SECONDS
    assert aside(read(data)) == [(3, "oversized-cell", "22552")]


def test_prose_of_a_megabyte_is_read_as_far_as_a_cell() -> None:
    data = b"copyright 2020 " * 70_000 + b"\n" + table(HEADER, listed("22551"))
    assert timed(lambda: read(data)) < SECONDS


def test_many_damaged_rows_of_long_text_are_weighed_in_time() -> None:
    text = "made up, each additional level " * 900
    rows = [listed("" if number % 3 else str(10004 + number), description=f"{text}{number}") for number in range(150)]
    assert timed(lambda: read(table(HEADER, *rows))) < 4 * SECONDS
