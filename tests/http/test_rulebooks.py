"""The rulebooks at hand: opened once, and while one is opened nobody looks for garbage among what it is made of."""

import asyncio
import gc
from datetime import date
from pathlib import Path

import pytest

from precert import bootstrap
from precert.bootstrap import Rulebook
from precert.request import RequestError
from precert.surfaces.http.rulebooks import Shelf
from precert.surfaces.http.telemetry import Telemetry

PLAN = "cigna-commercial"


def test_a_rulebook_is_opened_once_without_a_look_for_garbage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path))
    real, seen = bootstrap.rulebook, list[bool]()

    def opened(plan: str, known_at: str | date | None = None) -> Rulebook:
        seen.append(gc.isenabled())
        return real(plan, known_at)

    monkeypatch.setattr(bootstrap, "rulebook", opened)

    async def several() -> list[Rulebook]:
        shelf = Shelf(Telemetry())
        found = await asyncio.gather(*[shelf.get(PLAN) for _ in range(5)])
        assert shelf._preparing is not None
        await shelf._preparing
        return [*found, await shelf.get(PLAN)]

    frozen = gc.get_freeze_count()
    try:
        books = asyncio.run(several())
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
    assert {id(each) for each in books} == {id(books[0])}
    assert seen == [False]


def test_one_that_cannot_be_opened_leaves_the_look_for_garbage_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path))
    with pytest.raises(RequestError):
        asyncio.run(Shelf(Telemetry()).get("nobody"))
    gc.unfreeze()
    assert gc.isenabled()
