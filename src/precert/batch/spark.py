"""The same plan over Spark: a session the user brings, on a cluster, or a local one.

No Python runs on the lines. The driver sees the different texts of the columns that are read, and one case for each different key.
A line has no number of its own in a cluster, so it is known by what is read of it: lines that are alike are one row with a count,
and get one answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from precert.batch import columns, flow, sql
from precert.batch.output import COLUMNS
from precert.batch.reading import BITS, KNOWN, Text, Told, readings
from precert.batch.summary import Summary, summary
from precert.batch.tabulate import Tables
from precert.request import RequestError
from precert.requirement.case import MOST_LINES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from precert.batch.screen import Book

_TYPES = {"texts": "array<string>", "numbers": "array<bigint>"}
_NAMES = {
    "string": "VARCHAR",
    "date": "DATE",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "timestamp": "TIMESTAMP",
    "timestamp_ntz": "TIMESTAMP",
    "array<string>": "VARCHAR[]",
    "void": '"NULL"',
}
_OURS = (
    *(
        "lines",
        "entries",
        "meanings",
        "met",
        "known",
        "near",
        "asked",
        "plans",
        "ears",
        "hears",
        "plays",
        "says",
        "cites",
        "answers",
        "keys",
        "crowd",
    ),
    *("hearers", "cases", "placed", "heard", "waiting", "decided", *(f"read_{name}" for name in KNOWN)),
    *(f"{name}_{when}" for name in ("keyed", "decided") for when in ("first", "last")),
)


FEW = 2_000_000
"""Up to so many rows, some hundred bytes each, are copied to every executor."""


class Spark:
    """A session, and the views made in it."""

    words = sql.Words(
        joined="array_join(array_sort(collect_set({})), ',')",
        numbers="transform(array_sort(collect_list(struct(rank, number))), x -> x.number)",
        same="{} <=> {}",
        spot="hash({})",
        number="monotonically_increasing_id()",
        copies=True,
    )

    def __init__(self, session: "SparkSession") -> None:
        self.session = session
        self.met: DataFrame | None = None
        taken = sorted({each.name for each in session.catalog.listTables() if each.isTemporary} & set(_OURS))
        if taken:
            raise RequestError("bad-field", f"the session has a temporary view `{taken[0]}`, a name that screening uses; drop it first")

    def run(self, query: str) -> "DataFrame":
        """Return a query's rows."""
        return self.session.sql(query)

    def make(self, name: str, query: str) -> None:
        """Keep a query's rows under a name: they are asked for more than once."""
        frame = self.run(query)
        # Each table is made of those before it: without a cut, the last one's plan would repeat them all, many times over.
        cut = frame.checkpoint() if self.session.sparkContext.getCheckpointDir() else frame.localCheckpoint()
        cut.createOrReplaceTempView(name)

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""
        self.run(query).createOrReplaceTempView(name)

    def gather(self, lines: sql.Lines) -> None:
        """Meet every line with the lists once, and keep what was found: the meaning of every line, and what was read of a few."""
        self._know(lines)
        (count,) = next(self.rows("SELECT count(*) FROM met"))
        if any(True for _ in self.rows(sql.crowded_spots("SELECT spot FROM met", int(str(count)), MOST_LINES))):
            self.make("crowd", sql.crowds(lines, MOST_LINES))
            lines.crowded = any(True for _ in self.rows("SELECT 1 FROM crowd LIMIT 1"))
            self._know(lines)
        self.view("near", sql.NEAR)

    def _know(self, lines: sql.Lines) -> None:
        self._forget()
        name, settings = "spark.sql.inMemoryColumnarStorage.compressed", self.session.conf
        before = settings.get(name)
        settings.set(name, "false")  # it is written once and read a few times: packing it costs as much as finding it
        try:
            self.met = self.run(sql.met_unnumbered(lines, [f"{self.words.spot.format(lines.value('case_id'))} AS spot"])).persist()
        finally:
            settings.set(name, str(before))
        self.met.createOrReplaceTempView("met")
        self.view("known", sql.KNOWN)

    def _forget(self) -> None:
        if self.met:
            self.met.unpersist()
            self.met = None

    def few(self, name: str) -> bool:
        """Tell whether a table is so small that all of it may be copied to everyone."""
        return self.run(f"SELECT 1 FROM {name}").count() <= FEW  # noqa: S608 - a name of ours

    def load(self, name: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Keep rows of ours under a name."""
        import pyarrow as pa  # noqa: PLC0415 - only a screening pays for it

        schema = columns.format(**_TYPES)
        types = [_ARROW[each.split()[1]] for each in schema.split(", ")]
        names = [each.split()[0] for each in schema.split(", ")]
        held = list(rows)
        values = list(zip(*held, strict=True)) or [()] * len(types)
        table = pa.Table.from_arrays([pa.array(each, of()) for each, of in zip(values, types, strict=True)], names=names)
        self.session.createDataFrame(table, schema).createOrReplaceTempView(name)

    def rows(self, query: str) -> Iterator[tuple[object, ...]]:
        """Return a query's rows to the driver, a partition at a time."""
        return (tuple(row) for row in self.run(query).toLocalIterator())

    def close(self) -> None:
        """Let go of the names; what was kept goes with the last who holds it."""
        self._forget()
        for name in _OURS:
            self.session.catalog.dropTempView(name)


def _arrow_types() -> dict[str, Any]:
    import pyarrow as pa  # noqa: PLC0415 - as above

    return {
        "string": pa.string,
        "int": pa.int32,
        "bigint": pa.int64,
        "boolean": pa.bool_,
        "date": pa.date32,
        "array<string>": lambda: pa.list_(pa.string()),
        "array<bigint>": lambda: pa.list_(pa.int64()),
    }


_ARROW = _arrow_types()


def screen_on(source: Any, out: str | Path | None, *, session: Any, plan: str | None, book: "Book") -> Summary:  # noqa: ANN401 - a path, a DataFrame, a SparkSession
    """Answer every line of a DataFrame or of a file that Spark reads; write folders of Parquet."""
    session = session or _local()
    engine = Spark(session)
    try:
        frame = _frame(session, source)
        flow.load_rulebook(engine, book.tables)
        lines, names = open_lines(engine, frame, plan, book)
        counts, keys = answer_lines(engine, lines, book)
        if out is not None:
            engine.load("cites", "cite int, citation string", enumerate(book.tables.citations.texts))
            engine.load("says", SAYS, _says(book.tables))
            _write(engine.run(sql.written(lines, names, COLUMNS)), str(out))
        told = None if out is None else str(out)
        return summary(counts, dict(book.tables.says), output=told, engine="spark", keys=keys, releases=book.releases)
    finally:
        engine.close()


def _write(frame: "DataFrame", out: str) -> None:
    from pyspark.errors import AnalysisException  # noqa: PLC0415 - only a cluster pays for it

    try:
        frame.write.mode("errorifexists").parquet(out)
    except AnalysisException as error:
        if "PATH_ALREADY_EXISTS" not in str(error):
            raise
        raise RequestError("bad-output", f"`{out}` exists; Spark writes a new folder") from error


SAYS = (
    "says int, requirement string, managed_by string, managed_by_name string, platform string, program string, conflict boolean, "
    "limits {texts}, needs {texts}, notices {texts}, release string, nobody {numbers}"
)


def _says(tables: Tables) -> Iterator[tuple[object, ...]]:
    """Yield the answers' columns; those of lines that cannot be read are numbered below nought."""
    for number, each in tables.says:
        yield (
            *(number, each.requirement, each.managed_by, each.managed_by_name, each.platform, each.program, each.conflict),
            *(list(each.limits), list(each.needs), list(each.notices), each.release, []),
        )
    nobody: tuple[object, ...] = (None, None, None, None, False, [])
    for mask in range(1, sum(BITS.values()) + 1):
        needs = [need for need, bit in BITS.items() if mask & bit]
        yield (-mask, "undetermined", *nobody, needs, [], None, [])


def _local() -> "SparkSession":
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - as above
    except ImportError as error:
        raise RequestError("missing-extra", "this engine needs `pip install precert[spark]`, and Java") from error

    return SparkSession.builder.appName("precert").config("spark.ui.enabled", "false").master("local[*]").getOrCreate()


def _frame(session: "SparkSession", source: Any) -> "DataFrame":  # noqa: ANN401 - as above
    if not isinstance(source, str | Path):
        if not hasattr(source, "createOrReplaceTempView"):
            raise RequestError(
                "unreadable-input", f"Spark screens a file or a DataFrame of its session, and `{type(source).__name__}` is neither"
            )
        found: DataFrame = source
        return found
    if str(source).lower().endswith(".csv"):
        return session.read.csv(str(source), header=True, mode="FAILFAST", escape='"')
    return session.read.parquet(str(source))


def answer_lines(engine: Spark, lines: sql.Lines, book: "Book") -> tuple[list[tuple[int, int]], int]:
    """Answer every line; return how many lines each answer has, and how many keys were asked."""
    keys = flow.decide(engine, lines, book.tables, book.indexes)
    return sorted((int(says), int(count)) for says, count in engine.rows(sql.COUNTED)), keys  # type: ignore[call-overload] # two numbers


def open_lines(engine: Spark, frame: "DataFrame", plan: str | None, book: "Book") -> tuple[sql.Lines, list[str]]:
    """Look at the input's columns and read their texts. Return how each is had, and the columns' names, quoted."""
    types = {each.name: _NAMES.get(each.dataType.simpleString(), each.dataType.simpleString().upper()) for each in frame.schema}
    columns.check(types, plan=plan, added=COLUMNS)
    frame.createOrReplaceTempView("lines")
    read = {}
    for each, texts in _different(engine, columns.to_read(types, book.plans), types):
        found = list(readings(texts, each.reader))
        raw = "array<string>" if types[each.column] == columns.TEXTS else "string"
        read[each.column] = _texts(engine, each, raw, found)
    if read.get("code") and read["code"].some:
        engine.view("entries", f"SELECT * FROM entries UNION ALL {sql.SPELLINGS}")  # noqa: S608 - as above
    lines = sql.Lines(columns.columns(types, read, plan), book.named, engine.words)
    return lines, [f"`{name}`" for name in types]


def _different(engine: Spark, asked: list[columns.ToRead], types: dict[str, str]) -> Iterator[tuple[columns.ToRead, list[object]]]:
    """Yield the different texts of columns: of all columns of text in one query, for a query's cost is mostly that it is one."""
    one = "SELECT '{0}' AS name, text FROM (SELECT DISTINCT {0} AS text FROM lines WHERE {0} IS NOT NULL)"
    texts: dict[object, list[object]] = {each.column: [] for each in asked}
    kinds = ([each for each in asked if (types[each.column] == columns.TEXT) is plain] for plain in (True, False))
    for kind in filter(None, kinds):
        for name, text in engine.rows(" UNION ALL ".join(one.format(each.column) for each in kind)):
            texts[name].append(text)
    return ((each, texts[each.column]) for each in asked)


def _texts(engine: Spark, column: columns.ToRead, raw: str, found: list[Text]) -> Told:
    value = {"DATE": "date", "INTEGER": "int"}.get(column.value, "string")
    engine.load(
        f"read_{column.column}", f"raw {raw}, value {value}, unread boolean", ((each.raw, each.value, each.unread) for each in found)
    )
    return Told(some=bool(found), unread=any(each.unread for each in found))
