"""Workbooks: values as a person sees them, and everything a person does not see, noted or set aside."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from precert.intake.pipeline import IngestReport
from precert.intake.readers import Document, Prose, RawRow, UnreadableError, read
from tests.intake.make import codes, plain
from tests.intake.render import with_shared_texts
from tests.intake.workbook import SAMPLE, workbook

HEADER = ("Code", "Description", "PA Required")


def book(*rows: tuple[object, ...], change: Callable[[Worksheet], object] = lambda _: None) -> bytes:
    """Return a workbook of one sheet: these rows below the header, and what was changed in it."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "List"
    for row in (HEADER, *rows):
        sheet.append(list(row))
    change(sheet)
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def document(*rows: tuple[object, ...], change: Callable[[Worksheet], object] = lambda _: None) -> Document:
    return read("x.xlsx", book(*rows, change=change))


def table(found: Document) -> list[tuple[str, ...]]:
    return [block.cells for block in found.blocks if isinstance(block, RawRow)][1:]


def doubts(found: Document) -> dict[int | None, str]:
    return {block.citation.row: block.doubt for block in found.blocks if isinstance(block, RawRow) and block.doubt}


def notes(found: Document) -> list[tuple[str, int | None]]:
    return [(note.code, note.citation.row) for note in found.notes]


def report(data: bytes) -> IngestReport:
    return plain(data)


# -- values ------------------------------------------------------------------------------------------------------------


def formatted(number_format: str) -> Callable[[Worksheet], object]:
    return lambda sheet: setattr(sheet["A2"], "number_format", number_format)


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (670, "00000", "00670"),
        (22551.0, "General", "22551"),
        ("22551", "General", "22551"),
        ("00670", "@", "00670"),
        (date(2026, 1, 31), "mm-dd-yy", "1/31/2026"),
        (date(2026, 1, 31), "d/m/yyyy", "1/31/2026"),
        (22551, "m/d/yyyy", "9/27/1961"),
        (True, "General", "TRUE"),
        ("#N/A", "General", "#N/A"),
        (0.1641, "General", "0.1641"),
        ("a\nb", "General", "a\nb"),
    ],
)
def test_values_are_read_as_they_are_shown(value: object, number_format: str, shown: str) -> None:
    found = document((value, "Made up", "Yes"), change=formatted(number_format))
    assert table(found) == [(shown, "Made up", "Yes")]
    assert not doubts(found)


def test_a_code_kept_as_a_number_is_the_code_that_is_shown() -> None:
    assert codes(report(book((670, "Made up", "Yes"), (22551.0, "Made up", "No"), change=formatted("00000")))) == ["00670", "22551"]


@pytest.mark.parametrize("number_format", ["# ?/?", "0.00E+00", "000-0000"])
def test_a_number_whose_look_cannot_be_told_sets_its_row_aside(number_format: str) -> None:
    assert doubts(document((22551, "Made up", "Yes"), change=formatted(number_format))) == {2: "unread-number-format"}


def test_rows_and_sheets_are_cited_by_name_and_number_and_gaps_are_kept() -> None:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title in ("Spine", "Joint"):
        sheet = made.create_sheet(title)
        for at, text in enumerate(HEADER, 1):
            sheet.cell(3, at, text)
            sheet.cell(7, at, "22551")
    found = read("x.xlsx", saved(made))
    places = [(block.citation.sheet, block.citation.row) for block in found.blocks]
    assert places == [("Spine", None), ("Spine", 3), ("Spine", 7), ("Joint", None), ("Joint", 3), ("Joint", 7)]
    assert [block.text for block in found.blocks if isinstance(block, Prose)] == ["Spine", "Joint"]


def test_bold_is_kept_as_markup() -> None:
    def bold(sheet: Worksheet) -> None:
        for cell in ("A1", "B2", "B3"):
            sheet[cell].font = Font(bold=True)

    found = document(("", "Neck", ""), ("22551", "Made up " * 40, "Yes"), change=bold)
    assert [cells[1][:11] for cells in table(found)] == ["<b>Neck</b>", "Made up Mad"]
    assert [row.listing.section for row in report(book(("", "Neck", ""), ("22551", "d", "Yes"), change=bold)).sheet.listed] == ["Neck"]


# -- what is not as it seems -------------------------------------------------------------------------------------------


def styled(**style: object) -> Callable[[Worksheet], object]:
    def change(sheet: Worksheet) -> None:
        for name, value in style.items():
            setattr(sheet["A2"], name, value)

    return change


