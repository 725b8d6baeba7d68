"""The door: every request and every answer passes it, a page's as well as the API's.

It gives the request an id, refuses what addresses another host or comes from a page of another site, puts the security headers on
the answer, turns whatever goes wrong into a problem, and tells the log and the metrics. Plain ASGI, because all of it is paid for
by every request.
"""

import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from starlette.middleware.gzip import GZipMiddleware

from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.surfaces.http.problem import MEDIA_TYPE, Problem
from precert.surfaces.http.settings import Settings
from precert.surfaces.http.telemetry import NO_ROUTE, Telemetry

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# A page brings its own; what is no page needs nothing.
_DEFAULTS = {
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",
    b"vary": b"Accept-Encoding",
}
_LEAST_COMPRESSED, _LEVEL = 1024, 5
_SAFE = frozenset({"GET", "HEAD"})
_OTHER_SITES = frozenset({b"cross-site", b"same-site"})


class Told(dict[bytes, bytes]):
    """A request's headers by name, in lower case, as far as the door and the routes look at them."""

    once = frozenset({b"host", b"origin", b"content-length", b"content-type", b"authorization", b"x-api-key", b"content-encoding"})

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        super().__init__()
        for name, value in headers:
            if name in self and name in self.once:
                raise Problem("malformed")
            self[name] = value


class Door:
    """Stands before an app."""

    def __init__(self, app: App, settings: Settings, telemetry: Telemetry) -> None:
        self._app, self._telemetry = app, telemetry
        # Whoever takes no compressed answer does not pay for what compresses.
        self._compressing: App = GZipMiddleware(app, minimum_size=_LEAST_COMPRESSED, compresslevel=_LEVEL)
        self._hosts = frozenset(each.lower().encode() for each in settings.hosts)
        self._at_once, self._proxies = settings.limits.at_once, settings.authenticated
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await _Visit(scope, send).through(self, receive)

    def refusal(self, scope: Scope, told: Told) -> str | None:
        """Return why a request is not let in."""
        if not _named(told.get(b"host", b""), self._hosts):
            return "wrong-host"
        if not self._proxies and (b"forwarded" in told or b"x-forwarded-for" in told):
            return "proxied"
        origin = told.get(b"origin")
        if origin is not None and origin.partition(b"://")[2] != told[b"host"]:
            return "wrong-origin"
        if scope["method"] not in _SAFE and told.get(b"sec-fetch-site") in _OTHER_SITES:
            return "wrong-origin"
        return "busy" if self._under_way > self._at_once else None


class _Visit:
    """One request on its way through the door."""

    __slots__ = ("id", "scope", "send", "started", "status")

    def __init__(self, scope: Scope, send: Send) -> None:
        self.id = secrets.token_hex(8)
        self.scope, self.send, self.started, self.status = scope, send, time.perf_counter(), 0

    async def through(self, door: Door, receive: Receive) -> None:
        telemetry = door._telemetry  # noqa: SLF001 - a visit is the door's own
        door._under_way += 1  # noqa: SLF001
        state = self.scope.setdefault("state", {})
        state["request_id"] = self.id
        try:
            await self._let_in(door, receive, state)
        except Problem as problem:
            await self._tell(problem)
        except (StoreError, ReleaseError) as error:
            telemetry.error(error, self.id)
            await self._tell(Problem("not-kept"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the client learns nothing but the id to ask for
            telemetry.error(error, self.id)
            await self._tell(Problem("failed"))
        finally:
            door._under_way -= 1  # noqa: SLF001
            identity, route = state.get("identity"), self.scope.get("route")
            telemetry.request(
                request_id=self.id,
                method=self.scope["method"],
                route=getattr(route, "path", None) or state.get("route") or NO_ROUTE,
                status=self.status or 499,
                seconds=time.perf_counter() - self.started,
                subject=identity.subject if identity else None,
            )

    async def _let_in(self, door: Door, receive: Receive, state: dict[str, Any]) -> None:
        told = state["headers"] = Told(self.scope["headers"])
        refused = door.refusal(self.scope, told)
        if refused:
            raise Problem(refused)
        app = door._compressing if b"gzip" in told.get(b"accept-encoding", b"") else door._app  # noqa: SLF001
        await app(self.scope, receive, self.answer)

    async def answer(self, message: Message) -> None:
        """Send a part of the answer; its head gets the headers that all answers have."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message["headers"]
            present = {name.lower() for name, _ in headers}
            more = [(name, value) for name, value in _DEFAULTS.items() if name not in present]
            message["headers"] = [*headers, *more, *SECURITY, (b"x-request-id", self.id.encode())]
        await self.send(message)

    async def _tell(self, problem: Problem) -> None:
        if self.status:
            return  # the answer had begun: what is left is to break off
        body = problem.body(self.id)
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        await self.answer({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def _named(host: bytes, hosts: frozenset[bytes]) -> bool:
    name, colon, port = host.rpartition(b":")
    if not colon or host.endswith(b"]"):
        name, port = host, b"0"
    return port.isdigit() and name.lower() in hosts
