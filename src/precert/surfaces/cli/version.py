"""`precert version`: the version of the software, and the releases it answers from."""

from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, complain, write_json
from precert.surfaces.documents import held


def version(*, as_json: Json = False) -> None:
    """Print the version of precert and the releases it answers from."""
    told = held.version(complain)
    if as_json:
        write_json(told)
        return
    page = Page()
    page.say(f"precert {told['version']} (semantics {told['semantics']}, Python {told['python']})", 0)
    for each in told["releases"]:
        page.say(f"{each['list']}, known since {each['known_at']}: {each['id']}")
    page.finish()
