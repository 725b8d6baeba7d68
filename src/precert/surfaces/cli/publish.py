"""`precert publish`: makes an ingested list, with the decisions on its rows, the one that answers."""

from typing import Annotated

import typer

from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, write_json


def publish(
    *,
    list_id: Annotated[str, typer.Option("--list", metavar="ID", help="The list to publish; `precert review list` names the drafts.")],
    as_json: Json = False,
) -> int:
    """Publish a list's draft with the decisions that stand. From then on it answers; the releases before it stay."""
    from precert.surfaces.documents import desk  # noqa: PLC0415 - the store is loaded by the verbs that need it

    told, before = desk.publish(list_id)
    if as_json:
        write_json(told)
        return 0
    page = Page()
    counts = f"{told['listed']} listings, {told['reviewed']} of them reviewed; {told['set_aside']} rows unread"
    page.say(f"{told['list']} is published: {counts}.", 0)
    if before == told["id"]:
        page.say("Nothing changed: this release is in use already.", 0)
    elif before:
        changes = f"{told['codes_added']} codes are new and {told['codes_removed']} are gone"
        page.say(f"Against the release before it, {changes}; `precert diff` shows what changed.", 0)
    page.say(f"{told['id']}, known since {told['known_at']}", 0)
    page.finish()
    return 0
