"""`precert review`: a person's decisions on rows that could not be read."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from precert.requirement.case import RequestError
from precert.surfaces.cli.ingest import at
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, write_json

if TYPE_CHECKING:
    from precert.workbench import Desk


def review(
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[list | accept ID... | reject ID... | correct ID CODE]", help="What to do; without it, list."),
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason: kept with the decision.")] = "",
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides; by default the user who is logged in.")] = None,
    list_id: Annotated[str | None, typer.Option("--list", metavar="ID", help="Look at this list only.")] = None,
    as_json: Json = False,
) -> int:
    """Look at the rows of ingested lists that could not be read, and decide what they are. Publishing applies the decisions."""
    verb, *asked = words or ["list"]
    desks = _desks(list_id)  # first, so that nothing is decided when there is no such list
    if verb != "list":
        _decide(verb, asked, why, by)
        desks = _desks(list_id)
    elif asked:
        raise RequestError("bad-field", f"list takes nothing more, and `{asked[0]}` was given; --list ID looks at one list")
    if as_json:
        write_json(_document(desks))
    else:
        _show(_document(desks)["lists"])
    return 0


def _desks(list_id: str | None) -> "Sequence[Desk]":
    from precert import workbench  # noqa: PLC0415 - the store is loaded by the verbs that write

    return workbench.desks(list_id)


def _decide(verb: str, asked: list[str], why: str, by: str | None) -> None:
    from precert import workbench  # noqa: PLC0415 - as above

    if verb not in {action.value for action in workbench.Action}:
        raise RequestError("bad-field", f"`{verb}` is no decision: say list, accept ID..., reject ID..., or correct ID CODE")
    action, code = workbench.Action(verb), None
    if action is workbench.Action.CORRECT:
        if len(asked) != 2:  # noqa: PLR2004 - an id and a code
            raise RequestError("bad-field", "correct takes one row's ID and the CODE it should read")
        asked, code = asked[:1], asked[1]
    if not asked:
        raise RequestError("bad-field", f"{verb} which row? Give its ID; `precert review list` shows them")
    try:
        workbench.decide_on(asked, action, code=code, why=why, by=by)
    except workbench.ReviewError as error:
        raise RequestError(error.code, str(error)) from error


def _document(desks: "Sequence[Desk]") -> dict[str, Any]:
    from precert.surfaces.documents import desk  # noqa: PLC0415 - as above

    return desk.review(desks)


def _show(desks: Sequence[Mapping[str, Any]]) -> None:
    page = Page()
    if not desks:
        page.say("Nothing is under review: `precert ingest FILE --plan PLAN` keeps a list for it.", 0)
    for desk in desks:
        page.heading(f"{desk['list']}: {desk['document']}, ingested {desk['ingested_at']}")
        for row in desk["rows"]:
            _show_row(page, row)
        for decision in desk["stale"]:
            page.item(f"{_told(decision)} - the row it was about is gone or changed: look again")
        page.say(f"`precert publish --list {desk['list']}` publishes it with the decisions above; rows without one stay unread.")
    page.finish()


def _show_row(page: Page, row: Mapping[str, Any]) -> None:
    page.item(f"{row['id']}  {at(row)}: prints {row['printed'] or '(blank)'}; {row['reason'].replace('-', ' ')}")
    if row["proposed"]:
        page.say(f"may be {row['proposed']} (confidence {row['confidence']:.2f}), because", 4)
    for each in row["evidence"]:
        page.item(each, 6)
    if row["decision"]:
        page.say(_told(row["decision"]), 4)


def _told(decision: Mapping[str, Any]) -> str:
    as_code = f" as {decision['code']}" if decision["code"] else ""
    return f"DECIDED: {decision['action']}{as_code}, by {decision['by']} at {decision['at']}: {decision['why']}"
