"""Make the bundled facts of spine anesthesia: `python -m tools.anesthesia SHARED [--out DIR]`, from the repository's root.

SHARED holds `seeds/` (the page) and `reference/` (CMS's status by quarter). Writes what the page states (`page.json`), and the
status of the codes that concern us (`status.json`), and draws the decision table into docs/anesthesia.md. The table itself
(`table.json`) is ours and is not made from anything. The same documents give the same bytes; the day we learned of the page is
not in it, so a new page needs `--known-at`.
"""

import argparse
import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from precert import bundled
from precert.anesthesiology import page as on_page
from precert.anesthesiology import reading
from precert.anesthesiology.book import Book
from precert.anesthesiology.explain import named
from precert.anesthesiology.page import ENCODING, Page, Says
from precert.anesthesiology.shelf import bundled_book
from precert.anesthesiology.status import Status, runs
from precert.anesthesiology.table import Rule
from precert.facts.model import Citation
from precert.intake.readers import Prose, read

DOCUMENT = "004_83fde97dc6f89b60.txt"
TABLE = "opps_status.csv"
DATA = bundled.HERE / "anesthesia"
DOCS = Path(__file__).parents[1] / "docs" / "anesthesia.md"
BEGIN, END = "<!-- drawn by tools/anesthesia.py: do not edit -->", "<!-- end -->"
SUPERSEDED = "a"
"""The last letter of a quarter whose file CMS issued again later."""


def read_page(path: Path, known_at: date) -> Page:
    """Read the page with the readers that every list is read with."""
    seed = read(path.name, path.read_bytes())
    paragraphs = [(each.text, each.citation.line or 0) for each in seed.blocks if isinstance(each, Prose)]
    return reading.read(Citation(document=seed.name, sha256=seed.sha256), known_at, paragraphs)


def learned(path: Path, data: Path) -> date | None:
    """Return the day we learned of a page, if the bundled one is the same."""
    old = on_page.parse((data / "page.json").read_bytes()) if (data / "page.json").exists() else None
    same = old and old.document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    return old.known_at if old and same else None


def concerned(page: Page) -> set[str]:
    """Return the codes whose status we carry: the page's, those it points to, and those listed in the bundled releases."""
    pointed = {code for each in page.statements if each.says is Says.USE_INSTEAD for code in each.codes}
    return {*page.codes, *pointed, *listed()}


def listed() -> Iterator[str]:
    """Yield every code that a bundled release lists."""
    for path in sorted(bundled.RELEASES.glob("*.jsonl")):
        facts = (json.loads(line) for line in path.read_text(ENCODING).splitlines())
        yield from (fact["code"] for fact in facts if fact["kind"] == "listing")


def read_status(path: Path, codes: set[str]) -> Status:
    """Read the status of some codes from CMS's table of quarters (R51)."""
    with path.open(encoding=ENCODING, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] in codes]
    quarters = tuple(sorted(name for name in rows[0] if name != "code" and not name.endswith(SUPERSEDED)))
    held = {row["code"]: runs({quarter: row[quarter] for quarter in quarters}) for row in rows}
    source = hashlib.sha256(path.read_bytes()).hexdigest()
    return Status(quarters=quarters, codes={code: found for code, found in held.items() if found}, source=source)


# -- the decision table, drawn ---------------------------------------------------------------------------------------------


def drawn(book: Book) -> str:
    """Return the decision table and what the page says of each code, as Markdown."""
    rules = [
        f"| {rule.rank} | {named(rule.when) or 'nothing else decides'} | {_result(rule)} | {_remark(rule)} |" for rule in book.table.rules
    ]
    codes = [_code_row(book.page, code) for code in book.page.codes]
    return "\n".join(
        [
            "| rule | when it is known that | answer | remarks |",
            "|---|---|---|---|",
            *rules,
            "",
            "| code | added | wording changed | inpatient-only, by the page | included, not billed apart | not with |",
            "|---|---|---|---|---|---|",
            *codes,
        ]
    )


def _result(rule: Rule) -> str:
    if rule.needs:
        return f"not yet: needs `{rule.needs[0]}`"
    return f"**{rule.code}**" if rule.code else f"one of {', '.join(rule.pointers)}"


def _remark(rule: Rule) -> str:
    remarks = [f"Our inference: {rule.inferred}" if rule.inferred else "", rule.note or "", f"From {rule.begins}." if rule.begins else ""]
    return " ".join(each for each in remarks if each)


def _code_row(page: Page, code: str) -> str:
    added, changed = page.first(code, Says.ADDED), page.first(code, Says.CHANGED)
    years = [f"{'on' if each.on else 'off'} {each.since or 'earlier'}" for each in page.of(code, Says.INPATIENT_ONLY)]
    included = [each.what or "" for each in page.of(code, Says.INCLUDES)]
    instead = [f"{named(each.when)}: {', '.join(each.codes)}" for each in page.of(code, Says.USE_INSTEAD)]
    cells = (
        code,
        added.since if added else "not stated",
        (changed.since or "never") if changed else "not stated",
        *(", ".join(each) or "-" for each in (years, included)),
        "; ".join(instead) or "-",
    )
    return f"| {' | '.join(map(str, cells))} |"


def redrawn(text: str, book: Book) -> str:
    """Return the page for coders with the table drawn anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{drawn(book)}\n\n{END}{after}"


def main() -> None:
    """Write the data, and the table into the page for coders."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, default=DATA)
    parser.add_argument("--known-at", type=date.fromisoformat, help="the day a new page became known, YYYY-MM-DD")
    options = parser.parse_args()
    path = options.shared / "seeds" / DOCUMENT
    known_at = options.known_at or learned(path, options.out)
    if not known_at:
        parser.error("the page is new: say with --known-at when it became known")
    page = read_page(path, known_at)
    status = read_status(options.shared / "reference" / TABLE, concerned(page))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "page.json").write_text(page.text(), ENCODING)
    (options.out / "status.json").write_text(status.text(), ENCODING)
    if options.out == DATA:
        DOCS.write_text(redrawn(DOCS.read_text(ENCODING), bundled_book()), ENCODING)
    print(f"page: {len(page.statements)} statements, {len(page.findings)} findings; status: {len(status.codes)} codes to {status.edition}")


if __name__ == "__main__":
    main()
