"""How a route is declared: what it takes and gives, in the words of OpenAPI, beside the function that does it.

The function reads its request itself, strictly; what is declared here is what the API's document says of it. The tests hold the two
together, by asking the service everything that the document allows and much that it does not.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from precert.surfaces.http.exchange import CSV, FORM, JSON, NDJSON
from precert.surfaces.http.identity import Role
from precert.surfaces.http.problem import KINDS, MEDIA_TYPE

Schema = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]

CODE = r"^(?:[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})$"
ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
DAY: Schema = {"type": "string", "format": "date"}
PLAN: Schema = {"type": "string", "pattern": ID, "examples": ["cigna-commercial"]}
FLAG: Schema = {"type": "string", "enum": ["true", "false"]}


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def query(name: str, schema: Schema, description: str, *, required: bool = False) -> Schema:
    """Declare a parameter of the query."""
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def in_path(name: str, schema: Schema, description: str) -> Schema:
    """Declare a part of the path."""
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def json_body(name: str, description: str) -> Schema:
    """Declare a body that is one JSON document."""
    return {"required": True, "description": description, "content": {JSON: {"schema": ref(name)}}}


def lines_body(name: str, description: str) -> Schema:
    """Declare a body that is JSON documents, a line each."""
    return {"required": True, "description": description, "content": {NDJSON: {"schema": {"type": "string"}, "x-line": ref(name)}}}


def form_body(schema: Schema, description: str) -> Schema:
    """Declare a body that is a form."""
    return {"required": True, "description": description, "content": {FORM: {"schema": schema}}}


def answer(name: str, description: str, *, tagged: bool = False, more: Mapping[str, Schema] | None = None) -> Schema:
    """Declare an answer that is one JSON document."""
    headers = {"ETag": {"description": "changes with what is published", "schema": {"type": "string"}}} if tagged else {}
    told: Schema = {"description": description, "content": {JSON: {"schema": ref(name)}}}
    return told | ({"headers": headers | dict(more or {})} if headers or more else {})


TEXTS: Schema = {CSV: {"schema": {"type": "string"}}, NDJSON: {"schema": {"type": "string"}}}
EVERY = ("unauthenticated", "forbidden", "headers-too-large", "malformed", "wrong-host", "failed", "busy")
"""What any route may answer, whatever it does."""


def problems(codes: Sequence[str]) -> dict[int, Schema]:
    """Declare the problems that a route may answer, by status."""
    found: dict[int, list[str]] = {}
    for code in codes:
        found.setdefault(KINDS[code].status, []).append(code)
    content = {MEDIA_TYPE: {"schema": ref("problem-1")}}
    return {
        status: {"description": "; ".join(f"`{code}`: {KINDS[code].title}" for code in named), "content": content}
        for status, named in sorted(found.items())
    }


class Operations:
    """Routes with what the API's document says of them."""

    def __init__(self) -> None:
        self.router = APIRouter()
        self._taken: list[tuple[re.Pattern[str], str]] = []

    def add(  # noqa: PLR0913 - what the document says of a route
        self,
        method: str,
        path: str,
        endpoint: Endpoint,
        *,
        tag: str,
        answers: Mapping[int, Schema],
        role: Role | None = None,
        parameters: Sequence[Schema] = (),
        body: Schema | None = None,
        may: Sequence[str] = (),
    ) -> None:
        """Declare a route; `may` are the problems it may answer beside those that every route may."""
        codes = [*dict.fromkeys([*may, *(["bad-parameter"] if parameters else []), *(EVERY if role else EVERY[2:])])]
        responses: dict[int | str, Schema] = {status: told for each in (answers, problems(codes)) for status, told in each.items()}
        told: Schema = {"parameters": list(parameters)} if parameters else {}
        told |= {"requestBody": body} if body else {}
        told |= {"security": [{"key": []}, {"token": []}], "x-role": str(role)} if role else {"security": []}
        self._taken.append((compile_path(path)[0], method))
        self.router.add_api_route(
            path,
            endpoint,
            methods=[method],
            response_class=Response,
            response_model=None,
            status_code=next(iter(answers)),
            responses=responses,
            operation_id=endpoint.__name__,
            tags=[tag],
            openapi_extra=told,
        )

    def methods(self, path: str) -> list[str]:
        """Return the methods that a path takes; none where there is nothing."""
        return sorted({method for pattern, method in self._taken if pattern.match(path)})
