"""A row is listed only where every word that governs it was understood: headings, titles, sheets, and what stands beside it."""

import pytest

from precert.facts.model import Cell, Citation
from precert.intake.layouts.columns import Role, role
from precert.intake.layouts.profile import Profile, read_profile
from precert.intake.layouts.stance import denies, denies_below, is_withdrawn, takes_away
from precert.intake.pipeline import IngestReport, UnknownLayoutError, ingest
from precert.intake.readers import Document, RawRow
from precert.intake.repair import Known
from tests.intake.make import HEADER as FULL
from tests.intake.make import aside, codes, listed, plain, profile, read, table

HEAD = ("Code", "Description", "Prior Auth", "Comments")
MEMBER = ("Code", "Description")
FIRST, SECOND, THIRD = ("22551", "Made up"), ("22552", "Made up"), ("22554", "Made up")
DENIALS = [
    "The following codes DO NOT require prior authorization",
    "Codes REMOVED from the prior authorization list effective July 1, 2030",
    "Services that no longer require prior authorization",
    "NO PRIOR AUTHORIZATION REQUIRED",
    "Retired codes",
    "Retired 2030",
    "Deletions effective 7/1/2030",
    "Exempt services",
    "Exclusions",
    "Exceptions: the following do not need review",
    "Courtesy review only",
    "No prior authorization is required.",
    "Prior authorization is not required for services performed at home",
    "No prior authorization is required for codes in this list.",
]


def reasons(report: IngestReport) -> list[str]:
    """Return why rows were set aside, in document order."""
    return [reason for _, reason, _ in aside(report)]


def members() -> Profile:
    """Return a profile that says that the list is one of codes that need authorization."""
    return read_profile(b'plan = "m"\nlist = "m"\ntitle = "M"\npayer = "M"\nmembership = true\n[programs]\nall = "All"\n')


def sheet_of(report_or_error: object) -> list[tuple[int | None, str]]:
    """Return (line, reason) of what was set aside, where nothing was listed."""
    assert isinstance(report_or_error, UnknownLayoutError)
    return [(each.row.citation.line, each.row.reason) for each in report_or_error.sheet.set_aside]


# -- beside the row ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("note", ["PA required effective 1/1/2030", "Required for POS 22", "See policy", "Under 21 only"])
def test_no_beside_what_nobody_understood_is_not_read_as_no(note: str) -> None:
    report = plain(table(HEAD, (*FIRST, "No", note), (*SECOND, "No", "")))
    assert (codes(report), reasons(report)) == (["22552"], ["unread-qualifier"])
    by_profile = read(table(FULL, listed("22551", requirement="No", notes=note), listed("22552", requirement="No")))
    assert (codes(by_profile), reasons(by_profile)) == (["22552"], ["unread-qualifier"])


def test_no_beside_a_description_that_states_a_need_is_not_read_as_no() -> None:
    report = plain(table(HEAD, ("22551", "Made up, prior authorization required if inpatient", "No", ""), (*SECOND, "No", "")))
    assert (codes(report), reasons(report)) == (["22552"], ["unread-qualifier"])


@pytest.mark.parametrize(
    "note",
    [
        "PA removed effective 7/1/2030", "Terminated 6/30/2030", "No PA required 7/1/2030", "Not required when performed at ASC",
        "Exempt for gold members", "Waived", "Prior authorization is no longer needed", "No auth for children",
    ],
)  # fmt: skip
def test_yes_beside_what_may_take_it_away_is_not_read_as_yes(note: str) -> None:
    report = plain(table(HEAD, (*FIRST, "Yes", note), (*SECOND, "Yes", "Only for members over 65")))
    assert (codes(report), reasons(report)) == (["22552"], ["unread-qualifier"])
    assert [each.kind for each in report.sheet.listed[0].listing.conditions] == ["uninterpreted"]
    assert takes_away(note)


def test_a_day_from_which_none_is_required_is_still_read() -> None:
    report = plain(table(HEAD, (*FIRST, "Yes", "No PA required Effective 1/1/2030")))
    assert [each.kind for each in report.sheet.listed[0].listing.conditions] == ["not-required"]


@pytest.mark.parametrize(
    "remark", ["- removed 7/1/2030", "(deleted)", "(PA removed 2030)", "* terminated effective 6/30/2030", "- retired", "removed from list"]
)
def test_a_description_that_remarks_a_removal_sets_its_row_aside(remark: str) -> None:
    assert is_withdrawn(f"Made up {remark}")
    report = plain(b"Prior Authorization Required\n" + table(MEMBER, ("22551", f"Made up {remark}"), SECOND))
    assert (codes(report), reasons(report)) == (["22552"], ["contradicts-membership"])
    report = plain(table(HEAD, ("22551", f"Made up {remark}", "Yes", ""), (*SECOND, "Yes", "")))
    assert (codes(report), reasons(report)) == (["22552"], ["unread-qualifier"])


