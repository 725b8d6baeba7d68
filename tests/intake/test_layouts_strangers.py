"""A stranger's list is read without a profile, as far as it can be; and a profile written of it reads it the same way again."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert.facts.model import Cell
from precert.intake.layouts.draft import profile_text
from precert.intake.layouts.profile import default_profile, read_profile
from precert.intake.pipeline import IngestReport, UnknownLayoutError, ingest
from precert.intake.readers import Prose, RawRow
from precert.intake.repair import Known
from tests.intake.make import plain, table
from tests.intake.strangers import STRANGERS, Stranger

INFERRED = frozenset(
    {"column-by-content", "unknown-column", "membership-inferred", "no-headings", "header-of-two-rows", "codes-outside-tables"}
)
"""Findings that say that something was taken from the document: a profile says it instead."""
NAMES = sorted(STRANGERS)


def read(stranger: Stranger) -> IngestReport:
    return ingest(stranger.name, stranger.data, default_profile("stranger"), known=Known())


def test_there_are_enough_of_them() -> None:
    assert len(STRANGERS) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_a_strangers_list_is_read(name: str) -> None:
    stranger = STRANGERS[name]
    report = read(stranger)
    assert {row.listing.code: row.listing.printed for row in report.sheet.listed} == stranger.listed
    assert len(report.sheet.listed) == len(stranger.listed)
    assert tuple(each.row.reason for each in report.sheet.set_aside) == stranger.aside
    assert {finding.code for finding in report.sheet.findings} == stranger.finds | set(stranger.aside) & {"unknown-requirement"}
    if stranger.categories:
        assert {row.listing.category for row in report.sheet.listed} == stranger.categories


@pytest.mark.parametrize("name", NAMES)
def test_each_row_of_it_is_accounted_for(name: str) -> None:
    report = read(STRANGERS[name])
    rows = report.to_dict()["rows"]
    assert rows["total"] == rows["headers"] + rows["sections"] + rows["listed"] + rows["set_aside"]
    listed = {row.listing.citation for row in report.sheet.listed}
    aside = [each.row.citation for each in report.sheet.set_aside]
    assert len(set(aside)) == len(aside)
    assert listed.isdisjoint(aside)
    tables = [block.citation for block in report.document.blocks if isinstance(block, RawRow)]
    lines = {block.citation for block in report.document.blocks if isinstance(block, Prose)} & {*listed, *aside}
    assert rows["total"] == len(tables) + len(lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_written_profile_reads_it_the_same_way_again(name: str) -> None:
    report = read(STRANGERS[name])
    text = profile_text(report.document, report.profile, report.sheet)
    profile = read_profile(text.encode())
    assert not profile.infer
    again = ingest(report.document.name, STRANGERS[name].data, profile, known=Known())
    assert again.release.listings == report.release.listings
    assert again.release.set_aside == report.release.set_aside
    assert again.to_dict()["rows"] == report.to_dict()["rows"]
    told = [finding for finding in report.sheet.findings if finding.code not in INFERRED]
    assert again.sheet.findings == told
    roles = [[column["role"] for column in layout["columns"]] for layout in report.to_dict()["columns"]]
    if "no-headings" not in STRANGERS[name].finds:
        assert [[column["role"] for column in layout["columns"]] for layout in again.to_dict()["columns"]] == roles


def test_the_columns_are_shown_with_how_they_were_found() -> None:
    (layout,) = read(STRANGERS["headings nobody knows"]).to_dict()["columns"]
    assert layout["headings"] == 1
    assert layout["at"] == {"line": 1, "page": None, "sheet": None, "row": None}
    assert layout["columns"] == [
        {"heading": "#", "role": "unread", "by": "content"},
        {"heading": "Item", "role": "code", "by": "content"},
        {"heading": "Wording", "role": "qualifier", "by": "nothing"},
        {"heading": "Rule", "role": "requirement", "by": "content"},
    ]


def test_headers_that_are_alike_are_shown_once_and_counted() -> None:
    head = ("Code", "PA Required")
    report = plain(table(head, ("22551", "Yes"), head, ("22552", "No"), ("PA Required", "Code"), ("Yes", "22554")))
    assert [(each["headings"], each["at"]["line"]) for each in report.to_dict()["columns"]] == [(2, 1), (1, 5)]


def test_a_long_heading_is_shown_as_far_as_a_heading_goes() -> None:
    heading = "Made up and very long, so that nobody would call it a heading " * 3
    report = plain(table(("Code", "PA Required", heading), ("22551", "Yes", "")))
    assert report.to_dict()["columns"][0]["columns"][2]["heading"] == " ".join(heading.split())[:60]


# -- what must not be inferred -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((("22551", "22552", "PA required"), ("22553", "22554", "PA required")), id="two columns of codes"),
        pytest.param((("22551", "PA required", "No PA required"), ("22552", "PA required", "PA required")), id="two requirements"),
        pytest.param((("22551", "Made up", "Yes"), ("22552", "Made up", "No")), id="a bare Yes answers any question"),
        pytest.param((("22551", "Made up", "Required"), ("22552", "Made up", "Not required")), id="something is required"),
        pytest.param((("22551", "Made up"), ("22552", "Made up")), id="nothing is said"),
        pytest.param((("22551", "Made up", "PA required"),), id="one row is no column"),
        pytest.param((("22551", "Made up", "PA required"), ("22552", "Made up", "Sometimes")), id="a word nobody knows"),
        pytest.param((("Old", "22551", "PA required"), ("22551", "22552", "PA required")), id="half a column of codes"),
        pytest.param((("Ab", "Cd", "Ef"), ("22551", "made up", "Yes"), ("22552", "made up", "Yes")), id="headings nobody knows"),
    ],
)
def test_where_columns_compete_or_say_too_little_nothing_is_read(rows: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(UnknownLayoutError):
        plain(table(*rows))


@pytest.mark.parametrize(
    "heading",
    [
        "No Prior Authorization Required", "Prior Authorization Not Required", "PA Exempt", "PA Waived", "PA Removed", "PA not needed",
        "Auth no longer required", "Precert exempt codes", "Prior authorization required unless inpatient", "Formerly required PA",
        "Codes without PA",
    ],
)  # fmt: skip
@pytest.mark.parametrize("word", ["Yes", "PA required", "X"])
def test_a_heading_that_may_say_the_opposite_is_never_the_requirement(heading: str, word: str) -> None:
    rows = [(code, "Made up", word) for code in ("22551", "22552", "22554")]
    with pytest.raises(UnknownLayoutError):
        plain(b"Prior Authorization Code List\n" + table(("Code", "Description", heading), *rows))


@pytest.mark.parametrize(
    "heading", ["PA Phone", "Prior Authorization Vendor", "Authorization Form", "Prior Authorization Required Effective"]
)
@pytest.mark.parametrize("word", ["Yes", "X"])
def test_a_heading_that_speaks_of_authorization_in_words_nobody_knows_is_not_the_requirement(heading: str, word: str) -> None:
    rows = [(code, "Made up", word) for code in ("22551", "22552", "22554")]
    with pytest.raises(UnknownLayoutError):
        plain(b"Prior Authorization Code List\n" + table(("Code", "Description", heading), *rows))


def test_a_column_nobody_knows_never_lets_a_no_stand() -> None:
    rows = (("22551", "No", "under 21"), ("22552", "Yes", "under 21"), ("22554", "No", ""), ("22556", "No", "N/A"))
    report = plain(table(("Code", "PA Required", "Ages"), *rows))
    assert [(row.listing.code, row.listing.printed) for row in report.sheet.listed] == [
        ("22552", Cell.YES),
        ("22554", Cell.NO),
        ("22556", Cell.NO),
    ]
    assert [each.row.reason for each in report.sheet.set_aside] == ["unread-qualifier"]


@pytest.mark.parametrize(("first", "second"), [("X", "\u2713"), ("X", "\u25cf")])
def test_two_marks_in_one_column_say_nothing(first: str, second: str) -> None:
    rows = (("22551", first), ("22552", second), ("22554", "Yes"))
    report = plain(table(("Code", "PA Required"), *rows))
    assert [row.listing.code for row in report.sheet.listed] == ["22554"]
    assert [each.row.reason for each in report.sheet.set_aside] == ["unknown-requirement"] * 2


@pytest.mark.parametrize("mark", ["X", "\u2713", "\u2714", "\u2022"])
def test_a_mark_below_a_heading_that_states_nothing_says_nothing(mark: str) -> None:
    with pytest.raises(UnknownLayoutError):
        plain(table(("Code", "PA"), ("22551", mark), ("22552", mark)))
    report = plain(table(("Code", "PA Required"), ("22551", mark), ("22552", "")))
    assert [row.listing.printed for row in report.sheet.listed] == [Cell.YES]


def test_a_table_below_a_header_that_cannot_be_read_is_not_read_by_its_content() -> None:
    data = table(("Code", "Description", "No PA required"), ("22551", "Made up", "PA required"), ("22552", "Made up", "PA required"))
    with pytest.raises(UnknownLayoutError):
        plain(data)


def test_what_was_tried_is_said() -> None:
    data = table(("Code", "Wording", "PA exempt"), ("22551", "Made up", "Yes"), ("22552", "Made up", "Yes"))
    with pytest.raises(UnknownLayoutError) as error:
        plain(data)
    said = str(error.value)
    assert "The nearest to a header: `Code` (code) known, `Wording`, `PA exempt` not known" in said
    assert "column 1 is codes (100 % of 2 cells), column 2 is text (2 cells)" in said
    assert "Write a profile with --init-profile FILE" in said
    with pytest.raises(UnknownLayoutError, match="it holds no table"):
        plain(b"Made up\nand no table\n")
    with pytest.raises(UnknownLayoutError, match=r"2 lines hold nothing but codes.*`code_lines = true`"):
        plain(b"Made up\n22551\n22552, 22554\n")
    with pytest.raises(UnknownLayoutError, match="No row stands above the codes that could be a header"):
        plain(table(("22551", "22552"), ("22554", "22556")))


def test_a_profile_can_be_written_of_what_nobody_recognises() -> None:
    data = table(("Code", "Wording", "PA exempt"), ("22551", "Made up", "Yes"), ("22552", "Made up", "Yes"))
    with pytest.raises(UnknownLayoutError) as error:
        plain(data)
    text = profile_text(error.value.document, error.value.profile, error.value.sheet)
    assert '# "Wording" = "unread"' in text
    assert '# "PA exempt" = "unread"' in text
    read_profile(text.encode())


# -- laws --------------------------------------------------------------------------------------------------------------

COLUMNS = {
    "Code": ["22551", "22552, 22554", "K0800-K0802", "E0601-NU"],
    "Description": ["Made up", "Made up, each additional level", "Made up", "Made up"],
    "PA Required": ["Yes", "No", "Yes", "No"],
    "Effective Date": ["1/1/2030", "", "1/1/2030", "soon"],
    "Line of Business": ["", "Gold", "", ""],
    "Notes": ["Purchase only", "", "Call somebody", ""],
}


@pytest.mark.parametrize("order", list(itertools.islice(itertools.permutations(COLUMNS), 0, None, 37)))
def test_the_order_of_the_columns_does_not_matter(order: tuple[str, ...]) -> None:
    def said(names: tuple[str, ...]) -> tuple[object, ...]:
        report = plain(table(names, *zip(*(COLUMNS[name] for name in names), strict=True)))
        release = report.release
        listings = [(each.code, each.printed, each.begins, each.changed, each.conditions, each.facts) for each in release.listings]
        return listings, [(each.reason, each.printed) for each in release.set_aside]

    assert said(order) == said(tuple(COLUMNS))


CELLS = st.sampled_from(
    [
        "", "22551", "22552, 22554", "K0800-K0803", "22554-22551", "97110-GP", "J73xx", "22551, h suxi", "Yes", "No", "PA required",
        "No PA required", "X", "\u2713", "Maybe", "Made up", "Code", "Description", "PA Required", "Effective Date", "1/1/2030", "soon",
        "Prior Authorization List", "Codes removed", "Fee", "Notes", "#", "1", "2", "Service", "Policy", "Required?",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(st.lists(CELLS, min_size=1, max_size=5).map("\t".join), st.just("Code\tDescription\tPA Required")), max_size=14))
def test_whatever_the_document_every_row_is_accounted_for_and_nothing_is_listed_that_is_not_printed(lines: list[str]) -> None:
    try:
        report = plain("\n".join(lines).encode())
    except UnknownLayoutError as error:
        read_profile(profile_text(error.document, error.profile, error.sheet).encode())
        return
    rows = report.to_dict()["rows"]
    listed = {row.listing.citation for row in report.sheet.listed}
    aside = [each.row.citation for each in report.sheet.set_aside]
    assert rows["listed"] == len(listed)
    assert rows["set_aside"] == len(set(aside)) == len(aside)
    assert listed.isdisjoint(aside)
    tables = {block.citation for block in report.document.blocks if isinstance(block, RawRow)}
    assert rows["total"] == len(tables) + len({*listed, *aside} - tables)
    for row in report.sheet.listed:
        if row.listing.printed is Cell.NO:
            assert "No" in lines[(row.listing.citation.line or 0) - 1]


@given(st.lists(st.one_of(st.lists(CELLS, min_size=1, max_size=5).map("\t".join), st.just("Code\tDescription\tPA Required")), max_size=14))
def test_a_profile_written_of_any_document_can_be_read(lines: list[str]) -> None:
    try:
        report = plain("\n".join(lines).encode())
    except UnknownLayoutError:
        return
    read_profile(profile_text(report.document, report.profile, report.sheet).encode())


def test_a_copyright_line_in_a_row_of_its_own_is_no_damaged_listing() -> None:
    report = plain(
        table(("Code", "PA Required"), ("22551", "Yes"), ("\u00a9 Copyright 2030 Example Care", ""), ("", "Copyright 2031 Example Care"))
    )
    assert (report.sheet.sections, report.sheet.edition, report.sheet.set_aside) == (2, "2030", [])
    assert [finding.code for finding in report.sheet.findings] == ["editions-differ"]
