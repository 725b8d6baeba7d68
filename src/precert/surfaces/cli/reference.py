"""`precert reference`: the federal tables that repairs and publishing rest on, added from files as users download them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from precert.requirement.case import RequestError
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, widest, write_json

if TYPE_CHECKING:
    from precert.intake.reference import Table

SCHEMA = "precert.reference/1"
KINDS = {"hcpcs": "HCPCS Level II codes", "opps": "OPPS Addendum B", "ncci-add-on": "NCCI add-on code edits"}


def reference(
    *,
    words: Annotated[list[str] | None, typer.Argument(metavar="[add FILE | list]", help="What to do; without it, list.")] = None,
    edition: Annotated[
        str | None,
        typer.Option("--edition", metavar="E", help="The file's edition, where neither it nor its name tells: 2026-04, 2024Q2, 2024."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Add federal code tables, or list them: HCPCS, OPPS Addendum B, NCCI add-on edits. Facts are kept, and no wording."""
    verb, *asked = words or ["list"]
    if verb not in {"add", "list"}:
        raise RequestError("bad-field", f"`{verb}` is not done with tables: say add FILE, or list")
    if len(asked) != int(verb == "add"):
        raise RequestError("bad-field", "add takes one FILE" if verb == "add" else f"list takes nothing more, and `{asked[0]}` was given")
    added = _add(Path(asked[0]), edition) if verb == "add" else None
    tables = _tables()
    if as_json:
        told = {"id": added[0].id, "new": added[1]} if added else None
        write_json({"schema": SCHEMA, "added": told, "tables": [_members(each) for each in tables]})
    else:
        _show(added, tables)
    return 0


def _add(path: Path, edition: str | None) -> "tuple[Table, bool]":
    from precert import workbench  # noqa: PLC0415 - reading tables is loaded by this verb only
    from precert.intake.readers.document import UnreadableError  # noqa: PLC0415
    from precert.intake.reference import UnknownTableError  # noqa: PLC0415

    try:
        return workbench.add_reference(path, edition=edition)
    except OSError as error:
        if error.filename != str(path):
            raise
        raise RequestError("unreadable-file", f"`{error.filename}` cannot be read: {error.strerror}") from error
    except (UnknownTableError, UnreadableError) as error:
        raise RequestError("unreadable-file", str(error)) from error


def _tables() -> "tuple[Table, ...]":
    from precert import workbench  # noqa: PLC0415 - as above

    return workbench.added_references()


def _members(table: "Table") -> dict[str, Any]:
    return {
        "id": table.id,
        "kind": table.kind.value,
        "edition": table.edition,
        "as_of": table.as_of.isoformat(),
        "document": table.document,
        "sha256": table.sha256,
        "codes": len(table.codes),
        "pairs": len(table.pairs),
    }


def _show(added: "tuple[Table, bool] | None", tables: "tuple[Table, ...]") -> None:
    page = Page()
    if added:
        table, is_new = added
        known = "is added" if is_new else "was added before, and nothing changed"
        page.say(f"{KINDS[table.kind.value]}, {table.edition}, {known}: {_count(table)}, from {table.document}", 0)
        page.gap()
    if not tables:
        page.say("No table is added: `precert reference add FILE` adds one.", 0)
    rows = [(KINDS[each.kind.value], each.edition, each.as_of.isoformat(), _count(each), each.document) for each in tables]
    if rows:
        names = ("Table", "Edition", "Tells up to", "Holds", "File")
        page.table({name: widest(rows, name, at) for at, name in enumerate(names)}, rows)
    page.finish()


def _count(table: "Table") -> str:
    return f"{len(table.pairs)} pairs" if table.pairs else f"{len(table.codes)} codes"
