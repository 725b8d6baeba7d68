"""Every physical row is a header, a section, a listing, or set aside with a reason (R5); and what careful reading finds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert.facts.condition import ClientSpecific, ManagedWith, Refused, SegmentOnly, ThroughPlan, Uninterpreted
from precert.facts.model import Cell, Program
from precert.intake.layouts.profile import read_profile
from precert.intake.layouts.rows import LONGEST_CELL
from precert.intake.pipeline import UnknownLayoutError
from precert.intake.readers import RawRow
from tests.intake.make import HEADER, MEMBERSHIP, aside, codes, findings, listed, membership, plain, profile, read, table

MANAGED = (
    "This procedure code will be managed if billed with any code of the delegated MSK program; "
    "otherwise, Example Health will manage the code."
)
TITLED = """
plan = "t"
list = "t"
title = "T"
payer = "Example Health"
[programs]
title = 'List: (?P<program>[^*]+)'
elsewhere_title = 'The list of (?P<program>.+) is elsewhere'
elsewhere = ["Labs", "Drugs"]
[programs.settings]
"Home" = "home"
"""


# -- headers -----------------------------------------------------------------------------------------------------------


def test_headers_repeat_and_may_change() -> None:
    other = ("Code", "PA Required", "Description", "Platform")
    report = read(table(HEADER, listed("22551"), HEADER, listed("22552"), other, ("22554", "No", "Made up", "North Portal")))
    assert codes(report) == ["22551", "22552", "22554"]
    assert [row.listing.printed for row in report.sheet.listed] == [Cell.YES, Cell.YES, Cell.NO]
    assert report.sheet.headers == 3


def test_a_header_nobody_can_read_ends_the_one_before() -> None:
    unknown = ("Code", "Description", "Fee", "PA Required", "Notes", "")
    report = read(
        table(HEADER, listed("22551"), unknown, listed("22552"), ("22553", "Made up", "1", "No", "", ""), HEADER, listed("22554"))
    )
    assert codes(report) == ["22551", "22554"]
    assert aside(report) == [(3, "unknown-header", ""), (4, "no-header", "22552"), (5, "no-header", "22553")]
    assert findings(report) == [(3, "unknown-header")]
    assert "`Fee`" in report.sheet.findings[0].message


def test_markdown_says_itself_what_a_header_is() -> None:
    report = read(b"| Code | PA Required |\n|---|---|\n| 22551 | Yes |\n\n| Item | Price |\n|---|---|\n| 22552 | No |\n")
    assert aside(report) == [(5, "unknown-header", ""), (7, "no-header", "22552")]


def test_a_header_that_names_a_column_twice_cannot_be_read() -> None:
    report = read(table(HEADER, listed("22551"), ("Code", "Code", "Description", "", "", "")))
    assert aside(report) == [(3, "unknown-header", "")]
    assert "twice" in report.sheet.findings[0].message


def test_a_row_that_prints_a_requirement_is_no_header() -> None:
    report = read(table(HEADER, listed("22551"), ("Notes", "", "Description", "Yes", "", "")))
    assert aside(report) == [(3, "blank-code", "")]


def test_a_document_without_one_listing_is_an_unknown_layout() -> None:
    with pytest.raises(UnknownLayoutError, match=r"`made-up.txt` has no row .* set aside: 1 no-header, 1 unknown-header.*`Fee`"):
        read(table(("Code", "Description", "Fee"), ("22551", "Made up", "12")))
    with pytest.raises(UnknownLayoutError, match="set aside: none"):
        read(b"")


# -- rows set aside ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason", "printed"),
    [
        (listed(""), "blank-code", ""),
        (listed("h suxi"), "malformed-code", "h suxi"),
        (listed("2255"), "malformed-code", "2255"),
        (listed("22551, 22552"), "malformed-code", "22551, 22552"),
        (listed("22551-50"), "malformed-code", "22551-50"),
        (listed("2255\uff11"), "malformed-code", "2255\uff11"),
        (listed("x" * 100), "malformed-code", "x" * 32),
        (listed("2255l"), "implausible-code", "2255l"),
        (listed("I2345"), "implausible-code", "I2345"),
        (listed("22551", requirement=""), "blank-requirement", "22551"),
        (listed("22551", requirement="Perhaps"), "unknown-requirement", "22551"),
        (listed("22551", requirement="Yes/No"), "unknown-requirement", "22551"),
        (listed("22551", requirement="No*"), "unknown-requirement", "22551"),
        (listed("22551", platform="West Portal"), "unknown-platform", "22551"),
        ((*listed("22551"), "more"), "more-cells-than-columns", "22551"),
        (("Back", "22551", "x" * (LONGEST_CELL + 1), "Yes", "", ""), "oversized-cell", "22551"),
        (("Back", "", "Made up", "No", "", ""), "blank-code", ""),
    ],
)
def test_a_row_is_set_aside_with_its_reason(row: tuple[str, ...], reason: str, printed: str) -> None:
    report = read(table(HEADER, listed("63001"), row))
    assert aside(report) == [(3, reason, printed)]
    assert ((3, reason) in findings(report)) is (reason in {"unknown-requirement", "unknown-platform"})


def test_a_cell_under_no_heading_sets_its_row_aside() -> None:
    report = read(table(("Code", "", "Description", "PA Required"), ("22551", "", "Made up", "Yes"), ("22552", "stray", "Made up", "No")))
    assert aside(report) == [(3, "cell-without-heading", "22552")]


def test_rows_above_the_first_header_are_set_aside_with_the_code_they_print() -> None:
    report = read(table(listed("22551"), ("a", "22552", "22553"), HEADER, listed("22554")))
    assert aside(report) == [(1, "no-header", "22551"), (2, "no-header", "")]


def test_rows_without_a_program_are_set_aside() -> None:
    by = read_profile(TITLED.encode())
    report = read(table(HEADER, listed("22551")) + b"List: Back\n" + table(HEADER, listed("22552")), by)
    assert aside(report) == [(2, "no-program", "22551")]


def test_a_list_without_a_requirement_column_needs_a_membership_profile() -> None:
    assert membership(("22551", "Made up")).sheet.listed[0].listing.printed is None
    with pytest.raises(UnknownLayoutError, match="1 no-requirement-column"):
        plain(table(MEMBERSHIP, ("Back", "22551", "Made up")))


def test_a_membership_list_that_prints_requirements_is_read_by_them() -> None:
    by = read_profile(b'plan = "m"\nlist = "m"\ntitle = "M"\npayer = "M"\nmembership = true\n[programs]\nall = "Back"\n')
    report = read(table(("Code", "PA Required"), ("22551", "No"), ("22552", "Perhaps")), by)
    assert report.sheet.listed[0].listing.printed is Cell.NO
    assert aside(report) == [(3, "unknown-requirement", "22552")]


def test_missing_cells_are_read_as_blank_and_noted() -> None:
    report = read(table(HEADER, ("Back", "22551", "Made up", "Yes", "North Portal"), ("Back", "22552", "Made up")))
    assert findings(report) == [(2, "fewer-cells"), (3, "fewer-cells")]
    assert aside(report) == [(3, "blank-requirement", "22552")]


@pytest.mark.parametrize("code", ["<b>22551</b>", " 22551 ", "**22551**"])
def test_a_code_may_be_marked_up(code: str) -> None:
    assert codes(read(table(HEADER, listed(code)))) == ["22551"]


# -- sections and programs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        ("", "", "<b>Neck</b>", "", "", ""),
        ("", "<b>Neck</b>", "", "", "", ""),
        ("", "**Neck**", "", "", "", ""),
        ("", "", "Neck", "", "", ""),
        ("", "", "Neck", "Yes", "North Portal", ""),
    ],
)
def test_a_section_holds_until_the_next(row: tuple[str, ...]) -> None:
    report = read(
        table(HEADER, listed("22551"), row, listed("22552"), HEADER, listed("22553"), ("", "", "<b>Step 2 of it</b>"), listed("22554"))
    )
    assert [each.listing.section for each in report.sheet.listed] == [None, "Neck", "Neck", "Step 2 of it"]
    assert report.sheet.sections == 2


@pytest.mark.parametrize(
    "row",
    [
        ("", "", "Made up and longer than a title is", "", "", ""),
        ("", "", "Made up; in two parts", "", "", ""),
        ("", "", "Made up 2", "", "", ""),
        ("", "h suxi", "", "", "", ""),
        ("", "", "", "Yes", "", ""),
        ("Back", "", "Made up", "", "", ""),
        ("", "", "Made up", "Yes", "North Portal", "Purchase only"),
        ("", "", "Made up and much longer than a title ever is", "Yes", "North Portal", ""),
        ("", "", "<b>22551</b>", "", "", ""),
    ],
)
def test_a_damaged_row_is_no_section(row: tuple[str, ...]) -> None:
    report = read(table(HEADER, listed("22551"), row))
    assert (report.sheet.sections, len(report.sheet.set_aside)) == (0, 1)


def test_where_no_column_marks_a_listing_a_row_without_a_code_is_damaged() -> None:
    report = plain(table(("Code", "Description", "PA Required"), ("22551", "Made up", "Yes"), ("", "Made up", "Yes")))
    assert aside(report) == [(3, "blank-code", "")]


def test_a_section_that_nothing_marks_is_noted() -> None:
    assert findings(read(table(HEADER, listed("22551"), ("", "", "Neck", "", "", "")))) == [(3, "unmarked-section")]


def test_rows_that_contradict_their_section_are_noted_and_decide() -> None:
    report = read(table(HEADER, ("", "", "Warming", "No", "", ""), listed("22551"), listed("22552", requirement="No")))
    assert findings(report) == [(3, "row-contradicts-section")]
    assert report.sheet.listed[0].listing.printed is Cell.YES


def test_a_section_with_an_unknown_requirement_is_noted() -> None:
    report = read(table(HEADER, ("", "", "Warming", "Perhaps", "", ""), listed("22551")))
    assert findings(report) == [(2, "unknown-section-cell")]


def test_client_specific_sections() -> None:
    report = read(
        table(HEADER, ("", "", "For Some Clients", "Yes", "North Portal", ""), listed("22551"), ("", "", "**All**"), listed("22552"))
    )
    assert [each.listing.conditions for each in report.sheet.listed] == [(ClientSpecific(),), ()]


def test_programs_are_titled_once_and_keep_their_settings() -> None:
    text = (
        b"**List: Back**\n" + table(HEADER, listed("22551")) + b"**List: Back**\n" + table(listed("22552"))
        + b"The list of Labs is elsewhere\n**List: Home**\n" + table(listed("22553"), HEADER, listed("22554"))
    )  # fmt: skip
    report = read(text, read_profile(TITLED.encode()))
    assert report.sheet.programs == [
        Program(name="Back"),
        Program(name="Labs", elsewhere=True),
        Program(name="Home", setting="home"),
        Program(name="Drugs", elsewhere=True),
    ]
    assert [each.listing.program for each in report.sheet.listed] == ["Back", "Back", "Home"]
    assert aside(report) == [(8, "no-header", "22553")]


def test_titles_may_stand_in_a_row_of_their_own() -> None:
    text = table(
        ("Example Health", "", ""), ("", "List: Back", ""), HEADER, listed("22551"), ("List: Neck", "", ""), HEADER, listed("22552")
    )
    report = read(text, read_profile(TITLED.encode()))
    assert [each.listing.program for each in report.sheet.listed] == ["Back", "Neck"]
    assert (report.sheet.headers, report.sheet.sections, aside(report)) == (2, 3, [])


def test_editions_that_differ_are_noted() -> None:
    text = (
        table(HEADER, listed("22551")) + "Copyright 2019, 2030 Example\nCopyright 2031\n© copyright 2030\nCopyright of someone\n".encode()
    )
    report = read(text)
    assert (report.sheet.edition, findings(report)) == ("2030", [(4, "editions-differ")])


# -- labels, platforms, conditions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["", "#N/A", "0", "n/a", "-"])
def test_labels_that_say_nothing(label: str) -> None:
    report = read(table(HEADER, (label, *listed("22551")[1:])))
    assert report.sheet.listed[0].listing.category is None
    assert findings(report) == [(2, "empty-label")]


def test_odd_labels_are_kept_and_their_meaning_noted() -> None:
    report = read(table(HEADER, ("CARDIAC", *listed("22551")[1:])))
    assert report.sheet.listed[0].listing.category == "CARDIAC"
    assert findings(report) == [(2, "label-alias")]


def test_a_label_too_long_for_one_is_not_kept() -> None:
    report = read(table(HEADER, ("x" * 101, *listed("22551")[1:])))
    assert report.sheet.listed[0].listing.category is None
    assert findings(report) == [(2, "long-label")]


@pytest.mark.parametrize(
    ("requirement", "platform", "noted"),
    [
        ("Yes", "Out of Scope", True),
        ("Yes", "", True),
        ("Add-on Code", "", True),
        ("Unlisted", "Out Of Scope", True),
        ("Out of Scope", "", False),
        ("No", "Out of Scope", False),
        ("Experimental/Investigational", "Out of Scope", False),
        ("Yes", "north PORTAL", False),
    ],
)
def test_a_platform_that_is_none_is_noted(requirement: str, platform: str, noted: bool) -> None:
    report = read(table(HEADER, listed("22551", requirement=requirement, platform=platform)))
    assert ((2, "platform-beside-cell") in findings(report)) is noted


def test_without_a_vocabulary_platforms_are_taken_as_printed_unless_they_are_texts() -> None:
    rows = (("22551", "Yes", "West Portal"), ("22552", "Yes", "x" * 101), ("22553", "Yes", "Out Of Scope"))
    report = plain(table(("Code", "PA Required", "Platform"), *rows))
    assert [each.listing.platform for each in report.sheet.listed] == ["West Portal", "Out of Scope"]
    assert aside(report) == [(3, "unknown-platform", "22552")]


def test_requests_that_go_through_the_plan() -> None:
    report = read(
        table(HEADER, listed("22551", platform="Through Example Health"), listed("22552", notes="Requires PA through Example Health"))
    )
    assert [each.listing.conditions for each in report.sheet.listed] == [(ThroughPlan(),), (ThroughPlan(),)]
    both = read(table(HEADER, listed("22551", platform="Through Example Health", notes="Please call Example Health at 555-010-0199")))
    (through,) = both.sheet.listed[0].listing.conditions
    assert isinstance(through, ThroughPlan)
    assert through.contacts


@pytest.mark.parametrize(
    ("description", "requirement", "expected"),
    [
        ("Made up", "In Scope for GOLD members only", (SegmentOnly(segment="gold"),)),
        ("Made up - Gold Only", "In Scope for Gold Members Only", (SegmentOnly(segment="gold"),)),
        ("Made up - Gold Only", "Yes", (SegmentOnly(segment="gold", notice=True),)),
        ("Made up, not gold only", "Yes", ()),
        ("Made up of gold, for one use only", "Yes", ()),
    ],
)
def test_segments(description: str, requirement: str, expected: tuple[SegmentOnly, ...]) -> None:
    report = read(table(HEADER, listed("22551", description=description, requirement=requirement)))
    assert report.sheet.listed[0].listing.conditions == expected


def test_notations_of_every_cell_are_read_and_noted() -> None:
    rows = (
        listed("22551", notes="Call somebody"),
        listed("22552", description="Made up. Purchase only"),
        listed("22553", requirement="Add-on Code", notes=f"{MANAGED} Made up"),
        listed("22554", notes=MANAGED.replace("procedure", "unlisted")),
        listed("22555", notes="Add 1/1/2030. Added 1/1/2031."),
        listed("22556", description="Do not report with others"),
    )
    report = read(table(HEADER, *rows))
    assert findings(report) == [
        (2, "uninterpreted-notation"),
        (3, "notation-in-descriptor"),
        (4, "descriptor-in-notation"),
        (5, "called-unlisted"),
        (5, "notation-beside-cell"),
        (6, "dates-disagree"),
        (7, "unread-prohibition"),
    ]
    assert report.sheet.listed[0].listing.conditions == (Uninterpreted(),)
    assert report.sheet.listed[2].listing.conditions == (ManagedWith(family="msk"),)
    assert report.sheet.listed[4].listing.begins == date(2030, 1, 1)


def test_a_refusal_reaches_every_row_of_the_codes_it_names() -> None:
    notes = "Codes 22552, 22553 and 22999 are considered experimental and will be denied"
    report = read(table(HEADER, listed("22551", notes=notes), listed("22552"), listed("22553")))
    assert [each.listing.conditions for each in report.sheet.listed] == [(), (Refused(),), (Refused(),)]
    assert findings(report) == [(2, "refused-not-listed")]


def test_rows_printed_twice_are_noted() -> None:
    report = read(table(HEADER, listed("22551"), listed("22551"), listed("22552"), listed("22552", requirement="No")))
    assert findings(report) == [(3, "duplicate-row"), (5, "rows-disagree")]
    assert "line 2" in report.sheet.findings[0].message


# -- the law -----------------------------------------------------------------------------------------------------------

CELLS = st.sampled_from(
    [
        "", "22551", "22552", "63047", "E0601", "h suxi", "2255l", "Yes", "No", "Maybe", "Out of Scope", "North Portal", "Back", "#N/A",
        "<b>Neck</b>", "Neck", "Made up, with a comma", "Made up; each additional level", "Purchase only", "not purchase only",
        "No PA required", "Code", "Description", "PA Required", "Notes", "Fee", "List: Back", "x" * 300, "1/1/19 - Additions", "|", "**",
        "Copyright 2030",
    ]
)  # fmt: skip
LINES = st.one_of(
    st.lists(CELLS, min_size=1, max_size=8).map("\t".join),
    st.sampled_from(
        ["\t".join(HEADER), "\t".join(MEMBERSHIP), "Code\tDescription\tPA Required", "", "| Code | PA Required |", "|---|---|"]
    ),
    st.builds(lambda code, requirement: "\t".join(listed(code, requirement=requirement)), CELLS, CELLS),
)
PROFILES = [profile(), read_profile(TITLED.encode()), profile("membership = true\n")]


@given(st.lists(LINES, max_size=25), st.sampled_from(PROFILES))
def test_every_physical_row_is_accounted_for(lines: list[str], by: object) -> None:
    data = "\n".join(["List: Back", "\t".join(HEADER), "\t".join(listed("22551")), *lines]).encode()
    report = read(data, by)  # type: ignore[arg-type] # one of PROFILES
    rows = report.to_dict()["rows"]
    assert rows["total"] == rows["headers"] + rows["sections"] + rows["listed"] + rows["set_aside"]
    assert rows["total"] == sum(isinstance(block, RawRow) for block in report.document.blocks)
    places = [row.listing.citation.line for row in report.sheet.listed] + [each.row.citation.line for each in report.sheet.set_aside]
    assert len(places) == len(set(places))
    assert all(each.row.reason for each in report.sheet.set_aside)


@given(st.lists(LINES, max_size=15))
def test_nothing_is_not_required_unless_it_is_printed(lines: list[str]) -> None:
    data = "\n".join(["\t".join(HEADER), "\t".join(listed("22551")), *lines]).encode()
    text = data.decode().split("\n")
    for row in read(data).sheet.listed:
        printed = text[(row.listing.citation.line or 0) - 1]
        if row.listing.printed is Cell.NO:
            assert "No" in printed
        if any(condition.kind == "not-required" for condition in row.listing.conditions):
            assert "No PA required" in printed
