"""The schemas of `precert.diff/1` and `precert.crosswalk/1`, from the facts of the code. Used by `schemas.py`."""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any

from precert.changes import matrix_pages, report
from precert.changes.difference import Kind, Timing
from precert.facts.condition import Condition
from precert.facts.model import Citation, Facts, Listing
from precert.requirement import terms
from tools.schema_shapes import documents, edition, using
from tools.schema_words import Schema, address, array, code, day, document, flag, maybe, one_of, ref, table, term, text, whole

Hint = Any  # an annotation

# Of these, only the names are said here; tools/schema_shapes.py says the rest.
_REFERRED: Mapping[object, str] = {Citation: "citation", Facts: "facts"}
_PLAIN: Mapping[object, Schema] = {str: text(), bool: {"type": "boolean"}, int: whole(), date: day(), float: {"type": "number"}}

COUNTED = [str(each) for each in Kind] + ["list"] + [str(each) for each in Timing]
ACTIONS = {"added": "it was not there before", "removed": "it is no longer there", "changed": "it says something else"}
ANYTHING: Schema = {"description": "what the fact's member holds; null where there is none"}


def of_fact(kind: Hint, description: str = "") -> Schema:
    """A fact as its members, whatever members it has."""
    hints = typing.get_type_hints(kind)
    return table(description, **{each.name: _of(hints[each.name]) for each in fields(kind)})


def _of(hint: Hint) -> Schema:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hint in _REFERRED:
        return ref(_REFERRED[hint])
    if hint == Condition:
        return ref("condition")
    parts: Hint = typing.get_args(hint)
    if isinstance(hint, types.GenericAlias):
        return array(_of(parts[0]))
    if isinstance(hint, types.UnionType) and types.NoneType in parts:
        return maybe(_of(next(each for each in parts if each is not types.NoneType)))
    return {"enum": [str(each) for each in hint]} if issubclass(hint, StrEnum) else of_fact(hint)


def _member() -> Schema:
    return table("A member that differs, named as in the release's text.", name=text(), before=ANYTHING, after=ANYTHING)


def _side() -> Schema:
    return table(
        "One of the two releases.",
        id=address("SHA-256 of the release's text"),
        plan=text(),
        list=text(),
        title=text(),
        edition=edition(),
        known_at=maybe(day("the day it became known here; null for a file that was never published here")),
        documents=documents(),
    )


def _change() -> Schema:
    return table(
        "What became of a row; of several only where a label is renamed on every row that carried it.",
        kind=term(Kind),
        timing=term(Timing),
        effective=maybe(day("the first date of service on which it can matter; null when the list gives no day")),
        until=maybe(day("the first date of service on which it no longer matters; null when there is none")),
        codes=array(code(), minItems=1),
        program=text("the program of the first row"),
        members=array(ref("member"), "what differs; none of a row that came or went"),
        listings=array(table("A row before and after.", before=maybe(ref("listing")), after=maybe(ref("listing"))), "the rows", minItems=1),
    )


def _list_change() -> Schema:
    return table(
        "A change of something that holds for the list as a whole, or stands beside its rows.",
        subject=text("the member of the release or of its header; `elsewhere` for a program whose codes are published elsewhere"),
        action=one_of(ACTIONS),
        members=array(ref("member"), "what differs, where the fact stayed"),
        before=ANYTHING,
        after=ANYTHING,
    )


def _group() -> Schema:
    return table(
        "A case to build.",
        managed_by=maybe(ref("managed_by")),
        platform=maybe(text()),
        program=maybe(text()),
        lines=array(whole("", 0), minItems=1),
    )


def _case_said() -> Schema:
    finding = table("", code=term(terms.FindingCode), lines=array(whole()), exception=maybe(text()))
    return table("What is answered for the case as a whole.", cases=array(_group()), elsewhere=array(text()), findings=array(finding))


