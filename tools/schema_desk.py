"""The schemas of what a person keeps and decides: review, publish, verify, and the record of an answer. Used by `schemas.py`."""

from precert import records
from precert.review import Action
from precert.surfaces.cli import verify as verifying
from precert.surfaces.documents import desk as documents
from tools import vocabularies
from tools.schema_words import Schema, address, array, code, day, document, maybe, one_of, place, ref, table, term, text, time, whole


def review() -> Schema:
    """The lists under review."""
    row = table(
        "A row of the draft that could not be read as a listing.",
        id=text("what `accept`, `reject` and `correct` name it by", r"^[0-9a-f]{12}$"),
        **place(),
        reason=one_of(vocabularies.set_aside()),
        printed=text("what stands in the code cell"),
        proposed=maybe(code("the code it may be; null when nothing speaks for one")),
        confidence=maybe({"type": "number", "minimum": 0, "maximum": 1}),
        evidence=array(text("a sentence of ours")),
        decision=maybe(ref("decision"), "the decision that stands; null when there is none"),
    )
    desk = table(
        "A list under review: the draft that was ingested last.",
        list=text("the list's id"),
        plan=text(),
        document=text("the file's name"),
        ingested_at=time("when, in UTC"),
        rows=array(row, "every row set aside, in document order"),
        stale=array(ref("decision"), "decisions whose row the draft no longer prints: they need a new look"),
    )
    decision = table(
        "A person's decision on a row. The last one on a row stands; none is erased.",
        action=term(Action),
        code=maybe(code("the code decided; null for a rejection")),
        by=text("who"),
        at=time("when, in UTC"),
        why=text("the reason"),
        proposal=text("the id the row had then", r"^[0-9a-f]{12}$"),
    )
    body = table(
        "The rows of ingested lists that could not be read, and what was decided on them.",
        schema={"const": documents.REVIEW},
        lists=array(desk),
    )
    return document(documents.REVIEW, "the lists under review", body, {"decision": decision})


def publish() -> Schema:
    """What a publication made current."""
    body = table(
        "The release of a list that is current after publishing. Publishing what is current already changes nothing.",
        schema={"const": documents.PUBLISH},
        id=address("SHA-256 of the release's text"),
        plan=text(),
        list=text("the list's id"),
        known_at=day("the day it became known here"),
        listed=whole("how many listings it holds"),
        reviewed=whole("how many of them a person's decision made"),
        set_aside=whole("how many rows nobody could read"),
        codes_added=whole("how many codes the release in use before did not list"),
        codes_removed=whole("how many codes the release in use before listed, and this one does not"),
    )
    return document(documents.PUBLISH, "what a publication made current", body)


def verify() -> Schema:
    """What was checked, and what was found altered."""
    body = table(
        "Whether what is kept is what was kept. Exit status 1 when `altered` has a member.",
        schema={"const": verifying.SCHEMA},
        releases=maybe(whole("how many releases were checked; null when they were not asked about")),
        records=maybe(whole("how many records were answered again; none when the log itself is altered; null when not asked about")),
        altered=array(text("a sentence of ours: what, and where")),
    )
    return document(verifying.SCHEMA, "what was checked, and what was altered", body)


def record(determination: Schema) -> Schema:
    """A kept answer: a line of the audit log."""
    head = {"$schema", "$id", "title", "$defs"}
    answer = {name: value for name, value in determination.items() if name not in head}
    body = table(
        "A kept answer, with what it takes to give it again. A token that is no code is kept as question marks, one a character.",
        schema={"const": records.SCHEMA},
        id=text("random, 128 bits", r"^[0-9a-f]{32}$"),
        at=time("when it was kept, in UTC"),
        subject=text("who asked", minLength=1),
        software=text("the version of the software"),
        semantics=text("the version of semantics.md that the answer follows"),
        input=address("SHA-256 of the order, as JSON with sorted keys and without blanks"),
        answer=ref("determination"),
    )
    return document(records.SCHEMA, "a kept answer", body, determination["$defs"] | {"determination": answer})
