"""`precert ingest`: reads a published list and accounts for each of its rows."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from precert.requirement.case import RequestError
from precert.requirement.present import place
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, widest, write_json


def ingest(  # noqa: PLR0913 - the contract's options
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The published list: text with tabs, or Markdown tables.")],
    plan: Annotated[str, typer.Option("--plan", metavar="PLAN", help="The plan that the list applies to.")],
    list_id: Annotated[str | None, typer.Option("--list", metavar="ID", help="The list's id; by default the plan's.")] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="T", help="The list's title; by default the profile's.")] = None,
    profile: Annotated[Path | None, typer.Option("--profile", metavar="FILE", help="A TOML profile that says how to read it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report; keep nothing.")] = False,
    as_json: Json = False,
) -> int:
    """Read a published list and account for each of its rows. Exit status 1 when rows had to be set aside."""
    report = _read(file, plan=plan, dry_run=dry_run, list=list_id, title=title, profile=profile)
    if as_json:
        write_json(report)
    else:
        _show(report, dry_run=dry_run)
    return int(bool(report["set_aside"]))


def _read(file: Path, *, profile: Path | None, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on as they are
    from precert import workbench  # noqa: PLC0415 - reading lists is loaded by this verb only
    from precert.intake.layouts.profile import ProfileError  # noqa: PLC0415
    from precert.intake.pipeline import UnknownLayoutError  # noqa: PLC0415
    from precert.intake.readers.document import UnreadableError  # noqa: PLC0415

    try:
        return workbench.ingest(file, profile=profile, **options).to_dict()
    except OSError as error:
        if error.filename not in {str(file), str(profile)}:
            raise
        raise RequestError("unreadable-file", f"`{error.filename}` cannot be read: {error.strerror}") from error
    except (UnreadableError, UnknownLayoutError) as error:
        raise RequestError("unreadable-file", str(error)) from error
    except ProfileError as error:
        raise RequestError("bad-profile", f"`{profile}`: {error}") from error


def _show(report: Mapping[str, Any], *, dry_run: bool) -> None:
    page = Page()
    document, rows = report["document"], report["rows"]
    page.say(f"{document['name']}, read for plan {report['plan']}, list {report['list']}, edition {report['edition'] or 'not found'}", 0)
    page.say(f"SHA-256 {document['sha256']}", 0)
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
