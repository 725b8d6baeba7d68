"""What several verbs share: the options `--json` and `--plan`, and the rulebooks that the latter chooses."""

from typing import Annotated

import typer

from precert.bootstrap import Rulebook
from precert.surfaces.cli.output import complain
from precert.surfaces.documents import held

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Plan = Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="Look at this plan only; `precert lists` names them.")]


def books(plan: str | None) -> list[Rulebook]:
    """Return the plan's rulebook, or that of every plan that has one; stderr is told what is not answered. Raises RequestError."""
    return held.books(plan, complain)
