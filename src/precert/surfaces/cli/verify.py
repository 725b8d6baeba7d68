"""`precert verify`: whether what is kept is what was kept."""

from typing import Annotated

import typer

from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, write_json

SCHEMA = "precert.verify/1"


def verify(
    *,
    releases: Annotated[bool, typer.Option("--releases", help="Check the published releases only.")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="Check the audit log and its records only.")] = False,
    as_json: Json = False,
) -> int:
    """Check that no release and no record was altered, and that every record is answered again as it was. Exit status 1 if not."""
    from precert import workbench  # noqa: PLC0415 - the store is loaded by the verbs that need it

    both = releases == audit
    checked = {
        "releases": workbench.verify_releases() if releases or both else None,
        "records": workbench.verify_records() if audit or both else None,
    }
    wrong = [each for found in checked.values() if found for each in found[1]]
    if as_json:
        counts = {name: found[0] if found else None for name, found in checked.items()}
        write_json({"schema": SCHEMA, **counts, "altered": wrong})
    else:
        _show({name: found[0] for name, found in checked.items() if found}, wrong)
    return int(bool(wrong))


def _show(counts: dict[str, int], wrong: list[str]) -> None:
    page = Page()
    page.say("Checked: " + ", ".join(f"{count} {name}" for name, count in counts.items()), 0)
    for each in wrong:
        page.item(each)
    page.say("Something was altered." if wrong else "Nothing was altered.", 0)
    page.finish()
