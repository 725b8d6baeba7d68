"""The app: the routes behind the door, and what lives as long as the service does.

`create_app` is the seam for a page: give it `pages`, a function that adds its routes to the app. They pass the same door (hosts, origins,
headers, the log) and find in `app.state` what the API uses: `shelf` (rulebooks), `recorder`, `doorkeeper`, `settings`, `telemetry`.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from http.client import METHOD_NOT_ALLOWED

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from precert import __version__, bootstrap
from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.request import RequestError
from precert.surfaces.documents import search
from precert.surfaces.http.door import App, Door, Receive, Scope, Send
from precert.surfaces.http.exchange import Bytes
from precert.surfaces.http.identity import Doorkeeper
from precert.surfaces.http.operation import Operations
from precert.surfaces.http.problem import KINDS, MEDIA_TYPE, Problem
from precert.surfaces.http.recorder import Recorder
from precert.surfaces.http.routes import declare_all, determinations
from precert.surfaces.http.rulebooks import Shelf
from precert.surfaces.http.settings import Settings, check
from precert.surfaces.http.telemetry import Telemetry
from precert.surfaces.http.threads import work

Pages = Callable[[FastAPI], object]


def create_app(settings: Settings, *, pages: Pages | None = None, telemetry: Telemetry | None = None) -> App:
    """Return the service as an ASGI app. Raises RequestError when its set-up would let strangers in."""
    check(settings)
    telemetry = telemetry or Telemetry()
    app = api(settings, telemetry)
    if pages is not None:
        pages(app)
    return Door(hurried(app), settings, telemetry)


def hurried(app: FastAPI) -> App:
    """Return the app with its hot path before it: one route is reached without the framework's machinery, which has it for the document."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != determinations.PATH or scope["method"] != "POST":
            await app(scope, receive, send)
            return
        scope["app"], scope["state"]["route"] = app, determinations.PATH
        response = await determinations.determine(Request(scope, receive, send))
        await response(scope, receive, send)

    return call


def api(settings: Settings, telemetry: Telemetry) -> FastAPI:
    """Return the routes, without the door."""
    app = FastAPI(
        title="precert", version=__version__, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=_life
    )
    app.state.settings, app.state.telemetry = settings, telemetry
    app.state.doorkeeper, app.state.recorder = Doorkeeper(settings), Recorder(telemetry)
    app.state.shelf = Shelf(telemetry)
    app.state.batches = asyncio.Semaphore(settings.limits.batches)
    app.state.uploads = asyncio.Semaphore(1)
    app.state.ready = False
    operations = app.state.operations = Operations()
    declare_all(operations)
    app.include_router(operations.router)
    for kind in (Problem, RequestError, StoreError, ReleaseError, HTTPException, ClientDisconnect, Exception):
        app.add_exception_handler(kind, _told)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """Open the rulebooks before the first question, and keep what is handed in after the last."""
    await _open(app)
    watching = asyncio.create_task(app.state.shelf.watch())
    # What is open now stays: the search for garbage need not go through it each time.
    gc.collect()
    gc.freeze()
    app.state.ready = True
    app.state.telemetry.log.info("ready")
    try:
        yield
    finally:
        app.state.ready = False
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await work(app.state.recorder.close)
        app.state.telemetry.log.info("stopped")


async def _open(app: FastAPI) -> None:
    try:
        for plan in await work(bootstrap.plans):
            book = await app.state.shelf.get(plan)
            await work(search.prepared, book)
    except (StoreError, ReleaseError, RequestError, Problem) as error:
        # It may come back; until then questions say that it is away.
        app.state.telemetry.error(error, "start")


async def _told(request: Request, error: Exception) -> Response:
    """Return what went wrong as a problem."""
    problem = await _problem(request, error)
    request_id = getattr(request.state, "request_id", None)
    return Bytes(problem.body(request_id), MEDIA_TYPE, problem.headers, problem.status)


async def _problem(request: Request, error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return _not_here(request, error)
    if isinstance(error, RequestError):
        return Problem(error.code if error.code in KINDS else "bad-field")
    if not isinstance(error, ClientDisconnect):
        request.app.state.telemetry.error(error, request.state.request_id)
    return Problem("not-kept" if isinstance(error, StoreError | ReleaseError) else "failed")


def _not_here(request: Request, error: HTTPException) -> Problem:
    """Return what is wrong with an address: nothing is there, or it takes other methods."""
    allowed = request.app.state.operations.methods(request.scope["path"])
    if allowed and request.method not in allowed:
        return Problem("method-not-allowed", headers={"Allow": ", ".join(allowed)})
    return Problem("method-not-allowed", headers=error.headers) if error.status_code == METHOD_NOT_ALLOWED else Problem("no-such-path")
