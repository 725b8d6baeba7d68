"""What a person sees of a number in a workbook, by its format; what cannot be told is not guessed."""

import time
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest

from precert.intake.readers.number_format import general, hides_text, moment, number


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (670, "00000", "00670"),
        (670.0, "00000", "00670"),
        (22551, "00000", "22551"),
        (22551.0, "General", "22551"),
        (22551, "@", "22551"),
        (95, '0000"T"', "0095T"),
        (95, r"0000\T", "0095T"),
        (22551, "#,##0", "22,551"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (999, "#,##0", "999"),
        (22551, "0.00", "22551.00"),
        (2.5, "0", "3"),
        (-0.4, "0", "0"),
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (3, "0.0#", "3.0"),
        (0, "#", ""),
        (-5, "0", "-5"),
        (-5, "0;(0)", "(5)"),
        (-12.5, '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)', "$(12.50)"),
        (12.5, '[$$-409]#,##0.00;[Red]"minus "0', "$12.50"),
        (0, "0;-0;;@", ""),
        (0, '0;0;"none"', "none"),
        (5, "General;General", "5"),
        (5, ";;;", ""),
        (1_200_000, "0.0,,", "1.2"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, number_format: str, shown: str) -> None:
    assert number(value, number_format) == shown


@pytest.mark.parametrize("number_format", ["# ?/?", "0.00E+00", "000-0000", "[<100]0;0", "0.0.0", '0"', "[h]", "x0", "\\"])
def test_a_format_that_is_not_understood_shows_nothing_for_sure(number_format: str) -> None:
    assert number(22551, number_format) is None


def test_numbers_beyond_what_a_sheet_keeps_are_not_written_out() -> None:
    assert number(1e300, "0") is None
    assert general(1e300) == "1E+300"
    assert general(float("inf")) == "INF"
    assert general(0.1641) == "0.1641"


def test_moments_are_written_as_a_us_list_prints_them() -> None:
    assert moment(date(2026, 1, 31)) == "1/31/2026"
    assert moment(datetime.fromisoformat("2026-01-31")) == "1/31/2026"
    assert moment(datetime.fromisoformat("2026-01-31T08:30")) == "1/31/2026 08:30"
    assert (moment(clock(8, 30)), moment(clock(8, 30, 5)), moment(timedelta(hours=30))) == ("08:30", "08:30:05", "1 day, 6:00:00")


def test_a_format_may_hide_texts() -> None:
    assert [hides_text(each) for each in (";;;", "0;0;0;", ";;;@", "@", "General", '0;0;"a;b"')] == [True, True, False, False, False, False]


@pytest.mark.parametrize("piece", ['"', "0", "0,", "#,", "\\", ";", "[", "[$", "_", "*", '"a"', "[Red]", "-"])
def test_no_format_makes_a_pattern_run_away(piece: str) -> None:
    start = time.perf_counter()
    number(22551, (piece * 100_000)[:100_000])
    hides_text((piece * 100_000)[:100_000])
    assert time.perf_counter() - start < 5
