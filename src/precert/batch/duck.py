"""The embedded engine: DuckDB, in bounded memory, with no way out but the folders it was given."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from precert.batch import sql
from precert.batch.reading import Text, Told
from precert.requirement.case import MOST_LINES

if TYPE_CHECKING:
    import pyarrow as pa

_TYPES = {"texts": "VARCHAR[]", "numbers": "BIGINT[]"}
_CHUNK = 50_000


class Duck:
    """A database in memory that spills into a folder."""

    words = sql.Words(
        joined="array_to_string(list_sort(list(DISTINCT {})), ',')",
        numbers="list(number ORDER BY rank, number)",
        same="{} IS NOT DISTINCT FROM {}",
        spot="CAST(hash({}) >> 32 AS UINTEGER)",
        number="row_number() OVER ()",
        copies=False,
    )

    def __init__(self, folders: Iterable[Path], spill: Path, memory: str, threads: int | None = None) -> None:
        self.errors, self.too_little = duckdb.Error, duckdb.OutOfMemoryException
        self.torn = (duckdb.Error, duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        self.run(f"SET memory_limit = {sql.quoted(memory)}")
        self.run(f"SET temp_directory = {sql.quoted(str(spill))}")
        if threads:
            self.run(f"SET threads = {threads}")
        self.run("SET preserve_insertion_order = true")
        allowed = ", ".join(sql.quoted(str(each)) for each in {*folders, spill})
        self.run(f"SET allowed_directories = [{allowed}]")
        self.run("SET enable_external_access = false")

    def run(self, query: str) -> "duckdb.DuckDBPyConnection":
        """Run a statement."""
        return self.connection.execute(query)

    def make(self, name: str, query: str) -> None:
        """Keep a query's rows under a name."""
        self.run(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""
        self.run(f"CREATE OR REPLACE VIEW {name} AS {query}")

    def gather(self, lines: sql.Lines) -> None:
        """Meet every line with the lists once, and keep what was found; look again only at the lines of a few cases."""
        query = partial(sql.met, lines, kept=[f"{self.words.spot.format(lines.value('case_id'))} AS spot"])
        self.make("met", query())
        self.view("known", sql.KNOWN)
        if self.crowd(lines):
            lines.crowded = True
            self.make("met", query())
        self.make("near", sql.near(lines))

    def crowd(self, lines: sql.Lines) -> bool:
        """Find the cases of more lines than are answered together; keep them in the table `crowd`, and tell whether there are any."""
        if not self.run(sql.crowded_spots("SELECT spot FROM met", self.count("met"), MOST_LINES)).fetchall():
            return False
        self.make("crowd", sql.crowds(lines, MOST_LINES))
        return self.count("crowd") > 0

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        ((count,),) = self.run(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608 - as above
        return int(count)

    def few(self, name: str) -> bool:  # noqa: ARG002 - the engine's own planner knows
        """Nothing is copied: there is one process."""
        return False

    def load(self, name: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Keep rows of ours under a name."""
        self.run(f"CREATE OR REPLACE TABLE {name} ({columns.format(**_TYPES)})")
        self.add(name, rows)

    def add(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """Append rows of ours to a table."""
        import pyarrow as pa  # noqa: PLC0415 - as above

        described = self.connection.table(name).limit(0).to_arrow_table().schema
        rest = iter(rows)
        while chunk := list(islice(rest, _CHUNK)):
            arrays = [pa.array(values, type=of.type) for values, of in zip(zip(*chunk, strict=True), described, strict=True)]
            self.connection.register("_handed", pa.Table.from_arrays(arrays, schema=described))
            self.run(f"INSERT INTO {name} SELECT * FROM _handed")  # noqa: S608 - a name of ours
            self.connection.unregister("_handed")

    def batches(self, query: str, size: int) -> "pa.RecordBatchReader":
        """Return a query's rows as a stream."""
        return self.connection.sql(query).to_arrow_reader(size)

    def rows(self, query: str) -> Iterator[tuple[object, ...]]:
        """Return a query's rows, a few at a time."""
        cursor = self.connection.cursor().execute(query)
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk

    def texts(self, name: str, found: Iterable[Text], value: str, raw: str) -> Told:
        """Keep the texts of a column that are not read as themselves; tell whether there are any, and whether some cannot be read."""
        self.load(name, f"raw {raw}, value {value}, unread boolean", ((each.raw, each.value, each.unread) for each in found))
        some, unread = self.run(f"SELECT count(*) > 0, coalesce(bool_or(unread), FALSE) FROM {name}").fetchall()[0]  # noqa: S608 - as above
        return Told(some=some, unread=unread)

    def close(self) -> None:
        """Let go of everything."""
        self.connection.close()
