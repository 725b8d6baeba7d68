"""What runs the service asks: is it up, can it answer, what does it measure; and its own document, with a page that needs no network."""

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from precert import bootstrap
from precert.surfaces.http.exchange import SCHEMA_STATUS, Bytes, admit, cached, members, parameters, tag, unchanged
from precert.surfaces.http.identity import Role
from precert.surfaces.http.operation import Operations, answer
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.threads import work

_FILE = "openapi.json"


async def healthz(request: Request) -> Response:  # noqa: ARG001 - a route's signature
    """Say that the service is up."""
    return members({"schema": SCHEMA_STATUS, "status": "up"})


async def readyz(request: Request) -> Response:
    """Say that the service can answer: what is published can be read, and every plan has a release that is whole."""
    if not request.app.state.ready:
        raise Problem("not-ready")
    for plan in await work(bootstrap.plans):
        await request.app.state.shelf.get(plan)
    return members({"schema": SCHEMA_STATUS, "status": "ready"})


async def metrics(request: Request) -> Response:
    """Give the metrics, in Prometheus's text format."""
    await admit(request, Role.READ)
    return Bytes(request.app.state.telemetry.metrics(), CONTENT_TYPE_LATEST)


async def openapi(request: Request) -> Response:
    """Give the OpenAPI document of this API."""
    parameters(request, ())
    text = _document()
    etag = tag(text)
    return unchanged(request, etag) or Bytes(text, headers=cached(etag))


@lru_cache(maxsize=1)
def _document() -> bytes:
    """Return the committed document: beside this package when it is installed, in `docs` when it runs from its repository."""
    package = Path(__file__).parents[1]
    places = (package / _FILE, *(each / "docs" / _FILE for each in package.parents[2:4]))
    found = next((each for each in places if each.is_file()), None)
    if found is None:
        raise Problem("no-such-path")
    return json.dumps(json.loads(found.read_text("utf-8")), ensure_ascii=False, separators=(",", ":")).encode()


# -- the page --------------------------------------------------------------------------------------------------------------

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>precert: the API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""
_START = b"""SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", validatorUrl: null, deepLinking: true});
"""
_ASSETS = {"swagger-ui.css": "text/css; charset=utf-8", "swagger-ui-bundle.js": "text/javascript; charset=utf-8"}


async def docs(request: Request) -> Response:
    """Show the OpenAPI document as a page."""
    if request.scope["query_string"]:
        parameters(request, ())
    return Bytes(_PAGE, "text/html; charset=utf-8", {"Content-Security-Policy": _CSP})


async def docs_part(request: Request) -> Response:
    """Give a part of the page, from the installed package that holds it."""
    name = request.path_params["name"]
    if name == "start.js":
        return Bytes(_START, "text/javascript; charset=utf-8")
    folder = _assets()
    if name not in _ASSETS or folder is None:
        raise Problem("no-such-path")
    return Bytes(await work((folder / name).read_bytes), _ASSETS[name], {"Cache-Control": "max-age=3600"})


@lru_cache(maxsize=1)
def _assets() -> Path | None:
    spec = find_spec("fastapi_offline")
    return Path(spec.origin).with_name("static") if spec and spec.origin else None


def declare(operations: Operations) -> None:
    """Declare the routes."""
    text = {"schema": {"type": "string"}}
    up = {200: answer("status-1", "it is")}
    operations.add("GET", "/healthz", healthz, tag="service", answers=up)
    operations.add("GET", "/readyz", readyz, tag="service", answers=up, may=["not-ready", "not-kept"])
    prometheus = {200: {"description": "metrics", "content": {CONTENT_TYPE_LATEST.partition(";")[0]: text}}}
    operations.add("GET", "/metrics", metrics, tag="service", role=Role.READ, answers=prometheus)
    document = {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}
    operations.add(
        "GET", "/openapi.json", openapi, tag="service", may=["bad-parameter", "no-such-path"],
        answers={200: document, 304: {"description": "as the client has it"}},
    )  # fmt: skip
    operations.router.add_api_route("/docs", docs, include_in_schema=False, response_model=None)
    operations.router.add_api_route("/docs/{name}", docs_part, include_in_schema=False, response_model=None)
