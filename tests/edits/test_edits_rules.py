"""R66 and R67 on small tables: the primaries of an add-on, and the days on which a code is in force."""

from datetime import date

import pytest

from precert.edits.add_on import without_primary
from precert.edits.book import ADD_ONS, HCPCS, OPPS, Book, Table, parse
from precert.edits.in_force import not_in_force
from precert.edits.terms import EditCode

QUARTERS = ("2019-01", "2020-01", "2020-04", "2021-01", "2021-10", "2022-01", "2026-02")
NINE = tuple(f"2255{each}" for each in range(9))
BOOK = Book(
    add_ons=Table(
        name=ADD_ONS,
        edition="2024Q2",
        source="0" * 64,
        codes={
            "22552": ("22551",),
            "22614": ("22612", "22630"),
            "49412": ("CCCCC",),
            "C9726": ("19301", "CCCCC"),
            "22845": NINE,
            "22853": NINE[:8],
            "0215T": ("0213T", "0214T"),
            "0214T": ("0213T",),
        },
    ),
    hcpcs=Table(
        name=HCPCS,
        edition="2024",
        source="1" * 64,
        codes={
            "K0553": ("2017-07-01", "2022-12-31"),
            "C9762": ("2020-07-01", None),
            "A4341": ("2019-01-01", None),
            "J1300": ("2008-01-01", None),
            "J9999": ("2008-01-01", None),
        },
        days=("2021-10-01",),
    ),
    opps=Table(
        name=OPPS,
        edition="2026-02",
        source="2" * 64,
        codes={
            "0609T": ("2021-01", None),
            "C9762": ("2021-01", None),
            "0275T": ("2019-01", "2022-01"),
            "A4341": ("2019-01", "2021-10"),
            "J1300": ("2019-01", "2022-01"),
            "K0553": ("2019-01", "2021-01"),
        },
        days=QUARTERS,
    ),
)


def add_ons(*codes: str) -> list[tuple[str, tuple[int, ...]]]:
    lines: dict[str, tuple[int, ...]] = {}
    for number, code in enumerate(codes, 1):
        lines[code] = (*lines.get(code, ()), number)
    return [(each.ordered, each.lines) for each in without_primary(lines, BOOK)]


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (["22552"], [("22552", (1,))]),
        (["22552", "22551"], []),
        (["22551"], []),
        (["22552", "22552"], [("22552", (1, 2))]),  # an add-on is no primary of itself
        (["22614", "22552", "22630"], [("22552", (2,))]),
        (["22614", "99213"], [("22614", (1,))]),
        (["0215T", "0214T"], [("0214T", (2,))]),  # an add-on may be the primary of another
        (["49412", "C9726"], []),  # the contractor names primaries: which, nobody here knows
        (["99213"], []),
    ],
)
def test_an_add_on_wants_one_of_the_primaries_that_the_table_names(codes: list[str], found: list[object]) -> None:
    assert add_ons(*codes) == found


def test_the_words_of_an_add_on_without_primary() -> None:
    (one,) = without_primary({"22552": (3,)}, BOOK)
    assert (one.code, one.reference) == (EditCode.ADD_ON_WITHOUT_LISTED_PRIMARY, BOOK.add_ons.reference)
    assert one.message == "22552 is an add-on to 22551 by the federal table of 2024Q2, and the case has none of them."
    (two,) = without_primary({"22614": (1,)}, BOOK)
    assert "an add-on to 22612 or 22630 by" in two.message
    (eight,) = without_primary({"22853": (1,)}, BOOK)
    assert "22556 or 22557 by" in eight.message
    (nine,) = without_primary({"22845": (1,)}, BOOK)
    assert "add-on to one of 9 codes, among them 22550, 22551, 22552, 22553, 22554, 22555, 22556, 22557, by the" in nine.message


def found(code: str, day: str) -> tuple[str, str] | None:
    edits = list(not_in_force({code: (2, 5)}, date.fromisoformat(day), BOOK))
    assert all((each.ordered, each.lines) == (code, (2, 5)) for each in edits)
    return (edits[0].code.value, edits[0].reference.name) if edits else None


