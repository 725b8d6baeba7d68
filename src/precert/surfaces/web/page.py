"""How a page is drawn: templates that escape everything, a policy that lets in nothing but our own files, and errors in words."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache, wraps
from http.client import METHOD_NOT_ALLOWED
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from precert import __version__
from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.request import RequestError
from precert.requirement.explain import DISCLAIMER
from precert.surfaces import words
from precert.surfaces.http.exchange import Bytes, body, typed
from precert.surfaces.http.identity import Role
from precert.surfaces.http.problem import KINDS, Problem
from precert.surfaces.http.threads import work
from precert.surfaces.plain import visible
from precert.surfaces.web import session

HTML, FORM = "text/html; charset=utf-8", "application/x-www-form-urlencoded"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Vary": "Cookie"}
_MEDIA = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_HERE = "precert.surfaces.web"
_QUALITY = re.compile(r"(?:^|;)\s*q=([01](?:\.[0-9]{0,3})?)\s*(?:;|$)", re.ASCII)

Endpoint = Callable[[Request], Awaitable[Response]]


def _folder(name: str) -> Traversable:
    return files(_HERE).joinpath(name)


@lru_cache(maxsize=1)
def static() -> dict[str, tuple[bytes, str, str]]:
    """Return our files by name: their bytes, media type, and digest."""
    found = {}
    for each in _folder("static").iterdir():
        data = each.read_bytes()
        found[each.name] = (data, _MEDIA[each.name.rpartition(".")[2]], hashlib.sha256(data).hexdigest()[:16])
    return found


async def file(request: Request) -> Response:
    """Give one of our files. Its address changes with what is in it, so a browser may keep it."""
    name, asked = request.path_params["name"], request.path_params["digest"]
    if name not in static():
        raise Problem("no-such-path")
    data, media, digest = static()[name]
    cache = "public, max-age=31536000, immutable" if asked == digest else "no-cache"
    return Bytes(data, media, {"Cache-Control": cache})


# -- templates -------------------------------------------------------------------------------------------------------------


def _address(name: str) -> str:
    return f"/static/{static()[name][2]}/{name}"


def _source(name: str) -> str | None:
    found = _folder("templates").joinpath(name)
    return found.read_text("utf-8") if found.is_file() else None


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    made.filters |= {"visible": visible, "short": short, "plain": plain, "counted": words.counted, "listed": _listed, "cut": cut}
    made.globals |= {"static": _address, "disclaimer": DISCLAIMER, "version": __version__, "Role": Role}
    return made


def _listed(named: list[str], last: str = "and") -> str:
    return words.listed(list(named), last)


def short(digest: str) -> str:
    """Return the first digits of a content address: enough to tell it apart."""
    return digest.removeprefix("sha256:")[:12]


def plain(code: str) -> str:
    """Write a stable code as words."""
    return code.replace("-", " ").replace("_", " ")


LONGEST = 400


def cut(text: str, most: int = LONGEST) -> str:
    """Cut off a text that is longer than anybody reads, and say so."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters in all)"


def drawn(request: Request, template: str, **values: object) -> str:
    """Draw a template."""
    identity = getattr(request.state, "identity", None)
    return (
        _templates()
        .get_template(template)
        .render(
            **values,
            csrf=session.of(request).token(session.visit(request)),
            path=request.url.path,
            subject=identity.subject if identity else None,
            roles=session.roles(request),
            signed_in=session.of(request).key(session.visit(request)) is not None,
        )
    )


def show(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    """Return a page."""
    response = Bytes(drawn(request, template, **values).encode(errors="replace"), HTML, _HEADERS, status)
    session.remember(request, response)
    return response


def download(data: str, media_type: str, name: str) -> Response:
    """Return a file to keep."""
    return Bytes(data.encode(), media_type, {"Content-Disposition": f'attachment; filename="{name}"'})


def moved(to: str) -> Response:
    """Send the browser to another page, after something was done."""
    return Response(status_code=303, headers={"Location": to})


# -- routes ----------------------------------------------------------------------------------------------------------------


def route(path: str, endpoint: Endpoint, *, role: Role | None = Role.READ, methods: tuple[str, ...] = ("GET",)) -> Route:
    """Return a route to a page that somebody with a role may see."""

    @wraps(endpoint)
    async def shown(request: Request) -> Response:
        request.scope["state"]["route"] = path
        try:
            if role is not None:
                await session.admitted(request, role)
            return await endpoint(request)
        except (Problem, RequestError, StoreError, ReleaseError) as error:
            return _failed(request, error)

    return Route(path, shown, methods=[*methods])


def _failed(request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        code, told = error.code, KINDS[error.code].title
    elif isinstance(error, RequestError):
        code, told = error.code, str(error)
    else:
        request.app.state.telemetry.error(error, request.state.request_id)
        code, told = "not-kept", KINDS["not-kept"].title
    kind = KINDS.get(code)
    status = kind.status if kind else 422
    if code in ("unauthenticated", "forbidden"):
        return show(request, "sign_in.html", status=status, wrong=False, forbidden=code == "forbidden", to=request.url.path)
    return _refused(request, code, status, told)


def _refused(request: Request, code: str, status: int, told: str) -> Response:
    lost, old = code == "no-such-path", code == "wrong-origin"
    return show(request, "error.html", status=status, told=told, lost=lost, old=old, request_id=request.state.request_id)


def preferred(request: Request) -> bool:
    """Tell whether whoever asks would rather have a page than JSON: a browser names HTML before all else."""
    told = request.state.headers.get(b"accept", b"").decode("latin-1").lower()
    weights = {kind.strip(): _weight(rest) for kind, _, rest in (each.partition(";") for each in told.split(","))}
    return weights.get("text/html", 0) > max(weights.get(kind, 0) for kind in ("application/json", "application/problem+json"))


def _weight(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    return float(found[1]) if found else 1


def lost(request: Request, error: HTTPException) -> Response:
    """Show that nothing is at an address, or that it takes another method. What was asked for is not repeated."""
    code = "method-not-allowed" if error.status_code == METHOD_NOT_ALLOWED else "no-such-path"
    shown = _refused(request, code, KINDS[code].status, KINDS[code].title)
    shown.headers.update(error.headers or {})
    return shown


async def form(request: Request) -> dict[str, str]:
    """Read a form of this visit: each field once. Raises Problem."""
    limits = request.app.state.settings.limits
    typed(request, FORM)
    data = await body(request, limits.case, limits.body_seconds)
    return await work(_fields, request, data)


def _fields(request: Request, data: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1_000)
    except ValueError:
        raise Problem("bad-field") from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem("bad-field")
    session.guard(request, found)
    return found


def given(request: Request) -> dict[str, Any]:
    """Return the query's fields as they were sent, the first of each; a page shows what it cannot read."""
    found: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(name, value)
    return found
