"""Medicare's two lists (R60-R64): every boundary on the day before and the day of, with and without state and place."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import precert
from precert.bootstrap import open_release, published

PLAN = "medicare-ffs"
NOT, YES, UNKNOWN, OUT = "not-on-list", "required", "undetermined", "out-of-scope"
REFERENCE = Path(__file__).parents[2] / "shared" / "reference"


def ask(code: str, day: str | date, *, state: str | None = None, place: str | None = None) -> dict[str, Any]:
    case = {"plan": PLAN, "date_of_service": str(day), "state": state, "place_of_service": place, "lines": [{"code": code}]}
    return precert.check(case).to_dict()


def told(code: str, day: str | date, **facts: str | None) -> tuple[str, list[str]]:
    line = ask(code, day, **facts)["lines"][0]
    return line["requirement"], line["needs"]


@pytest.mark.parametrize(
    ("code", "day", "state", "expected"),
    [
        # Suspended: before the day we know only that it had been on the list, from it on it is not.
        ("E0748", "2024-08-27", None, (UNKNOWN, ["earlier-release"])),
        ("E0748", "2024-08-27", "CA", (UNKNOWN, ["earlier-release"])),
        ("E0748", "2024-08-28", None, (NOT, [])),
        ("E0747", "2024-08-28", "FL", (NOT, [])),
        ("E0760", "2024-08-27", None, (UNKNOWN, ["earlier-release"])),
        # Removed and back again.
        ("L1833", "2024-08-11", None, (UNKNOWN, ["earlier-release"])),
        ("L1833", "2024-08-12", None, (NOT, [])),
        ("L1833", "2026-10-27", "TX", (NOT, [])),
        ("L1833", "2026-10-28", None, (YES, [])),
        # Four states first, then everywhere.
        ("K0856", "2017-03-19", "IL", (NOT, [])),
        ("K0856", "2017-03-19", None, (NOT, [])),
        ("K0856", "2017-03-20", "IL", (YES, [])),
        ("K0856", "2017-03-20", "WV", (YES, [])),
        ("K0856", "2017-03-20", "CA", (NOT, [])),
        ("K0856", "2017-03-20", None, (UNKNOWN, ["state"])),
        ("K0856", "2017-07-16", "CA", (NOT, [])),
        ("K0856", "2017-07-17", "CA", (YES, [])),
        ("K0856", "2017-07-17", None, (YES, [])),
        # Three phases: states join those before them.
        ("L0648", "2022-04-12", "NY", (NOT, [])),
        ("L0648", "2022-04-13", "NY", (YES, [])),
        ("L0648", "2022-04-13", "TX", (NOT, [])),
        ("L0648", "2022-07-12", "NY", (YES, [])),
        ("L0648", "2022-07-12", "TX", (YES, [])),
        ("L0648", "2022-07-12", "ME", (NOT, [])),
        ("L0648", "2022-07-12", None, (UNKNOWN, ["state"])),
        ("L0648", "2022-10-10", None, (YES, [])),
    ],
)
def test_equipment(code: str, day: str, state: str | None, expected: tuple[str, list[str]]) -> None:
    assert told(code, day, state=state) == expected
    assert told(code, day, state=state, place="12") == expected


@pytest.mark.parametrize(
    ("code", "day", "place", "expected"),
    [
        ("63650", "2021-06-30", "22", (NOT, [])),
        ("63650", "2021-07-01", "22", (YES, [])),
        ("63650", "2021-07-01", "19", (YES, [])),
        ("63650", "2021-07-01", "24", (OUT, [])),
        ("63650", "2021-07-01", None, (UNKNOWN, ["place-of-service"])),
        ("64492", "2023-06-30", "22", (NOT, [])),
        ("64492", "2023-07-01", "22", (YES, [])),
        ("64492", "2024-08-15", "22", (YES, [])),
        ("64492", "2024-08-15", "11", (OUT, [])),
        ("64492", "2024-08-16", "22", (NOT, [])),
        ("64495", "2024-08-15", None, (UNKNOWN, ["place-of-service"])),
        ("64495", "2024-08-16", None, (NOT, [])),
        ("67911", "2022-01-06", "22", (UNKNOWN, ["earlier-release"])),
        ("67911", "2022-01-07", "22", (NOT, [])),
        ("21235", "2020-06-09", "22", (NOT, [])),
        ("21235", "2020-07-01", "22", (NOT, [])),
        ("63685", "2021-08-01", "22", (NOT, [])),
    ],
)
def test_outpatient(code: str, day: str, place: str | None, expected: tuple[str, list[str]]) -> None:
    assert told(code, day, place=place) == expected
    assert told(code, day, place=place, state="NY") == expected


def boundaries() -> list[tuple[str, date]]:
    listings = [listing for each in published() if each.plan == PLAN for listing in open_release(each).listings]
    return sorted({(listing.code, day) for listing in listings for day in (listing.begins, listing.ends) if day})


def test_every_boundary_changes_some_answer_on_its_day() -> None:
    """In at least one state, at a hospital: what is answered on the day is not what was answered the day before."""
    for code, day in boundaries():
        answers = [
            (told(code, day - timedelta(days=1), state=state, place="22"), told(code, day, state=state, place="22"))
            for state in ("IL", "NY", "CA", "PA", "ME")
        ]
        assert any(before != after for before, after in answers), (code, day)


def test_a_removal_says_its_day() -> None:
    reasons = ask("E0748", "2025-01-01")["lines"][0]["reasons"]
    assert [(each["rule"], each["code"]) for each in reasons] == [("not-on-list", "not-on-list"), ("R60", "removed")]
    assert "2024-08-28" in reasons[1]["text"]


def test_another_state_is_told_so() -> None:
    assert [each["code"] for each in ask("K0856", "2017-03-20", state="CA")["lines"][0]["reasons"]] == [
        "not-on-list",
        "other-state",
        "not-yet-listed",
    ]


def test_every_answer_says_the_source_is_a_copy() -> None:
    answer = ask("K0856", "2017-07-17")
    assert [each["code"] for each in answer["findings"]] == ["secondary-source", "secondary-source"]
    assert [each["list"] for each in answer["releases"]] == ["medicare-ffs-dmepos", "medicare-ffs-outpatient"]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the transcribed lists are not at hand (../shared/reference)")
def test_every_transcribed_code_and_phase_is_listed() -> None:
    content = json.loads((REFERENCE / "medicare_dmepos_pa.json").read_text("utf-8"))
    for entry in content["codes"]:
        for day, states in entry["phases"]:
            for state in states or ("AK",):
                assert told(entry["code"], day, state=state)[0] == YES
    for entry in json.loads((REFERENCE / "medicare_opd_pa.json").read_text("utf-8"))["codes"]:
        assert told(entry["code"], entry["since"], place="22")[0] == YES
