"""Which column is which; and what must not be taken for a column we know."""

import pytest

from precert.intake.layouts.columns import Role, clean, header, like_header, role, words

COMMERCIAL = "Commercial Prior Authorization Required?"
PLATFORM = "Commercial Case Build Platform"
# The five spellings of the four column shapes.
SPELLINGS = [
    ("Product", "Category", "CPT® Code", "CPT® Code Description", COMMERCIAL, PLATFORM, "External Notation"),
    ("CPT® Code", "CPT® Code Description", COMMERCIAL, PLATFORM, "Included with UM + CS", "Grouping for filter", "External Notation"),
    ("Category", "CPT® Code", "CPT® Code Description", COMMERCIAL, PLATFORM),
    ("Category", "CPT® Code", "CPT® Code Description", COMMERCIAL, PLATFORM, "External Notation"),
    ("Category", "CPT® Code", "CPT® Code Description", COMMERCIAL.rstrip("?"), PLATFORM, "External Notation"),
]


@pytest.mark.parametrize("cells", SPELLINGS)
def test_the_spellings_we_know_are_headers(cells: tuple[str, ...]) -> None:
    found = header(cells)
    assert found is not None
    assert sorted(found.at.values()) == list(range(len(cells)))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("CPT® Code", Role.CODE),
        ("CPT [®] Code", Role.CODE),
        ("**CPT / HCPCS**", Role.CODE),
        ("<b>Codes</b>", Role.CODE),
        ("CPT(R) Code Description", Role.DESCRIPTION),
        ("Commercial PA Required?", Role.REQUIREMENT),
        ("Remarks", Role.NOTATION),
        ("No Prior Authorization Required", None),
        ("Prior authorization never required", None),
        ("Prior Authorization Required Effective Date", None),
        ("Code Effective Date", None),
        ("Replacement Code", None),
        ("Diagnosis Code", None),
        ("Revenue Code", None),
        ("Fee", None),
        ("", None),
        ("a heading of nine words or more, with code in it", None),
    ],
)
def test_a_heading_names_one_role_or_none(cell: str, expected: Role | None) -> None:
    assert role(cell) is expected


@pytest.mark.parametrize(
    "cells",
    [
        ("Code",),
        ("Code", ""),
        ("Description", "PA Required"),
        ("Code", "Code", "Description"),
        ("Code", "Description", "Fee"),
        ("22551", "Code"),
    ],
)
def test_these_are_no_headers(cells: tuple[str, ...]) -> None:
    assert header(cells) is None


def test_a_blank_heading_leaves_its_column_without_one() -> None:
    found = header(("Code", "", "Description"))
    assert found is not None
    assert (found.headed, found.cells) == (frozenset({0, 2}), 3)


def test_a_profile_may_name_a_heading_or_leave_a_column_unread() -> None:
    named: dict[tuple[str, ...], Role] = {("procedure",): Role.CODE, ("fee",): Role.UNREAD, ("rate",): Role.UNREAD}
    found = header(("Procedure", "Fee", "Rate", "Description"), named)
    assert found is not None
    assert found.at == {Role.CODE: 0, Role.DESCRIPTION: 3}
    assert found.headed == frozenset(range(4))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("Item", "Description", "Notes"), True),
        (("Code", "Description", "Fee"), True),
        (("Item", "22551", "Description", "Notes"), False),
        (("Back", "", "Made up, reported beside a code for something else that was done"), False),
        (("Back", "Notes"), False),
    ],
)
def test_what_reads_like_a_header(cells: tuple[str, ...], expected: bool) -> None:
    assert like_header(cells) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<b>Add-On  Code</b>", "Add-On Code"),
        ('<span style="x">Yes</span>', "Yes"),
        ("**Yes**", "Yes"),
        ("*Yes*", "Yes"),
        ("_Yes_", "Yes"),
        ("*Yes", "*Yes"),
        ("BMI <40 and not >30", "BMI <40 and not >30"),
        ("a <b and not c> d", "a <b and not c> d"),
        ("a\u00a0b&nbsp;c &amp; d &#62; &bogus; R&D", "a b c & d > &bogus; R&D"),
    ],
)
def test_cleaning_takes_markup_and_nothing_else(cell: str, expected: str) -> None:
    assert clean(cell) == expected


def test_words_leave_trade_signs_aside() -> None:
    assert words("CPT [®] Code(s), (TM)") == ("cpt", "code", "s")
