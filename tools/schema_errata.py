"""The schema of `precert.errata/1`. Used by `schemas.py`."""

from precert.changes import errata_pages
from precert.changes.errata import Mistake
from tools.schema_shapes import documents, edition, using
from tools.schema_words import Schema, address, array, day, document, maybe, ref, table, term, text


def errata() -> Schema:
    """What a list gets wrong by its own account."""
    erratum = table(
        "One mistake, in one place or several.",
        mistake=term(Mistake),
        codes=array(text("a code as printed; of a damaged one, what stands in its cell")),
        wrong=text("what is wrong, in our words"),
        meant=maybe(text("what may be meant, where there is evidence for it")),
        evidence=array(text("a sentence of ours")),
        citations=array(ref("citation"), "its places", minItems=1),
    )
    body = table(
        "The mistakes that a published list shows by itself: what its publisher should change in its next release.",
        schema={"const": errata_pages.SCHEMA},
        plan=text(),
        list=text("the list's id"),
        edition=edition(),
        release=address("SHA-256 of the release's text"),
        documents=documents(),
        date=day("the day on which its rows were weighed"),
        errata=array(erratum, "in the order of the document"),
    )
    return document(errata_pages.SCHEMA, "the mistakes of a list", body, using("citation"))
