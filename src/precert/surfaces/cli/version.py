"""`precert version`: the version of the software, and the releases it answers from."""

import platform

import precert
from precert.requirement import SEMANTICS
from precert.surfaces.cli.lists import current
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, write_json


def version(*, as_json: Json = False) -> None:
    """Print the version of precert and the releases it answers from."""
    held = [{"list": each.list, "known_at": each.known_at.isoformat(), "id": each.id} for each in current()]
    if as_json:
        write_json(
            {
                "schema": "precert.version/1",
                "version": precert.__version__,
                "semantics": SEMANTICS,
                "python": platform.python_version(),
                "releases": held,
            }
        )
        return
    page = Page()
    page.say(f"precert {precert.__version__} (semantics {SEMANTICS}, Python {platform.python_version()})", 0)
    for each in held:
        page.say(f"{each['list']}, known since {each['known_at']}: {each['id']}")
    page.finish()
