"""Federal tables as users download them: recognised by content, read to facts, refused when they are something else."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from precert import bootstrap, workbench
from precert.intake.readers.document import UnreadableError
from precert.intake.reference import CodeFact, Kind, PairFact, Table, UnknownTableError, book, parse, read_table
from precert.intake.reference.found import day
from precert.ports import StoreError
from precert.store import references
from tools import bundle

SHARED = Path(__file__).parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "reference").is_dir(), reason=f"the federal files are not at hand: no {SHARED / 'reference'}"
)
ADDENDUM_B = (
    ",Addendum B of a made-up quarter,\n,Notice of somebody,\nHCPCS Code,Short Descriptor, SI,APC \n"
    "22551,Made up,J1,5115\nA0021,Made up,E1,\n22899,Made up,,\nnot a code,Made up,N,\n"
)
AOC = """Notice of somebody
AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\tAOC_Edit_DelDT\tNotes
1\t22552\t\t22551\t\t2013001\t\tMade up
1\t22552\t\t22554\t2020366\t2013001\t\t
2\t0054T\t\tCCCCC\t\t2013001\t\t
1\t22999\t\tNONE\t\t2013001\t\t
"""
PAIRS = (
    PairFact(add_on="0054T", primary=None, type=2),
    PairFact(add_on="22552", primary="22551", type=1),
    PairFact(add_on="22552", primary="22554", type=1, ends=date(2020, 12, 31)),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    return tmp_path


def record(code: str, first: str = "3", added: str = "20040101", ended: str = "") -> str:
    """Return a line of the HCPCS file: 320 positions."""
    return f"{code:>5}00100{first}{'Made up':258}{added:8}{added:8}{ended:8}N".ljust(320)


def anweb(*records: str) -> bytes:
    return "\r\n".join(("***Notice", "", *records)).encode("latin-1")


HCPCS = anweb(
    record("A0021"), record("A0021", first="4"), record("A1", first="7"), record("E2300", ended="20240331"), record("J1300") + "\xe9"
)


def archive(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "."), data)
    return held.getvalue()


def workbook(title: str, *rows: tuple[str | int | None, ...]) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - two tests make one

    made, held = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    made.save(held)
    return held.getvalue()


# -- one table ---------------------------------------------------------------------------------------------------------


def test_the_hcpcs_file_of_fixed_positions() -> None:
    table = read_table("2024-Alpha-Numeric.txt", HCPCS)
    assert (table.kind, table.edition, table.as_of) == (Kind.HCPCS, "2024", date(2024, 3, 31))
    assert table.codes == (
        CodeFact(code="A0021", begins=date(2004, 1, 1)),
        CodeFact(code="E2300", begins=date(2004, 1, 1), ends=date(2024, 3, 31)),
        CodeFact(code="J1300", begins=date(2004, 1, 1)),
    )


def test_the_hcpcs_file_as_a_workbook() -> None:
    rows = (("Notice",), ("HCPC", "SEQNUM", "ADD DT", "TERM DT"), ("A0021", "0010", "20040101", None), ("   A1", "0010", "20020701", None))
    table = read_table("HCPC2024_ANWEB.xlsx", workbook("HCPCS_2024", *rows))
    assert table.codes == (CodeFact(code="A0021", begins=date(2004, 1, 1)),)


def test_an_archive_gives_the_fullest_table_in_it() -> None:
    short = b"HCPC,ADD DT,TERM DT\nA0021,20040101,\n"
    table = read_table("2024-HCPCS.zip", archive(readme__txt=b"Read me\n", changes__csv=short, all__txt=HCPCS, notes__pdf=b"%PDF-"))
    assert (len(table.codes), table.document) == (3, "2024-HCPCS.zip: all.txt")


@pytest.mark.parametrize(
    ("name", "title", "edition"),
    [
        ("January_2022_Web_Addendum_B.01.10.22.csv", "", "2022-01"),
        ("addendum-b.csv", "2023 April Addendum B", "2023-04"),
        ("2024-07-web-addendum-b.csv", "", "2024-07"),
        ("b.csv", "Addendum B for July 2025", "2025-07"),
    ],
)
def test_addendum_b_of_a_quarter(name: str, title: str, edition: str) -> None:
    table = read_table(name, ADDENDUM_B.replace("Addendum B of a made-up quarter", title or "Addendum B").encode())
    assert (table.kind, table.edition, table.as_of) == (Kind.OPPS, edition, date.fromisoformat(f"{edition}-01"))
    assert table.codes == (CodeFact(code="22551", statuses=((edition, "J1"),)), CodeFact(code="A0021", statuses=((edition, "E1"),)))


def test_addendum_b_as_a_workbook() -> None:
    rows = ((None, "Addendum B"), ("HCPCS Code", "Short Descriptor", " SI"), ("0001A", "Made up", "S"), (22551, "Made up", "J1"))
    table = read_table("b.xlsx", workbook("2022 January Addendum B", *rows))
    assert [(each.code, each.statuses) for each in table.codes] == [("0001A", (("2022-01", "S"),)), ("22551", (("2022-01", "J1"),))]


def test_statuses_of_many_quarters() -> None:
    table = read_table("status.csv", b"code,2024-01,2024-01a,2024-04\n22551,J1,N,J1\n22552,,N,\n99999,C,,\n")
    assert (table.edition, table.as_of) == ("2024-01..2024-04", date(2024, 4, 1))
    assert table.codes[:2] == (CodeFact(code="22551", statuses=(("2024-01", "J1"), ("2024-04", "J1"))), CodeFact(code="22552"))


@pytest.mark.parametrize("name", ["AOC_V2024Q2-MCR.txt", "ncci_add_on_2024q2.tsv", "aoc 2024-Q2.txt"])
def test_add_on_edits_with_a_header(name: str) -> None:
    table = read_table(name, AOC.encode())
    assert (table.kind, table.edition, table.as_of, table.pairs) == (Kind.ADD_ONS, "2024Q2", date(2024, 4, 1), PAIRS)


MORE_PAIRS = {
    *PAIRS,
    PairFact(add_on="22552", primary="22556", type=1, ends=date(2015, 1, 1)),
    PairFact(add_on="61476", primary="61475", type=1, ends=date(2019, 1, 1)),
}


def test_add_on_edits_of_fixed_positions() -> None:
    lines = (
        "Notice of somebody",
        "122552       22551       2013001       ",
        "122552       2255420203662013001       Made up",
        "122552       22556       20130012015001",
        "20054T       CCCCC       2013001       Contractor",
        "16147620190016147520200012001001",
    )
    assert set(read_table("AOC_V2024Q2-MCR.txt", "\n".join(lines).encode()).pairs) == MORE_PAIRS


def test_add_on_edits_in_columns_parted_by_blanks() -> None:
    lines = (
        "1 22552         22551         2013001",
        "1 22552         22554 2020366 2013001         Made up",
        "1 22552         22556         2013001 2015001",
        "2 0054T         CCCCC         2013001         Contractor",
        "1 61476 2019001 61475 2020001 2001001 2021001",
    )
    assert set(read_table("AOC_V2024Q2-MCR.txt", "\n".join(lines).encode()).pairs) == MORE_PAIRS


def test_add_on_edits_as_a_csv_of_pairs() -> None:
    table = read_table("pairs_2024q2.csv", b"primary_code,add_on_code,aoc_edit_type\nCCCCC,0054T,2\n22551,22552,1\n")
    assert table.pairs == PAIRS[:2]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("20240131", date(2024, 1, 31)),
        ("2024366", date(2024, 12, 31)),
        ("2024-01-31", date(2024, 1, 31)),
        ("2024-01-31 00:00:00", date(2024, 1, 31)),
        ("01/31/2024", date(2024, 1, 31)),
        ("2024001.0", date(2024, 1, 1)),
        ("", None),
        ("20241301", None),
        ("2024367", None),
        ("0000001", None),
        ("soon", None),
    ],
)
def test_days_as_these_tables_print_them(printed: str, expected: date | None) -> None:
    assert day(printed) == expected


# -- what is no table --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"Only a text\nof two lines\n", "neither the columns nor the fixed positions"),
        ("a.csv", b"Code,Description,Prior Authorization\n22551,Made up,Yes\n", "neither the columns"),
        ("a.pdf", b"%PDF-1.4 broken", "a.pdf"),
        ("a.txt", b"", "a.txt"),
        ("a.zip", archive(readme__md=b"nothing"), "it is empty"),
        ("aoc.txt", AOC.encode(), "which edition: give --edition"),
        ("b.csv", ADDENDUM_B.encode(), "which edition: give --edition"),
    ],
)
def test_what_is_not_recognised_is_refused_saying_what_was_tried(name: str, data: bytes, why: str) -> None:
    with pytest.raises(UnknownTableError, match=why) as refused:
        read_table(name, data)
    assert f"`{name}`" in str(refused.value)


@pytest.mark.parametrize(("data", "named", "edition"), [(AOC, "2025Q1", "2025Q1"), (ADDENDUM_B, "2025-10", "2025-10")])
def test_the_edition_may_be_given(data: str, named: str, edition: str) -> None:
    assert read_table("table.csv" if "," in data else "table.txt", data.encode(), named=named).edition == edition


def test_an_archive_that_would_hurt_is_refused() -> None:
    bomb = archive(a__txt=b"0" * 40_000_000)
    with pytest.raises(UnreadableError, match="unpacks to more than"):
        read_table("a.zip", bomb)
    with pytest.raises(UnreadableError):
        read_table("a.zip", b"PK\x03\x04" + b"broken")


# -- facts and the book ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "data"), [("2024.txt", HCPCS), ("aoc_2024q2.txt", AOC.encode()), ("2024-07.csv", ADDENDUM_B.encode())])
def test_facts_are_written_and_read_alike_and_carry_no_wording(name: str, data: bytes) -> None:
    table = read_table(name, data)
    assert parse(table.text()) == table
    assert b"Made up" not in table.text()
    assert table.id == read_table(name, data).id


@pytest.mark.parametrize("text", [b"", b"{}\n", b'{"schema":"another"}\n', b"\xff", b"[]\n"])
def test_a_text_that_is_no_table(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is of the part of Python that met it
        parse(text)


def table(kind: Kind, as_of: str, *codes: CodeFact, pairs: tuple[PairFact, ...] = ()) -> Table:
    day = date.fromisoformat(as_of)
    return Table(kind=kind, edition=as_of[:4], as_of=day, document="made-up", sha256="0" * 64, codes=codes, pairs=pairs)


def test_nothing_at_hand_tells_nothing() -> None:
    known = book([])
    assert (known.in_force, known.as_of, known.primaries()) == (frozenset(), None, {})


def test_tables_of_several_days_are_one_book() -> None:
    hcpcs = table(
        Kind.HCPCS,
        "2024-07-01",
        CodeFact(code="A0021", begins=date(1985, 1, 1)),
        CodeFact(code="E2300", begins=date(2004, 1, 1), ends=date(2024, 3, 31)),
        CodeFact(code="K1001", begins=date(2020, 1, 1), ends=date(2023, 12, 31)),
        CodeFact(code="J1300", begins=date(2008, 1, 1)),
    )

    def quarter(name: str, *codes: str) -> Table:
        return table(Kind.OPPS, f"{name}-01", *(CodeFact(code=code, statuses=((name, "N"),)) for code in codes))

    known = book([quarter("2025-04", "A0021", "22551", "K1001"), hcpcs, quarter("2024-01", "A0021", "J1300", "22999", "22551")])
    assert known.as_of == date(2025, 4, 1)
    assert known.in_force == {"A0021", "E2300", "K1001", "J1300", "22999", "22551"}
    assert known.spans["A0021"] == (date(1985, 1, 1), None)
    assert known.spans["E2300"] == (date(2004, 1, 1), date(2024, 4, 1))
    assert known.spans["K1001"] == (date(2020, 1, 1), None), "listed again since"
    assert known.spans["J1300"] == (date(2008, 1, 1), date(2025, 4, 1)), "the newest Addendum B leaves it out"
    assert known.spans["22999"] == (None, date(2025, 4, 1))
    assert known.spans["22551"] == (None, None)


def test_the_newest_add_on_table_counts_and_in_it_the_pairs_in_force() -> None:
    old = table(Kind.ADD_ONS, "2020-01-01", pairs=(PairFact(add_on="22552", primary="22600", type=1),))
    known = book([table(Kind.ADD_ONS, "2024-04-01", pairs=PAIRS), old])
    assert known.primaries() == {"0054T": (), "22552": ("22551",)}
    assert book([table(Kind.ADD_ONS, "2020-12-31", pairs=PAIRS)]).primaries()["22552"] == ("22551", "22554")


# -- kept --------------------------------------------------------------------------------------------------------------


def test_a_table_is_kept_once_and_is_not_opened_when_altered(own_home: Path) -> None:
    path = own_home / "aoc_2024q2.txt"
    path.write_bytes(AOC.encode())
    first, is_new = workbench.add_reference(path)
    again, is_new_again = workbench.add_reference(path)
    assert (is_new, is_new_again, first) == (True, False, again)
    assert workbench.added_references() == (first,)
    (kept,) = references.folder().iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"22551", b"22559"))
    workbench._tables.cache_clear()
    with pytest.raises(StoreError, match="altered"):
        workbench.added_references()
    references.keep(first.text())  # adding the file again mends it
    assert workbench.added_references() == (first,)


def test_where_nothing_can_be_kept_it_is_said(own_home: Path) -> None:
    (own_home / "home").write_text("a file stands where the folder should", "utf-8")
    with pytest.raises(StoreError, match="cannot be kept"):
        references.keep(b"{}\n")
    assert references.ids() == ()
    with pytest.raises(StoreError, match="cannot be read"):
        references.text("sha256:" + "0" * 64)


# -- the files themselves ----------------------------------------------------------------------------------------------


@needs_shared
def test_the_files_that_cms_publishes() -> None:
    originals = SHARED / "reference" / "originals"
    found = {path.suffix: read_table(path.name, path.read_bytes()) for path in originals.iterdir()}
    hcpcs, opps = found[".zip"], found[".xlsx"]
    assert (hcpcs.kind, hcpcs.edition, len(hcpcs.codes)) == (Kind.HCPCS, "2018", 6205)
    assert (opps.kind, opps.edition, len(opps.codes)) == (Kind.OPPS, "2022-01", 17_192)


@needs_shared
def test_the_transcribed_tables_say_what_the_bundled_releases_were_made_with() -> None:
    shared = SHARED / "reference"
    tables = [read_table(name, (shared / name).read_bytes()) for name in ("ncci_add_on_2024q2.csv", *bundle.CODE_SETS)]
    known, federal = book(tables), bundle.federal_add_ons(shared / "ncci_add_on_2024q2.csv")
    assert known.add_ons is not None
    assert (known.primaries(), known.add_ons.edition) == (federal.primaries, federal.edition)
    assert known.in_force == {code.strip() for code in bundle.code_set(shared)}


@needs_shared
@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the published lists are not at hand (../shared/seeds)")
def test_with_the_tables_added_publishing_gives_the_bundled_releases() -> None:
    for name in ("ncci_add_on_2024q2.csv", *bundle.CODE_SETS):
        workbench.add_reference(SHARED / "reference" / name)
    reports = {plan: workbench.ingest(SHARED / "seeds" / name, plan=plan) for plan, name in bundle.DOCUMENTS.items()}
    bundled = {each.list: each.id for each in bootstrap.current()}
    assert {plan: workbench.publish(plan)[0].id for plan in bundle.DOCUMENTS} == {plan: bundled[plan] for plan in bundle.DOCUMENTS}
    doubts = [each.message.split("`")[1] for each in reports["cigna-commercial"].doubts]
    assert doubts == ["E2300", "K0553", "K1001", "J1300", "J2505"]
    assert reports["health-alliance-medical"].doubts == ()
