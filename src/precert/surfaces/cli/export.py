"""`precert export`: the compiled rulebook as files for a warehouse."""

from pathlib import Path
from typing import Annotated

import typer

from precert.request import RequestError
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, write_json

SCHEMA = "precert.export/1"


def export(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder to write into.")],
    *,
    kind: Annotated[str, typer.Option("--format", metavar="NAME", help="parquet or sql.")] = "parquet",
    as_json: Json = False,
) -> None:
    """Write the rulebook's tables, and an SQL macro that answers a single line from them."""
    try:
        from precert.batch.export import export as write  # noqa: PLC0415 - loaded by those who export
        from precert.batch.screen import current_book  # noqa: PLC0415 - as above
    except ImportError as error:
        raise RequestError("missing-extra", f'an export needs more libraries ({error.name}): pip install "precert[batch]"') from error

    book = current_book()
    files = [str(each) for each in write(book, Path(folder), kind)]
    told = {
        "schema": SCHEMA,
        "format": kind,
        "files": files,
        "releases": [{"plan": plan, "ids": ids} for plan, ids in book.releases.items()],
    }
    if as_json:
        write_json(told)
        return
    page = Page()
    for each in files:
        page.item(each, 0)
    page.finish()
