"""The schemas of `precert.screen/1` and `precert.export/1`. Used by `schemas.py`."""

from precert.batch import summary
from precert.batch.reading import NEEDS
from precert.requirement.terms import Requirement
from precert.surfaces.cli import export
from tools.schema_words import Schema, address, array, document, maybe, table, term, text, whole


def screen() -> Schema:
    """What came of a screening."""
    lines = whole("how many lines")
    body = table(
        "How many lines of a table were answered how. Each count but `malformed` adds up to `lines`.",
        schema={"const": summary.SCHEMA},
        output=maybe(text("the file or folder written"), "null when nothing was to be written"),
        engine=text("duckdb or spark"),
        lines=whole("the lines of the input: every one is answered"),
        keys=whole("different questions put to the rules for lines that depend on other lines"),
        requirements=array(table("", requirement=term(Requirement), lines=lines), "the most frequent first"),
        platforms=array(table("", platform=maybe(text()), lines=lines), "the most frequent first"),
        reasons=array(table("", reason=text("code of the first reason; `malformed` for a line that cannot be read"), lines=lines)),
        malformed=array(table("", needs={"enum": list(NEEDS)}, lines=lines), "lines that cannot be read, by each field they need"),
        releases=_releases(),
        disclaimer=text(),
    )
    return document(summary.SCHEMA, "the summary of a screening", body)


def exported() -> Schema:
    """What was written."""
    body = table(
        "The files of an exported rulebook.",
        schema={"const": export.SCHEMA},
        format={"enum": ["parquet", "sql"]},
        files=array(text("a path")),
        releases=_releases(),
    )
    return document(export.SCHEMA, "an exported rulebook", body)


def _releases() -> Schema:
    return array(table("", plan=text(), ids=array(address("SHA-256 of a release's text"))), "what answers, by plan")
