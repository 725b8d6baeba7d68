"""A list that prints no requirement is one of codes that need authorization only where the document says so, and nothing denies it (R2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precert.facts.model import Citation
from precert.intake.layouts.profile import default_profile
from precert.intake.layouts.stance import Stance, denies, stance
from precert.intake.pipeline import IngestReport, UnknownLayoutError, ingest
from precert.intake.readers import Document, Prose, RawRow
from precert.intake.repair import Known
from tests.intake.make import aside, codes, findings, membership, plain, profile, read, table

TITLE = b"Example Care prior authorization code list\n"
ROWS = (("Code", "Description"), ("22551", "Made up"), ("22552", "Made up"))
REQUIRED = [
    "Prior Authorization List",
    "Prior authorization code list, 2030",
    "Services requiring prior authorization",
    "Procedures that require precertification",
    "PA required codes",
    "The services below are subject to prior authorization.",
    "Codes on this list need prior approval. This list is not a guarantee of payment.",
    "Pre-certification",
    "Prior Authorization Procedure List: hearts, backs, joints, sleep, speech, and whatever else the plan may come to think of in a year",
    "Prior authorization required for non-emergency services",
    "CPT only copyright 2030, codes that require prior authorization",
]
OTHERWISE = [
    "Codes that do not require prior authorization",
    "Prior authorization not required",
    "No PA required",
    "No authorization needed for these codes",
    "Codes that no longer require PA",
    "PA removed",
    "Removed from the prior authorization list",
    "Codes removed effective 1/1/2030",
    "Removed",
    "Exempt codes",
    "Codes exempt from prior authorization",
    "Prior authorization waived",
    "PA requirement lifted",
    "Precertification eliminated",
    "Deleted codes",
    "Former prior authorization list",
    "Retired PA codes",
    "Prior authorization ended",
    "Prior authorization requirement suspended until further notice",
    "Authorization isn't required",
    "Prior authorization required unless inpatient",
    "Prior authorization list. Emergency services do not require prior authorization.",
    "Services not listed do not require prior authorization",
    "Excluded from prior authorization",
    "Prior authorization: none",
    "Non-prior-authorization codes",
    "Gold card codes",
    "Auto-approved codes",
    "Codes released without PA",
    "PA discontinued",
]
SILENT = [
    "Example Care",
    "Code list",
    "Fee schedule 2030",
    "Spine",
    "For prior authorization, call 555-010-0199",
    "Prior authorization request form",
    "pa codes",
    "This schedule says what is paid, and for that it does the same work as the prior authorization code list that we publish every year",
    "This list is made every year and may change without any notice to those who read it with or without care.",
    "",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (text, said)
        for said, texts in ((Stance.REQUIRED, REQUIRED), (Stance.OTHERWISE, OTHERWISE), (Stance.SILENT, SILENT))
        for text in texts
    ],
)
def test_what_a_text_says(text: str, expected: Stance) -> None:
    assert stance(text) is expected


@pytest.mark.parametrize("title", REQUIRED)
def test_a_list_is_taken_as_one_of_membership_where_it_says_so(title: str) -> None:
    report = plain(title.encode() + b"\n" + table(*ROWS))
    assert codes(report) == ["22551", "22552"]
    assert [row.listing.printed for row in report.sheet.listed] == [None, None]
    assert findings(report) == [(1, "membership-inferred")]


@pytest.mark.parametrize("title", [*OTHERWISE, *SILENT])
def test_where_it_does_not_say_so_no_row_is_read(title: str) -> None:
    with pytest.raises(UnknownLayoutError, match=r"2 no-requirement-column.*`membership = true`"):
        plain(title.encode() + b"\n" + table(*ROWS))


@pytest.mark.parametrize("denial", OTHERWISE)
@pytest.mark.parametrize("place", ["above", "below", "in a row", "in the name"])
def test_a_denial_anywhere_outweighs_every_title(denial: str, place: str) -> None:
    data, name = TITLE + table(*ROWS), "list.txt"
    if place == "above":
        data = denial.encode() + b"\n" + data
    elif place == "below":
        data += b"\n" + denial.encode() + b"\n"
    elif place == "in a row":
        data += table(("", denial))
    else:
        name = f"{denial.replace('/', '-').replace(' ', '_')}.txt"
    with pytest.raises(UnknownLayoutError, match="no-requirement-column"):
        ingest(name, data, default_profile("plain"), known=Known())


@given(st.lists(st.sampled_from([*REQUIRED, *SILENT]), max_size=6), st.sampled_from(OTHERWISE), st.randoms())
def test_no_company_makes_a_denied_list_one_of_membership(others: list[str], denial: str, draw: object) -> None:
    texts = [*others, denial]
    draw.shuffle(texts)  # type: ignore[attr-defined] # a random.Random
    half = len(texts) // 2
    data = "\n".join(texts[:half]).encode() + b"\n" + table(*ROWS) + "\n".join(texts[half:]).encode()
    with pytest.raises(UnknownLayoutError):
        plain(data)


@pytest.mark.parametrize("note", ["PA removed 1/1/2030", "No longer requires PA", "Not required", "Exempt", "Waived for members under 21"])
def test_a_row_that_may_deny_it_is_set_aside(note: str) -> None:
    report = plain(TITLE + table((*ROWS[0], "Notes"), (*ROWS[1], note), (*ROWS[2], "")))
    assert codes(report) == ["22552"]
    assert [reason for _, reason, _ in aside(report)] == ["contradicts-membership"]


def test_a_row_whose_label_or_description_may_deny_it_is_set_aside() -> None:
    head = ("Category", "Code", "Description")
    rows = (("PA removed", "22551", "Made up"), ("Back", "22552", "Made up, PA no longer required"), ("Back", "22554", "Not made up"))
    report = plain(TITLE + table(head, *rows))
    assert codes(report) == ["22554"]
    assert [reason for _, reason, _ in aside(report)] == ["contradicts-membership"] * 2


def test_a_notation_that_is_understood_is_read() -> None:
    report = plain(TITLE + table((*ROWS[0], "Notes"), (*ROWS[1], "No PA required Effective 1/1/2030"), ROWS[2]))
    assert [[each.kind for each in row.listing.conditions] for row in report.sheet.listed] == [["not-required"], []]


@pytest.mark.parametrize("answers", [("Y", "N"), ("A", "D"), ("Required", "Not required"), ("1", "0"), ("Active", "Inactive"), ("", "N")])
@pytest.mark.parametrize("heading", ["Medicaid", "Status", "Action", "Type", "Indicator"])
def test_a_column_of_short_answers_under_a_heading_nobody_knows_may_be_the_requirement(heading: str, answers: tuple[str, str]) -> None:
    rows = [(*row, answer) for row, answer in zip(ROWS[1:], answers, strict=True)]
    with pytest.raises(UnknownLayoutError):
        plain(TITLE + table((*ROWS[0], heading), *rows))


def test_a_membership_profile_is_believed_but_for_sections_and_rows_that_deny_it() -> None:
    by = profile("membership = true\n")
    head = ("Category", "Code", "Description", "Notes")
    rows = (("Back", "22551", "Made up", ""), ("", "", "**Codes removed from PA**", ""), ("Back", "22552", "Made up", ""))
    report = read(b"Services not listed do not require PA\n" + table(head, *rows), by)
    assert codes(report) == ["22551"]
    assert [reason for _, reason, _ in aside(report)] == ["contradicts-membership"]
    report = read(table(head, ("", "", "**Removal of hardware**", ""), ("Back", "22552", "Made up", "")), by)
    assert codes(report) == ["22552"]
    assert denies("Codes removed from PA")
    assert not denies("Removal of hardware")
    assert len(membership(("22551", "Made up")).sheet.listed) == 1


# -- sheets ------------------------------------------------------------------------------------------------------------


def workbook(**sheets: tuple[tuple[str, ...], ...]) -> IngestReport:
    """Read rows as a workbook's: each sheet by its name, in which `_` stands for a blank."""

    def at(sheet: str, row: int) -> Citation:
        return Citation(document="book.xlsx", sha256="0" * 64, sheet=sheet.replace("_", " "), row=row)

    blocks = tuple(RawRow(cells, at(sheet, number)) for sheet, rows in sheets.items() for number, cells in enumerate(rows, 1))
    book = Document(name="book.xlsx", sha256="0" * 64, blocks=blocks, kind="xlsx")
    return ingest("book.xlsx", b"", default_profile("book"), known=Known(), read=lambda *_: book)


