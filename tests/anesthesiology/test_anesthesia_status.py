"""Inpatient-only by date (R51): the quarters, the page's years, where they differ, and how old the last file is."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert.anesthesiology import status as on_status
from precert.anesthesiology.answer import anesthesia
from precert.anesthesiology.shelf import bundled_book
from precert.anesthesiology.status import Status, runs

SITTING = {"region": "cervical", "sitting": True}
BOOK = bundled_book()


def told(code: str, day: str) -> tuple[bool | None, str | None, str | None, bool | None]:
    """Status, source, quarter, and what the page says where it differs."""
    found = BOOK.inpatient(code, date.fromisoformat(day))
    return found.status, found.source, found.quarter, found.disagreement.page if found.disagreement else None


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("00604", "2016-12-31", (None, None, None, None)),
        ("00604", "2017-01-01", (True, "page", None, None)),
        ("00604", "2018-06-01", (True, "page", None, None)),
        ("00604", "2018-12-31", (True, "page", None, None)),
        ("00604", "2019-01-01", (True, "opps", "2019-01", None)),
        ("00604", "2020-06-01", (True, "opps", "2020-04", None)),
        ("00604", "2020-12-31", (True, "opps", "2020-04", None)),
        ("00604", "2021-01-01", (False, "opps", "2021-01", None)),
        ("00604", "2021-06-01", (False, "opps", "2021-04", None)),
        ("00604", "2022-01-01", (True, "opps", "2022-01", None)),
        ("00604", "2023-06-01", (True, "opps", "2023-04", None)),
        ("00604", "2026-01-31", (True, "opps", "2025-10", None)),
        ("00604", "2026-02-01", (False, "opps", "2026-02", True)),
        ("00604", "2026-05-01", (False, "opps", "2026-04", True)),
        ("00632", "2016-06-01", (None, None, None, None)),
        ("00632", "2018-06-01", (True, "page", None, None)),
        ("00632", "2020-06-01", (True, "opps", "2020-04", None)),
        ("00632", "2021-06-01", (True, "opps", "2021-04", None)),
        ("00632", "2023-06-01", (True, "opps", "2023-04", None)),
        ("00632", "2026-05-01", (True, "opps", "2026-04", None)),
        ("00670", "2018-06-01", (None, None, None, None)),
        ("00670", "2019-01-01", (False, "opps", "2019-01", None)),
        ("00670", "2026-05-01", (False, "opps", "2026-04", None)),
        ("00600", "2018-06-01", (None, None, None, None)),
        ("00600", "2026-05-01", (False, "opps", "2026-04", None)),
        ("01937", "2021-12-31", (None, "opps", "2021-10", None)),
        ("01937", "2022-01-01", (False, "opps", "2022-01", None)),
        ("00540", "2026-05-01", (True, "opps", "2026-04", None)),
        ("00541", "2026-05-01", (False, "opps", "2026-04", None)),
        ("22551", "2026-05-01", (False, "opps", "2026-04", None)),
        ("99999", "2026-05-01", (None, None, None, None)),
    ],
)
def test_by_code_and_day(code: str, day: str, expected: tuple[bool | None, str | None, str | None, bool | None]) -> None:
    assert told(code, day) == expected


def test_the_answer_shows_both_sources_where_they_differ() -> None:
    inpatient = anesthesia(**SITTING, date="2026-05-01").to_dict()["inpatient_only"]  # type: ignore[arg-type]
    cited = inpatient["disagreement"].pop("citation")
    assert inpatient == {"status": False, "source": "opps", "quarter": "2026-04", "disagreement": {"page": True, "opps": False}}
    assert cited["line"] == 12


def test_the_page_is_cited_where_it_is_the_source() -> None:
    answer = anesthesia(**SITTING, date="2018-06-01").to_dict()  # type: ignore[arg-type]
    assert answer["inpatient_only"] == {"status": True, "source": "page", "quarter": None, "disagreement": None}
    assert 12 in [each["line"] for each in answer["citations"]]
    later = anesthesia(**SITTING, date="2023-06-01").to_dict()  # type: ignore[arg-type]
    assert 12 not in [each["line"] for each in later["citations"]]


def test_a_start_that_the_page_does_not_state_is_a_finding() -> None:
    def found(day: str) -> list[tuple[str, int]]:
        findings = anesthesia(extensive=True, date=day).findings
        return [(each.code, each.citation.line or 0) for each in findings if each.citation]

    assert found("2018-12-31") == [("not-stated", 62)]
    assert found("2019-01-01") == []
    assert anesthesia(region="cervical", date="2018-06-01").findings == ()


@pytest.mark.parametrize(("day", "stale"), [("2026-07-02", False), ("2026-07-03", True), ("2018-06-01", False)])
def test_a_day_long_after_the_last_file_is_a_finding(day: str, stale: bool) -> None:
    findings = {each.code: each for each in anesthesia(region="lumbar", date=day).findings}
    assert ("status-may-be-stale" in findings) == stale
    assert date(2026, 4, 1) + timedelta(days=92) == date(2026, 7, 2)


# -- the facts on paper ----------------------------------------------------------------------------------------------------

QUARTERS = [f"{year}-{month:02d}" for year in range(2019, 2023) for month in (1, 4, 7, 10)]
LETTERS = st.sampled_from(["", "C", "N", "S", "J1"])


def test_superseded_columns_are_not_carried() -> None:
    assert all(len(each) == len("2019-01") for each in BOOK.status.quarters)
    assert BOOK.status.edition == "2026-04"


def test_only_the_codes_that_concern_us_are_carried() -> None:
    ten_and_pointers = {*BOOK.page.codes, "00540", "00541", *(f"0193{each}" for each in "789"), *(f"0194{each}" for each in "012")}
    assert len(ten_and_pointers) == 18
    assert ten_and_pointers <= set(BOOK.status.codes)
    assert "01936" not in BOOK.status.codes
    assert "00100" not in BOOK.status.codes


@given(st.dictionaries(st.sampled_from(QUARTERS), LETTERS, min_size=1))
def test_runs_say_what_every_quarter_says(letters: dict[str, str]) -> None:
    found = runs(letters)
    status = Status(quarters=tuple(sorted(letters)), codes={"22551": found}, source="")
    assert {quarter: status.letter("22551", quarter) or "" for quarter in letters} == letters
    assert all(before[1] != after[1] for before, after in pairwise(found))
    assert status.letter("22612", status.edition) is None


@given(st.dates(date(2019, 1, 1), date(2030, 1, 1)))
def test_the_quarter_of_a_day_is_the_last_not_after_it(day: date) -> None:
    quarter = BOOK.status.quarter(day)
    assert quarter == max(each for each in BOOK.status.quarters if on_status.first_day(each) <= day)


def test_altered_facts_are_refused() -> None:
    text = BOOK.status.text()
    assert on_status.parse(text.encode()).text() == text
    with pytest.raises(ValueError, match="altered"):
        on_status.parse(text.replace('"00604":[["2019-01","C"]', '"00604":[["2019-01","N"]').encode())
