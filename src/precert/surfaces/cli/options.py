"""What several verbs share: the options `--json` and `--plan`, and the rulebooks that the latter chooses."""

from typing import Annotated

import typer

from precert.bootstrap import Rulebook, plans, rulebook
from precert.surfaces.cli.output import complain

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Plan = Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="Look at this plan only; `precert lists` names them.")]


def books(plan: str | None) -> list[Rulebook]:
    """Return the plan's rulebook, or that of every plan. Raises RequestError `unknown-plan`."""
    found = [rulebook(each) for each in ((plan,) if plan is not None else plans())]
    for refused in (each for book in found for each in book.refused):
        complain(f"{refused}; the last good one answers")
    return found
