"""The pages of the service, and where each is; and what a browser is shown where nothing is."""

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from precert.surfaces.http.identity import Role
from precert.surfaces.http.threads import work
from precert.surfaces.web import adding, anesthesia, codes, compare, desk, find, lists, order, page, records, session, signing

BOTH, POST = ("GET", "POST"), ("POST",)

Handler = Callable[[Request, Exception], Awaitable[Response]]


def pages(app: FastAPI) -> None:
    """Add the pages to the service: `create_app` takes this."""
    app.state.visits, app.state.jobs = session.Visits(), adding.Jobs()
    routes = [
        page.route("/static/{digest}/{name}", page.file, role=None),
        page.route("/", order.order, methods=BOTH),
        page.route("/preview", order.preview, methods=POST),
        page.route("/proof", order.proof, methods=POST),
        page.route("/records", records.opened),
        page.route("/records/{id}.txt", records.as_text),
        page.route("/records/{id}.json", records.as_json),
        page.route("/records/{id}", records.record),
        page.route("/suggest", find.suggest),
        page.route("/codes", codes.found),
        page.route("/codes/{code}", codes.code),
        page.route("/rows/{sha256}", codes.row),
        page.route("/lists", lists.index),
        page.route("/lists/{list}.csv", lists.as_csv),
        page.route("/lists/{list}", lists.browse),
        page.route("/changes", compare.changes, methods=BOTH),
        page.route("/crosswalk", compare.side_by_side, methods=BOTH),
        page.route("/anesthesia", anesthesia.helper),
        page.route("/ingest", adding.add, role=Role.REVIEW, methods=BOTH),
        page.route("/ingest/{job}", adding.job, role=Role.REVIEW),
        page.route("/ingest/{job}/state", adding.state, role=Role.REVIEW),
        page.route("/review", desk.queues, role=Role.REVIEW),
        page.route("/review/{list}", desk.queue, role=Role.REVIEW, methods=BOTH),
        page.route("/review/{list}/publish", desk.publish, role=Role.PUBLISH, methods=POST),
        page.route("/sign-in", signing.sign_in, role=None, methods=BOTH),
        page.route("/sign-out", signing.sign_out, role=None, methods=POST),
    ]
    app.router.routes.extend(routes)
    app.add_exception_handler(HTTPException, _lost(cast("Handler", app.exception_handlers[HTTPException])))


def _lost(otherwise: Handler) -> Handler:
    """Return what answers an address where nothing is: a page for whoever would rather have one, unless the API was meant."""

    async def answer(request: Request, error: Exception) -> Response:
        path = request.scope["path"]
        if path == "/v1" or path.startswith("/v1/") or not page.preferred(request):
            return await otherwise(request, error)
        assert isinstance(error, HTTPException)
        return await work(page.lost, request, error)

    return answer
