"""The lines of a body, while it is being sent: nothing is read that has not been asked for, so a sender waits for the answers."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from precert.surfaces.http.problem import Problem
from precert.surfaces.http.settings import Limits


class Lines:
    """The lines of one body, numbered from 1; blank ones are counted and left out."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive, self._limits = receive, limits
        self._rest = bytearray()
        self._taken, self._more = 0, True
        self.number = 0
        """How many lines were read."""
        self.broken: Problem | None = None
        """Why the rest was not read, if it was not."""

    async def several(self, most: int) -> AsyncIterator[list[tuple[int, bytes]]]:
        """Yield lines with their numbers, some at a time: what has arrived, and no more than so many."""
        while self.broken is None and (self._more or self._rest):
            found = self._whole(most)
            if found:
                yield found
            elif self._more:
                await self._read_on()
            else:
                self._rest.clear()

    def _whole(self, most: int) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        while len(found) < most and self.broken is None:
            line = self._next()
            if line is None:
                break
            self.number += 1
            if line.strip():
                found.append((self.number, line))
        return found

    def _next(self) -> bytes | None:
        end = self._rest.find(b"\n")
        if end < 0 and (self._more or not self._rest):
            self._bounded(len(self._rest))
            return None
        line = bytes(self._rest[: end if end >= 0 else len(self._rest)])
        del self._rest[: end + 1 if end >= 0 else len(self._rest)]
        self._bounded(len(line))
        if self.number >= self._limits.batch_cases:
            self.broken = Problem("too-many-lines")
        return None if self.broken else line

    def _bounded(self, size: int) -> None:
        if size > self._limits.case:
            self.broken = Problem("too-large")

    async def _read_on(self) -> None:
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                message = await self._receive()
        except TimeoutError:
            self.broken = Problem("too-slow")
            return
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        data = message.get("body", b"")
        self._taken, self._more = self._taken + len(data), message.get("more_body", False)
        self._rest += data
        if self._taken > self._limits.batch:
            self.broken = Problem("too-large")


def bounded(receive: Receive, most: int, seconds: float) -> Receive:
    """Return the same, of so many bytes at most and so many seconds a piece. It raises Problem."""
    taken = 0

    async def next_piece() -> Message:
        nonlocal taken
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            raise Problem("too-slow", headers={"Connection": "close"}) from None
        taken += len(message.get("body", b""))
        if taken > most:
            raise Problem("too-large")
        return message

    return next_piece
