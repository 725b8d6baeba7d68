"""The shapes that several documents share: citations, conditions, printed cells, releases. Used by `schemas.py`."""

import json
import types
import typing

from precert.facts.condition import KINDS, Condition, Contact
from precert.facts.model import Cell
from precert.requirement import terms
from tools import vocabularies
from tools.schema_words import Schema, address, array, day, flag, maybe, one_of, place, ref, table, term, text, whole


def shared() -> dict[str, Schema]:
    """Shapes by the name that `ref` gives."""
    return {
        "citation": table(
            "A printed row: the document, its digest, and the place in it.",
            document=text("the document's file name"),
            sha256=text("SHA-256 of the document's bytes", r"^[0-9a-f]{64}$"),
            **place(),
        ),
        "managed_by": table("Who manages a line.", kind=term(terms.Manager), name=maybe(text("its name; null when the list does not say"))),
        "contact": table(
            "Where to reach the plan, as printed.",
            **{each: maybe(text(pattern=r"^[0-9]+(?:-[0-9]+)*$")) for each in ("phone", "option", "fax")},
        ),
        "condition": condition(),
        "requirement": term(terms.Requirement),
        "printed": table(
            "The row's cells, normalised; never its wording.",
            requirement=printed_requirement(),
            platform=maybe(text()),
            product=maybe(text()),
            category=maybe(text()),
            section=maybe(text("the title inside the table under which the row stands")),
            grouping=maybe(text("the cell of the column that groups rows for filtering")),
            um_cs=maybe(text("the cell of the column about inclusion with UM and CS")),
        ),
        "facts": table(
            "What a row's description states that is worth keeping, without its words.",
            regions=array(text(), "parts of the spine"),
            approach=maybe(text()),
            each_additional=flag("it calls itself an additional level, segment, vessel, ..."),
            unlisted=flag("it calls itself unlisted or not otherwise classified"),
        ),
        "release": table(
            "A release of a list: an immutable set of facts.",
            id=address("SHA-256 of the release's text"),
            list=text("the list's id"),
            edition=edition(),
            known_at=day("the day it became known here"),
        ),
        "reference": table(
            "A federal reference whose facts a release carries.",
            name=text(),
            edition=text(),
            id=address("SHA-256 of the facts carried"),
        ),
    }


def edition() -> Schema:
    """The year of a list."""
    return maybe(text("the year of the list's copyright line", r"^[0-9]{4}$"))


def documents() -> Schema:
    """The documents a list was read from."""
    return array(table("", name=text("the file's name"), sha256=text("SHA-256 of its bytes", r"^[0-9a-f]{64}$")), minItems=1)


def using(*names: str) -> dict[str, Schema]:
    """These shared shapes, and those they refer to."""
    every, wanted, found = shared(), list(names), {}
    while wanted:
        name = wanted.pop(0)
        if name not in found:
            found[name] = every[name]
            wanted += [each for each in every if f'"#/$defs/{each}"' in json.dumps(every[name])]
    return dict(sorted(found.items()))


def printed_requirement() -> Schema:
    """The requirement cell of a row, normalised."""
    said = vocabularies.cells()
    segment = said.pop(str(Cell.IN_SEGMENT))
    shape = one_of(said)
    shape["oneOf"].append({"type": "string", "pattern": "^In Scope for [0-9A-Z ]+ Only$", "description": segment})
    shape["oneOf"].append({"type": "null", "description": "a membership list prints no requirement"})
    return shape


def condition() -> Schema:
    """What is printed beside a row, as the code's condition classes state it."""
    return {
        "description": "The reviewed meaning of what is printed beside a row.",
        "oneOf": [condition_of(each) for each in KINDS.values()],
    }


def condition_of(kind: type[Condition]) -> Schema:
    """One kind of condition."""
    members = {name: _of_type(hint) for name, hint in typing.get_type_hints(kind).items() if name in kind.__slots__}
    return table(vocabularies.condition(kind), kind={"const": kind.kind}, **members)


def _of_type(hint: object) -> Schema:
    """Return the schema of a condition's member, by its annotation."""
    known: dict[object, Schema] = {str: text(), bool: {"type": "boolean"}, int: whole(), Contact: ref("contact")}
    if hint in known:
        return known[hint]
    parts = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return array(_of_type(parts[0]))
    if isinstance(hint, types.UnionType) and types.NoneType in parts:
        return maybe(_of_type(next(each for each in parts if each is not types.NoneType)))
    raise TypeError(f"no schema is known for {hint}")