def test_yes_beside_a_description_that_says_otherwise_is_not_read_as_yes() -> None:
    report = plain(table(HEAD, ("22551", "Made up, PA not required", "Yes", ""), (*SECOND, "Yes", "")))
    assert (codes(report), reasons(report)) == (["22552"], ["unread-qualifier"])


@pytest.mark.parametrize("text", ["Device removed and put back", "Removal of 2 rods", "Nerve deleted by freezing"])
def test_what_is_removed_from_a_patient_is_no_remark(text: str) -> None:
    assert not is_withdrawn(text)


# -- headings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "PA required for Medicaid only", "Prior Authorization Required (Out-of-Network)", "PA Required in 2024",
        "PA required out of network", "PA required in office", "PA Required Texas", "Medicare PA Required",
        "PA Required Notes", "In-network PA",
    ],
)  # fmt: skip
def test_a_heading_that_may_limit_the_requirement_is_not_read_as_one(heading: str) -> None:
    assert role(heading) is not Role.REQUIREMENT
    for answer in ("Yes", "PA required"):
        with pytest.raises(UnknownLayoutError):
            plain(table((*MEMBER, heading), (*FIRST, answer), (*SECOND, answer)))


@pytest.mark.parametrize("heading", ["Commercial Prior Authorization Required?", "PA Required (Yes/No)", "Is PA required for this code?"])
def test_a_heading_of_the_requirement_and_harmless_words_is_read(heading: str) -> None:
    assert role(heading) is Role.REQUIREMENT


def test_a_second_requirement_column_that_nobody_understands_qualifies_the_first() -> None:
    report = plain(table((*MEMBER, "PA Required", "PA required out of network"), (*FIRST, "No", "Yes"), (*SECOND, "Yes", "Yes")))
    assert (codes(report), reasons(report)) == (["22552"], ["unread-qualifier"])


@pytest.mark.parametrize("heading", ["Codes for Medicaid only", "Out-of-network codes"])
def test_a_code_column_for_some_is_no_code_column(heading: str) -> None:
    with pytest.raises(UnknownLayoutError):
        plain(table((heading, "Description", "PA Required"), (*FIRST, "Yes"), (*SECOND, "No")))


# -- titles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("denial", DENIALS)
def test_a_title_that_denies_sets_aside_what_stands_below_it_whatever_the_profile_says(denial: str) -> None:
    data = b"Codes that require prior authorization\n" + table(MEMBER, FIRST) + denial.encode() + b"\n" + table(MEMBER, SECOND, THIRD)
    report = read(data, members())
    assert (codes(report), reasons(report)) == (["22551"], ["contradicts-membership"] * 2)


@pytest.mark.parametrize("denial", DENIALS)
def test_a_title_in_a_row_that_denies_sets_aside_what_stands_below_it(denial: str) -> None:
    report = read(table(MEMBER, FIRST, (denial, ""), SECOND, THIRD), members())
    assert codes(report) == ["22551"]
    assert reasons(report)[-2:] == ["contradicts-membership"] * 2


@pytest.mark.parametrize("denial", DENIALS[:3])
def test_a_title_above_the_first_header_that_denies_is_heard(denial: str) -> None:
    for title in (denial, denial.replace(", ", "\t")):
        with pytest.raises(UnknownLayoutError) as error:
            read(title.encode() + b"\t\n" + table(MEMBER, FIRST, SECOND), members())
        assert [reason for _, reason in sheet_of(error.value)][-2:] == ["contradicts-membership"] * 2


def test_a_denial_holds_for_what_is_within_it_until_a_title_states_the_requirement() -> None:
    rows = (
        ("NO PRIOR AUTHORIZATION REQUIRED", ""), FIRST, ("Radiology", ""), SECOND, ("PRIOR AUTHORIZATION REQUIRED", ""), THIRD,
    )  # fmt: skip
    report = read(table(MEMBER, *rows), members())
    assert (codes(report), reasons(report)) == (["22554"], ["contradicts-membership"] * 2)


