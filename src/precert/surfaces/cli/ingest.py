"""`precert ingest`: reads a published list and accounts for each of its rows."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from precert.changes import pages
from precert.changes.report import Report
from precert.changes.report import to_dict as as_dict
from precert.requirement.case import RequestError
from precert.requirement.present import place
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, progress, widest, write_json

if TYPE_CHECKING:
    from precert.intake.pipeline import IngestReport, UnknownLayoutError


def ingest(  # noqa: PLR0913 - the contract's options
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The published list: PDF, scan, workbook, CSV, web page, or text.")],
    plan: Annotated[str, typer.Option("--plan", metavar="PLAN", help="The plan that the list applies to.")],
    list_id: Annotated[str | None, typer.Option("--list", metavar="ID", help="The list's id; by default the plan's.")] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="T", help="The list's title; by default the profile's.")] = None,
    profile: Annotated[Path | None, typer.Option("--profile", metavar="FILE", help="A TOML profile that says how to read it.")] = None,
    init_profile: Annotated[
        Path | None, typer.Option("--init-profile", metavar="FILE", help="Write a profile to edit, of what was met; keep nothing.")
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Say also what publishing it would change of the release in use.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report; keep nothing.")] = False,
    as_json: Json = False,
) -> int:
    """Read a published list and account for each of its rows. Exit status 1 when rows had to be set aside."""
    dry_run = dry_run or init_profile is not None
    with progress(f"reading {file.name}", file) as told:
        read = _read(file, plan=plan, dry_run=dry_run, list=list_id, title=title, profile=profile, init_profile=init_profile, progress=told)
    report, change = read.to_dict(), _change(read) if diff else None
    if as_json:
        write_json(report | ({"changes": change and as_dict(change)} if diff else {}))
    else:
        _show(report, change_page(change) if diff else None, dry_run=dry_run)
    return int(bool(report["set_aside"]))


def _change(read: "IngestReport") -> Report | None:
    from precert import workbench  # noqa: PLC0415 - as in _read

    return workbench.change(read)


def change_page(change: Report | None) -> str:
    """Return what would change as a page's part."""
    return pages.text(change) if change else "No release of the list is in use: every row would be new.\n"


def _read(file: Path, *, profile: Path | None, init_profile: Path | None, **options: Any) -> "IngestReport":  # noqa: ANN401 - passed on as they are
    from precert import workbench  # noqa: PLC0415 - reading lists is loaded by this verb only
    from precert.intake.layouts.profile import ProfileError  # noqa: PLC0415
    from precert.intake.pipeline import UnknownLayoutError  # noqa: PLC0415
    from precert.intake.readers.document import UnreadableError  # noqa: PLC0415

    if init_profile:
        _check_new(init_profile, profile)
    try:
        report = workbench.ingest(file, profile=profile, **options)
        if init_profile:
            _write_profile(init_profile, report)
    except OSError as error:
        if error.filename not in {str(file), str(profile), str(init_profile)}:
            raise
        done = "written" if error.filename == str(init_profile) else "read"
        raise RequestError("unreadable-file", f"`{error.filename}` cannot be {done}: {error.strerror}") from error
    except UnknownLayoutError as error:
        written = _write_profile(init_profile, error) if init_profile else ""
        raise RequestError("unreadable-file", f"{error}{written}") from error
    except UnreadableError as error:
        raise RequestError("unreadable-file", str(error)) from error
    except ProfileError as error:
        raise RequestError("bad-profile", f"`{profile}`: {error}") from error
    return report


def _check_new(path: Path, profile: Path | None) -> None:
    if profile:
        raise RequestError("bad-profile", "--init-profile writes a profile for a list that has none: leave out --profile")
    if path.exists():
        raise RequestError("file-exists", f"`{path}` exists already, and is not written over")


def _write_profile(path: Path, read: "IngestReport | UnknownLayoutError") -> str:
    """Write what was met as a profile to edit, and say so."""
    from precert.intake.layouts.draft import profile_text  # noqa: PLC0415 - as in _read

    if not read.profile.infer:
        raise RequestError("bad-profile", f"the list `{read.profile.list}` has a profile already, which comes with precert")
    text = profile_text(read.document, read.profile, read.sheet)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return f"; a profile to edit was written to `{path}`"


