"""Web pages: tables as a person sees them, the text around them by paragraph, and what the page hides or strikes out not believed."""

import re
import time

import pytest

from precert.intake.readers import Document, Prose, RawRow, UnreadableError, read
from tests.intake.make import aside, codes, plain

HEADER = "<tr><th>Code</th><th>Description</th><th>PA Required</th></tr>"


def document(body: str) -> Document:
    return read("x.html", f"<!DOCTYPE html><html><body>{body}</body></html>".encode())


def table(body: str) -> list[tuple[str, ...]]:
    return [block.cells for block in document(f"<table>{body}</table>").blocks if isinstance(block, RawRow)]


def prose(body: str) -> list[str]:
    return [block.text for block in document(body).blocks if isinstance(block, Prose)]


def row(code: str, more: str = "", requirement: str = "Yes") -> str:
    return f"<tr{more}><td>{code}</td><td>Made up</td><td>{requirement}</td></tr>"


# -- what is a page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [
        "<!doctype html>", "<HTML>", "<?xml version='1.0'?><html>", "<!-- saved -->\n<!-- from -->\n<html>", "<table>", "\n\n <body>",
        "<p>First</p><table>", "<h2>First</h2><table>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_page_is_told_by_how_it_begins(start: str, encoding: str) -> None:
    assert read("list.xls", f"{start}<tr><td>a</td><td>b</td></tr>".encode(encoding)).kind == "html"


def test_markup_in_a_text_makes_no_page_of_it() -> None:
    assert read("x.html", b"<b>Code</b>\tDescription\n22551\tMade up\n").kind == "text"


@pytest.mark.parametrize("data", [b"<?xml version='1.0'?><Workbook/>", b"<!DOCTYPE lolz [<!ENTITY lol 'lol'>]><lolz>&lol;</lolz>"])
def test_other_markup_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="an XML document and no web page"):
        read("x.html", data)


def test_a_web_archive_is_refused() -> None:
    with pytest.raises(UnreadableError, match="a web archive"):
        read("x.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>")


def test_the_encoding_that_a_page_declares_is_believed() -> None:
    data = '<html><meta charset="windows-1252"><table><tr><td>CPT® \u2013 a<td>b</table>'.encode("cp1252")
    found = read("x.html", data)
    assert [block.cells for block in found.blocks if isinstance(block, RawRow)] == [("CPT® \u2013 a", "b")]
    assert not found.notes


# -- rows --------------------------------------------------------------------------------------------------------------


def test_rows_are_cited_by_line_and_by_a_number_of_their_own() -> None:
    found = document(f"<table>\n{HEADER}{row('22551')}</table>\n<table>{row('22552')}</table>")
    places = [(block.citation.line, block.citation.row) for block in found.blocks]
    assert places == [(2, 1), (2, 2), (3, 3)]


def test_a_table_below_a_text_of_its_own_has_columns_of_its_own() -> None:
    first, second = f"<table>{HEADER}{row('22551')}</table>", f"<table>{row('22552')}</table>"
    assert codes(plain(f"<html>{first}{second}".encode())) == ["22551", "22552"]
    removed = plain(f"<html>{first}<h2>Codes that were removed</h2>{second}".encode())
    assert codes(removed) == ["22551"]
    assert aside(removed) == [(1, "no-header", "22552")]


def test_header_cells_make_a_header_row_and_a_title_makes_none() -> None:
    body = f"<thead><tr><th colspan=3>A title</th></tr>{HEADER}</thead><tr><th>22551</th><td>a</td><td>b</td></tr>"
    found = document(f"<table>{body}</table>")
    assert [block.is_header for block in found.blocks if isinstance(block, RawRow)] == [False, True, False]


def test_a_cell_of_several_lines_is_one_text() -> None:
    assert table("<tr><td>22551<td>one<br>two<p>three</p> <ul><li>four<li>five</ul><td>CPT<sup>&reg;</sup> &lt;40&nbsp;a</tr>") == [
        ("22551", "one two three four five", "CPT® <40 a")
    ]


