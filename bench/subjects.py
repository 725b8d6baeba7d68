"""What `bench/screen.py` times: each sets up what it takes for granted, and returns what is timed, which returns how many lines it did."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.generate_tables import book
from precert.batch import flow, sql
from precert.batch import screen as screening
from precert.batch.duck import Duck
from precert.batch.files import PARQUET
from precert.requirement.case import Case
from precert.requirement.determine import determine

MEMORY = "800MB"
NEEDED = ("case_id", "line_number", "plan", "code", "date_of_service", "modifiers", "units", "segment")
A_LOOP, A_FRAME, AN_ENGINE = 200_000, 2_000_000, 0.01
"""How many lines a loop of Python and a frame in memory are given, and which share of them a rule engine."""
SECONDS = 20.0
"""After which a rule engine is stopped."""
Timed = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where things are."""

    folder: Path
    lines: Path
    spill: Path

    @property
    def out(self) -> Path:
        """What is written."""
        return self.spill / "out.parquet"

    def table(self, name: str) -> str:
        """Return the query of a prepared table."""
        return f"SELECT * FROM read_parquet({sql.quoted(str(self.folder / name))})"  # noqa: S608 - the folder is ours

    def count(self) -> int:
        """Return how many lines there are."""
        rows: int = pq.ParquetFile(self.lines).metadata.num_rows
        return rows

    def first(self, most: int) -> Iterator[Any]:
        """Yield batches of the first lines."""
        for batch in pq.ParquetFile(self.lines).iter_batches(columns=list(NEEDED)):
            yield batch.slice(0, most)
            most -= batch.num_rows
            if most <= 0:
                return


# -- the embedded engine -----------------------------------------------------------------------------------------------------------


def _engine(at: Setting) -> Duck:
    return Duck([at.folder], at.spill, MEMORY)


def scan(at: Setting) -> Timed:
    """Read the columns that are needed."""
    engine = _engine(at)
    columns = ", ".join(f"bit_xor(hash({each}))" for each in NEEDED)
    query = f"SELECT count(*), {columns} FROM read_parquet({sql.quoted(str(at.lines))})"  # noqa: S608 - the folder is ours
    return lambda: int(next(iter(engine.rows(query)))[0])  # type: ignore[call-overload] # a number


_JOIN = (
    "FROM {lines} l LEFT JOIN listings e ON e.plan = l.plan AND e.code = l.code "
    "AND l.date_of_service >= e.first AND l.date_of_service <= e.last"
)
_SUM = f"SELECT e.requirement, e.platform, count(*) AS n {_JOIN} GROUP BY e.requirement, e.platform"


def range_join(at: Setting) -> Timed:
    """Find each line's listings."""
    engine = _engine(at)
    engine.make("listings", at.table("listings.parquet"))
    query = _SUM.format(lines=f"read_parquet({sql.quoted(str(at.lines))})")

    def run() -> int:
        engine.run(query).fetchall()
        return at.count()

    return run


def range_join_written(at: Setting) -> Timed:
    """The same, written beside the lines."""
    engine = _engine(at)
    engine.make("listings", at.table("listings.parquet"))
    join = _JOIN.format(lines=f"read_parquet({sql.quoted(str(at.lines))})")
    query = f"SELECT l.*, e.requirement, e.platform, e.program, e.citation {join}"

    def run() -> int:
        engine.run(f"COPY ({query}) TO {sql.quoted(str(at.out))} (FORMAT parquet)")
        return at.count()

    return run


def _screening(at: Setting, out: Path | None) -> Timed:
    engine, prepared = _engine(at), book(at.folder)
    engine.make("entries", at.table("entries.parquet"))
    flow.load_rest(engine, prepared.tables)

    def run() -> int:
        lines, path = screening.open_lines(engine, at.lines, at.spill, None, prepared)
        counts, _ = screening.answer_lines(engine, lines, prepared, keep=out is not None)
        if out:
            screening.write_lines(engine, path, prepared, out, PARQUET)
        return sum(n for _, n in counts)

    return run


def screened(at: Setting) -> Timed:
    """Answer every line, and count the answers."""
    return _screening(at, None)


def screened_written(at: Setting) -> Timed:
    """Answer every line, and write it."""
    return _screening(at, at.out)


# -- Spark -------------------------------------------------------------------------------------------------------------------------


def _session(at: Setting) -> Any:  # noqa: ANN401 - a SparkSession
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only its subjects pay for it

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings: dict[str, bool | float | int | str | None] = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "10g",
        "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
        "spark.local.dir": str(at.spill),
        "spark.sql.shuffle.partitions": "4",
        "spark.log.level": "ERROR",
    }
    return SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()


def _held(session: Any, at: Setting, name: str) -> None:  # noqa: ANN401 - as above
    session.read.parquet(str(at.folder / f"{name}.parquet")).cache().createOrReplaceTempView(name)
    session.sql(f"SELECT count(*) FROM {name}").collect()  # noqa: S608 - a name of ours


