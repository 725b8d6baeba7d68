"""Who sits at the page: a visit, its token for forms, and the key that was shown at sign-in.

A visit is a random cookie that no script can read. Every form carries a token that follows from it and from this process alone, so
that no page of another site can send one. The key of somebody who signed in is kept in memory only, and is asked about at every
request: a key that is taken out opens nothing any more.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.requests import Request
from starlette.responses import Response

from precert.surfaces.http.exchange import admit
from precert.surfaces.http.identity import Identity, Role, unauthenticated
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.threads import work

COOKIE = "precert-visit"
_MOST = 1_000
"""How many may be signed in at once; the one who came first has to sign in again."""
_LENGTH = 43


class Visits:
    """The visits of one process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._keys: OrderedDict[str, str] = OrderedDict()

    def token(self, visit: str) -> str:
        """Return the token that the forms of a visit carry."""
        return hmac.new(self._secret, visit.encode(), hashlib.sha256).hexdigest()

    def key(self, visit: str) -> str | None:
        """Return the key that was shown in a visit."""
        return self._keys.get(visit)

    def sign_in(self, key: str) -> str:
        """Begin a visit of somebody with a key; return it."""
        visit = new_visit()
        self._keys[visit] = key
        while len(self._keys) > _MOST:
            self._keys.popitem(last=False)
        return visit

    def sign_out(self, visit: str) -> None:
        """Forget the key of a visit."""
        self._keys.pop(visit, None)


def new_visit() -> str:
    """Return a new visit's cookie."""
    return secrets.token_urlsafe(32)


def of(request: Request) -> Visits:
    """Return the visits of the service."""
    visits: Visits = request.app.state.visits
    return visits


def visit(request: Request) -> str:
    """Return the visit that a request belongs to: the one its cookie names, or a new one."""
    found: str | None = getattr(request.state, "visit", None)
    if found is None:
        found = request.state.visit = _shown(request) or new_visit()
    return found


def _shown(request: Request) -> str | None:
    try:
        told = SimpleCookie(request.state.headers.get(b"cookie", b"").decode("latin-1")).get(COOKIE)
    except CookieError:
        return None
    return told.value if told and len(told.value) == _LENGTH and told.value.isascii() else None


def remember(request: Request, response: Response, named: str | None = None) -> None:
    """Send the cookie of a visit, where the browser does not have it."""
    now = named or visit(request)
    if now != _shown(request):
        # Lax: who follows a link to here stays signed in; what another site posts carries no cookie, and no token either.
        response.set_cookie(COOKIE, now, httponly=True, samesite="lax", secure=request.url.scheme == "https")


def guard(request: Request, form: Mapping[str, object]) -> None:
    """Refuse a form that is none of this visit's. Raises Problem `wrong-origin`."""
    shown, sent = _shown(request), form.get("csrf")
    if shown is None or not isinstance(sent, str) or not hmac.compare_digest(of(request).token(shown).encode(), sent.encode()):
        raise Problem("wrong-origin")


async def admitted(request: Request, role: Role) -> Identity:
    """Return who asks, if they may: by the key of the visit, or by the headers that the API takes. Raises Problem."""
    told = request.state.headers
    if b"x-api-key" in told or b"authorization" in told:
        return await admit(request, role)
    key = of(request).key(visit(request))
    keeper = request.app.state.doorkeeper
    identity: Identity = await work(keeper.find, None, f"Bearer {key}") if key else keeper.find(None, None)
    request.state.identity = identity
    if role not in identity.roles:
        raise Problem("forbidden") if key else unauthenticated()
    return identity


def roles(request: Request) -> frozenset[Role]:
    """Return what whoever asks may do, as far as it is known already."""
    identity: Identity | None = getattr(request.state, "identity", None)
    return identity.roles if identity else frozenset()