def test_cells_that_span_are_written_out() -> None:
    body = "<tr><td rowspan=2>22551<td>one<td rowspan=0>Yes</tr><tr><td>two</tr><tr><td colspan=2>three</tr><tr><td>four<td>five</tr>"
    assert table(body) == [("22551", "one", "Yes"), ("22551", "two", "Yes"), ("three", "", "Yes"), ("four", "five", "Yes")]


def test_no_cell_reaches_into_the_next_group_of_rows_and_none_makes_a_row() -> None:
    body = "<tbody><tr><td rowspan=9>a<td>b</tr><tr></tr></tbody><tbody><tr><td>c<td>d</tr></tbody>"
    assert table(body) == [("a", "b"), ("c", "d")]


def test_bold_is_kept_as_markup() -> None:
    body = "<tr><td><strong>Neck</strong></td><td style='font-weight: 700'>a</td><td><b>b</b> c</td></tr>"
    assert table(body) == [("<b>Neck</b>", "<b>a</b>", "b c")]


def test_rows_that_nobody_closed_are_rows() -> None:
    assert table("<tr><td>a<td>b<tr><td>c<td>d") == [("a", "b"), ("c", "d")]
    assert table("<td>a<td>b") == [("a", "b")]


def test_a_page_drawn_with_tables_gives_the_rows_of_the_inner_one_once() -> None:
    inner = f"<table>{HEADER}{row('22551')}</table>"
    menu = "<td><p>The menu<p>More of it</td>"
    found = document(f"<table><tr><td colspan=3>A logo<tr>{menu}<td><h1>A title</h1>{inner}after</td><td>Beside it</td></tr></table>")
    assert [block.cells if isinstance(block, RawRow) else block.text for block in found.blocks] == [
        "A logo", "The menu", "More of it", "A title",
        ("Code", "Description", "PA Required"), ("22551", "Made up", "Yes"), "after", "Beside it",
    ]  # fmt: skip
    assert not [block for block in found.blocks if isinstance(block, RawRow) and block.doubt]


def test_a_row_with_a_table_in_a_cell_is_set_aside_and_so_are_that_table_s_rows() -> None:
    inner = f"<table>{row('22599')}</table>"
    data = f"<html><table>{HEADER}{row('22551')}{row('22552', requirement=inner)}{row('22554')}</table>".encode()
    assert aside(plain(data)) == [(1, "table-in-cell", "22552"), (1, "table-in-cell", "22599")]
    assert codes(plain(data)) == ["22551", "22554"]


# -- text outside tables -----------------------------------------------------------------------------------------------


def test_text_outside_tables_is_prose_by_paragraph() -> None:
    assert prose("<h1>A <i>big</i></h1><p>One<br>two</p>three<ul><li>four<li>five</ul><table><caption>six</caption></table>seven") == [
        "A big", "One two", "three", "four", "five", "six", "seven",
    ]  # fmt: skip


def test_what_is_no_text_is_dropped() -> None:
    assert prose("<script>a</script><style>b</style><template>c</template><!-- d --><p>e</p>") == ["e"]


def test_a_list_that_names_codes_is_noted() -> None:
    found = document("<ul><li>22551 - Made up</li><li>22552 Made up</li></ul>")
    assert [note.code for note in found.notes] == ["code-in-prose"]
    assert "2 times" in found.notes[0].message


# -- what is hidden or struck out --------------------------------------------------------------------------------------

HIDDEN = [" hidden", ' style="display:none"', ' style="color: red; Display : NONE"', ' style="visibility:hidden"', ' style="font-size:0"']


@pytest.mark.parametrize("how", HIDDEN)
def test_a_hidden_row_or_cell_sets_its_row_aside(how: str) -> None:
    data = (
        f"<html><table>{HEADER}{row('22551', how)}{row('22552')}<tr><td>22554</td><td{how}>Made up</td><td>Yes</td></tr></table>".encode()
    )
    assert aside(plain(data)) == [(1, "hidden-text", "22551"), (1, "hidden-text", "22554")]


