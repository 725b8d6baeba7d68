"""`precert lists`: the lists in use, what they hold, and what they leave to other lists."""

from typing import Any

from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, complain, write_json
from precert.surfaces.documents import held


def lists(*, as_json: Json = False) -> None:
    """Name the lists in use, with their programs."""
    found = held.lists(complain)
    if as_json:
        write_json(found)
    else:
        _show(found["lists"])


def _show(entries: list[dict[str, Any]]) -> None:
    page = Page()
    for each in entries:
        page.heading(f"{each['plan']}: {each['title']}")
        page.say(f"Plan {each['plan']}, list {each['list']}, edition {each['edition'] or 'unknown'}, as known on {each['known_at']}")
        page.say(f"{each['listings']} rows, {each['codes']} codes, {each['set_aside']} rows that nobody could read yet")
        page.say(f"Payer: {each['payer']}. Benefit manager: {_manager(each['delegate'])}")
        page.say(f"Read from {', '.join(one['name'] for one in each['documents'])}")
        page.say("Programs: " + ", ".join(_program(one) for one in each["programs"] if not one["elsewhere"]), hang=2)
        elsewhere = [one["name"] for one in each["programs"] if one["elsewhere"]]
        if elsewhere:
            page.say("Published elsewhere, and not here: " + ", ".join(elsewhere), hang=2)
    page.finish()


def _manager(delegate: dict[str, str] | None) -> str:
    return f"{delegate['name']} ({delegate['evidence']})" if delegate else "the list names none"


def _program(program: dict[str, Any]) -> str:
    setting = f", for care at {program['setting']}" if program["setting"] else ""
    return f"{program['name']} ({program['listings']}{setting})"
