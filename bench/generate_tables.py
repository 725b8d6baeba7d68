"""The tables of many made-up plans, prepared once: what screening and the plain join each take for granted.

Five lists are tabulated, and each stands under ten plans: 3,000,000 codes are tabulated in minutes that way, not in an hour. Every
plan has its own numbers for what its lines are asked, so nothing is shared between them at the time of screening.
"""

import gc
import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.generate import KNOWN_AT, indexes, plan_name, raw_lists
from precert.batch.screen import Book
from precert.batch.tabulate import Meaning, Named, Tables, tabulate
from precert.facts.compile import Index, compile_releases

LISTS = 5
ENTRY = pa.schema(
    [
        *(("plan", pa.string()), ("code", pa.string()), ("first", pa.date32()), ("last", pa.date32())),
        *(("segment", pa.string()), ("state", pa.string()), ("place_of_service", pa.string())),
        *(("meaning", pa.int32()), ("cite", pa.int32())),
    ]
)
LISTING = pa.schema(
    [
        *(("plan", pa.string()), ("code", pa.string()), ("first", pa.date32()), ("last", pa.date32())),
        *(("requirement", pa.string()), ("platform", pa.string()), ("program", pa.string()), ("citation", pa.string())),
    ]
)


def prepare(folder: Path, plans: int, codes: int, seed: int) -> None:
    """Write `entries.parquet`, `listings.parquet` and `atoms.pickle`."""
    gc.disable()  # millions of small objects that live to the end
    whole = Tables()
    with pq.ParquetWriter(folder / "entries.parquet", ENTRY) as entries, pq.ParquetWriter(folder / "listings.parquet", LISTING) as listings:
        for number, index in enumerate(indexes(min(LISTS, plans), codes, seed)):
            tables, named = Tables(), Named.by([index])
            tabulate(index, named, tables)
            for copy in range(number, plans, LISTS):
                name = plan_name(copy)
                renamed = list(_renamed(tables, whole, name))
                entries.write_table(
                    pa.Table.from_arrays(
                        [pa.array(each, of.type) for each, of in zip(zip(*renamed, strict=True), ENTRY, strict=True)], schema=ENTRY
                    )
                )
                rows = list(_listings(index, name))
                listings.write_table(
                    pa.Table.from_arrays(
                        [pa.array(each, of.type) for each, of in zip(zip(*rows, strict=True), LISTING, strict=True)], schema=LISTING
                    )
                )
            print(f"list {number + 1} of {min(LISTS, plans)} tabulated")
    (folder / "atoms.pickle").write_bytes(pickle.dumps((whole, named)))
    (folder / "lists.pickle").write_bytes(pickle.dumps(list(raw_lists(min(LISTS, plans), codes, seed))))


def _renamed(tables: Tables, whole: Tables, plan: str) -> Iterator[tuple[object, ...]]:
    says = {at: whole.says.of(replace(each, plan=plan)) for at, each in tables.says}
    ears = {at: whole.ears.of(replace(each, kind=replace(each.kind, plan=plan))) for at, each in tables.ears}
    voices = {at: whole.voices.of((plan, played)) for at, (_, played) in tables.voices}
    shift = len(whole.citations.texts)
    whole.citations.texts += tables.citations.texts
    old = next(iter(tables.plans))
    unlisted, invalid, release = tables.plans[old]
    numbers = {at: whole.meanings.of(_renumbered(each, says, ears, voices)) for at, each in tables.meanings}
    whole.plans[plan] = (numbers[unlisted], numbers[invalid], release)
    for each in tables.entries:
        cite = None if each.cite is None else each.cite + shift
        yield (plan, each.code, each.first, each.last, *each.facet, numbers[tables.meanings.of(each.meaning)], cite)


def _renumbered(meaning: Meaning, says: dict[int, int], ears: dict[int, int], voices: dict[int, int]) -> Meaning:
    return Meaning(
        says=None if meaning.says is None else says[meaning.says],
        ear=None if meaning.ear is None else ears[meaning.ear],
        voice=None if meaning.voice is None else voices[meaning.voice],
    )


def _listings(index: Index, plan: str) -> Iterator[tuple[object, ...]]:
    for code in index.codes():
        for row in index.rows(code):
            each = row.listing
            yield (
                plan,
                code,
                each.begins or date.min,
                each.ends or date.max,
                each.printed,
                each.platform,
                each.program,
                f"list.txt:{each.citation.line}",
            )


class Lists:
    """The compiled list of each plan."""

    def __init__(self, folder: Path) -> None:
        raw = pickle.loads((folder / "lists.pickle").read_bytes())  # noqa: S301 - written by `prepare`
        self.opened = [compile_releases([(each, KNOWN_AT)]) for each in raw]

    def __call__(self, plan: str) -> Index:
        """Return the index of a plan."""
        index = self.opened[int(plan.removeprefix("plan-")) % len(self.opened)]
        index.plan = plan
        return index


def book(folder: Path) -> Book:
    """Open what was prepared, but for the entries."""
    tables, named = pickle.loads((folder / "atoms.pickle").read_bytes())  # noqa: S301 - as above
    tables.citations.texts = pa.array(tables.citations.texts)  # millions of texts, where a published list has thousands
    return Book(tables, named, Lists(folder), tuple(tables.plans), {plan: [of[2]] for plan, of in tables.plans.items()})