@pytest.mark.parametrize("how", HIDDEN)
def test_a_hidden_table_is_not_believed(how: str) -> None:
    data = f"<html><div{how}><table>{HEADER}{row('22552')}</table></div><table>{HEADER}{row('22551')}</table>".encode()
    assert codes(plain(data)) == ["22551"]


@pytest.mark.parametrize("how", HIDDEN)
def test_hidden_text_inside_a_cell_is_not_read_and_noted(how: str) -> None:
    found = document(f"<table>{HEADER}{row('22551', requirement=f'<span{how}>No</span>Yes')}</table><p{how}>gone</p>")
    assert [block.cells[2] for block in found.blocks if isinstance(block, RawRow)] == ["PA Required", "Yes"]
    assert [note.code for note in found.notes] == ["hidden-text"]
    assert not [block for block in found.blocks if isinstance(block, Prose)]


@pytest.mark.parametrize(
    "struck", ["<s>22551</s>", "<del>225</del>51", "<strike>22551</strike>", "<i style='text-decoration: line-through'>22551</i>"]
)
def test_a_row_with_struck_text_is_set_aside(struck: str) -> None:
    data = f"<html><table>{HEADER}{row(struck)}{row('22552')}</table>".encode()
    assert aside(plain(data)) == [(1, "struck-out", "22551")]
    assert codes(plain(data)) == ["22552"]


@pytest.mark.parametrize("style", ["font-size:0.9em", "opacity:0.5", "display:block", "text-decoration:underline", "font-size:10px"])
def test_other_styles_hide_nothing(style: str) -> None:
    assert table(f'<tr style="{style}"><td>a</td><td>b</td></tr>') == [("a", "b")]
    assert not document(f'<table><tr style="{style}"><td>a</td><td>b</td></tr></table>').notes


# -- what bursts -------------------------------------------------------------------------------------------------------

SECONDS = 5.0


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 100_000,
        "<table><tr><td>" * 20_000,
        "<b>" * 100_000,
        "<table>" + "<tr>" * 100_000,
        "<table>" + "<tr><td colspan=1000 rowspan=65534>" * 9_000,
        "<table><tr><td colspan=1000 rowspan=65534>a" + "<tr><td>b" * 9_000,
        "<table><tr><td colspan=1000 rowspan=65534>a" + "<tr>" * 90_000,
    ],
)
def test_pages_that_nest_or_span_without_end_are_read_or_refused_in_time(body: str) -> None:
    start = time.perf_counter()
    try:
        document(body)
    except UnreadableError as error:
        assert re.search("nested too deeply|more than 2,000,000 cells|more than 2,000 columns", str(error))  # noqa: PT017 - each is an answer
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize(
    "piece", ["<!--", "<!-- -->", "<", "<td>", "&amp;", "&", "a ", "<br>", "<meta charset", "<?xml", " ", "<td style='", "<p style=';;"]
)
def test_no_text_makes_the_reader_run_away(piece: str) -> None:
    start = time.perf_counter()
    document((piece * 200_000)[:200_000])
    read("x.html", ("<table><tr><td>a<td>b</table>" + (piece * 200_000)[:200_000]).encode())
    assert time.perf_counter() - start < SECONDS
    start = time.perf_counter()
    try:
        read("x.html", (piece * 200_000)[:200_000].encode())
    except UnreadableError as error:
        assert "XML" in str(error)  # noqa: PT017 - it may be no page
    assert time.perf_counter() - start < SECONDS


def test_a_long_text_is_read_to_its_end() -> None:
    found = document("<p>" + "a" * 12_000_000 + f"</p><table>{HEADER}{row('22551')}</table>")
    assert [len(block.cells) for block in found.blocks if isinstance(block, RawRow)] == [3, 3]


def test_nothing_outside_the_page_is_fetched_or_expanded() -> None:
    entity = '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    page = f'{entity}<html><p>&a; <img src="http://127.0.0.1:9/x"></p><iframe src="http://127.0.0.1:9/">in</iframe>'
    assert [block.text for block in read("x.html", page.encode()).blocks if isinstance(block, Prose)] == ["]>", "&a;"]


