"""`precert.screen`: a table of order lines in, the same table with an answer beside every line out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from precert.batch import columns, files, flow, sql
from precert.batch.duck import Duck
from precert.batch.output import COLUMNS, ROWS, Answers, write
from precert.batch.reading import readings
from precert.batch.summary import Summary, summary
from precert.batch.tabulate import Named, Tables, tabulate
from precert.bootstrap import plans, rulebook
from precert.facts.compile import Index
from precert.request import RequestError

MEMORY = "1GB"
DUCKDB, SPARK = "duckdb", "spark"


Progress = Callable[[str, float], None]
"""Told what is being done, and how much of the whole is behind."""


def _unseen(doing: str, done: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Book:
    """The rulebooks to screen by, tabulated."""

    tables: Tables
    named: Named
    indexes: Callable[[str], Index]
    plans: tuple[str, ...]
    releases: dict[str, list[str]]

    @classmethod
    def of(cls, indexes: Mapping[str, Index]) -> "Book":
        """Tabulate the compiled lists of plans."""
        tables, named = Tables(), Named.by(indexes.values())
        for index in indexes.values():
            tabulate(index, named, tables)
        releases = {plan: [held.id for held in index.held] for plan, index in indexes.items()}
        return cls(tables, named, indexes.__getitem__, tuple(indexes), releases)


def current_book() -> Book:
    """Tabulate the rulebooks that answer today."""
    return Book.of({plan: rulebook(plan).index for plan in plans()})


def screen(  # noqa: PLR0913 - the contract's parameters, and what a large run needs
    source: Any,  # noqa: ANN401 - a path, or whatever hands over an Arrow stream
    out: str | Path | None = None,
    *,
    plan: str | None = None,
    engine: str = DUCKDB,
    session: Any = None,  # noqa: ANN401 - a SparkSession
    memory: str = MEMORY,
    temporary: str | Path | None = None,
    progress: Progress = _unseen,
) -> Summary:
    """Answer every line of a table; write the table with the answers to `out` (.parquet or .csv), or only sum them up.

    `source` is a Parquet or CSV file, or whatever has `__arrow_c_stream__` (Polars, pandas, pyarrow, a DuckDB relation). `plan` is
    that of lines that name none. `memory` bounds the engine; what does not fit goes to a folder of its own in `temporary`, by default
    beside the output. Raises RequestError `unknown-plan`, `unreadable-input`, `bad-columns`, `bad-output`, `bad-memory`.
    """
    if plan is not None:
        rulebook(plan)  # a plan that does not exist is named before anything is read
    if engine == SPARK or session is not None:
        from precert.batch.spark import screen_on  # noqa: PLC0415 - only a cluster pays for it

        return screen_on(source, out, session=session, plan=plan, book=current_book())
    return _embedded(source, out, _Options(plan, files.memory(memory), temporary, progress))


@dataclass(frozen=True, slots=True)
class _Options:
    plan: str | None
    memory: str
    temporary: str | Path | None
    progress: Progress


def _embedded(source: Any, out: str | Path | None, asked: _Options) -> Summary:  # noqa: ANN401 - as in `screen`
    path = Path(source) if isinstance(source, str | Path) else None
    target = None if out is None else Path(out)
    kind = files.output_kind(target, path) if target else None
    if path:
        files.kind_of(path)
    with ExitStack() as held:
        spill = held.enter_context(files.folder(asked.temporary or (target.parent if target else None)))
        engine = Duck([each.resolve().parent for each in (path, target) if each], spill, asked.memory)
        held.callback(engine.close)
        held.enter_context(_enough(engine, asked.memory))
        asked.progress("reading the lists", 0)
        book = current_book()
        flow.load_rulebook(engine, book.tables)
        asked.progress("reading the lines", 0.05)
        lines, at = open_lines(engine, path or spool(source, spill), spill, asked.plan, book)
        asked.progress("lines that depend on others", 0.2)
        counts, keys = answer_lines(engine, lines, book, keep=target is not None)
        if target and kind:
            with files.whole_or_nothing(target) as part:
                write_lines(engine, at, book, part, kind, lambda done: asked.progress("writing", 0.6 + 0.4 * done))
        told = str(target) if target else None
        return summary(counts, dict(book.tables.says), output=told, engine=DUCKDB, keys=keys, releases=book.releases)


@contextmanager
def _enough(engine: Duck, memory: str) -> Iterator[None]:
    try:
        yield
    except engine.too_little as error:
        raise RequestError("bad-memory", f"`{memory}` is too little for this input; give more with `--memory`") from error
    except engine.errors as error:
        if type(error) not in engine.torn:  # what is wrong with a query of ours is no fault of the input
            raise
        raise RequestError("unreadable-input", f"the input cannot be read to its end: {str(error).splitlines()[0]}") from error
    except RuntimeError as error:
        if "interrupted" in str(error):  # how the engine tells that somebody asked it to stop
            raise KeyboardInterrupt from error
        raise


def answer_lines(engine: Duck, lines: sql.Lines, book: Book, *, keep: bool) -> tuple[list[tuple[int, int]], int]:
    """Answer every line; return how many lines each answer has, and how many keys were asked. `keep` the table `told` for writing."""
    engine.run("SET preserve_insertion_order = false")  # every line has its number by now
    keys = flow.decide(engine, lines, book.tables, book.indexes)
    if keep:
        engine.view("told", sql.TOLD)
    return sorted((int(says), int(count)) for says, count in engine.run(sql.COUNTED).fetchall()), keys


def write_lines(  # noqa: PLR0913, PLR0917 - what to write, of what, where, how, and whom to tell
    engine: Duck, lines: Path, book: Book, out: Path, kind: str, done: Callable[[float], None] = lambda _: None
) -> None:
    """Write the lines with what was told of them."""
    answers = Answers(list(book.tables.says.known), book.tables.citations.texts)
    told = engine.batches("SELECT says, cite, primary_lines FROM told ORDER BY lid", ROWS)
    write(lines, told, answers, out, kind, done)


def open_lines(engine: Duck, path: Path, spill: Path, plan: str | None, book: Book) -> tuple[sql.Lines, Path]:
    """Look at the input's columns and read their texts. Return how each is had, and the Parquet file that has them."""
    if files.kind_of(path) == files.CSV:
        path = from_csv(engine, path, spill)
    rows = f"SELECT *, file_row_number AS lid FROM read_parquet({quoted_path(path, spill)}, file_row_number = true)"  # noqa: S608 - quoted
    readable(engine, f"CREATE OR REPLACE VIEW lines AS {rows}", path)
    once_each(path)
    ours = {"lid", "file_row_number"}
    types = {name: of for name, of, *_ in engine.run("DESCRIBE lines").fetchall() if name not in ours}
    columns.check(types, plan=plan, added=COLUMNS)
    read = {}
    for each in columns.to_read(types, book.plans):
        texts = engine.rows(f"SELECT DISTINCT {each.column} FROM lines WHERE {each.column} IS NOT NULL")  # noqa: S608 - a name of ours
        found = readings((text for (text,) in texts), each.reader)
        read[each.column] = engine.texts(f"read_{each.column}", found, each.value, types[each.column])
    if read.get("code") and read["code"].some:
        engine.run(f"INSERT INTO entries {sql.SPELLINGS}")
    return sql.Lines(columns.columns(types, read, plan), book.named, engine.words), path


