"""Files that are made to hurt who reads them, made here and nowhere kept. None of them holds anything of a published list.

A case says what must come of it: a refusal by code, or a document that holds (and does not hold) some texts, or either, where a
parser may do one or the other. Whatever comes, the reader's process stays within its limits, and this one lives.
"""

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from openpyxl import Workbook

from precert.intake.sandbox import Refusal

MB = 1 << 20
EITHER = frozenset({*Refusal, "unreadable", "read"}) - {Refusal.READER_LIED, Refusal.READER_NOT_STARTED}
"""Any end that is one: what a parser makes of a broken file is its own affair."""
ANY_REFUSAL = EITHER - {"read"}


@dataclass(frozen=True, slots=True)
class Case:
    """One file, how it is made, and what may come of it."""

    name: str
    make: Callable[[], bytes]
    ends: frozenset[str] = EITHER
    says: tuple[str, ...] = ()
    """Texts that a reading must hold."""
    hides: tuple[str, ...] = ()
    """Texts that no row of a reading may hold, unless the row is doubted."""
    fast: bool = False
    """Refused before any parser: in under a second."""


def refusal(*codes: Refusal) -> frozenset[str]:
    return frozenset(str(code) for code in codes)


READ = frozenset({"read"})

# -- workbooks ---------------------------------------------------------------------------------------------------------

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_WORKBOOK = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>'
_WORKBOOK_RELS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
_STRINGS = f'<sst xmlns="{_MAIN}"><si><t>Code</t></si><si><t>22551</t></si></sst>'


def sheet(rows: str, dimension: str = "A1:B2") -> str:
    return f'<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'


ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>2</v></c></row>'
)


def parts(**changed: str | bytes) -> dict[str, bytes]:
    """Return the parts of a workbook of two rows, some of them changed; `sheet`, `strings`, `workbook`, `types`, `rels` name them."""
    named: dict[str, tuple[str, str | bytes]] = {
        "types": ("[Content_Types].xml", _TYPES),
        "rels": ("_rels/.rels", _RELS),
        "workbook": ("xl/workbook.xml", _WORKBOOK),
        "workbook_rels": ("xl/_rels/workbook.xml.rels", _WORKBOOK_RELS),
        "sheet": ("xl/worksheets/sheet1.xml", sheet(ROWS)),
        "strings": ("xl/sharedStrings.xml", _STRINGS),
    }
    found = {path: changed.get(name, text) for name, (path, text) in named.items()}
    return {path: text if isinstance(text, bytes) else text.encode() for path, text in found.items()}