NOT_YET_BY_HCPCS, ENDED_BY_HCPCS = ("code-not-yet-added", HCPCS), ("code-ended", HCPCS)
NOT_YET_BY_OPPS, ENDED_BY_OPPS = ("code-not-yet-added", OPPS), ("code-ended", OPPS)


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("K0553", "2017-06-30", NOT_YET_BY_HCPCS),
        ("K0553", "2017-07-01", None),
        ("K0553", "2022-12-31", None),  # the last day is in force, whatever the outpatient files hold
        ("K0553", "2023-01-01", ENDED_BY_HCPCS),
        ("C9762", "2020-06-30", NOT_YET_BY_HCPCS),
        ("C9762", "2020-07-01", None),  # added, though the last file before does not hold it
        ("C9762", "2020-05-01", NOT_YET_BY_HCPCS),
        # By the outpatient files alone: on the days of a quarter whose file lacks the code, and on no others.
        ("0609T", "2018-12-31", None),
        ("0609T", "2019-01-01", NOT_YET_BY_OPPS),
        ("0609T", "2019-03-31", NOT_YET_BY_OPPS),
        ("0609T", "2019-04-01", None),
        ("0609T", "2020-06-30", NOT_YET_BY_OPPS),
        ("0609T", "2020-07-01", None),
        ("0609T", "2020-12-31", None),
        ("0609T", "2021-01-01", None),
        ("0609T", "2030-01-01", None),
        ("0275T", "2021-12-31", None),
        ("0275T", "2022-01-01", ENDED_BY_OPPS),
        ("0275T", "2030-01-01", ENDED_BY_OPPS),
        ("0275T", "2018-01-01", None),
        # The HCPCS file holds A4341 as in force on a later day than the first file without it, and J1300 not.
        ("A4341", "2021-11-01", None),
        ("A4341", "2026-03-01", None),
        ("J1300", "2021-12-31", None),
        ("J1300", "2022-01-01", ENDED_BY_OPPS),
        ("J9999", "2026-03-01", None),
        ("99213", "2026-03-01", None),
    ],
)
def test_a_code_that_is_not_in_force(code: str, day: str, expected: tuple[str, str] | None) -> None:
    assert found(code, day) == expected


@pytest.mark.parametrize(
    ("month", "day", "of"),
    [
        ("01", "03-31", True),
        ("01", "04-01", False),
        ("02", "03-31", True),
        ("02", "04-01", False),
        ("10", "12-31", True),
        ("12", "12-31", True),
    ],
)
def test_a_file_speaks_of_its_own_calendar_quarter(month: str, day: str, of: bool) -> None:
    opps = Table(name=OPPS, edition=f"2020-{month}", source="", codes={"0609T": ("2029-01", None)}, days=(f"2020-{month}",))
    book = Book(add_ons=BOOK.add_ons, hcpcs=BOOK.hcpcs, opps=opps)
    assert bool(list(not_in_force({"0609T": (1,)}, date.fromisoformat(f"2020-{day}"), book))) == of
    assert not list(not_in_force({"0609T": (1,)}, date(2021, 1, 1), book))


def message(code: str, day: str) -> str:
    (edit,) = not_in_force({code: (1,)}, date.fromisoformat(day), BOOK)
    return edit.message


def test_the_words_say_whose_file_says_so_and_how_far_it_reaches() -> None:
    assert message("K0553", "2023-01-01") == "K0553 ended with 2022-12-31, before the date of service, by CMS's HCPCS file of 2024."
    assert message("K0553", "2017-01-01") == "K0553 was added on 2017-07-01, after the date of service, by CMS's HCPCS file of 2024."
    assert message("0275T", "2030-01-01") == (
        "CMS's outpatient files held 0275T before 2022-01 and do not since; the last one held here is of 2026-02. The code may have ended."
    )
    assert message("0609T", "2020-05-01") == (
        "CMS's outpatient file of 2020-04 does not hold 0609T; the first held here that does is of 2021-01. "
        "The code may not have existed yet on the date of service."
    )


def test_every_line_of_a_code_is_named_and_codes_keep_their_order() -> None:
    lines = {"0275T": (1, 4), "99213": (2,), "K0553": (3,)}
    assert [(each.ordered, each.lines) for each in not_in_force(lines, date(2026, 3, 2), BOOK)] == [("0275T", (1, 4)), ("K0553", (3,))]


def test_a_book_reads_back_and_an_altered_one_is_refused() -> None:
    text = BOOK.text()
    again = parse(text.encode())
    assert again.text() == text
    assert again.watched == BOOK.watched == {*BOOK.add_ons.codes, *BOOK.hcpcs.codes, *BOOK.opps.codes}
    for before, after in (('"22551"', '"22554"'), ('"2022-12-31"', '"2023-12-31"'), ('"2026-02"]', '"2026-04"]')):
        with pytest.raises(ValueError, match="altered"):
            parse(text.replace(before, after, 1).encode())


def test_primaries() -> None:
    assert BOOK.primaries["22614"] == {"22612", "22630"}
    assert BOOK.primaries.keys() == BOOK.add_ons.codes.keys() - {"C9726", "49412"}
    assert BOOK.last_addition == "2021-10-01"
