"""Delimited text: the delimiter is told by evidence, records are read as spreadsheets write them, and no quote swallows rows."""

import csv
import time

import pytest

from precert.intake.readers import Document, Prose, RawRow, UnreadableError, read
from tests.intake.make import aside, codes, plain

HEADER = "Code,Description,PA Required\n"
ROWS = "22551,Made up,Yes\n63047,Made up,No\n"


def document(text: str) -> Document:
    return read("x.csv", text.encode())


def shown(text: str) -> list[tuple[int | None, tuple[str, ...] | str]]:
    return [(block.citation.line, block.cells if isinstance(block, RawRow) else block.text) for block in document(text).blocks]


def doubts(text: str) -> dict[int | None, str]:
    return {row.citation.line: row.doubt for row in document(text).blocks if isinstance(row, RawRow) and row.doubt}


# -- which delimiter ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
def test_every_delimiter_is_told(delimiter: str) -> None:
    text = HEADER.replace(",", delimiter) + f'22551{delimiter}"Made up, or; not | so"{delimiter}Yes\n63047{delimiter}plain{delimiter}No\n'
    found = document(text)
    assert found.kind == "csv"
    assert shown(text)[1] == (2, ("22551", "Made up, or; not | so", "Yes"))


def test_five_rows_of_three_columns_need_no_profile() -> None:
    text = HEADER + "".join(f'{code},"Made up, at some length",Yes\n' for code in ("22551", "22552", "63047", "E0601", "0274T"))
    assert codes(plain(text.encode())) == ["22551", "22552", "63047", "E0601", "0274T"]


def test_commas_of_descriptions_make_no_columns_of_a_semicolon_list() -> None:
    text = "Code;Description;PA Required\n22551;one, two, three;Yes\n63047;one, two;No\n"
    assert shown(text)[1:] == [(2, ("22551", "one, two, three", "Yes")), (3, ("63047", "one, two", "No"))]


def test_tab_separated_text_stays_text_whatever_its_commas() -> None:
    found = document("Code\tDescription\tPA Required\n22551\tone, two, three\tYes\n22552, 22553\tone, two, three\tYes\n")
    assert found.kind == "text"
    assert [block.cells for block in found.blocks if isinstance(block, RawRow)][1] == ("22551", "one, two, three", "Yes")


def test_tab_separated_text_whose_cells_hold_lists_of_codes_stays_text() -> None:
    rows = "".join(f"Policy {n}\t22551, 22552, 63047\tMade up\n" for n in range(9))
    assert document("Policy\tCodes\tDescription\n" + rows).kind == "text"


def test_cells_between_tabs_are_unquoted_as_spreadsheets_quote_them() -> None:
    text = 'Code\tDescription\tPA Required\n22551\t"a, ""b"" c"\tYes\n'
    assert (document(text).kind, shown(text)[1]) == ("csv", (2, ("22551", 'a, "b" c', "Yes")))


