"""Releases, drafts and decisions to keep. The store does not read releases, so these are any bytes with a true address."""

import random
from datetime import UTC, date, datetime, timedelta

from precert.facts.release import address
from precert.ports import Decision, Draft, Published

PLAN, LIST = "plan-a", "list-a"
DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def release(number: int, size: int = 3000) -> bytes:
    """Return the bytes of a release: its number first, then noise, so that a torn one is no other one."""
    return f"{number}\n".encode() + random.Random(number).randbytes(size)


def number(data: bytes) -> int:
    """Return the number of a release."""
    return int(data.split(b"\n", 1)[0])


def publication(data: bytes, *, list_id: str = LIST, days: int = 0) -> Published:
    return Published(id=address(data), plan=PLAN, list=list_id, known_at=DAY + timedelta(days=days))


def draft(list_id: str = LIST, data: bytes = b"a document", profile: bytes = b"a profile") -> Draft:
    return Draft(plan=PLAN, list=list_id, name="list.txt", data=data, profile=profile, ingested_at=NOON)


def decision(list_id: str = LIST, row: str = "row-1", code: str | None = "63081") -> Decision:
    return Decision(list=list_id, row=row, action="accept", proposal="p1", code=code, by="a nurse", at=NOON, why="read on page 3")
