"""Type-ahead: a search takes as long as what it finds, not as long as the list."""

import random
import time
from dataclasses import replace
from typing import Any

import pytest

import precert
from precert.surfaces.documents.search import Words, find, read, words_of
from tests.http.test_api import fits


def plainly(listings: Any, asked: list[str]) -> list[Any]:  # noqa: ANN401 - listings
    """The same search, row by row."""
    return [each for each in listings if all(any(word.startswith(one) for word in words_of(each)) for one in asked)]


@pytest.mark.parametrize(
    "query", ["22", "2", "lumbar", "LUMBAR sp", "spine 22551", "unlisted cerv", "zzz", "s s s", "22551 63081", "l8680", "e", "0"]
)
def test_the_words_in_order_find_what_a_look_at_every_row_finds(query: str) -> None:
    for plan in ("cigna-commercial", "health-alliance-medical"):
        book = precert.rulebook(plan)
        wanted = plainly(book, read(query))
        found = find(read(query), [book], 5000)
        assert [listing for _, listing in found.hits] == wanted
        assert (found.count, found.codes) == (len(wanted), len({each.code for each in wanted}))


def test_it_answers_while_somebody_types_at_60_000_codes() -> None:
    rows = [*precert.rulebook("cigna-commercial")]
    draw = random.Random(1)
    many = [replace(draw.choice(rows), code=f"{number:05d}") for number in range(60_000)]
    words = Words(many)
    taken = []
    for query in ("2", "22", "225", "22551", "s", "spine", "spine lumbar", "e", "1 m", "radiology 7"):
        start = time.perf_counter()
        found = words.find(read(query))
        taken.append(time.perf_counter() - start)
        if query in ("225", "spine lumbar"):
            assert [many[at] for at in sorted(found)] == plainly(many, read(query))
    assert max(taken) < 2  # does not run away; the figure stands in docs/http.md


def test_what_is_found_fits_its_schema() -> None:
    from precert.surfaces.documents import search  # noqa: PLC0415 - beside its functions

    found = find(read("lumbar"), [precert.rulebook("cigna-commercial")], 3)
    told = fits(search.document("lumbar", None, found))
    assert (told["count"], len(told["hits"])) == (found.count, 3)
