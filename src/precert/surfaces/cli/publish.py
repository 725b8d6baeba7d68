"""`precert publish`: makes an ingested list, with the decisions on its rows, the one that answers."""

from typing import Annotated

import typer

from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, write_json

SCHEMA = "precert.publish/1"


def publish(
    *,
    list_id: Annotated[str, typer.Option("--list", metavar="ID", help="The list to publish; `precert review list` names the drafts.")],
    as_json: Json = False,
) -> int:
    """Publish a list's draft with the decisions that stand. From then on it answers; the releases before it stay."""
    from precert import workbench  # noqa: PLC0415 - the store is loaded by the verbs that write

    before = {each.header.list: each for each in workbench.in_use()}.get(list_id)
    current, release = workbench.publish(list_id)
    now = {listing.code for listing in release.listings}
    listed = {listing.code for listing in before.listings} if before else set()
    told = {
        "schema": SCHEMA,
        "id": current.id,
        "plan": current.plan,
        "list": current.list,
        "known_at": current.known_at.isoformat(),
        "listed": len(release.listings),
        "reviewed": sum(listing.review is not None for listing in release.listings),
        "set_aside": len(release.set_aside),
        "codes_added": len(now - listed),
        "codes_removed": len(listed - now),
    }
    if as_json:
        write_json(told)
        return 0
    page = Page()
    counts = f"{told['listed']} listings, {told['reviewed']} of them reviewed; {told['set_aside']} rows unread"
    page.say(f"{told['list']} is published: {counts}.", 0)
    if before and before.id == release.id:
        page.say("Nothing changed: this release is in use already.", 0)
    elif before:
        changes = f"{told['codes_added']} codes are new and {told['codes_removed']} are gone"
        page.say(f"Against the release before it, {changes}; `precert diff` shows what changed.", 0)
    page.say(f"{told['id']}, known since {told['known_at']}", 0)
    page.finish()
    return 0