OUT_OF_SIGHT = [
    "visibility:collapse", "opacity:0", "opacity:0.0%", "font-size:1px", "position:absolute;left:-9999px", "position:fixed;top:-100em",
    "text-indent:-9999px", "position:absolute;clip:rect(0 0 0 0)", "clip-path:inset(50%)", "transform:scale(0)", "mso-hide:all",
    "height:0;overflow:hidden", "color:#fff", "color:white", "color:RGB(255,255,255)", "color:transparent", "color:#fff;background:white",
    "display:/* so */none", "dis\\70 lay:none",
]  # fmt: skip


@pytest.mark.parametrize("style", OUT_OF_SIGHT)
@pytest.mark.parametrize("where", ["row", "cell", "text", "class", "rule"])
def test_what_a_style_puts_out_of_sight_is_not_believed(style: str, where: str) -> None:
    rows = {
        "row": row("22551", f' style="{style}"'),
        "cell": row("22551").replace("<td>", f'<td style="{style}">'),
        "text": row(f'<span style="{style}">22551</span>'),
        "class": row("22551", ' class="x off"'),
        "rule": row('<i id="one">22551</i>'),
    }
    head = f"<style>tr.off, td #one {{ {style} }}</style>" if where in ("class", "rule") else ""
    data = f"{head}<table>{HEADER}\n{rows[where]}{row('63047', requirement='No')}</table>".encode()
    assert aside(plain(data)) == [(2, "hidden-text", "22551")]
    assert codes(plain(data)) == ["63047"]


@pytest.mark.parametrize(
    "style",
    [
        "color:#fff;background:#036", "color:#fff;background:url(x.png)", "background-color:navy;color:white", "color:#333", "left:-9999px",
        "position:relative;left:-2px", "height:0", "opacity:0.9", "font-size:8pt", "display:table-row", "width:0", "clip:auto",
        "overflow:hidden", "transform:rotate(0deg)", "color:red;border-color:white", "content:'display:none'",
    ],
)  # fmt: skip
def test_what_a_person_sees_is_read_whatever_its_style(style: str) -> None:
    rows = row("22551", f' style="{style}"') + row("22552", " class=on")
    data = f"<style>.on {{ {style} }}</style><table>{HEADER}{rows}</table>".encode()
    assert codes(plain(data)) == ["22551", "22552"]


def test_white_letters_are_seen_on_a_ground_that_something_around_them_gives() -> None:
    head = HEADER.replace("<tr>", '<tr bgcolor="navy" style="color:white">').replace("th>", "td>")
    dark = '<table style="background:#222"><tr><td style="color:white">22551</td></tr></table>'
    assert codes(plain(f"<table>{head}{row('22551')}</table>".encode())) == ["22551"]
    assert [block.doubt for block in document(dark).blocks if isinstance(block, RawRow)] == [None]
    light = dark.replace("<td style=", "<td bgcolor=white style=")
    assert [block.doubt for block in document(light).blocks if isinstance(block, RawRow)] == ["hidden-text"]


@pytest.mark.parametrize(
    ("selector", "hits"),
    [
        ("tr", True), ("tr.gone", True), (".gone.old", True), (".gone.new", False), ("table .gone", True), ("table > .gone", False),
        ("tbody > tr.gone", True), ("table > tbody > .gone", True), ("div .gone", False), ("#r1", True), ("th.gone", False), ("*", True),
        ("p, .gone", True), (".gone:hover", False), (".gone::before", False), ("tbody tr #r1", False),
    ],
)  # fmt: skip
def test_simple_selectors_are_followed(selector: str, hits: bool) -> None:
    page = f"<style>{selector} {{ text-decoration: line-through }}</style><table><tbody>{HEADER.lower()}"
    data = f'{page}<tr class="gone old" id="r1"><td>22551</td><td>Made up</td><td>Yes</td></tr></table>'
    rows = [block for block in document(data).blocks if isinstance(block, RawRow)]
    assert rows[1].doubt == ("struck-out" if hits else None)
    assert document(data).notes == ()