def once_each(path: Path) -> None:
    """Refuse a file that has two columns of one name: which of them is meant, nobody can tell."""
    import pyarrow as pa  # noqa: PLC0415 - only a screening pays for it
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    try:
        names = pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        raise RequestError("unreadable-input", f"`{path}` cannot be read: {str(error).splitlines()[0]}") from error
    doubled = [name for at, name in enumerate(names) if name in names[:at]]
    if doubled:
        raise RequestError("bad-columns", f"the input has two columns `{doubled[0]}`")


def quoted_path(path: Path, spill: Path) -> str:
    """Write a file's path for the engine, which reads some characters of a name as patterns: such a file gets a plain name."""
    if any(each in str(path) for each in "*?[]{}"):
        plain = spill / "input"
        plain.symlink_to(path.resolve())
        path = plain
    return sql.quoted(str(path))


def spool(source: Any, spill: Path) -> Path:  # noqa: ANN401 - as in `screen`
    """Keep a stream, which can be read once only."""
    if not hasattr(source, "__arrow_c_stream__"):
        raise RequestError("unreadable-input", f"lines are in a file or in an Arrow stream, and `{type(source).__name__}` is neither")
    import pyarrow as pa  # noqa: PLC0415 - only a screening pays for it
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    path = spill / "lines.parquet"
    try:
        stream = pa.RecordBatchReader.from_stream(source)
        with pq.ParquetWriter(path, stream.schema) as writer:
            for batch in stream:
                writer.write_batch(batch)
    except (pa.ArrowException, NotImplementedError) as error:
        raise RequestError(
            "unreadable-input", f"`{type(source).__name__}` cannot be kept as a table: {str(error).splitlines()[0]}"
        ) from error
    return path


def from_csv(engine: Duck, source: Path, spill: Path) -> Path:
    """Keep the rows of a CSV file, every cell as text."""
    path = spill / "lines.parquet"
    names = ", ".join(f"{sql.quoted(name)}: 'VARCHAR'" for name in files.csv_header(source))
    dialect = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"'"
    rows = f"SELECT * FROM read_csv({quoted_path(source, spill)}, {dialect}, columns = {{{names}}})"  # noqa: S608 - quoted
    readable(engine, f"COPY ({rows}) TO {sql.quoted(str(path))} (FORMAT parquet)", source)
    return path


def readable(engine: Duck, query: str, path: Path) -> None:
    """Run what opens a file. Raises RequestError `unreadable-input` when it is not what it seems."""
    try:
        engine.run(query)
    except engine.errors as error:
        raise RequestError("unreadable-input", f"`{path}` cannot be read: {str(error).splitlines()[0]}") from error
