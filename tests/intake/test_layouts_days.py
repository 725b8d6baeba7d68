"""The cells of date columns, and what they make of a listing (R10, R60)."""

from datetime import date

import pytest

from precert.facts.model import Cell, Listing
from precert.intake.layouts.days import DayCell, read_day
from precert.intake.layouts.profile import Profile, default_profile
from precert.intake.pipeline import ingest
from precert.intake.repair import Known
from tests.intake.make import aside, codes, findings, plain, profile, table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/2/2026", date(2026, 1, 2)),
        ("01/02/26", date(2026, 1, 2)),
        ("1-2-2026", date(2026, 1, 2)),
        ("1.2.2026", date(2026, 1, 2)),
        ("2026-01-02", date(2026, 1, 2)),
        ("2026/1/2", date(2026, 1, 2)),
        ("2026-01-02 00:00:00", date(2026, 1, 2)),
        ("2026-01-02T00:00:00Z", date(2026, 1, 2)),
        ("1/2/2026 12:00:00 AM", date(2026, 1, 2)),
        ("20260102", date(2026, 1, 2)),
        ("January 2, 2026", date(2026, 1, 2)),
        ("Jan. 2nd 2026", date(2026, 1, 2)),
        ("2-Jan-26", date(2026, 1, 2)),
        ("02 JAN 2026", date(2026, 1, 2)),
        ("", DayCell.OPEN),
        ("open", DayCell.OPEN),
        ("N/A", DayCell.OPEN),
        ("12/31/9999", DayCell.OPEN),
        ("9999-12-31", DayCell.OPEN),
        ("99991231", DayCell.OPEN),
        ("12/31/2999", DayCell.OPEN),
        ("12/31/99", DayCell.UNREAD),  # the end of time, or of the last century
        ("46023", DayCell.UNREAD),  # a spreadsheet counts days from one of two years
        ("2/30/2026", DayCell.UNREAD),
        ("13/1/2026", DayCell.UNREAD),
        ("1/2-2026", DayCell.UNREAD),
        ("1/2026", DayCell.UNREAD),
        ("2026", DayCell.UNREAD),
        ("Q1 2026", DayCell.UNREAD),
        ("1/2/2026 3:00 PM", DayCell.UNREAD),
        ("1/2/2026*", DayCell.UNREAD),
        ("soon", DayCell.UNREAD),
        ("1/2/1900", DayCell.UNREAD),
        ("\u0661/2/2026", DayCell.UNREAD),
    ],
)
def test_a_date_cell(text: str, expected: date | DayCell) -> None:
    assert read_day(text) == expected


def only(heading: str, printed: str, *, requirement: str = "Yes", by: Profile | None = None) -> Listing:
    data = table(("Code", "PA Required", heading), ("22551", requirement, printed))
    (row,) = ingest("x.txt", data, by or default_profile("x"), known=Known()).sheet.listed
    return row.listing


@pytest.mark.parametrize("heading", ["Effective Date", "Eff. Date", "Start Date", "Begin Date", "PA Effective Date", "Date Added", "Added"])
def test_a_row_begins_on_its_day(heading: str) -> None:
    found = only(heading, "1/2/2026")
    assert (found.begins, found.ends, found.changed) == (date(2026, 1, 2), None, None)


@pytest.mark.parametrize("heading", ["End Date", "Term Date", "Termination Date", "Expiration Date", "Effective Through"])
def test_a_termination_date_is_the_last_day_in_force(heading: str) -> None:
    found = only(heading, "12/31/2026")
    assert (found.ends, found.in_force(date(2026, 12, 31)), found.in_force(date(2027, 1, 1))) == (date(2027, 1, 1), True, False)


@pytest.mark.parametrize("heading", ["Date Removed", "Removal Date", "Removed on", "Date PA removed"])
def test_a_removal_is_the_first_day_out(heading: str) -> None:
    found = only(heading, "1/1/2027")
    assert (found.ends, found.in_force(date(2026, 12, 31)), found.in_force(date(2027, 1, 1))) == (date(2027, 1, 1), True, False)


def test_a_profile_may_say_what_the_dates_are() -> None:
    by = profile('dates = {termination = "first-day-out", effective = "change"}\n')
    assert only("End Date", "1/1/2027", by=by).ends == date(2027, 1, 1)
    found = only("Effective Date", "1/1/2026", by=by)
    assert (found.begins, found.changed) == (None, date(2026, 1, 1))


def test_since_when_nothing_is_required_tells_nothing_of_the_days_before() -> None:
    found = only("Effective Date", "1/1/2026", requirement="No")
    assert (found.printed, found.begins, found.changed) == (Cell.NO, None, date(2026, 1, 1))


@pytest.mark.parametrize("heading", ["Last Updated", "Change Date", "Revised"])
def test_a_change_is_a_change(heading: str) -> None:
    found = only(heading, "1/1/2026")
    assert (found.begins, found.changed) == (None, date(2026, 1, 1))


def test_a_day_nobody_can_read_and_an_end_before_the_beginning_set_their_rows_aside() -> None:
    rows = (("22551", "Yes", "soon", ""), ("22552", "Yes", "1/1/2026", "12/31/2025"), ("22553", "Yes", "1/1/2026", "1/1/2026"))
    report = plain(table(("Code", "PA Required", "Effective Date", "End Date"), *rows))
    assert codes(report) == ["22553"]
    assert [(line, reason) for line, reason, _ in aside(report)] == [(2, "malformed-date"), (3, "dates-contradict")]


def test_two_days_for_one_thing_are_noted() -> None:
    headings = ("Code", "PA Required", "Effective Date", "Notes", "Date Added")
    report = plain(table(headings, ("22551", "Yes", "1/1/2026", "Add 1/1/2025", ""), ("22552", "Yes", "1/1/2026", "", "1/1/2024")))
    assert [each.listing.begins for each in report.sheet.listed] == [date(2026, 1, 1), date(2024, 1, 1)]
    assert findings(report) == [(2, "dates-disagree"), (3, "dates-disagree")]


def test_a_heading_of_another_date_names_no_role() -> None:
    report = plain(table(("Code", "PA Required", "Code Effective Date"), ("22551", "Yes", "1/1/2026")))
    assert report.sheet.listed[0].listing.begins is None
    assert findings(report)[0] == (1, "unknown-column")