def spark_range_join(at: Setting, hint: str = "") -> Timed:
    """Find each line's listings, on Spark, as it plans it: both sides are sorted."""
    session = _session(at)
    _held(session, at, "listings")
    query = _SUM.format(lines=f"parquet.`{at.lines}`").replace("SELECT", f"SELECT {hint}", 1)

    def run() -> int:
        session.sql(query).collect()
        return at.count()

    return run


def spark_range_join_copied(at: Setting) -> Timed:
    """The same, told to copy the listings to everyone."""
    return spark_range_join(at, "/*+ BROADCAST(e) */")


def spark_screened(at: Setting) -> Timed:
    """Answer every line, and count the answers, on Spark."""
    from precert.batch import spark  # noqa: PLC0415 - as above

    session, prepared = _session(at), book(at.folder)
    engine = spark.Spark(session)
    _held(session, at, "entries")
    flow.load_rest(engine, prepared.tables)

    def run() -> int:
        lines, _ = spark.open_lines(engine, session.read.parquet(str(at.lines)), None, prepared)
        counts, _ = spark.answer_lines(engine, lines, prepared)
        return sum(n for _, n in counts)

    return run


# -- other ways --------------------------------------------------------------------------------------------------------------------


def python_loop(at: Setting) -> Timed:
    """Ask for each case by itself, in one process."""
    indexes = book(at.folder).indexes

    def run() -> int:
        cases: dict[str, dict[str, Any]] = {}
        for batch in at.first(A_LOOP):
            for row in batch.to_pylist():
                told = {"code": row["code"], "units": row["units"], "modifiers": row["modifiers"] and row["modifiers"].split(";")}
                shared = {"plan": row["plan"], "date_of_service": row["date_of_service"].isoformat(), "segment": row["segment"]}
                cases.setdefault(row["case_id"], {**shared, "lines": []})["lines"].append(told)
        found = Counter[tuple[str, str | None]]()
        for order in cases.values():
            case = Case.from_dict(order)
            outcomes = [line.ruling.outcome for line in determine(case, indexes(case.plan)).lines]
            found.update((each.requirement, each.platform) for each in outcomes)
        return found.total()

    return run


def pandas_join(at: Setting) -> Timed:
    """Find each line's listings, in pandas."""
    import pandas as pd  # type: ignore[import-untyped] # noqa: PLC0415 - as above

    listings = pd.read_parquet(at.folder / "listings.parquet")

    def run() -> int:
        lines = pd.concat([batch.to_pandas() for batch in at.first(A_FRAME)], ignore_index=True)
        lines["line"] = range(len(lines))
        met = lines.merge(listings, on=["plan", "code"], how="left")
        met[(met["date_of_service"] >= met["first"]) & (met["date_of_service"] <= met["last"])].groupby(["requirement", "platform"]).size()
        return len(lines)

    return run


def zen(at: Setting) -> Timed:
    """Look lines up in a decision table of one plan's listings, one by one."""
    engine = import_module("zen")  # installed by who wants to see it

    listings = pq.read_table(at.folder / "listings.parquet", filters=[("plan", "=", "plan-00")]).to_pylist()
    decision = engine.ZenEngine().create_decision(_decision(listings))
    lines = [row for batch in at.first(int(at.count() * AN_ENGINE)) for row in batch.to_pylist()]

    def run() -> int:
        until, done = time.perf_counter() + SECONDS, 0
        for done, row in enumerate(lines, 1):  # noqa: B007 - the last is what counts
            decision.evaluate({"code": row["code"], "day": row["date_of_service"].toordinal()})
            if time.perf_counter() > until:
                break
        return done

    return run


def _decision(listings: list[dict[str, Any]]) -> dict[str, Any]:
    inputs = [{"id": "code", "name": "code", "field": "code"}, {"id": "day", "name": "day", "field": "day"}]
    outputs = [{"id": name, "name": name, "field": name} for name in ("requirement", "platform")]
    rules = [
        {
            "_id": str(at),
            "code": f'"{row["code"]}"',
            "day": f"[{_ordinal(row['first'])}..{_ordinal(row['last'])}]",
            "requirement": f'"{row["requirement"]}"',
            "platform": f'"{row["platform"]}"',
        }
        for at, row in enumerate(listings)
    ]
    table = {"hitPolicy": "first", "inputs": inputs, "outputs": outputs, "rules": rules}
    nodes = [("in", "inputNode", {}), ("table", "decisionTableNode", table), ("out", "outputNode", {})]
    place = {"x": 0, "y": 0}
    edges = [{"id": one, "sourceId": one, "targetId": other, "type": "edge"} for one, other in (("in", "table"), ("table", "out"))]
    return {
        "nodes": [{"id": at, "name": at, "type": kind, "position": place, "content": content} for at, kind, content in nodes],
        "edges": edges,
    }


def _ordinal(day: date) -> int:
    return day.toordinal()


SUBJECTS: dict[str, Callable[[Setting], Timed]] = {
    "scan": scan,
    "range join": range_join,
    "screened": screened,
    "range join, written": range_join_written,
    "screened, written": screened_written,
    "Spark, range join": spark_range_join,
    "Spark, range join, copied": spark_range_join_copied,
    "Spark, screened": spark_screened,
    "Python loop": python_loop,
    "pandas, range join": pandas_join,
    "zen-engine, one plan": zen,
}