def _held(reader: Mapping[str, Any]) -> str:
    """Say what read the document, and whether the kernel kept it from the network."""
    from precert.intake.sandbox.guards import kernel_keeps_from_network  # noqa: PLC0415 - as in _read

    by = "the kernel" if kernel_keeps_from_network(reader["guards"]) else "Python alone, which a hostile file may get round"
    return f"Read as {reader['kind']} in a process of its own, kept from the network by {by}"


def _columns(page: Page, report: Mapping[str, Any]) -> None:
    """Show which column is read as what, before what was read by it."""
    page.heading("HOW THE COLUMNS ARE READ")
    for layout in report["columns"]:
        count = (
            f"Header rows: {layout['headings']}, the first at" if layout["headings"] else "No header row; by what the columns print, from"
        )
        page.say(f"{count} {at(layout['at'])}")
        found = [(each["heading"] or f"(column {number})", each["role"], each["by"]) for number, each in enumerate(layout["columns"], 1)]
        page.table({name: widest(found, name, number) for number, name in enumerate(("Heading", "Read as", "By"))}, found)


def _show(report: Mapping[str, Any], change: str | None, *, dry_run: bool) -> None:
    page = Page()
    document, rows = report["document"], report["rows"]
    page.say(f"{document['name']}, read for plan {report['plan']}, list {report['list']}, edition {report['edition'] or 'not found'}", 0)
    page.say(f"SHA-256 {document['sha256']}", 0)
    page.say(_held(report["reader"]), 0)
    _columns(page, report)
    page.heading("ROWS")
    page.say(
        f"{rows['total']} rows = {rows['headers']} headers + {rows['sections']} sections + {rows['listed']} listed "
        f"+ {rows['set_aside']} set aside; {report['codes']} codes"
    )
    page.say("Programs: " + (", ".join(report["programs"]) or "none found"), hang=2)
    if report["elsewhere"]:
        page.say("Published elsewhere, and not here: " + ", ".join(report["elsewhere"]), hang=2)
    _set_aside(page, report)
    _proposals(page, report)
    _findings(page, report)
    if change is not None:
        page.heading("WHAT PUBLISHING IT WOULD CHANGE")
        page.put(change)
    page.gap()
    kept = "Nothing was kept." if dry_run else f"Kept as a draft. Next: precert review list, then precert publish --list {report['list']}"
    page.say(kept, 0)
    page.finish()


def _set_aside(page: Page, report: Mapping[str, Any]) -> None:
    if not report["set_aside"]:
        return
    page.heading("SET ASIDE: these rows could not be read as listings")
    found = [(at(each), each["reason"].replace("-", " "), each["printed"] or "(blank)") for each in report["set_aside"]]
    names = ("Row", "Why", "Printed")
    page.table({name: widest(found, name, number) for number, name in enumerate(names)}, found)


def _proposals(page: Page, report: Mapping[str, Any]) -> None:
    if not report["proposals"]:
        return
    page.heading("PROPOSED REPAIRS: they change no answer until a person accepts them")
    for each in report["proposals"]:
        page.item(f"{at(each)}: {each['printed'] or '(blank)'} may be {each['proposed']} (confidence {each['confidence']:.2f}), because")
        for why in each["evidence"]:
            page.item(why, 4)


def _findings(page: Page, report: Mapping[str, Any]) -> None:
    if not report["findings"]:
        return
    page.heading("FINDINGS")
    for code, found in _grouped(report["findings"]):
        page.item(f"{code} ({len(found)}), such as: {found[0]['message']}")
        page.say(places(found), 4)


def _grouped(findings: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for code, found in groupby(sorted(findings, key=lambda each: str(each["code"])), key=lambda each: each["code"]):
        yield str(code), list(found)


def places(found: list[dict[str, Any]]) -> str:
    """Write several places; in a text, the numbers of its lines."""
    numbered = [str(each["line"]) for each in found if each["line"] is not None]
    return f"lines {', '.join(numbered)}" if len(numbered) == len(found) else "; ".join(at(each) for each in found)


def at(found: Mapping[str, Any]) -> str:
    """Write a place inside the document: its line, or its page, sheet and row."""
    if found["line"] is not None:
        return f"line {found['line']}"
    return place({"document": "", **found}).strip()