def packed(files: dict[str, bytes], *, stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def workbook(**changed: str | bytes) -> bytes:
    return packed(parts(**changed))


def filled(rows: int = 3, columns: int = 3) -> bytes:
    """Return a workbook as openpyxl writes it."""
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append([f"Column {number}" for number in range(columns)])
    for row in range(rows):
        book.active.append([f"{22551 + row}"] * columns)
    book.save(out)
    return out.getvalue()


def bomb(size: int) -> bytes:
    return packed(parts() | {"xl/media/x.xml": b"<a>" + b" " * size + b"</a>"})


def lying_size() -> bytes:
    """A part that declares one megabyte and holds sixty-four: both headers say so."""
    honest = bytearray(packed(parts() | {"xl/x.xml": b" " * (64 * MB)}))
    true, told = struct.pack("<I", 64 * MB), struct.pack("<I", MB)
    return bytes(honest.replace(true, told))


def overlapping() -> bytes:
    """Fifty entries that all point at the same bytes."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = b"<a>" + noise(200_000).encode() + b"</a>"
    deflated = body.compress(text) + body.flush()
    crc, name = zlib.crc32(text), b"a0000"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(deflated), len(text), len(name), 0) + name + deflated
    central = b""
    for number in range(50):
        each = b"a%04d" % number
        central += (
            struct.pack(
                "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(deflated), len(text), len(each), 0, 0, 0, 0, 0, 0
            )
            + each
        )
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 50, 50, len(central), len(local), 0)
    return local + central + end


def same_name_twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts().items():
            archive.writestr(name, data)
        archive.writestr("XL/worksheets/sheet1.xml", sheet("").encode())
    return out.getvalue()


def laughs(root: str) -> str:
    entities = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [{entities}]>'


def locked() -> bytes:
    data = bytearray(workbook())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def lzma_packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        for name, data in parts().items():
            archive.writestr(name, data)
    return out.getvalue()


def column(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
WIDE = '<row r="1">' + "".join(f'<c r="{column(number)}1"><v>1</v></c>' for number in range(1, 16_385)) + "</row>"
BEYOND = '<row r="1">' + "".join(f'<c r="{column(number)}1"><v>1</v></c>' for number in range(1, 400_000)) + "</row>"


def formulas() -> str:
    cells = ("cmd|' /C calc'!A0", "[1]Sheet1!A1", 'HYPERLINK("http://127.0.0.1:PORT/x","y")', 'WEBSERVICE("http://127.0.0.1:PORT/")')
    quoted = [each.replace('"', "&quot;").replace("'", "&apos;") for each in cells]
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>{text}</f><v>22551</v></c></row>' for n, text in enumerate(quoted, 1))
    return sheet(rows, "A1:A4")


def external_link(port: int) -> bytes:
    rels = _WORKBOOK_RELS.replace(
        "</Relationships>",
        f'<Relationship Id="r9" Type="{_OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>',
    )
    link = f'<externalLink xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><externalBook r:id="rId1"/></externalLink>'
    link_rels = (
        f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_OFFICE}/externalLinkPath" '
        f'Target="http://127.0.0.1:{port}/book.xlsx" TargetMode="External"/></Relationships>'
    )
    more = {"xl/externalLinks/externalLink1.xml": link.encode(), "xl/externalLinks/_rels/externalLink1.xml.rels": link_rels.encode()}
    return packed(parts(workbook_rels=rels) | more)


def nested_archive() -> bytes:
    inner = bomb(20 * MB)
    for _ in range(5):
        inner = packed({"x.zip": inner}, stored=True)
    return packed(parts() | {"xl/embeddings/x.zip": inner}, stored=True)


def workbooks(port: int) -> Iterator[Case]:
    bombs, broken, doctype = refusal(Refusal.ARCHIVE_BOMB), refusal(Refusal.ARCHIVE_DAMAGED), refusal(Refusal.DOCTYPE)
    entity = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:{port}/e">]>'
    file = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    using = _STRINGS.replace("Code", "&e;")
    yield Case("sound.xlsx", filled, READ, says=("22551",))
    yield Case("minimal.xlsx", workbook, READ, says=("22551",))
    yield Case("ratio.xlsx", lambda: bomb(30 * MB), bombs, fast=True)
    yield Case("entry-of-300-mb.xlsx", lambda: bomb(300 * MB), bombs, fast=True)
    yield Case("lying-size.xlsx", lying_size, bombs | broken, fast=True)
    yield Case("overlapping.xlsx", overlapping, broken, fast=True)
    yield Case("same-name-twice.xlsx", same_name_twice, broken, fast=True)
    yield Case("many-parts.xlsx", lambda: packed({f"{n}.xml": b"<a/>" for n in range(1_500)}), refusal(Refusal.ARCHIVE_ENTRIES), fast=True)
    yield Case("a-million-parts.xlsx", lambda: parts_of_nothing(1_000_000), refusal(Refusal.ARCHIVE_ENTRIES), fast=True)
    yield Case("nested.xlsx", nested_archive, READ, says=("22551",))
    yield Case("locked.xlsx", locked, refusal(Refusal.ARCHIVE_LOCKED), fast=True)
    yield Case("lzma.xlsx", lzma_packed, refusal(Refusal.ARCHIVE_LOCKED), fast=True)
    yield Case("laughs-in-strings.xlsx", lambda: workbook(strings=laughs("sst") + _STRINGS.replace("Code", "&l9;")), doctype, fast=True)
    yield Case("laughs-in-sheet.xlsx", lambda: workbook(sheet=laughs("x") + sheet(ROWS)), doctype, fast=True)
    yield Case("laughs-in-workbook.xlsx", lambda: workbook(workbook=laughs("x") + _WORKBOOK), doctype, fast=True)
    yield Case("laughs-in-types.xlsx", lambda: workbook(types=laughs("x") + _TYPES.split("?>", 1)[1]), doctype, fast=True)
    yield Case("entity-to-listener.xlsx", lambda: workbook(strings=entity + using), doctype, fast=True)
    yield Case("entity-to-file.xlsx", lambda: workbook(strings=file + using), doctype, fast=True)
    yield Case("late-doctype.xlsx", lambda: workbook(strings="<!--" + noise(MB)[: MB - 9] + "-->" + entity + using), doctype, fast=True)
    yield Case(
        "utf-16-entity.xlsx", lambda: workbook(strings=(entity + using).encode("utf-16")), refusal(Refusal.MARKUP_ENCODING), fast=True
    )
    yield Case(
        "utf-16-no-mark.xlsx", lambda: workbook(strings=(entity + using).encode("utf-16-le")), refusal(Refusal.MARKUP_ENCODING), fast=True
    )
    yield Case(
        "utf-7-entity.xlsx",
        lambda: workbook(strings=b'<?xml version="1.0" encoding="utf-7"?>' + (entity + using).encode("utf-7")),
        refusal(Refusal.MARKUP_ENCODING),
        fast=True,
    )
    yield Case(
        "ebcdic-entity.xlsx",
        lambda: workbook(strings=(entity.replace('"1.0"', '"1.0" encoding="cp037"') + using).encode("cp037")),
        ANY_REFUSAL,
    )
    yield Case("two-cells.xlsx", lambda: workbook(sheet=sheet(FAR)), refusal(Refusal.TOO_MANY_CELLS), fast=True)
    yield Case("two-cells-told.xlsx", lambda: workbook(sheet=sheet(ROWS, "A1:XFD1048576")), refusal(Refusal.TOO_MANY_CELLS), fast=True)
    yield Case("two-cells-apart.xlsx", lambda: workbook(sheet=sheet(ROWS + "<!--" + "x" * 3 * MB + "-->" + FAR)), ANY_REFUSAL, fast=True)
    yield Case("two-cells-prefixed.xlsx", lambda: workbook(sheet=prefixed(sheet(FAR))), refusal(Refusal.TOO_MANY_CELLS), fast=True)
    yield Case(
        "two-cells-single-quotes.xlsx", lambda: workbook(sheet=sheet(FAR.replace('"', "'"))), refusal(Refusal.TOO_MANY_CELLS), fast=True
    )
    yield Case("wide.xlsx", lambda: workbook(sheet=sheet(WIDE, "A1:XFD1")))
    yield Case("columns-beyond.xlsx", lambda: workbook(sheet=sheet(BEYOND)))
    yield Case("row-zero.xlsx", lambda: workbook(sheet=sheet(ROWS.replace('r="1"', 'r="0"'))))
    yield Case(
        "row-of-ten-digits.xlsx", lambda: workbook(sheet=sheet(ROWS.replace('r="2"', 'r="9999999999"').replace("A2", "A9999999999")))
    )
    yield Case("merged-17-billion.xlsx", lambda: workbook(sheet=sheet(ROWS).replace("</worksheet>", MERGED)))
    yield Case("deep.xlsx", lambda: workbook(sheet=sheet("<x>" * 100_000 + "</x>" * 100_000)))
    yield Case("many-attributes.xlsx", lambda: workbook(sheet=sheet("<row " + attributes(50_000) + "/>")))
    yield Case("formulas.xlsx", lambda: workbook(sheet=formulas().replace("PORT", str(port))), says=("22551",))
    yield Case("external-link.xlsx", lambda: external_link(port))
    yield Case("shared-string-of-nowhere.xlsx", lambda: workbook(sheet=sheet(ROWS.replace("<v>0</v>", "<v>999999999</v>"))))
    yield Case("string-of-20-mb.xlsx", lambda: packed(parts(strings=_STRINGS.replace("Code", noise(20 * MB))), stored=True))
    yield Case("no-workbook.xlsx", lambda: packed({"a.txt": b"x"}), ANY_REFUSAL)
    yield Case("empty.xlsx", lambda: b"PK\x05\x06" + bytes(18), ANY_REFUSAL)
    yield Case("formats-of-a-million.xlsx", lambda: workbook(sheet=sheet(ROWS.replace("<c ", f'<c s="{10**9}" '))))
    yield Case("control-characters.xlsx", lambda: workbook(strings=_STRINGS.replace("Code", "_x0000_&#1;\x00")))


MERGED = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'


def attributes(count: int) -> str:
    return " ".join(f'a{number}="1"' for number in range(count))


def prefixed(text: str) -> str:
    for tag in ("worksheet", "dimension", "sheetData", "row", "c", "v"):
        for end in (">", " ", "/>"):
            text = text.replace(f"<{tag}{end}", f"<x:{tag}{end}").replace(f"</{tag}{end}", f"</x:{tag}{end}")
    return text.replace("xmlns=", "xmlns:x=")


def parts_of_nothing(count: int) -> bytes:
    one = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(one) * count, len(local), 0)
    return local + one * count + end


def noise(size: int) -> str:
    return base64.b64encode(random.Random(7).randbytes(size * 3 // 4)).decode()


# -- web pages ---------------------------------------------------------------------------------------------------------

TABLE = "<table><tr><th>Code</th><th>Description</th></tr><tr><td>22551</td><td>Made up</td></tr></table>"


def page(body: str, *, doctype: str = "<!doctype html>", head: str = "") -> bytes:
    return f"{doctype}<html><head>{head}</head><body>{body}</body></html>".encode()


def pages(port: int) -> Iterator[Case]:
    url = f"http://127.0.0.1:{port}"
    doctype = refusal(Refusal.DOCTYPE)
    old = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
    away = f'<img src="{url}/i.png"><iframe src="{url}/f"></iframe><script src="{url}/s.js"></script><object data="{url}/o"></object>'
    yield Case("sound.html", lambda: page(TABLE), READ, says=("22551",))
    yield Case("old-doctype.html", lambda: page(TABLE, doctype=old), READ, says=("22551",))
    yield Case("laughs.html", lambda: page("&l9;" + TABLE, doctype=laughs("html").split("?>", 1)[1]), doctype, fast=True)
    yield Case("laughs-utf-16.html", lambda: page(TABLE, doctype=laughs("html")).decode().encode("utf-16"), doctype, fast=True)
    yield Case("entity.html", lambda: page("&e;" + TABLE, doctype=f'<!DOCTYPE html [<!ENTITY e SYSTEM "{url}/e">]>'), doctype, fast=True)
    yield Case("external-dtd.html", lambda: page(TABLE, doctype=f'<!DOCTYPE html SYSTEM "{url}/d.dtd">'), doctype, fast=True)
    yield Case("two-doctypes.html", lambda: page("<!doctype html>" + TABLE), doctype, fast=True)
    yield Case(
        "fetches.html", lambda: page(away + TABLE, head=f'<base href="{url}/"><link rel="stylesheet" href="{url}/c.css">'), says=("22551",)
    )
    yield Case("xinclude.html", lambda: page(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}/x"/>' + TABLE))
    yield Case("deep.html", lambda: page("<div>" * 200_000 + TABLE))
    yield Case("deep-tables.html", lambda: page("<table><tr><td>" * 20_000 + "22551"))
    yield Case("unclosed.html", lambda: page("<table><tr><td>22551<td>x" * 20_000))
    yield Case("wide-spans.html", lambda: page('<table><tr><td colspan="99999999" rowspan="99999999">22551</td></tr></table>'))
    yield Case("many-spans.html", lambda: page("<table>" + '<tr><td colspan="1000" rowspan="65534">22551</td></tr>' * 2_000 + "</table>"))
    yield Case("attribute-of-20-mb.html", lambda: page(f'<table title="{"x" * 20 * MB}"></table>' + TABLE))
    yield Case("cell-of-20-mb.html", lambda: page(f"<table><tr><td>22551</td><td>{'x' * 20 * MB}</td></tr></table>"))
    yield Case("many-attributes.html", lambda: page("<table " + attributes(100_000) + "></table>" + TABLE))
    yield Case("nul.html", lambda: page(TABLE.replace("22551", "225\x0051")))
    yield Case("references.html", lambda: page("&#x110000;&#xD800;&#0;&#99999999999;" * 1_000 + TABLE))
    yield Case("million-cells.html", lambda: page("<table>" + ("<tr>" + "<td>1" * 1_000) * 1_000))
    yield Case("hidden.html", lambda: page(TABLE + '<div style="display:none">' + TABLE.replace("22551", "63047") + "</div>"))


# -- PDF ---------------------------------------------------------------------------------------------------------------


@dataclass
class Pdf:
    """A PDF written by hand: objects by number, each with its bytes."""

    objects: dict[int, bytes] = field(default_factory=dict)

    def stream(self, number: int, data: bytes, more: bytes = b"") -> None:
        self.objects[number] = b"<< /Length %d %b >> stream\n%b\nendstream" % (len(data), more, data)

    def text(self, trailer: bytes = b"/Root 1 0 R") -> bytes:
        out, places = bytearray(b"%PDF-1.7\n"), {}
        for number, body in sorted(self.objects.items()):
            places[number] = len(out)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        start, size = len(out), max(self.objects) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n"
        return bytes(out + b"trailer << /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))


def drawn(*lines: str) -> bytes:
    """A table of two columns, drawn."""
    shown = "".join(f"1 0 0 1 72 {720 - 20 * n} Tm ({line}) Tj 1 0 0 1 200 {720 - 20 * n} Tm (made up) Tj " for n, line in enumerate(lines))
    return f"BT /F1 10 Tf {shown} ET".encode()


TEXT = drawn("CPT Code", "22551", "63047")


def pdf(content: bytes = TEXT, *, resources: bytes = b"", filters: bytes = b"", page_more: bytes = b"", catalog: bytes = b"") -> Pdf:
    made = Pdf()
    made.objects[1] = b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog
    made.objects[2] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    made.objects[3] = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %b >> %b >>"
        % (resources, page_more)
    )
    made.stream(4, content, filters)
    made.objects[5] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return made


def deflated(size: int, times: int = 1, fill: bytes = b" ") -> bytes:
    packer = zlib.compressobj(9)
    chunk = fill * MB
    data = b"".join(packer.compress(chunk) for _ in range(size // len(chunk))) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def nested_forms(depth: int, width: int) -> bytes:
    """Forms that draw forms: `width` ** `depth` drawings."""
    made = pdf(b"/X0 Do " * width, resources=b"/XObject << /X0 10 0 R >>")
    for level in range(depth):
        body = f"/X{level + 1} Do ".encode() * width if level + 1 < depth else TEXT
        more = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> /XObject << /X%d %d 0 R >> >>"
        made.stream(10 + level, body, more % (level + 1, 11 + level))
    return made.text()


def own_form() -> bytes:
    made = pdf(b"/X0 Do", resources=b"/XObject << /X0 10 0 R >>")
    made.stream(10, b"/X0 Do " + TEXT, b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /X0 10 0 R >> >>")
    return made.text()


def tree(**changed: bytes) -> bytes:
    """A page tree with some of its objects (`o2`, `o3`) written otherwise."""
    made = pdf()
    made.objects |= {int(name[1:]): body for name, body in changed.items()}
    return made.text()


def compressed_pages(count: int) -> bytes:
    """Pages whose objects lie in a compressed stream, where nobody counts from outside; read by a cross-reference stream."""
    pages_at = dict.fromkeys(range(10, 10 + count), b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")
    kids = b" ".join(b"%d 0 R" % number for number in pages_at)
    inner = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, 1)} | pages_at
    header, body = [], b""
    for number, text in inner.items():
        header.append(b"%d %d" % (number, len(body)))
        body += text + b" "
    first = b" ".join(header) + b" "
    data = zlib.compress(first + body, 9)
    out = bytearray(b"%PDF-1.7\n")
    at = len(out)
    out += b"5 0 obj << /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >> stream\n%b\nendstream endobj\n" % (
        len(inner), len(first), len(data), data,
    )  # fmt: skip
    start, size = len(out), 10 + count
    numbers = list(inner)
    rows = {number: (2, 5, numbers.index(number)) for number in inner if number < 10}
    rows |= {number: (2, 5, 2 + index) for index, number in enumerate(pages_at)}
    rows |= {5: (1, at, 0), 6: (1, start, 0)}
    table = zlib.compress(b"".join(struct.pack(">BIH", *(rows.get(number, (0, 0, 0)))) for number in range(size)), 9)
    out += b"6 0 obj << /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >> stream\n%b\nendstream endobj\n" % (
        size, len(table), table,
    )  # fmt: skip
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def object_stream_bomb() -> bytes:
    made = pdf()
    made.stream(6, deflated(512 * MB), b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode")
    return made.text()


def documents(port: int) -> Iterator[Case]:
    url = b"http://127.0.0.1:%d/" % port
    pages_refused = refusal(Refusal.TOO_MANY_PAGES)
    flate = b"/Filter /FlateDecode"
    yield Case("sound.pdf", lambda: pdf().text(), READ, says=("22551",))
    yield Case("flate-bomb.pdf", lambda: pdf(deflated(1024 * MB), filters=flate).text())
    yield Case("flate-bomb-thrice.pdf", lambda: pdf(deflated(1024 * MB, 3), filters=b"/Filter [" + b"/FlateDecode " * 3 + b"]").text())
    yield Case("text-bomb.pdf", lambda: pdf(deflated(64 * MB, fill=b"(a) Tj "), filters=flate).text())
    yield Case("operand-bomb.pdf", lambda: pdf(deflated(64 * MB, fill=b"[[[["), filters=flate).text())
    yield Case(
        "predictor.pdf", lambda: pdf(deflated(8 * MB), filters=flate + b" /DecodeParms << /Predictor 15 /Columns 2147483647 >>").text()
    )
    yield Case("lzw.pdf", lambda: pdf(b"\x80\x0b\x60\x50" * MB, filters=b"/Filter /LZWDecode").text())
    yield Case("run-length.pdf", lambda: pdf(b"\x81a" * 4 * MB, filters=b"/Filter /RunLengthDecode").text())
    yield Case("object-stream-bomb.pdf", object_stream_bomb)
    yield Case("forms-in-forms.pdf", lambda: nested_forms(12, 10))
    yield Case("forms-deep.pdf", lambda: nested_forms(2_000, 1))
    yield Case("form-in-itself.pdf", own_form)
    yield Case("cyclic-tree.pdf", lambda: tree(o2=b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"))
    yield Case("cyclic-parent.pdf", lambda: tree(o2=b"<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>"))
    yield Case("page-twice.pdf", lambda: tree(o2=b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"))
    yield Case("count-lies.pdf", lambda: tree(o2=b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>"))
    yield Case("page-repeated.pdf", lambda: tree(o2=b"<< /Type /Pages /Kids [" + b"3 0 R " * 300_000 + b"] /Count 1 >>"))
    yield Case("many-pages.pdf", lambda: many_pages(2_500), pages_refused, fast=True)
    yield Case("many-pages-hidden.pdf", lambda: compressed_pages(4_000), ANY_REFUSAL)
    yield Case("length-lies.pdf", lambda: tree(o4=b"<< /Length 2000000000 >> stream\n" + TEXT + b"\nendstream"))
    yield Case("huge-page.pdf", lambda: tree(o3=PAGE_3.replace(b"612 792", b"1e30 1e30")))
    yield Case("nan-page.pdf", lambda: tree(o3=PAGE_3.replace(b"[0 0 612 792]", b"[0 0 /x (y)]")))
    yield Case("deep-arrays.pdf", lambda: tree(o3=PAGE_3.replace(b"/Parent", b"/X " + b"[" * 100_000 + b"]" * 100_000 + b" /Parent")))
    yield Case(
        "links.pdf", lambda: pdf(page_more=b"/Annots [<< /Subtype /Link /A << /S /URI /URI (%b) >> >>]" % url).text(), says=("22551",)
    )
    yield Case("opens.pdf", lambda: pdf(catalog=b"/OpenAction << /S /Launch /F (%b) >>" % url).text(), says=("22551",))
    yield Case("script.pdf", lambda: pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.launchURL\\('%b'\\)) >>" % url).text())
    yield Case("external-stream.pdf", lambda: tree(o4=b"<< /Length 0 /F << /FS /URL /F (%b) >> >> stream\n\nendstream" % url))
    yield Case("external-form.pdf", lambda: external_form(url))
    yield Case("invisible.pdf", lambda: pdf(TEXT + b" BT 3 Tr /F1 10 Tf 1 0 0 1 72 640 Tm (99215) Tj ET").text(), hides=("99215",))
    yield Case("image-bomb.pdf", lambda: image_bomb(60_000))
    yield Case("locked.pdf", lambda: pdf().text(b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -1 >>"))
    yield Case("font-bomb.pdf", font_bomb)
    yield Case(
        "cmap-range.pdf", lambda: cmap(b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange")
    )
    yield Case(
        "cmap-huge.pdf",
        lambda: cmap(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange 1 begincidrange <00000000> <FFFFFFFF> 0 endcidrange"),
    )
    yield Case("surrogates.pdf", lambda: cmap(b"1 beginbfrange <00> <FF> <D800> endbfrange"))
    yield Case("no-trailer.pdf", lambda: b"%PDF-1.7\n" + b"1 0 obj << >> endobj " * 10_000)
    yield Case("xref-loop.pdf", xref_loop)


PAGE_3 = pdf().objects[3]


def many_pages(count: int) -> bytes:
    made = pdf()
    numbers = range(10, 10 + count)
    made.objects[2] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(b"%d 0 R" % number for number in numbers), count)
    made.objects |= dict.fromkeys(numbers, PAGE_3)
    return made.text()


def external_form(url: bytes) -> bytes:
    made = pdf(b"/X0 Do " + TEXT, resources=b"/XObject << /X0 10 0 R >>")
    made.stream(10, b"", b"/Type /XObject /Subtype /Image /Width 9 /Height 9 /F << /FS /URL /F (%b) >>" % url)
    return made.text()


def image_bomb(side: int) -> bytes:
    made = pdf(b"q 612 0 0 792 0 0 cm /X0 Do Q", resources=b"/XObject << /X0 10 0 R >>")
    more = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode" % (
        side,
        side,
    )
    made.stream(10, deflated(256 * MB, fill=b"\x00"), more)
    return made.text()


def font_bomb() -> bytes:
    made = pdf()
    made.objects[5] = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 6 0 R /FirstChar 0 /LastChar 2000000000 /Widths ["
        + (b"500 " * 500_000)
        + b"] >>"
    )
    made.objects[6] = b"<< /Type /FontDescriptor /FontName /X /FontFile2 7 0 R >>"
    made.stream(7, deflated(512 * MB, fill=b"\x00"), b"/Filter /FlateDecode")
    return made.text()


def cmap(body: bytes) -> bytes:
    made = pdf()
    made.objects[5] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    made.stream(6, b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap " + body + b" endcmap end end")
    return made.text()


def xref_loop() -> bytes:
    data = pdf().text(b"/Root 1 0 R /Prev 0000000000")
    return data.replace(b"/Prev 0000000000", b"/Prev %010d" % data.index(b"xref\n"))


# -- pictures ----------------------------------------------------------------------------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, body: bytes, *more: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    extra = b"".join(chunk(kind, data) for kind, data in more)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def tiff(width: int, height: int, *, next_at: int = 0, compression: int = 1, strip: bytes = b"\x00") -> bytes:
    tags = (
        (256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, compression), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 4, height),
        (279, 4, len(strip)),
    )  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    at = 8 + len(strip)
    return b"II*\x00" + struct.pack("<I", at) + strip + struct.pack("<H", len(tags)) + entries + struct.pack("<I", next_at)


def pictures(_port: int) -> Iterator[Case]:
    yield Case("bomb.png", lambda: png(60_000, 60_000, deflated(64 * MB, fill=b"\x00")), ANY_REFUSAL)
    yield Case("bomb-just-allowed.png", lambda: png(9_400, 9_400, deflated(90 * MB, fill=b"\x00")))
    yield Case("size-lies.png", lambda: png(2**31 - 1, 2**31 - 1, deflated(MB)), ANY_REFUSAL)
    yield Case("text-bomb.png", lambda: png(9, 9, deflated(MB), (b"zTXt", b"a\x00\x00" + deflated(256 * MB))))
    yield Case("profile-bomb.png", lambda: png(9, 9, deflated(MB), (b"iCCP", b"a\x00\x00" + deflated(256 * MB))))
    yield Case("nothing.png", lambda: png(0, 0, b""), ANY_REFUSAL)
    yield Case("bomb.tiff", lambda: tiff(60_000, 60_000), ANY_REFUSAL)
    yield Case("bomb-deflated.tiff", lambda: tiff(40_000, 40_000, compression=8, strip=deflated(256 * MB, fill=b"\x00")), ANY_REFUSAL)
    yield Case("own-next-page.tiff", lambda: tiff(9, 9, next_at=9, strip=b"\x00"))
    yield Case("cut.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(64), ANY_REFUSAL)


# -- text --------------------------------------------------------------------------------------------------------------

LINES = "Code\tDescription\n22551\tmade up\n63047\tmade up\n"


def texts(_port: int) -> Iterator[Case]:
    large = refusal(Refusal.FILE_TOO_LARGE)
    yield Case("sound.txt", LINES.encode, READ, says=("22551",))
    yield Case("sound.csv", LINES.replace("\t", ",").encode, READ | {"unreadable"})
    yield Case("field-of-64-mb.txt", lambda: b"Code\t" + b"x" * 64 * MB, large, fast=True)
    yield Case("line-of-40-mb.txt", lambda: LINES.encode() + b"x" * 40 * MB)
    yield Case("field-of-40-mb.txt", lambda: LINES.encode() + b"63048\t" + b"x" * 40 * MB)
    yield Case("field-of-40-mb.csv", lambda: LINES.replace("\t", ",").encode() + b'63048,"' + b"x" * 40 * MB)
    yield Case("quotes-of-40-mb.csv", lambda: LINES.replace("\t", ",").encode() + b'"' * 40 * MB)
    yield Case("tabs-and-quotes-of-40-mb.txt", lambda: LINES.encode() + b'\t"' * 20 * MB)
    yield Case("tabs-of-40-mb.txt", lambda: LINES.encode() + b"\t" * 40 * MB)
    yield Case("commas-of-40-mb.csv", lambda: LINES.replace("\t", ",").encode() + b"," * 40 * MB)
    yield Case("pipes-of-40-mb.md", lambda: b"| a | b |\n|--|--|\n" + b"|" * 40 * MB)
    yield Case("empty-lines-of-49-mb.txt", lambda: b"\n" * 49 * MB)
    yield Case("short-lines-of-49-mb.txt", lambda: b"a\n" * (49 * MB // 2))
    yield Case("short-rows-of-49-mb.txt", lambda: b"a\tb\n" * (49 * MB // 4))
    yield Case("nul.txt", lambda: LINES.replace("22551", "225\x0051").encode(), refusal() | {"unreadable"})
    yield Case("all-nul.txt", lambda: bytes(40 * MB), ANY_REFUSAL)
    yield Case("utf-16-cut.txt", lambda: LINES.encode("utf-16")[:-1])
    yield Case("surrogates-utf-16.txt", lambda: b"\xff\xfe" + "Code\t".encode("utf-16-le") + b"\x00\xd8" * 50)
    yield Case("noise.txt", lambda: random.Random(3).randbytes(MB), EITHER)
    yield Case("empty.txt", lambda: b"")


# -- cut off, and noise ------------------------------------------------------------------------------------------------

MAGIC = {
    "xlsx": b"PK\x03\x04",
    "pdf": b"%PDF-1.7\n",
    "png": b"\x89PNG\r\n\x1a\n",
    "tiff": b"II*\x00",
    "jpg": b"\xff\xd8\xff",
    "html": b"<!doctype html><table>",
    "txt": b"Code\tDescription\n",
    "csv": b"Code,Description\n22551,x\n",
}


def sound() -> dict[str, bytes]:
    """One sound file of each kind."""
    return {
        "xlsx": filled(20),
        "pdf": pdf().text(),
        "png": png(64, 64, zlib.compress(bytes(65 * 64))),
        "tiff": tiff(9, 9, strip=bytes(81)),
        "html": page(TABLE),
        "txt": LINES.encode(),
        "csv": LINES.replace("\t", ",").encode(),
    }


def broken(cuts: int, seed: int = 5) -> Iterator[Case]:
    """Sound files cut off, and with bytes changed, at places that a seed draws."""
    pick = random.Random(seed)
    for kind, data in sound().items():
        for number in range(cuts):
            at = pick.randrange(1, len(data))
            yield Case(f"cut-{number}.{kind}", lambda data=data, at=at: data[:at])  # type: ignore[misc]
            yield Case(f"changed-{number}.{kind}", lambda data=data, seed=(number, kind): changed(data, str(seed)))  # type: ignore[misc]


def noises() -> Iterator[Case]:
    """Noise that begins as each kind does."""
    for kind, magic in MAGIC.items():
        for size in (100, MB):
            yield Case(f"noise-{size}.{kind}", lambda magic=magic, size=size: magic + random.Random(size).randbytes(size))  # type: ignore[misc]


def changed(data: bytes, seed: str) -> bytes:
    pick, out = random.Random(seed), bytearray(data)
    for _ in range(pick.randrange(1, 20)):
        out[pick.randrange(len(out))] = pick.randrange(256)
    return bytes(out)


def corpus(port: int) -> list[Case]:
    """Return every file that is made one by one; `port` is where a listener waits for whoever fetches."""
    makers: Iterable[Callable[[int], Iterator[Case]]] = (workbooks, pages, documents, pictures, texts)
    return [case for make in makers for case in make(port)]
