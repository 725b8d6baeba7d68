"""The schema of the federal tables at hand. Used by `schemas.py`."""

from precert.intake.reference import Kind
from precert.surfaces.cli import reference as referring
from tools.schema_words import Schema, address, array, day, document, flag, maybe, table, term, text, whole


def reference() -> Schema:
    """The federal tables that were added."""
    held = table(
        "A federal table, as facts: codes, days, statuses, pairs, and no wording.",
        id=address("SHA-256 of the facts"),
        kind=term(Kind),
        edition=text("a year, a quarter, or the quarters from the first to the last"),
        as_of=day("up to which day it tells what is in force"),
        document=text("the file's name, and that of its part where it is an archive"),
        sha256=text("SHA-256 of the file", r"^[0-9a-f]{64}$"),
        codes=whole(),
        pairs=whole("pairs of an add-on code and a primary"),
    )
    added = table("What this call added.", id=address("the table's id"), new=flag("it was not at hand before"))
    body = table(
        "The federal tables at hand: what repairs and publishing rest on.",
        schema={"const": referring.SCHEMA},
        added=maybe(added),
        tables=array(held, "by kind and edition"),
    )
    return document(referring.SCHEMA, "the federal tables at hand", body)
