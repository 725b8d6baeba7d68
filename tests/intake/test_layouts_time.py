"""No text makes what reads layouts run away."""

import contextlib
import time
from collections.abc import Callable

import pytest

from precert.intake.layouts.codecell import read_cell
from precert.intake.layouts.days import read_day
from precert.intake.layouts.lines import lists_codes
from precert.intake.layouts.rows import LONGEST_CELL
from precert.intake.layouts.stance import denies, stance
from precert.intake.pipeline import UnknownLayoutError
from tests.intake.make import plain, table

SECONDS = 5.0
PIECES = [
    "a", "1", " ", "22551 ", "22551, ", "22551-22552, ", "J0000-J0199,", "22551-", "and ", "(excluding ", "*", "J73xx ", "GP ", "1/",
    "1/1/2026 ",
    "2026-01-01 00:00:00", "jan ", "jan 1, ", "prior ", "prior-auth ", "not a guarantee ", "no ", "requires ", "codes ", ". ", "; ", "\n",
    "PA ",
    "\u2013", "non-", "\u00e9", "pre-", "exclu", "end of ",
]  # fmt: skip


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@pytest.mark.parametrize("piece", PIECES)
def test_no_cell_makes_a_pattern_run_away(piece: str) -> None:
    text = (piece * LONGEST_CELL)[:LONGEST_CELL]
    assert timed(lambda: (read_cell(text), read_day(text), stance(text), denies(text), lists_codes(text))) < SECONDS


def attempt(data: bytes) -> None:
    with contextlib.suppress(UnknownLayoutError):
        plain(data)


@pytest.mark.parametrize(
    "row",
    [
        ("Made up", "made up"),
        ("", "Made up, and no code"),
        ("22551", "Made up", "Yes"),
        ("Code", "Description", "Fee"),
        ("Code", "Description", "PA Required"),
        ("22551, 22552", "J0100-J0299", "x"),
    ],
)
def test_no_table_makes_inference_run_away(row: tuple[str, ...]) -> None:
    assert timed(lambda: attempt(table(*[row] * 1_500))) < 2 * SECONDS
    assert timed(lambda: attempt(b"Prior Authorization List\n" + table(("Item", "Text"), *[row] * 1_500))) < 2 * SECONDS
