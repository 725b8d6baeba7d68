"""Text and Markdown become rows and prose, each with its line; what is no text is refused."""

import pytest

from precert.intake.readers import Document, Prose, RawRow, UnreadableError, read

LONG = 1_000_000


def shown(data: bytes) -> list[tuple[int | None, tuple[str, ...] | str]]:
    return [(block.citation.line, block.cells if isinstance(block, RawRow) else block.text) for block in read("x", data).blocks]


def rows(document: Document) -> list[RawRow]:
    return [block for block in document.blocks if isinstance(block, RawRow)]


def test_lines_with_tabs_are_rows_and_others_prose() -> None:
    assert shown(b"A title\n\na\tb\n") == [(1, "A title"), (3, ("a", "b"))]


def test_a_byte_order_mark_is_dropped() -> None:
    assert shown(b"\xef\xbb\xbfa\tb") == [(1, ("a", "b"))]


def test_carriage_returns_before_line_feeds_are_dropped() -> None:
    assert shown(b"a\tb\r\nc\td\r\n") == [(1, ("a", "b")), (2, ("c", "d"))]


def test_carriage_returns_alone_end_lines_where_there_are_no_line_feeds() -> None:
    assert shown(b"a\tb\rc\td\r") == [(1, ("a", "b")), (2, ("c", "d"))]


@pytest.mark.parametrize("mark", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_only_line_feeds_end_a_line(mark: str) -> None:
    assert shown(f"a\tb{mark}c\nd\te".encode()) == [(1, ("a", f"b{mark}c")), (2, ("d", "e"))]


def test_nul_bytes_are_refused() -> None:
    with pytest.raises(UnreadableError, match="NUL"):
        read("x", b"a\tb\x00")


def test_an_empty_file_has_no_blocks() -> None:
    assert read("x", b"").blocks == ()


@pytest.mark.parametrize("line", ["\t\t", " \t ", "|  |  |", "||", "   "])
def test_a_line_without_text_is_no_row(line: str) -> None:
    assert shown(f"a\tb\n{line}\nc\td".encode()) == [(1, ("a", "b")), (3, ("c", "d"))]


def test_a_huge_line_is_a_row_like_another() -> None:
    (row,) = rows(read("x", b"a\t" + b"b" * LONG))
    assert len(row.cells[1]) == LONG


def test_the_document_carries_its_digest_and_so_does_each_citation() -> None:
    document = read("x", b"a\tb")
    assert len(document.sha256) == 64
    assert {block.citation.sha256 for block in document.blocks} == {document.sha256}


def test_a_pipe_table_has_its_header_marked_and_its_rule_dropped() -> None:
    document = read("x", b"| a | b |\n|:--|--:|\n| c | d |\n")
    assert [(row.citation.line, row.is_header, tuple(cell.strip() for cell in row.cells)) for row in rows(document)] == [
        (1, True, ("a", "b")),
        (3, False, ("c", "d")),
    ]


def test_a_pipe_table_needs_no_frame_and_ends_at_a_blank_line() -> None:
    document = read("x", b"a | b\n--- | ---\nc | d\n| e | f |\n\ng | h\n")
    assert [tuple(cell.strip() for cell in row.cells) for row in rows(document)] == [("a", "b"), ("c", "d"), ("e", "f")]
    assert [block.text for block in document.blocks if isinstance(block, Prose)] == ["g | h"]


def test_prose_ends_a_pipe_table() -> None:
    assert len(rows(read("x", b"a | b\n--- | ---\nThat was all.\nc | d\n"))) == 1


def test_framed_lines_are_rows_without_a_rule_too() -> None:
    assert shown(b"| a | b |\n") == [(1, (" a ", " b "))]


def test_a_row_of_single_hyphens_is_a_row() -> None:
    document = read("x", b"| a | b |\n|---|---|\n| - | - |\n")
    assert [row.is_header for row in rows(document)] == [True, False]


def test_a_rule_without_a_header_is_markup() -> None:
    assert shown(b"|---|---|\n| a | b |\n") == [(2, (" a ", " b "))]


def test_an_escaped_pipe_is_text() -> None:
    assert shown(b"| a \\| b | c |\n") == [(1, (" a | b ", " c "))]


def test_tabs_inside_a_framed_line_are_blanks_of_its_cells() -> None:
    assert shown(b"| a\t| b |\n") == [(1, (" a\t", " b "))]
