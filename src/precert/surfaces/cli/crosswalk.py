"""`precert crosswalk`: what every plan's list asks for the same codes, side by side."""

from datetime import date, datetime
from typing import Annotated

import typer

from precert.bootstrap import plans, rulebook
from precert.changes import matrix_pages
from precert.changes.matrix import codes_under
from precert.changes.matrix import crosswalk as compare
from precert.facts.compile import Index
from precert.requirement.case import RequestError, read_date
from precert.requirement.terms import Requirement
from precert.surfaces.cli.diff import Format, chosen, put
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import write_json


def crosswalk(  # noqa: PLR0913 - the contract's options
    *,
    codes: Annotated[list[str] | None, typer.Argument(metavar="CODE...", help="CPT or HCPCS codes.", show_default=False)] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="NAME", help="Every code of this category of any list.")] = None,
    program: Annotated[str | None, typer.Option("--program", metavar="NAME", help="Every code of this program of any list.")] = None,
    plan: Annotated[
        list[str] | None, typer.Option("--plan", metavar="PLAN", help="A plan to ask; may be repeated; by default all.")
    ] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="D", help="The date of service, YYYY-MM-DD; by default today.")] = None,
    as_json: Json = False,
    form: Format = None,
) -> int:
    """Ask every plan for the same codes, each ordered alone on one day.

    Exit status: 0 answered; 1 answered, but a token is not a code; 2 the request could not be read; 3 no answer could be made.
    """
    write = chosen(form, as_json=as_json, forms={"text": matrix_pages.text, "csv": matrix_pages.csv, "markdown": matrix_pages.markdown})
    on = _today() if day is None else read_date(day, "--date")
    books = {each: rulebook(each).index for each in plan or plans()}
    asked = [*(codes or []), *_under(category, program, books)]
    if not asked:
        raise RequestError("no-lines", "there are no codes: give at least one, or a category with --category")
    matrix = compare(asked, books, on)
    if as_json:
        write_json(matrix_pages.to_dict(matrix))
    else:
        put(write(matrix))
    return int(any(says.requirement is Requirement.INVALID_CODE for row in matrix.rows for says in row.plans))


def _under(category: str | None, program: str | None, books: dict[str, Index]) -> list[str]:
    found = [] if category is None else codes_under(category, books)
    return found + ([] if program is None else codes_under(program, books, program=True))


def _today() -> date:
    return datetime.now().astimezone().date()
