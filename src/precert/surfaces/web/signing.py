"""Signing in with a key, where keys are set up, and out again."""

import re

from starlette.requests import Request
from starlette.responses import Response

from precert.surfaces.http.problem import Problem
from precert.surfaces.http.threads import work
from precert.surfaces.web import page, session

_PATH = re.compile(r"/(?:[A-Za-z0-9._-]+/?)*", re.ASCII)


async def sign_in(request: Request) -> Response:
    """Begin a visit of somebody who shows a key or a token."""
    if request.method != "POST":
        return page.show(request, "sign_in.html", wrong=False, forbidden=False, to="/")
    sent = await page.form(request)
    key, to = sent.get("key", "").strip(), sent.get("to", "/")
    to = to if _PATH.fullmatch(to) else "/"
    try:
        request.state.identity = await work(request.app.state.doorkeeper.find, None, f"Bearer {key}")
    except Problem:
        return page.show(request, "sign_in.html", status=401, wrong=True, forbidden=False, to=to)
    session.of(request).sign_out(session.visit(request))
    response = page.moved(to)
    session.remember(request, response, session.of(request).sign_in(key))
    return response


async def sign_out(request: Request) -> Response:
    """End the visit."""
    await page.form(request)
    session.of(request).sign_out(session.visit(request))
    response = page.moved("/")
    session.remember(request, response, session.new_visit())
    return response
