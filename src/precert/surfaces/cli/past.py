"""A code's past as `precert show` prints it: its rows in every release of a plan, and what became of them from one to the next."""

from precert.changes.past import Entry
from precert.changes.render import told
from precert.ports import Published
from precert.surfaces import words
from precert.surfaces.cli.output import Page
from precert.surfaces.documents.code import Past, printed


def show(page: Page, found: Past) -> None:
    """Write a code's past: the releases that have a row of it or changed one, and those that cannot be read.

    Where every list has one release here, the page has said all of it already.
    """
    if all(entry and entry.first for _, entry in found):
        return
    page.say("Release by release:")
    for each, entry in found:
        if entry is None:
            page.item(f"Known since {each.known_at}: {each.list}; this release is altered or missing and was not read (`precert verify`)")
        elif entry.listings or entry.changes:
            _show(page, each, entry)


def _show(page: Page, each: Published, entry: Entry) -> None:
    rows = [f"prints {printed(row) or 'nothing'} ({words.row(row.citation)})" for row in entry.listings]
    edition = f", {entry.edition} edition" if entry.edition else ""
    first = "; the first release of this list here" if entry.first else ""
    page.item(f"Known since {each.known_at}: {each.list}{edition}: {'; '.join(rows) or 'no row'}{first}")
    for change in entry.changes:
        effective = f", from {change.effective}" if change.effective else ""
        members = ": " + "; ".join(told(member) for member in change.members) if change.members else ""
        page.item(f"{change.kind.replace('-', ' ')}{effective}{members}", 6)
