"""The small words that `schemas.py` writes JSON Schemas with: text, numbers, lists, objects, closed vocabularies."""

from enum import StrEnum
from typing import Any

from tools import vocabularies

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
CODE = r"^(?:[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})$"
CONTENT = r"^sha256:[0-9a-f]{64}$"

Schema = dict[str, Any]


def text(description: str = "", pattern: str | None = None, **more: object) -> Schema:
    """Text, of a pattern where one is given."""
    return _described({"type": "string"} | ({"pattern": pattern} if pattern else {}) | more, description)


def whole(description: str = "", least: int = 0, **more: object) -> Schema:
    """A whole number."""
    return _described({"type": "integer", "minimum": least} | more, description)


def flag(description: str) -> Schema:
    """True or false."""
    return _described({"type": "boolean"}, description)


def array(items: Schema, description: str = "", **more: object) -> Schema:
    """A list; `[]` when nothing is in it."""
    return _described({"type": "array", "items": items} | more, description)


def table(description: str = "", **members: Schema) -> Schema:
    """An object of exactly these members."""
    return _described(
        {"type": "object", "properties": members, "required": list(members), "additionalProperties": False},
        description,
    )


def maybe(schema: Schema, description: str = "") -> Schema:
    """This, or null when unknown."""
    inner = {name: value for name, value in schema.items() if name != "description"}
    kept = description or schema.get("description", "")
    plain = isinstance(inner.get("type"), str) and "const" not in inner
    return _described(inner | {"type": [inner["type"], "null"]} if plain else {"anyOf": [inner, {"type": "null"}]}, kept)


def ref(name: str) -> Schema:
    """A shape of `$defs`."""
    return {"$ref": f"#/$defs/{name}"}


def one_of(meanings: dict[str, str], description: str = "") -> Schema:
    """A closed vocabulary: each value with its meaning."""
    return _described({"oneOf": [{"const": value, "description": meaning} for value, meaning in meanings.items()]}, description)


def term(vocabulary: type[StrEnum]) -> Schema:
    """A closed vocabulary of the code, with the code's own words."""
    return one_of(vocabularies.documented(vocabulary))


def _described(schema: Schema, description: str) -> Schema:
    return schema | {"description": description} if description else schema


def document(schema: str, title: str, body: Schema, defs: Schema | None = None) -> Schema:
    """A whole schema, named by the document's own `schema` member."""
    name, version = schema.split("/")
    head = {"$schema": DIALECT, "$id": f"urn:{name.replace('.', ':')}:{version}", "title": f"{schema}: {title}"}
    return head | body | ({"$defs": defs} if defs else {})


def day(description: str = "") -> Schema:
    """A day of the calendar."""
    return text(description, DATE, format="date")


def time(description: str = "") -> Schema:
    """A second, in UTC."""
    return text(description, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", format="date-time")


def code(description: str = "") -> Schema:
    """A well-formed code."""
    return text(description, CODE)


def address(description: str) -> Schema:
    """A content address."""
    return text(description, CONTENT)


def place() -> dict[str, Schema]:
    """Where something stands in a document."""
    return {
        "line": maybe(whole("line of a text document, from 1", 1)),
        "page": maybe(whole("page of a paged document, from 1", 1)),
        "sheet": maybe(text("sheet of a workbook")),
        "row": maybe(whole("row of the page's or sheet's table, from 1", 1)),
    }
