"""Spark answers every line as DuckDB does, and both as `precert.check`."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from precert.batch.screen import screen
from tests.batch.made import SCHEMA, Line, Table, differences

pytestmark = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None, reason="Spark needs the `spark` extra and Java"
)


def on_spark(table: Table, folder: Path) -> tuple[list[Line], dict[str, Any]]:
    pq.write_table(table.arrow(), folder / "in.parquet")
    command = [sys.executable, "-m", "tests.batch.on_spark", str(folder / "in.parquet"), str(folder / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return pq.read_table(folder / "out").to_pylist(), json.loads((folder / "out.json").read_text("utf-8"))


def in_order(lines: list[Line]) -> list[Line]:
    """A cluster keeps no order: lines are told apart by the columns they came with."""
    return sorted(lines, key=lambda line: repr([line[name] for name in SCHEMA.names]))


def assert_alike(lines: int, seed: int, folder: Path) -> None:
    table = Table(lines, seed)
    told = table.expected()
    embedded = screen(table.arrow(), folder / "embedded.parquet").to_dict()
    found = differences(pq.read_table(folder / "embedded.parquet").to_pylist(), table.lines, told)
    assert not found, f"DuckDB answers {len(found)} lines otherwise: {found[:2]}"
    answered, summary = on_spark(table, folder)
    wanted = [line | answer for line, answer in zip(table.lines, told, strict=True)]
    differ = [(got, want) for got, want in zip(in_order(answered), in_order(wanted), strict=True) if got != want]
    assert not differ, f"Spark answers {len(differ)} lines otherwise: {differ[:2]}"
    same = ("lines", "requirements", "platforms", "reasons", "malformed", "releases")
    assert {name: summary[name] for name in same} == {name: embedded[name] for name in same}
    print(f"{len(answered)} lines alike: DuckDB, Spark, check; {embedded['keys']} keys")  # noqa: T201 - shown by `pytest -s`


@pytest.mark.long
def test_spark_answers_as_check_does(tmp_path: Path) -> None:
    assert_alike(600, 61, tmp_path)


@pytest.mark.long
def test_a_million_lines_three_ways(tmp_path: Path) -> None:
    assert_alike(1_000_000, 66, tmp_path)
