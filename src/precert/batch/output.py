"""The answers beside their lines, in the input's order: batches of both, side by side, written as they come.

What an answer says is a number until here. Its texts are taken from the few different answers, and are written as dictionaries.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from precert.batch.files import CSV
from precert.batch.reading import BITS
from precert.batch.says import Says

ROWS = 122_880
"""How many lines are held at a time."""
_TEXT, _TEXTS, _NUMBERS = pa.string(), pa.list_(pa.string()), pa.list_(pa.int64())
COLUMNS = {
    "requirement": _TEXT,
    "managed_by": _TEXT,
    "managed_by_name": _TEXT,
    "platform": _TEXT,
    "program": _TEXT,
    "conflict": pa.bool_(),
    "limits": _TEXTS,
    "needs": _TEXTS,
    "notices": _TEXTS,
    "primary_lines": _NUMBERS,
    "citation": _TEXT,
    "release": _TEXT,
}
"""The columns of an answer, in the contract's order."""
_OF_LINE = ("primary_lines", "citation")


class Answers:
    """The different answers as columns. Those of lines that cannot be read stand first, so that -1 comes before 0."""

    def __init__(self, says: Sequence[Says], citations: Sequence[str]) -> None:
        unread = [_unread(mask) for mask in range((1 << len(BITS)) - 1, 0, -1)]
        rows = unread + [{name: getattr(each, name) for name in COLUMNS if name not in _OF_LINE} for each in says]
        self.shift = len(unread)
        self.values = {name: pa.array([row[name] for row in rows], of) for name, of in COLUMNS.items() if name not in _OF_LINE}
        self.texts = {name: pc.dictionary_encode(values) for name, values in self.values.items() if values.type == _TEXT}
        self.citations = pa.array(citations, _TEXT)

    def beside(self, told: pa.RecordBatch) -> list[pa.Array]:
        """Return the columns of an answer for lines with these numbers."""
        numbers = pc.add(told["says"], pa.scalar(self.shift, pa.int32()))
        return [self._column(name, told, numbers) for name in COLUMNS]

    def _column(self, name: str, told: pa.RecordBatch, numbers: pa.Array) -> pa.Array:
        if name == "primary_lines":
            return _none_is_empty(told[name])
        if name == "citation":
            return self.citations.take(told["cite"])
        if name in self.texts:
            encoded = self.texts[name]
            return pa.DictionaryArray.from_arrays(encoded.indices.take(numbers), encoded.dictionary)
        return self.values[name].take(numbers)


def _unread(mask: int) -> dict[str, object]:
    needs = [need for need, bit in BITS.items() if mask & bit]
    nothing: dict[str, object] = dict.fromkeys(COLUMNS)
    return nothing | {"requirement": "undetermined", "needs": needs, "conflict": False, "limits": [], "notices": []}


def _none_is_empty(lists: pa.ListArray) -> pa.ListArray:
    lengths = pc.fill_null(pc.list_value_length(lists), 0)
    offsets = pa.concat_arrays([pa.array([0], lengths.type), pc.cumulative_sum(lengths)])
    return pa.ListArray.from_arrays(offsets, lists.flatten())


def write(  # noqa: PLR0913, PLR0917 - what to write, of what, where, how, and whom to tell
    lines: Path, told: pa.RecordBatchReader, answers: Answers, out: Path, kind: str, done: Callable[[float], None]
) -> None:
    """Write every line with its answer."""
    source = pq.ParquetFile(lines)
    with ExitStack() as held:
        writer, written = None, 0
        for table in _ahead(held, _tables(source, told, answers, kind)):
            writer = writer or held.enter_context(_writer(out, table.schema, kind))
            writer.write_table(table)
            written += table.num_rows
            done(written / source.metadata.num_rows)
        if writer is None:
            held.enter_context(_writer(out, _empty(source.schema_arrow, kind), kind))


def _tables(source: pq.ParquetFile, told: pa.RecordBatchReader, answers: Answers, kind: str) -> Iterator[pa.Table]:
    rest = _Aligned(told)
    names = [*source.schema_arrow.names, *COLUMNS]
    for batch in source.iter_batches(batch_size=ROWS):
        table = pa.table([*batch.columns, *answers.beside(rest.take(batch.num_rows))], names=names)
        yield _as_text(table) if kind == CSV else table


def _ahead(held: ExitStack, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables, the next one made while the one before is written."""
    worker = held.enter_context(ThreadPoolExecutor(1))
    following = worker.submit(next, tables, None)
    while (table := following.result()) is not None:
        following = worker.submit(next, tables, None)
        yield table


def _empty(lines: pa.Schema, kind: str) -> pa.Schema:
    schema = pa.schema([*lines, *(pa.field(name, of) for name, of in COLUMNS.items())])
    return _as_text(schema.empty_table()).schema if kind == CSV else schema


def _writer(out: Path, schema: pa.Schema, kind: str) -> Any:  # noqa: ANN401 - a writer of either kind
    if kind == CSV:
        return pa_csv.CSVWriter(str(out), schema)
    # Every group of rows has answers of all kinds: what is least and most of them tells a reader nothing, and costs a tenth of the writing.
    told = [name for name in schema.names if name not in COLUMNS]
    # without a stored schema a dictionary is read back as the text it stands for
    return pq.ParquetWriter(str(out), schema, store_schema=False, write_statistics=told)


def _as_text(table: pa.Table) -> pa.Table:
    """Join the members of lists by `;`: a cell of CSV is one text."""
    columns = [_joined(column) if pa.types.is_nested(column.type) else column for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _joined(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_list(column.type) and not pa.types.is_large_list(column.type):
        return pa.chunked_array([[str(each.as_py()) for each in column]], _TEXT)
    if pa.types.is_string(column.type.value_type):
        return pc.binary_join(column, ";")
    return pc.binary_join(column.cast(_TEXTS), ";")


class _Aligned:
    """A stream of batches, taken by as many rows as are asked for."""

    def __init__(self, stream: pa.RecordBatchReader) -> None:
        self.stream, self.schema = iter(stream), stream.schema
        self.held: list[pa.RecordBatch] = []

    def take(self, rows: int) -> pa.RecordBatch:
        """Return the next rows."""
        while sum(each.num_rows for each in self.held) < rows:
            self.held.append(next(self.stream))
        held = pa.Table.from_batches(self.held, self.schema).combine_chunks()
        self.held = held.slice(rows).to_batches()
        (batch,) = held.slice(0, rows).combine_chunks().to_batches()
        return batch
