"""Make the bundled facts of coding edits: `python -m tools.edits SHARED [--out DIR]`, from the repository's root.

SHARED holds `reference/`: the federal add-on table, the HCPCS file, CMS's outpatient status by quarter. Writes what they say of the codes
that the bundled lists name (`edits.json`), and draws the figures into docs/coding-edits.md. The same tables give the same bytes.
"""

import argparse
import csv
import hashlib
from collections.abc import Mapping
from pathlib import Path

from precert import bundled
from precert.edits.book import ADD_ONS, ENCODING, HCPCS, OPPS, Book, Table
from precert.edits.in_force import first_day
from tools.anesthesia import SUPERSEDED, listed

NCCI_FILE, HCPCS_FILE, OPPS_FILE = "ncci_add_on_2024q2.csv", "hcpcs_codes_2024.csv", "opps_status.csv"
DATA = bundled.HERE / "edits"
DOCS = Path(__file__).parents[1] / "docs" / "coding-edits.md"
BEGIN, END = "<!-- drawn by tools/edits.py: do not edit -->", "<!-- end -->"

Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    """Read a table."""
    with path.open(encoding=ENCODING, newline="") as file:
        return list(csv.DictReader(file))


def add_ons(path: Path, codes: set[str]) -> Table:
    """Read the primaries of the listed add-ons, as printed: all of them, for one primary left out would make a wrong finding."""
    found: dict[str, set[str]] = {}
    for row in read(path):
        if row["add_on_code"] in codes:
            found.setdefault(row["add_on_code"], set()).add(row["primary_code"])
    return _table(ADD_ONS, _edition(path), path, {code: tuple(sorted(named)) for code, named in found.items()})


def hcpcs(path: Path, codes: set[str]) -> Table:
    """Read since when and until when the listed Level II codes are in force."""
    rows = read(path)
    found = {row["code"]: (row["added"], row["ended"] or None) for row in rows if row["code"] in codes}
    return _table(HCPCS, _edition(path), path, found, (max(row["added"] for row in rows),))


def opps(path: Path, codes: set[str]) -> Table:
    """Read which of CMS's files hold the listed codes. Refuses a code that left and came back: `in_force` says that none does."""
    rows = read(path)
    quarters = tuple(sorted(name for name in rows[0] if name != "code" and not name.endswith(SUPERSEDED)))
    found = {}
    for row in rows:
        held = [quarter for quarter in quarters if row[quarter]]
        if row["code"] not in codes or not held or len(held) == len(quarters):
            continue
        after = quarters[quarters.index(held[-1]) + 1 :]
        if len(held) != quarters.index(held[-1]) - quarters.index(held[0]) + 1:
            raise ValueError(f"{row['code']} is missing from a file between two that hold it")
        found[row["code"]] = (held[0], after[0] if after else None)
    return _table(OPPS, quarters[-1], path, found, quarters)


def contradictions(book: Book) -> list[str]:
    """Return the codes that an outpatient file holds before the HCPCS file adds them or after it ends them."""
    found = []
    for code, (added, last) in book.hcpcs.codes.items():
        first, gone = book.opps.codes.get(code, (book.opps.days[0], None))
        early = first is not None and first != book.opps.days[0] and added is not None and f"{first}-01" < added
        held = [day for day in book.opps.days if not gone or day < gone]
        late = last is not None and first_day(held[-1]).isoformat() > last
        found += [code] if early or (late and code in book.opps.codes) else []
    return found


def _edition(path: Path) -> str:
    return path.stem.rsplit("_", 1)[-1].upper()


def _table(name: str, edition: str, path: Path, codes: Mapping[str, tuple[str | None, ...]], days: tuple[str, ...] = ()) -> Table:
    return Table(name=name, edition=edition, source=hashlib.sha256(path.read_bytes()).hexdigest(), codes=dict(codes), days=days)


def build(reference: Path) -> Book:
    """Read the three tables, for the codes that the bundled lists name. Raises ValueError where two of them contradict each other."""
    codes = set(listed())
    book = Book(
        add_ons=add_ons(reference / NCCI_FILE, codes), hcpcs=hcpcs(reference / HCPCS_FILE, codes), opps=opps(reference / OPPS_FILE, codes)
    )
    if wrong := contradictions(book):
        raise ValueError(f"the HCPCS file and the outpatient files contradict each other: {', '.join(wrong)}")
    return book


# -- the page for coders, drawn --------------------------------------------------------------------------------------------


def drawn(book: Book) -> str:
    """Return what the bundled facts are, as Markdown."""
    contractor = sorted(code for code in book.add_ons.codes if code not in book.primaries)
    ended = [f"{code} (with {last})" for code, (_, last) in sorted(book.hcpcs.codes.items()) if last]
    gone = [f"{code} (since {gone})" for code, (_, gone) in sorted(book.opps.codes.items()) if gone and code not in book.hcpcs.codes]
    later = [f"{code} (since {gone})" for code, (_, gone) in sorted(book.opps.codes.items()) if gone and code in book.hcpcs.codes]
    head = f"| HCPCS file (CMS), Level II | {book.hcpcs.edition}, additions to {book.hcpcs.days[-1]} | {len(book.hcpcs.codes)}"
    files = f"| outpatient (OPPS) files (CMS) | {book.opps.days[0]} to {book.opps.edition}, {len(book.opps.days)} files"
    lines = [
        "| table | edition | listed codes in it | what it gives |",
        "|---|---|---|---|",
        f"| federal add-on table (NCCI) | {book.add_ons.edition} | {len(book.add_ons.codes)} | the primaries of a federal add-on |",
        f"{head} | the day a code was added, the last day it was in force |",
        f"{files} | {len(book.opps.codes)} that not all files hold | the first file that holds a code, the first that no longer does |",
        "",
        f"- Add-ons of which the contractor defines primaries, so that nothing is said: {', '.join(contractor)}.",
        f"- Ended by the HCPCS file: {', '.join(ended)}.",
        f"- No longer in the outpatient files, and not in the HCPCS file: {', '.join(gone)}.",
        f"- No longer in the outpatient files, and in the HCPCS file: {', '.join(later)}.",
    ]
    return "\n".join(lines)


def redrawn(text: str, book: Book) -> str:
    """Return the page for coders with the figures drawn anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{drawn(book)}\n\n{END}{after}"


def main() -> None:
    """Write the data, and the figures into the page for coders."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    book = build(options.shared / "reference")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "edits.json").write_text(book.text(), ENCODING)
    if options.out == DATA:
        DOCS.write_text(redrawn(DOCS.read_text(ENCODING), book), ENCODING)
    told = ((each.name, len(each.codes), each.edition) for each in (book.add_ons, book.hcpcs, book.opps))
    print("; ".join(f"{name}: {count} codes, {edition}" for name, count, edition in told))


if __name__ == "__main__":
    main()