@pytest.mark.parametrize(
    "text",
    [
        "Services not listed do not require PA",
        "Emergency services do not require prior authorization",
        "All other codes do not require prior authorization",
        "No prior authorization is required for services in an emergency room.",
        "No prior authorization is required for care provided at sea.",
        "Codes are subject to change without notice",
        "Prior authorization is not a guarantee of payment",
        "Removal of hardware",
        "Made up services of the back",
    ],
)
def test_a_text_that_speaks_of_others_denies_nothing_below_it(text: str) -> None:
    assert not denies_below(text)
    assert codes(read(text.encode() + b"\n" + table(MEMBER, FIRST), members())) == ["22551"]


@pytest.mark.parametrize(
    "title", ["Codes for which PA is suspended through 12/31/2030", "PA waived for these codes", "Codes that do not need PA if inpatient"]
)
def test_a_suspension_above_a_requirement_column_sets_its_rows_aside(title: str) -> None:
    data = title.encode() + b"\n" + table((*MEMBER, "PA Required"), (*FIRST, "Yes"), (*SECOND, "No"))
    for by in (profile(), None):
        with pytest.raises(UnknownLayoutError) as error:
            _ = read(data, by) if by else plain(data)
        assert [reason for _, reason in sheet_of(error.value)] == ["unread-qualifier"] * 2


def test_a_title_that_turns_to_the_other_codes_leaves_them_what_they_print() -> None:
    removed = b"Codes removed from prior authorization\n" + table(MEMBER, FIRST)
    report = plain(removed + b"All other codes\n" + table((*MEMBER, "PA Required"), (*SECOND, "Yes")))
    assert codes(report) == ["22552"]
    with pytest.raises(UnknownLayoutError):
        read(removed + b"All other codes\n" + table(MEMBER, SECOND), members())


def test_no_below_a_title_that_says_no_agrees_and_yes_does_not() -> None:
    report = plain(b"These codes do not require prior authorization\n" + table((*MEMBER, "PA Required"), (*FIRST, "No"), (*SECOND, "Yes")))
    assert (codes(report), reasons(report)) == (["22551"], ["unread-qualifier"])


@pytest.mark.parametrize("title", ["This list is for gold members only", "PA list, except for children"])
def test_a_limit_above_a_requirement_column_stays_uninterpreted_and_takes_no_away(title: str) -> None:
    report = plain(title.encode() + b"\n" + table((*MEMBER, "PA Required"), (*FIRST, "PA required"), (*SECOND, "No"), (*THIRD, "No")))
    assert reasons(report)[-2:] == ["unread-qualifier"] * 2
    assert all("uninterpreted" in [each.kind for each in row.listing.conditions] for row in report.sheet.listed)


@pytest.mark.parametrize("name", ["Exclusions", "No longer requires PA", "PA Removed 2030", "Retired codes"])
def test_a_sheet_whose_name_denies_holds_its_rows_back(name: str) -> None:
    def at(sheet: str, row: int) -> Citation:
        return Citation(document="book.xlsx", sha256="0" * 64, sheet=sheet, row=row)

    cells = (MEMBER, FIRST), (("Prior authorization list", ""), MEMBER, SECOND), (MEMBER, THIRD)
    names = ("Requires PA", name, "Codes")
    blocks = tuple(RawRow(row, at(sheet, n)) for sheet, rows in zip(names, cells, strict=True) for n, row in enumerate(rows, 1))
    book = Document(name="book.xlsx", sha256="0" * 64, blocks=blocks, kind="xlsx")
    report = ingest("book.xlsx", b"", members(), known=Known(), read=lambda *_: book)
    assert denies(name)
    assert codes(report) == ["22551", "22554"]
    assert reasons(report) == ["contradicts-membership"]


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "cell"), [("Not required", Cell.NO), ("NO PA REQUIRED", Cell.NO), ("PA is not required", Cell.NO)])
def test_common_words_are_read_in_the_order_they_are_written_in(word: str, cell: Cell) -> None:
    report = plain(table(HEAD, (*FIRST, word, "")))
    assert [row.listing.printed for row in report.sheet.listed] == [cell]


@pytest.mark.parametrize("word", ["required not", "Required PA, no", "Required: PA not"])
def test_common_words_turned_round_are_not_read_without_a_profile(word: str) -> None:
    report = plain(table(HEAD, (*FIRST, word, ""), (*SECOND, "Yes", "")))
    assert (codes(report), reasons(report)) == (["22552"], ["unknown-requirement"])


def test_a_date_that_cannot_be_read_is_shown() -> None:
    report = plain(table((*HEAD[:3], "Effective Date"), (*FIRST, "Yes", "soon"), (*SECOND, "Yes", "1/1/2030")))
    assert (codes(report), reasons(report)) == (["22552"], ["malformed-date"])
    assert [each.message for each in report.sheet.findings if each.code == "malformed-date"] == [
        "no day can be read from `soon`; the row is set aside"
    ]
