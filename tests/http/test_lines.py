"""The lines of a streamed body: whole, in order, and bounded."""

import asyncio
import random
from collections.abc import MutableMapping
from typing import Any

import pytest

from precert.surfaces.http.lines import Lines
from precert.surfaces.http.settings import Limits


def read(data: bytes, *, seed: int = 0, most: int = 7, **limits: Any) -> tuple[list[tuple[int, bytes]], Lines]:  # noqa: ANN401 - passed on
    """Read lines of a body that arrives in pieces of any length."""
    draw = random.Random(seed)
    pieces: list[bytes] = []
    while data:
        size = draw.randint(1, 40)
        pieces.append(data[:size])
        data = data[size:]

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": pieces.pop(0) if pieces else b"", "more_body": bool(pieces)}

    async def all_of() -> tuple[list[tuple[int, bytes]], Lines]:
        lines = Lines(receive, Limits(**limits))
        found = [each async for several in lines.several(most) for each in several]
        return found, lines

    return asyncio.run(all_of())


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n"])
def test_every_line_is_read_once_and_numbered(seed: int, end: bytes) -> None:
    kept = [str(number).encode() * (number % 9 + 1) for number in range(60)]
    kept[10] = b"  "
    found, lines = read(b"\n".join(kept) + end, seed=seed)
    assert [(number, data.strip()) for number, data in found] == [(at, each) for at, each in enumerate(kept, 1) if each.strip()]
    assert lines.broken is None


@pytest.mark.parametrize(
    ("limits", "code", "before"),
    [({"case": 20}, "too-large", 2), ({"batch": 30}, "too-large", 0), ({"batch_cases": 2}, "too-many-lines", 2)],
)
def test_limits_break_off(limits: dict[str, int], code: str, before: int) -> None:
    found, lines = read(b"a\nb\n" + b"c" * 50 + b"\nd\n", seed=3, most=1, **limits)
    assert lines.broken is not None
    assert lines.broken.code == code
    assert len(found) >= before
    assert all(data in (b"a", b"b") for _, data in found)


def test_a_sender_who_stops_is_not_waited_for() -> None:
    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(5)
        raise AssertionError

    async def all_of() -> Lines:
        lines = Lines(receive, Limits(body_seconds=0.01))
        assert [each async for each in lines.several(3)] == []
        return lines

    broken = asyncio.run(all_of()).broken
    assert broken is not None
    assert broken.code == "too-slow"
