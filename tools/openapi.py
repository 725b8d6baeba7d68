"""Write docs/openapi.json from the app and from the schemas of docs/schemas: `python -m tools.openapi` (from the repository's root).

The paths are the app's own declarations; the shapes are those of `tools/schemas.py`, put in as components, so that each is stated once.
"""

import json
from pathlib import Path
from typing import Any

from precert.surfaces.http.app import api
from precert.surfaces.http.settings import Settings
from precert.surfaces.http.telemetry import Telemetry
from tools import schema_changes, schema_desk, schema_http, schemas
from tools.schema_anesthesia import anesthesia
from tools.schema_words import Schema

FILE = Path(__file__).parents[1] / "docs" / "openapi.json"
ABOUT = (
    "Which lines of an order need prior authorization, who manages them, where, and which printed row says so. It never says approved, "
    "denied, covered, or medically necessary; a code that is not on a list is never `not required`."
)
SECURITY = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "a key made by `precert serve --add-key`"},
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "a token of the issuer that is set up"},
}


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    told = api(Settings(), Telemetry()).openapi()
    components: dict[str, Schema] = {}
    for each in [*_core(), *own()]:
        components |= _component(schemas.file_name(each).removesuffix(".json"), each)
    told["info"] |= {"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
    told["components"] = {"schemas": _used(told["paths"], components), "securitySchemes": SECURITY}
    return told


def _core() -> list[Schema]:
    answered = schemas.determination()
    found = [schemas.case(), answered, schemas.ingest(), schemas.lists(), schemas.releases(), schemas.show(), schemas.search()]
    found += [anesthesia(), schema_changes.diff(), schema_changes.crosswalk()]
    return [*found, schema_desk.review(), schema_desk.publish(), schema_desk.record(answered)]


def own() -> list[Schema]:
    """Return the schemas of what only the service says."""
    return schema_http.every(schemas.determination(), schemas.show())


def _component(name: str, schema: Schema) -> dict[str, Schema]:
    """Return a schema and its definitions as components: a definition `x` of `y-1` is `y-1.x`."""
    defs = schema.pop("$defs", {})
    for each in ("$schema", "$id"):
        schema.pop(each, None)
    found = {name: schema} | {f"{name}.{each}": value for each, value in defs.items()}
    text = json.dumps(found, ensure_ascii=False).replace('"#/$defs/', f'"#/components/schemas/{name}.')
    renamed: dict[str, Schema] = json.loads(text)
    return renamed


def _used(paths: Any, components: dict[str, Schema]) -> dict[str, Schema]:  # noqa: ANN401 - JSON values have no better type
    wanted, found = [paths], dict[str, Schema]()
    while wanted:
        text = json.dumps(wanted.pop())
        for name, schema in components.items():
            if name not in found and f'"#/components/schemas/{name}"' in text:
                found[name] = schema
                wanted.append(schema)
    return dict(sorted(found.items()))


def text() -> str:
    """Return the file's text."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file."""
    FILE.write_text(text(), "utf-8")
    print(FILE.relative_to(FILE.parents[1]))


if __name__ == "__main__":
    main()