STRUCK = Font(strike=True)
WHITE = Font(color="FFFFFFFF")


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        (styled(font=STRUCK), "struck-out"),
        (styled(font=WHITE), "hidden-text"),
        (styled(font=WHITE, fill=PatternFill("solid", fgColor="FFFFFFFF")), "hidden-text"),
        (styled(font=WHITE, fill=PatternFill("solid", fgColor="FF203864")), None),
        (styled(number_format=";;;"), "hidden-text"),
        (styled(value="=1+1"), "formula-without-value"),
        (styled(value=CellRichText("225", TextBlock(InlineFont(strike=True), "51"))), "struck-out"),
        (styled(value=CellRichText("225", TextBlock(InlineFont(b=True), "51"))), None),
    ],
)
@pytest.mark.parametrize("value", ["22551", 22551])
def test_a_row_with_a_cell_that_cannot_be_believed_is_set_aside(
    value: object, change: Callable[[Worksheet], object], doubt: str | None
) -> None:
    data = book((value, "Made up", "Yes"), ("63047", "Made up", "No"), change=change)
    assert doubts(read("x.xlsx", data)) == doubts(read("x.xlsx", with_shared_texts(data))) == ({2: doubt} if doubt else {})
    assert codes(report(data)) == (["63047"] if doubt else ["22551", "63047"])


