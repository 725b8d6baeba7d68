"""Seeded tables for `bench/screen.py`: rulebooks with the shares of the bundled Cigna release, and order lines over them.

A made-up code has the rows of a code of the bundled release: its cells, conditions, dates and programs. So conditions, conflicts
and dated rows have the shares that they have there. Nothing of a document's wording is in either.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from precert.bootstrap import current, read_release
from precert.facts import release as paper
from precert.facts.compile import Index, compile_releases

MODEL = "cigna-commercial"
KNOWN_AT = date(2026, 11, 21)
LINES_A_CASE = 3
ROWS_AT_A_TIME = 3_000_000


def plan_name(number: int) -> str:
    """Return the name of a made-up plan."""
    return f"plan-{number:02d}"


def raw_lists(plans: int, codes: int, seed: int) -> Iterator[paper.RawRelease]:
    """Yield the list of each made-up plan."""
    (published,) = current(MODEL)
    model = paper.parse(read_release(published), expected=published.id)
    for number in range(plans):
        yield _list(model, plan_name(number), codes, random.Random(f"{seed} {number}"))


def indexes(plans: int, codes: int, seed: int) -> Iterator[Index]:
    """Yield the same, compiled."""
    return (compile_releases([(each, KNOWN_AT)]) for each in raw_lists(plans, codes, seed))


def _list(model: paper.RawRelease, plan: str, codes: int, rng: random.Random) -> paper.RawRelease:
    groups: dict[str, list[tuple[int, paper.Raw]]] = {}
    for position, raw in enumerate(model.facts["listing"]):
        groups.setdefault(raw["code"], []).append((position, raw))
    kinds = list(groups.values())
    placed, add_ons = [], []
    primaries: dict[str, list[str]] = {}
    for number in range(codes):
        code = f"{number:05d}"
        for position, raw in rng.choice(kinds):
            placed.append((position, number, raw | {"code": code, "line": 0}))
            if raw.get("printed") == "Yes":
                primaries.setdefault(raw["program"], []).append(code)
            elif raw.get("printed") == "Add-on Code" and "conditions" not in raw:
                add_ons.append((code, raw["program"]))
    listings = [raw | {"line": line} for line, (_, _, raw) in enumerate(sorted(placed, key=lambda each: each[:2]), 1)]
    federal = [
        {"kind": "add-on", "code": code, "primaries": sorted(rng.choices(primaries[program], k=rng.choice([1, 1, 2, 3, 8])))}
        for code, program in add_ons
        if program in primaries
    ]
    facts: dict[str, list[paper.Raw]] = {kind: [] for kind in model.facts} | {"listing": listings, "add-on": federal}
    header = replace(model.header, plan=plan, list=plan)
    return paper.RawRelease(id=f"sha256:{plan}", header=header, documents=model.documents, facts=facts)


def lines(path: Path, count: int, plans: int, codes: int, seed: int) -> None:
    """Write order lines: three a case, codes skewed, a plan and a day a case, one in a thousand no code, some of no list."""
    import numpy as np  # noqa: PLC0415 - the benchmark's own

    rng = np.random.default_rng(seed)
    names = pa.array([plan_name(each) for each in range(plans)])
    tokens = pa.array(
        [f"{each:05d}" for each in range(codes)] + [f"{each:05d}" for each in range(codes, codes + 5000)] + ["h suxi", "0.1641"]
    )
    modifiers = pa.array(["NU", "RR", "59", "KX;RR"])
    segments = pa.array(["fl-dsnp", "medicaid"])
    first = date(2025, 6, 1).toordinal()
    with pq.ParquetWriter(path, _SCHEMA) as writer:
        for start in range(0, count, ROWS_AT_A_TIME):
            rows = min(ROWS_AT_A_TIME, count - start)
            case = (np.arange(start, start + rows) // LINES_A_CASE).astype(np.int64)
            of_case = np.random.default_rng([seed, start]).integers(0, 2**31, case[-1] - case[0] + 1)[case - case[0]]
            skewed = np.minimum((codes * rng.random(rows) ** 3).astype(np.int64), codes - 1)
            dice = rng.random(rows)
            code = np.where(dice < 0.9, (skewed * 7919) % codes, codes + rng.integers(0, 5000, rows))
            code = np.where(dice > 0.999, codes + 5000 + rng.integers(0, 2, rows), code)
            day = pa.array((first + (of_case // 64) % 730 - date(1970, 1, 1).toordinal()).astype(np.int32)).cast(pa.date32())
            table: dict[str, Any] = {
                "case_id": pa.array(case).cast(pa.string()),
                "line_number": pa.array((np.arange(start, start + rows) % LINES_A_CASE + 1).astype(np.int32)),
                "plan": names.take(pa.array((of_case * 31 >> 5) % plans)),
                "code": tokens.take(pa.array(code)),
                "date_of_service": day,
                "modifiers": modifiers.take(pa.array(rng.integers(0, 4, rows), mask=rng.random(rows) < 0.8)),
                "units": pa.array(rng.integers(1, 5, rows).astype(np.int32), mask=rng.random(rows) < 0.7),
                "segment": segments.take(pa.array((of_case >> 3) % 2, mask=(of_case % 10) < 8)),
            }
            writer.write_table(pa.table(table, schema=_SCHEMA), row_group_size=122_880)


_SCHEMA = pa.schema(
    [
        *(("case_id", pa.string()), ("line_number", pa.int32()), ("plan", pa.string()), ("code", pa.string())),
        *(("date_of_service", pa.date32()), ("modifiers", pa.string()), ("units", pa.int32()), ("segment", pa.string())),
    ]
)