@pytest.mark.parametrize(
    "head",
    [
        "<style>tr:nth-child(2) { display: none }</style>", "<style>tr[data-x] { text-decoration: line-through }</style>",
        "<style>a + tr { visibility: hidden }</style>", "<style>@media (max-width: 600px) { .x { display: none } }</style>",
        "<style>@import url(x.css);</style>", '<link rel="stylesheet" href="x.css">', "<script>hide()</script>",
    ],
)  # fmt: skip
def test_a_style_that_cannot_be_followed_is_noted_and_the_rows_are_read(head: str) -> None:
    found = document(f"{head}<table>{HEADER}{row('22551')}</table>")
    assert [note.code for note in found.notes] == ["stylesheet-not-read"]
    assert [block.doubt for block in found.blocks if isinstance(block, RawRow)] == [None, None]


@pytest.mark.parametrize(
    "head",
    [
        "<style>@media print { tr { display: none } }</style>", "<style>tr:nth-child(2) { color: red }</style>",
        '<link rel="icon" href="x">',
        "<style>a:hover { opacity: 0 }</style>", "<style></style>",
        "<style>@media screen { .x { display: none } }</style>", "<style>{{{</style>",
    ],
)  # fmt: skip
def test_a_style_that_hides_nothing_of_a_list_is_not_noted(head: str) -> None:
    found = document(f"{head}<table>{HEADER}{row('22551')}</table>")
    assert found.notes == ()
    assert [block.doubt for block in found.blocks if isinstance(block, RawRow)] == [None, None]


def test_what_one_rule_hides_and_another_shows_is_doubtful() -> None:
    styles = "<style>.tab { display: none } .tab.now { display: block }</style>"
    partly = row("22551", requirement='No<b class="tab now">t</b>')
    data = f"{styles}<table>{HEADER}{partly}{row('63047', requirement='No')}</table>"
    assert aside(plain(data.encode())) == [(1, "hidden-text", "22551")]


@pytest.mark.parametrize("cell", ["22551<sup>1</sup>", "<b>22551</b><sup>a</sup>", "<sup>1</sup>22551", "2255<i>1</i><sup>(2)</sup>"])
def test_a_raised_mark_is_no_digit_of_its_code(cell: str) -> None:
    found = plain(f"<table>{HEADER}{row(cell)}{row('63047', requirement='No')}</table>".encode())
    assert codes(found) == ["63047"]
    assert ["22551" in printed.split() for _, _, printed in aside(found)] == [True]
    assert table("<tr><td>CPT<sup>\u00ae</sup> m<sup>2</sup></td><td>b</td></tr>") == [("CPT\u00ae m2", "b")]


def test_a_table_in_a_cell_prints_its_codes_under_the_heading_of_the_cell() -> None:
    inner = "<table><tr><td>97110</td></tr><tr><td>97112</td></tr></table>"
    data = f"<table>{HEADER}{row('22551')}<tr><td>{inner}</td><td>Made up</td><td>Yes</td></tr></table>"
    shifted = data.replace("<th>Code", "<th>Group</th><th>Code").replace("<tr><td>22551", "<tr><td>g</td><td>22551")
    shifted = shifted.replace(f"<tr><td>{inner}", f"<tr><td>g</td><td>{inner}")
    for each in (data, shifted):
        found = plain(each.encode())
        assert codes(found) == ["22551"]
        assert [printed for _, reason, printed in aside(found) if reason == "table-in-cell"] == ["", "97110", "97112"]


@pytest.mark.parametrize("piece", [".a .b ", "a>", ".x,", "(", "{", "@media ", "*{display:none}", ".a.b.c.d{color:#fff}"])
def test_no_style_sheet_makes_the_reader_run_away(piece: str) -> None:
    start = time.perf_counter()
    sheet = piece * (100_000 // len(piece))
    deep = "<div class='a b c d x'>" * 100
    assert document(f"<style>{sheet}{{display:none}}</style>{deep}<table>{HEADER}{row('22551') * 500}</table>").kind == "html"
    assert document(f'<p style="{piece * 10_000}">x</p>').kind == "html"
    assert time.perf_counter() - start < SECONDS