def test_the_rows_of_a_hidden_sheet_are_set_aside_and_an_old_edition_answers_nothing() -> None:
    def hide(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("Old")
        other.sheet_state = "hidden"
        for cells in (HEADER, ("63047", "Made up", "No")):
            other.append(cells)

    found = report(book(("22551", "Made up", "Yes"), change=hide))
    assert codes(found) == ["22551"]
    assert [(each.row.reason, each.row.printed) for each in found.sheet.set_aside] == [("hidden-sheet", ""), ("hidden-sheet", "63047")]


@pytest.mark.parametrize("height", [b"0", b"0.0", b"0.00"])
def test_a_row_of_no_height_and_a_column_of_no_width_are_hidden(height: bytes) -> None:
    def narrow(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].height = 7
        sheet.column_dimensions["B"].width = 7

    data = book(("22551", "d", "Yes"), change=narrow)
    flat = rewritten(rewritten(data, SHEET, b'ht="7"', b'ht="' + height + b'"'), SHEET, b'width="7"', b'width="' + height + b'"')
    assert notes(read("x.xlsx", data)) == []
    assert notes(read("x.xlsx", flat)) == [("hidden-row", 2), ("hidden-column", 1)]


@pytest.mark.parametrize(
    "said", ["PA removed 1/1", "No longer required", "not required", "Terminated", "EFFECTIVE 7/1/2031", "ends in June"]
)
@pytest.mark.parametrize("at", ["A2", "C2"])
def test_a_comment_that_speaks_of_a_change_sets_its_row_aside(said: str, at: str) -> None:
    def say(sheet: Worksheet) -> None:
        sheet[at].comment = Comment(said, "me")
        sheet["A1"].comment = Comment(said, "me")
        sheet["A3"].comment = Comment("ask Jo about the wording", "me")

    found = report(book(("22551", "d", "Yes"), ("63047", "d", "No"), change=say))
    assert codes(found) == ["63047"]
    assert [(each.row.reason, each.row.printed) for each in found.sheet.set_aside] == [("comment-on-code", "22551")]


def test_a_raised_mark_is_no_digit_of_its_code() -> None:
    raised = TextBlock(InlineFont(vertAlign="superscript"), "1")
    data = book(
        (CellRichText("22551", raised), "d", "Yes"), (CellRichText(raised, "22552"), "d", "Yes"), ("63047", CellRichText("m", raised), "No")
    )
    for each in (data, with_shared_texts(data)):
        assert [cells[:2] for cells in table(read("x.xlsx", each))] == [("22551 1", "d"), ("1 22552", "d"), ("63047", "m1")]
        assert codes(report(each)) == ["63047"]


def test_what_is_hidden_is_read_and_noted() -> None:
    def hide(sheet: Worksheet) -> None:
        for row in (3, 4):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions["H"].hidden = True
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("Old")
        other.sheet_state = "veryHidden"
        other.append(("a", "b"))

    found = document(("22551", "d", "Yes"), ("22552", "d", "Yes"), ("22554", "d", "No"), change=hide)
    assert notes(found) == [("hidden-row", 3), ("hidden-column", 1), ("hidden-sheet", None)]
    assert "2 times" in found.notes[0].message
    assert len(table(found)) == 4


def test_cells_merged_downwards_are_read_in_each_row_and_those_merged_across_once() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("C2:C4")
        sheet.merge_cells("B6:C6")
        sheet.merge_cells("A8:C9")

    rows = (("22551", "d", "Yes"), ("22552", "d"), ("22554", "d"), ("22556", "d", "No"), ("22558", "across"), (), ("All of it",))
    found = document(*rows, change=merge)
    assert [cells[2] for cells in table(found)[:5]] == ["Yes", "Yes", "Yes", "No", ""]
    assert [(block.citation.row, block.text) for block in found.blocks if isinstance(block, Prose)] == [(None, "List")]
    assert ("merged-cells", 2) in notes(found)


def test_a_code_made_by_a_formula_or_commented_is_noted() -> None:
    data = book(("22551", "d", "Yes"), ("63047", "d", "No"), change=lambda sheet: setattr(sheet["A2"], "comment", Comment("see", "me")))
    made = rewritten(
        data,
        "xl/worksheets/sheet1.xml",
        b'<c r="A3" t="inlineStr"><is><t>63047</t></is></c>',
        b'<c r="A3" t="str"><f>B9</f><v>63047</v></c>',
    )
    assert notes(read("x.xlsx", made)) == [("comment-on-code", 2), ("code-by-formula", 3)]
    assert codes(report(made)) == ["22551", "63047"]


def test_the_sample_is_what_is_kept_to_make_it() -> None:
    kept, made = read("x.xlsx", SAMPLE.read_bytes()), read("x.xlsx", workbook())
    assert nowhere(kept) == nowhere(made)
    assert [(note.code, note.citation.row) for note in kept.notes] == [(note.code, note.citation.row) for note in made.notes]


def nowhere(found: Document) -> list[RawRow | Prose]:
    """Return the blocks as if the file had no digest: a workbook tells when it was made."""
    return [replace(block, citation=replace(block.citation, sha256="")) for block in found.blocks]


# -- titles ------------------------------------------------------------------------------------------------------------


def test_a_title_above_and_a_footer_below_are_prose_and_lone_texts_inside_are_rows() -> None:
    def titled(sheet: Worksheet) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "A list of a plan"
        sheet["A7"] = "Client specific codes"
        sheet["A9"], sheet["A11"] = "22554", "A footer of the list"
        sheet["B9"] = "d"

    found = document(("22551", "d", "Yes"), change=titled)
    assert [(block.citation.row, block.text) for block in found.blocks if isinstance(block, Prose)][1:] == [
        (1, "A list of a plan"),
        (11, "A footer of the list"),
    ]
    assert ("Client specific codes", "", "") in table(found)


def test_a_lone_text_beside_cells_that_are_drawn_is_a_row_of_the_table() -> None:
    def framed(sheet: Worksheet) -> None:
        sheet["A4"] = "A text that stands alone"
        for cell in ("A4", "B4", "C4"):
            sheet[cell].border = Border(bottom=Side(style="thin"))

    assert table(document(("22551", "d", "Yes"), change=framed))[-1] == ("A text that stands alone", "", "")


# -- what lies, bursts, or is something else ---------------------------------------------------------------------------


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with a text of one of its parts exchanged, which must be there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name)
            assert name != part or old in text, text
            after.writestr(name, text.replace(old, new) if name == part else text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/"), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (archive(**{"word/document.xml": b""}), "a Word document"),
        (archive(**{"ppt/presentation.xml": b""}), "a PowerPoint presentation"),
        (archive(**{"xl/workbook.bin": b""}), r"a binary workbook \(\.xlsb\)"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument file"),
        (archive(**{"list.csv": b"a,b"}), "a zip archive, and no workbook"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged"),
        (archive(**{"[Content_Types].xml": b"<x/>"}), "a workbook that cannot be read"),
    ],
)
def test_an_archive_that_is_no_workbook_is_refused_by_its_name(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read("x.xlsx", data)


@pytest.mark.parametrize("keep", [100, 2_000, 4_000])
def test_a_workbook_cut_off_is_refused(keep: int) -> None:
    with pytest.raises(UnreadableError):
        read("x.xlsx", book(("22551", "d", "Yes"))[:keep])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'<c r="A2"', b'<c r="A9"', "contradicts itself"),
        (b'<c r="B2"', b'<c r="A2"', "contradicts itself"),
        (b"</row></sheetData>", b'</row><row r="2"><c r="D2"><v>1</v></c></row></sheetData>', "two rows 2"),
        (b"<v>3</v>", b"<v>-1</v>", "cannot be read: ValueError"),
        (b"<v>3</v>", b"<v>999</v>", "cannot be read: IndexError"),
        (b"</sheetData>", b"", "cannot be read: ParseError"),
    ],
)
def test_a_sheet_that_lies_is_refused(old: bytes, new: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read("x.xlsx", rewritten(with_shared_texts(book(("22551", "d", "Yes"))), SHEET, old, new))


def test_a_sheet_that_is_named_and_not_there_is_refused() -> None:
    data = book(("22551", "d", "Yes"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            if name != SHEET:
                after.writestr(name, before.read(name))
    with pytest.raises(UnreadableError, match="names a sheet twice, or one that is not in it"):
        read("x.xlsx", out.getvalue())


def test_two_cells_at_the_ends_of_the_largest_sheet_are_two_rows() -> None:
    def far(sheet: Worksheet) -> None:
        sheet["XFD1048576"] = "far"
        sheet.merge_cells("D5:XFD1048575")

    found = document(("22551", "d", "Yes"), change=lambda sheet: sheet.__setitem__("XFD1048576", "far"))
    assert [block.citation.row for block in found.blocks if isinstance(block, RawRow)] == [1, 2, 1048576]
    data = rewritten(
        book(("22551", "d", "Yes")), SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    )
    assert codes(report(data)) == ["22551"]


def test_a_workbook_that_bursts_when_it_is_written_out_is_refused() -> None:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (at, at) for at in range(3, 400))
    with pytest.raises(UnreadableError, match="more than 5,000,000 cells"):
        read("x.xlsx", rewritten(book(("22551", "d", "Yes")), SHEET, b"</sheetData>", rows + b"</sheetData>"))
