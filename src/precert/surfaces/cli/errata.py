"""`precert errata`: the publisher's own mistakes in a list, as a sheet one could send them."""

from datetime import datetime
from typing import Annotated

import typer

from precert.changes import errata_pages
from precert.changes.errata import errata as find
from precert.changes.errata_pages import Errata
from precert.facts import release as paper
from precert.facts.compile import compile_releases
from precert.requirement.case import RequestError, nearest, read_date
from precert.surfaces.cli.diff import Format, chosen, put
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import write_json


def errata(
    *,
    list_id: Annotated[str, typer.Argument(metavar="LIST", help="The list's id (`precert lists` and `precert review list` name them).")],
    draft: Annotated[bool, typer.Option("--draft", help="Look at the draft that was ingested last, not at the release in use.")] = False,
    day: Annotated[str | None, typer.Option("--date", metavar="D", help="The day on which rows are weighed; by default today.")] = None,
    as_json: Json = False,
    form: Format = None,
) -> int:
    """Name what a list gets wrong by its own account: damaged codes, words out of place, rows that contradict each other.

    `--format csv` writes one row for each place: a sheet to send to the publisher.
    """
    pages = {"text": errata_pages.text, "csv": errata_pages.csv, "markdown": errata_pages.markdown}
    write = chosen(form, as_json=as_json, forms=pages)
    on = datetime.now().astimezone().date() if day is None else read_date(day, "--date")
    release = _draft(list_id) if draft else _in_use(list_id)
    index = compile_releases([(paper.parse(release.text().encode(paper.ENCODING)), on)])
    report = Errata(release=release, day=on, found=find(release, index, on))
    if as_json:
        write_json(errata_pages.to_dict(report))
    else:
        put(write(report))
    return 0


def _draft(list_id: str) -> paper.Release:
    from precert import workbench  # noqa: PLC0415 - reading lists is loaded by those who ask for it

    (desk,) = workbench.desks(list_id)
    return desk.report.release


def _in_use(list_id: str) -> paper.Release:
    from precert.bootstrap import current, open_release  # noqa: PLC0415 - as above

    known = {each.list: each for each in current()}
    if list_id not in known:
        near = nearest(list_id.lower(), list(known))
        hint = f"did you mean `{near}`? " if near else ""
        raise RequestError(
            "unknown-list", f"no release of `{list_id}` is in use; {hint}The lists are {', '.join(known)}; for a draft, add --draft"
        )
    return open_release(known[list_id])