def _line_said() -> Schema:
    return table(
        "What is answered for a line.",
        requirement=ref("requirement"),
        managed_by=maybe(ref("managed_by")),
        platform=maybe(text()),
        program=maybe(text()),
        conflict={"type": "boolean"},
        limits=array(term(terms.Limit)),
        needs=array(term(terms.Need)),
        primary_lines=array(whole()),
        notices=array(table("", kind=term(terms.NoticeKind), codes=array(code()))),
        contacts=array(ref("contact")),
    )


def _orders() -> Schema:
    line = table(
        "A line of the order.",
        number=whole("as the file numbers it"),
        code=text(),
        modifiers=array(text()),
        units=whole("", 1),
        changed=array(text(), "the members that differ"),
        before=ref("line_said"),
        after=ref("line_said"),
    )
    touched = table(
        "A booked case whose answer changes.",
        case_id=text(),
        plan=text(),
        date_of_service=day(),
        segment=maybe(text()),
        state=maybe(text()),
        place_of_service=maybe(text()),
        incomplete=flag("a row of the same case_id could not be read"),
        changed=array(text(), "the members of the case as a whole that differ"),
        before=ref("case_said"),
        after=ref("case_said"),
        lines=array(line, minItems=1),
    )
    return table(
        "The booked orders compared.",
        rows=whole("rows of the file"),
        compared=whole("cases compared"),
        other_plans=array(table("Cases of a plan that the releases are not of.", plan=text(), cases=whole("", 1))),
        malformed=array(
            table("A row that could not be read.", row=whole("", 1), case_id=maybe(text()), code=text("stable"), message=text())
        ),
        touched=array(touched),
    )


def diff() -> Schema:
    """The difference between two releases."""
    body = table(
        "What one release says otherwise than another.",
        schema={"const": report.SCHEMA},
        before=_side(),
        after=_side(),
        day=day("the day from which future and past dates of service are told apart"),
        counts=table(
            "How many changes there are of each kind, of the list as a whole, and at each time.", **dict.fromkeys(COUNTED, whole())
        ),
        changes=array(_change(), "rows, most consequential first"),
        list_changes=array(_list_change()),
        orders=maybe(_orders(), "null when no booked orders were given"),
    )
    own = {"listing": of_fact(Listing, "A row, with the members of a release's text."), "member": _member()}
    shared = using("citation", "facts", "condition", "managed_by", "requirement", "contact")
    return document(
        report.SCHEMA, "a difference between releases", body, shared | own | {"line_said": _line_said(), "case_said": _case_said()}
    )


def crosswalk() -> Schema:
    """Codes by plans."""
    says = table(
        "What one plan's lists ask for a code ordered alone.",
        plan=text(),
        requirement=ref("requirement"),
        managed_by=maybe(ref("managed_by")),
        platform=maybe(text()),
        program=maybe(text()),
        category=maybe(text()),
        conflict=flag("the code's programs differ"),
        limits=array(term(terms.Limit)),
        needs=array(term(terms.Need)),
        since=maybe(day("since when the deciding row says so; null when it gives no day")),
        until=maybe(day("from when on the deciding row will not exist; null when it gives no day")),
        citations=array(ref("citation")),
    )
    release = table(
        "A release that answered.", id=address("SHA-256 of its text"), plan=text(), list=text(), edition=edition(), known_at=day()
    )
    body = table(
        "What every plan's lists ask for the same codes, each ordered alone on one day.",
        schema={"const": matrix_pages.SCHEMA},
        date_of_service=day(),
        plans=array(text(), minItems=1),
        releases=array(release, minItems=1),
        codes=array(
            table(
                "A code and the plans, in their order.",
                code=text("the code; a token that is none as it was sent, shortened"),
                differs=flag("the plans ask different things"),
                plans=array(says, minItems=1),
            ),
            minItems=1,
        ),
    )
    return document(matrix_pages.SCHEMA, "codes by plans", body, using("citation", "managed_by", "requirement"))
