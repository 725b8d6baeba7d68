"""What several verbs share: the options `--json` and `--plan`, and the rulebooks that the latter chooses."""

from typing import Annotated

import typer

from precert.bootstrap import Rulebook, plans, rulebook
from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.surfaces.cli.output import complain

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Plan = Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="Look at this plan only; `precert lists` names them.")]


def books(plan: str | None) -> list[Rulebook]:
    """Return the plan's rulebook, or that of every plan that has one. Raises RequestError `unknown-plan`.

    Where every plan is meant, one that has no good release left is named on stderr, and stands in nobody's way.
    """
    if plan is not None:
        return [_told(rulebook(plan))]
    found = []
    for each in plans():
        try:
            found.append(_told(rulebook(each)))
        except (ReleaseError, StoreError) as error:
            complain(f"plan `{each}` is not answered: {error}")
    return found


def _told(book: Rulebook) -> Rulebook:
    for refused in book.refused:
        complain(f"{refused}; the last good one answers")
    return book