def test_a_quote_that_is_no_quoting_stays_in_its_cell() -> None:
    text = 'Code\tDescription\tPA Required\n22551\t"a" frame, 12" wide\tYes\n'
    assert (document(text).kind, shown(text)[1]) == ("text", (2, ("22551", '"a" frame, 12" wide', "Yes")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_quoted_line_break_between_tabs_makes_no_second_row(encoding: str) -> None:
    text = 'Code\tDescription\tPA Required\n22551\tMade up\tYes\n22552\t"Made up\nin place of 63047"\tYes\n'
    found = read("x.txt", text.encode(encoding))
    assert found.kind == "csv"
    assert [block.cells[:1] for block in found.blocks if isinstance(block, RawRow)] == [("Code",), ("22551",), ("22552",)]


def test_a_quote_that_stays_open_over_a_row_of_tabs_quotes_nothing() -> None:
    text = 'Code\tDescription\tPA Required\n22551\t"Made up\tYes\n22552\tMade up"\tYes\n'
    assert read("x.txt", text.encode()).kind == "text"


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_cells_that_list_codes_in_quotes_are_told_by_their_records(delimiter: str) -> None:
    cells = (("Policy", "Codes", "PA"), ("Spine", '"22551, 22552; or\n22554"', "Yes"), ("Imaging", '"63047, 63048"', "No"))
    text = "".join(delimiter.join(each) + "\n" for each in cells)
    assert document(text).kind == "csv"
    assert [line for line, _ in shown(text)] == [1, 2, 4]


@pytest.mark.parametrize(
    "text",
    [
        'He said, "22551, 22552", and left.\nShe did not.\nThey, too, were gone.\n',
        'Policy,Codes\nSpine,"22551, 22552\nImaging,"63047, 63048\n',
        'One,Two\nSpine,"none, at all"\nImaging,"none"\n',
        '22551,"22552, 22553"\n63047,"63048, 63049"\n63050,"63051, 63052"\n',
    ],
)
def test_quotes_alone_make_no_records(text: str) -> None:
    assert document(text).kind == "text"


def test_markdown_tables_stay_text() -> None:
    assert document("| Code | Description |\n|---|---|\n| 22551 | Made up |\n").kind == "text"
    assert document("Code | Description\n--- | ---\n22551 | Made up\n").kind == "text"


def test_prose_with_commas_stays_text() -> None:
    assert document("Dear reader, this is prose.\nIt names 22551, 22552, and 63047, in passing.\nIt ends, here.\n").kind == "text"


def test_rows_of_one_width_are_told_without_a_column_of_codes() -> None:
    assert document("Name,Place,Said\na,b,c\nd,e,f\n").kind == "csv"
    assert document("Name,Place\na,b\nc,d\n").kind == "text"


def test_two_delimiters_that_explain_a_text_alike_are_refused() -> None:
    with pytest.raises(UnreadableError, match=r"read with a comma 3 rows hold a code, with a semicolon 3; put `sep=,` or `sep=;`"):
        document("A,Code;B\n" + "x,22551,y;63047;z\n" * 3)


def test_the_first_line_may_name_the_delimiter() -> None:
    assert shown("sep=;\nCode;Said\n22551;a,b\n") == [(2, ("Code", "Said")), (3, ("22551", "a,b"))]


def test_lines_that_nothing_parts_and_that_begin_with_a_code_are_noted() -> None:
    found = document("Code Description PA\n22551 Made up Yes\n63047 Made up No\n")
    assert [(note.code, note.citation.line) for note in found.notes] == [("code-in-prose", 2)]
    assert not [block for block in found.blocks if isinstance(block, RawRow)]


# -- records -----------------------------------------------------------------------------------------------------------


def test_a_quoted_field_holds_delimiters_quotes_and_lines_and_its_record_is_cited_by_its_first() -> None:
    text = HEADER + '22551,"one, ""two""\nthree",Yes\n63047,Made up,No\n'
    assert shown(text)[1:] == [(2, ("22551", 'one, "two"\nthree', "Yes")), (4, ("63047", "Made up", "No"))]


def test_blanks_before_a_quoted_field_are_no_part_of_it() -> None:
    assert shown(HEADER + '22551, "a, b", Yes\n')[1] == (2, ("22551", "a, b", "Yes"))


def test_titles_blank_lines_and_footers_around_the_table_are_prose() -> None:
    text = f'"A title, at some length"\n\n{HEADER}{ROWS}\n"A footer, at some length",,\n'
    assert [block.text for block in document(text).blocks if isinstance(block, Prose)] == [
        "A title, at some length",
        "A footer, at some length",
    ]
    assert codes(plain(text.encode())) == ["22551", "63047"]


@pytest.mark.parametrize("lone", ["22553", "h suxi", "Client Specific Managed Codes", ",,Made up and without a code"])
def test_a_lone_text_among_the_rows_stays_a_row(lone: str) -> None:
    text = f"{HEADER}22551,Made up,Yes\n\n{lone}\n\n63047,Made up,No\n"
    assert len([block for block in document(text).blocks if isinstance(block, RawRow)]) == 4


def test_blank_ends_are_cut_off_where_all_rows_have_them() -> None:
    assert shown("Code,Description,,,\n22551,Made up,,,\n22552,,,,\n") == [
        (1, ("Code", "Description")),
        (2, ("22551", "Made up")),
        (3, ("22552", "")),
    ]


def test_ragged_rows_keep_their_own_cells() -> None:
    assert shown(HEADER + ROWS + "22552,short\n22553,a,Yes,more\n")[3:] == [(4, ("22552", "short")), (5, ("22553", "a", "Yes", "more"))]


def test_carriage_returns_alone_end_lines() -> None:
    assert [line for line, _ in shown((HEADER + ROWS).replace("\n", "\r"))] == [1, 2, 3]


def test_a_cell_too_long_for_a_spreadsheet_is_set_aside_and_the_limit_of_the_module_is_left_alone() -> None:
    before = csv.field_size_limit()
    report = plain(f'{HEADER}22551,"{"a, " * 12_000}",Yes\n63047,Made up,No\n'.encode())
    assert aside(report) == [(2, "oversized-cell", "22551")]
    assert codes(report) == ["63047"]
    assert csv.field_size_limit() == before


def test_a_row_of_more_fields_than_a_spreadsheet_has_is_set_aside() -> None:
    report = plain(f'{HEADER}22551,{"a," * 20_000},Yes\n22552,"{"a," * 20_000}",Yes\n63047,Made up,No\n'.encode())
    assert aside(report) == [(2, "too-many-fields", "22551"), (3, "too-many-fields", "22552")]
    assert codes(report) == ["63047"]


# -- quotes that are never closed --------------------------------------------------------------------------------------


def test_a_quote_that_is_never_closed_sets_its_own_line_aside() -> None:
    text = HEADER + '22551,"Made up,Yes\n' + ROWS.replace("22551", "22552")
    assert doubts(text) == {2: "unbalanced-quote"}
    report = plain(text.encode())
    assert codes(report) == ["22552", "63047"]
    assert aside(report)[0][:2] == (2, "unbalanced-quote")


@pytest.mark.parametrize("closing", ['63047,"Made up",No', '63047,",No', '63047,"",No', '63047,Made up",No', '63047,Made up,"No"'])
def test_a_quote_that_a_later_row_closes_swallows_no_row(closing: str) -> None:
    text = HEADER + '22551,"Made up,Yes\n22552,Made up,Yes\n' + closing + "\n22553,Made up,Yes\n"
    assert doubts(text)[2] == "unbalanced-quote"
    report = plain(text.encode())
    assert {"22552", "22553"} <= set(codes(report))
    assert "22551" not in codes(report)
    assert report.to_dict()["rows"]["total"] == 5


def test_a_text_of_broken_quotes_is_refused() -> None:
    with pytest.raises(UnreadableError, match="more than 1,000 records with a quote that is not closed"):
        document(HEADER + ROWS + '22552,"Made up,Yes\n' * 1_001)


SECONDS = 5.0


@pytest.mark.parametrize("piece", ['"', '""', '","', '"\n', ',"a\n', '22551,"a\n', "\t", '\t"', "|", "a,b;c\n", "\r", ",", ",\n"])
def test_no_text_makes_the_reader_run_away(piece: str) -> None:
    text = HEADER + ROWS + (piece * 200_000)[:200_000]
    start = time.perf_counter()
    try:
        document(text)
    except UnreadableError as error:
        assert "quote that is not closed" in str(error) or "cannot be parted" in str(error)  # noqa: PT017 - either is an answer
    assert time.perf_counter() - start < SECONDS