def test_a_sheet_is_read_by_its_name() -> None:
    report = workbook(Prior_Authorization_List=ROWS, Removed_codes=(ROWS[0], ("22554", "Made up"), ("22556", "Made up")))
    assert codes(report) == ["22551", "22552"]
    assert [(each.row.citation.sheet, each.row.reason) for each in report.sheet.set_aside] == [
        ("Removed codes", "contradicts-membership"),
        ("Removed codes", "contradicts-membership"),
    ]


def test_a_denial_on_one_sheet_speaks_of_all_of_them() -> None:
    with pytest.raises(UnknownLayoutError):
        workbook(Cover=(("The next sheet lists codes that no longer require PA", ""),), Prior_Authorization_List=ROWS)


def test_the_columns_of_one_sheet_say_nothing_of_the_next() -> None:
    head, row = ("Code", "Description", "PA Required"), ("22551", "Made up", "Yes")
    report = workbook(One=(head, row), Two=(("Ab", "Cd", "Ef"), ("22552", "Made up", "Yes")), Three=(head, ("22554", "Made up", "No")))
    assert codes(report) == ["22551", "22554"]
    assert [(each.row.citation.sheet, each.row.reason) for each in report.sheet.set_aside] == [("Two", "no-header"), ("Two", "no-header")]


def test_each_sheet_may_begin_with_titles() -> None:
    head = ("Code", "Description", "PA Required")
    report = workbook(
        One=(("Example Care", "", ""), head, ("22551", "Made up", "Yes")), Two=(("", "Of the back", ""), head, ("22552", "Made up", "No"))
    )
    assert codes(report) == ["22551", "22552"]
    assert (report.sheet.headers, report.sheet.sections) == (2, 2)


def test_prose_between_sheets_is_read_as_prose() -> None:
    block = Prose("Copyright 2030 Example", Citation(document="x", sha256="0" * 64, sheet="One", row=1))
    rows = tuple(RawRow(cells, Citation(document="x", sha256="0" * 64, sheet="One", row=n)) for n, cells in enumerate(ROWS, 2))
    titled = Prose("Prior Authorization List", Citation(document="x", sha256="0" * 64, sheet="One", row=9))
    book = Document(name="x", sha256="0" * 64, blocks=(block, *rows, titled))
    report = ingest("x", b"", default_profile("x"), known=Known(), read=lambda *_: book)
    assert (report.sheet.edition, codes(report)) == ("2030", ["22551", "22552"])
