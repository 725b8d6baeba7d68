"""uvicorn's HTTP protocol, with limits it does not have: how long and how large the headers of a request may be.

Without them a client that sends a byte now and then holds a connection for ever, and one that never ends its headers fills the memory.
"""

import asyncio
import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from precert.surfaces.http.door import SECURITY
from precert.surfaces.http.problem import KINDS, MEDIA_TYPE, Problem
from precert.surfaces.http.settings import Limits

_REASONS = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large"}
_MOST_HEADERS = 100
_LINGER = 1.0
"""Seconds to let a client read why it was refused."""


class Guarded(HttpToolsProtocol):
    """One connection."""

    limits = Limits()

    _reading_head = True
    _received = 0
    _refused = "malformed"
    _told_off = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin: the headers of the first request have so long."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._told_off or self.transport.is_closing():
            return
        if self._reading_head:
            self._received += len(data)
        super().data_received(data)
        if self._reading_head and self._received > self.limits.headers and not self.transport.is_closing():
            self._refuse("headers-too-large")
        if self._idle() and self._deadline is None:
            self._wait()

    # -- what the parser tells ---------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._reading_head = True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        super().on_url(url)
        self._bounded()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        super().on_header(name, value)
        self._bounded()

    def _bounded(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self.limits.headers or len(self.headers) > _MOST_HEADERS:
            self._refused = "headers-too-large"
            raise ValueError

    def on_headers_complete(self) -> None:
        """End the headers."""
        self._reading_head, self._received = False, 0
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a request: the next bytes are the head of another."""
        self._reading_head, self._received = True, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """End an answer. What is left of a body that was refused is let run by for so long."""
        super().on_response_complete()
        if not self._reading_head and not self.transport.is_closing():
            self._wait()

    # -- time --------------------------------------------------------------------------------------------------------------

    def _idle(self) -> bool:
        return not self._told_off and not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete)

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(self.limits.header_seconds, self._too_late)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if not self._idle():
            return
        if self._reading_head and self._received:
            self._refuse("too-slow")
        else:
            self.transport.close()

    # -- refusals ----------------------------------------------------------------------------------------------------------

    def _refuse(self, code: str) -> None:
        self._refused = code
        self.send_400_response("")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature; its message is not ours
        """Answer what is no request that can be read, and close."""
        if self._told_off or self.transport.is_closing():
            return
        status = KINDS[self._refused].status
        body = json.dumps(Problem(self._refused).members()).encode()
        head = [
            f"HTTP/1.1 {status} {_REASONS[status]}".encode(),
            b"content-type: " + MEDIA_TYPE.encode(),
            b"content-length: " + str(len(body)).encode(),
            b"connection: close",
            b"cache-control: no-store",
            *(name + b": " + value for name, value in SECURITY),
        ]
        self.transport.write(b"\r\n".join([*head, b"", body]))
        # Closed while more is arriving, a connection is reset, and the client may never see what it was told.
        self._told_off = True
        self._stop_waiting()
        self._deadline = self.loop.call_later(_LINGER, self.transport.close)
        self.transport.write_eof()
