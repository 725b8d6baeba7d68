"""What every route does with a request and an answer: who may, what came, what goes back.

Routes use these and nothing of their own, so that a rule of the edge stands once.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from precert import __version__
from precert.requirement import SEMANTICS
from precert.surfaces.http import strict
from precert.surfaces.http.door import Told
from precert.surfaces.http.identity import Doorkeeper, Identity, Role, unauthenticated
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.settings import Limits
from precert.surfaces.http.threads import work

JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
SCHEMA_STATUS = "precert.status/1"
PIECE = 64 << 10
"""Bytes of an answer that are sent, and compressed, at a time: others are answered between two pieces."""

# -- who -------------------------------------------------------------------------------------------------------------------


async def admit(request: Request, role: Role) -> Identity:
    """Return who asks, if they may. Raises Problem `unauthenticated` or `forbidden`."""
    told: Told = request.state.headers
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    key, token = told.get(b"x-api-key"), told.get(b"authorization")
    if key is None and token is not None:
        # A token may make us ask its issuer for keys.
        identity = await work(doorkeeper.find, None, _text(token))
    else:
        identity = doorkeeper.find(_text(key), None)
    request.state.identity = identity
    if role not in identity.roles:
        raise Problem("forbidden") if key or token else unauthenticated()
    return identity


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("latin-1")


# -- what came -------------------------------------------------------------------------------------------------------------


def parameters(request: Request, known: Iterable[str], *, lists: Iterable[str] = ()) -> dict[str, Any]:
    """Return the query's parameters: each known, and once unless it may be a list. Raises Problem `bad-parameter`."""
    query: bytes = request.scope["query_string"]
    several = frozenset(lists)
    found: dict[str, Any] = {}
    if not query:
        return {}
    names = {*known, *several}
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise Problem("bad-parameter") from None
    for name, value in pairs:
        if name not in names or (name in found and name not in several):
            raise Problem("bad-parameter", name if name in names else None)
        if name in several:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def matched(given: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str | None:
    """Return a parameter of a form; None where it is not given. Raises Problem `bad-parameter`."""
    value = given.get(name)
    if value is not None and not pattern.fullmatch(value):
        raise Problem("bad-parameter", name)
    return value


def truth(given: Mapping[str, Any], name: str) -> bool:
    """Return a parameter that is `true` or `false`; false where it is not given."""
    value = given.get(name, "false")
    if value not in ("true", "false"):
        raise Problem("bad-parameter", name)
    return bool(value == "true")


def typed(request: Request, media_type: str) -> None:
    """Refuse a body of another media type, or one that is compressed. Raises Problem `unsupported-media-type`."""
    told: Told = request.state.headers
    kind, _, rest = told.get(b"content-type", b"").partition(b";")
    charset = rest.strip().lower()
    ours = kind.strip().lower() == media_type.encode() and (charset in (b"", b"charset=utf-8", b'charset="utf-8"') or media_type == FORM)
    if not ours or told.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise Problem("unsupported-media-type")


FORM = "multipart/form-data"


def sized(request: Request, most: int) -> None:
    """Refuse a body that says it is larger. Raises Problem `too-large`."""
    told: Told = request.state.headers
    length = told.get(b"content-length", b"0")
    if len(length) > 19 or not length.isdigit():  # noqa: PLR2004 - more digits than any length has
        raise Problem("malformed")
    if int(length) > most:
        raise Problem("too-large")


async def document(request: Request) -> Any:  # noqa: ANN401 - JSON values have no better type
    """Read a body that is one JSON document. Raises Problem."""
    limits: Limits = request.app.state.settings.limits
    typed(request, JSON)
    data = await body(request, limits.case, limits.body_seconds)
    return strict.read(data) if len(data) <= PIECE else await work(strict.read, data)


async def body(request: Request, most: int, seconds: float) -> bytes:
    """Read a body whole, of so many bytes at most and within so many seconds. Raises Problem."""
    sized(request, most)
    receive = request.receive
    message = await receive() if request.state.headers.get(b"content-length") == b"0" else None
    if message is not None:
        return b""
    try:
        async with asyncio.timeout(seconds):
            return await _whole(receive, most)
    except TimeoutError:
        raise Problem("too-slow", headers={"Connection": "close"}) from None


async def _whole(receive: Receive, most: int) -> bytes:
    data = b""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        data = message.get("body", b"")
        more, size = message.get("more_body", False), size + len(data)
        if size > most:
            raise Problem("too-large")
        parts.append(data)
    return data if len(parts) == 1 else b"".join(parts)


# -- what goes back --------------------------------------------------------------------------------------------------------


class Bytes(Response):
    """An answer that is bytes already. A long one is sent in pieces, so that compressing it holds nobody up."""

    def __init__(self, content: bytes, media_type: str = JSON, headers: Mapping[str, str] | None = None, status: int = 200) -> None:
        self.body, self.status_code, self.background = content, status, None
        self.raw_headers = [
            (b"content-type", media_type.encode()),
            *((name.lower().encode(), value.encode()) for name, value in (headers or {}).items()),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it."""
        whole = len(self.body) <= PIECE
        length = [(b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": self.status_code, "headers": [*self.raw_headers, *length]})
        if whole:
            await send({"type": "http.response.body", "body": self.body})
            return
        for at in range(0, len(self.body), PIECE):
            with anyio.fail_after(60):
                last = at + PIECE >= len(self.body)
                await send({"type": "http.response.body", "body": self.body[at : at + PIECE], "more_body": not last})
            await asyncio.sleep(0)


def members(told: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Bytes:
    """Return JSON members as an answer."""
    return Bytes(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), JSON, headers)


class Streamed(Response):
    """An answer that is made while it is sent, and while its request still arrives; a client who takes none of it is let go."""

    def __init__(self, pieces: AsyncGenerator[bytes], media_type: str, seconds: float) -> None:
        self._pieces, self._seconds, self.status_code, self.background = pieces, seconds, 200, None
        self.raw_headers = [(b"content-type", media_type.encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": [*self.raw_headers]})
            async for piece in self._pieces:
                with anyio.fail_after(self._seconds):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await self._pieces.aclose()


def tag(*parts: object) -> str:
    """Return the ETag of what follows from these parts and this software alone. Weak: an answer may be sent compressed."""
    told = "\n".join(map(str, (__version__, SEMANTICS, *parts)))
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def unchanged(request: Request, etag: str) -> Response | None:
    """Return the answer that says that the client has it already, if it does."""
    told: Told = request.state.headers
    given = told.get(b"if-none-match", b"").decode("latin-1")
    held = {each.strip().removeprefix("W/") for each in given.split(",")}
    if etag.removeprefix("W/") in held or given.strip() == "*":
        return Response(status_code=304, headers=cached(etag))
    return None


def cached(etag: str) -> dict[str, str]:
    """Return the headers of an answer that may be kept, and is to be asked for again."""
    return {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Encoding"}
