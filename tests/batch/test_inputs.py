"""What a table may be: every kind of input, what cannot be read, and an output that is whole or not there."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import precert
from precert.batch.screen import screen
from precert.request import RequestError
from precert.requirement.case import MOST_LINES

PLAN = "cigna-commercial"
LINE = {"case_id": "1", "line_number": 1, "plan": PLAN, "code": "22551", "date_of_service": "2026-03-02"}
Rows = list[dict[str, Any]]


def answered(source: object, folder: Path, **more: Any) -> Rows:  # noqa: ANN401 - options
    screen(source, folder / "out.parquet", **more)
    found: Rows = pq.read_table(folder / "out.parquet").to_pylist()
    return found


def brief(rows: Rows) -> list[tuple[str, list[str]]]:
    return [(row["requirement"], row["needs"]) for row in rows]


def table(*lines: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([LINE | line for line in lines] if lines else [LINE])


# -- kinds of input ------------------------------------------------------------------------------------------------------------


def test_arrow_polars_and_relations_are_answered_alike(tmp_path: Path) -> None:
    lines = table({}, {"line_number": 2, "code": "L8680"}, {"line_number": 3, "code": "h suxi"})
    wanted = answered(lines, tmp_path)
    assert [row["requirement"] for row in wanted] == ["required", "follows-primary", "invalid-code"]
    assert answered(pl.from_arrow(lines), tmp_path) == wanted
    assert answered(lines.to_reader(), tmp_path) == wanted
    assert answered(duckdb.sql("SELECT * FROM lines"), tmp_path) == wanted


def test_we_do_not_import_pandas() -> None:
    """pyarrow may, where it is installed."""
    files = list((Path(precert.__file__).parent / "batch").glob("*.py"))
    assert len(files) > 5
    assert not [file.name for file in files if re.search(r"^\s*(?:import|from) pandas", file.read_text("utf-8"), re.MULTILINE)]


def test_a_check_imports_no_engine() -> None:
    told = "import sys, precert; precert.check({'plan': 'cigna-commercial', 'date_of_service': '2026-03-02', 'lines': [{'code': '22551'}]}); print({'duckdb', 'pyarrow', 'pyspark'} & set(sys.modules))"  # noqa: E501 - a program
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_csv_is_text_read_by_our_rules(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(
        "case_id,line_number,code,date_of_service,modifiers,units,state\n"
        "1,1, e2361 ,2026-03-02,rr;KX,0001,\n"
        "1,2,22551,2026-3-2,,,\n"
        '1,3,22551,2026-03-02,N,10000,"x,y"\n'
        "2,x,22551,2026-03-02,,2.0,\n",
        "utf-8",
    )
    rows = answered(str(source), tmp_path, plan=PLAN)
    assert [row["code"] for row in rows] == [" e2361 ", "22551", "22551", "22551"]
    assert [row["units"] for row in rows] == ["0001", None, "10000", "2.0"]
    assert rows[0]["requirement"] not in {"undetermined", "invalid-code", "not-on-list"}
    assert brief(rows)[1:] == [
        ("undetermined", ["date-of-service"]),
        ("undetermined", ["units", "modifiers", "state"]),
        ("undetermined", ["units"]),
    ]


def test_names_that_differ_by_capitals_only_are_refused_in_csv(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("case_id,line_number,plan,code,date_of_service,note,Note\n", "utf-8")
    with pytest.raises(RequestError, match="two columns `Note`"):
        screen(tmp_path / "in.csv")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    lines = table({})
    doubled = pa.Table.from_arrays([*lines.columns, lines.column("code")], [*lines.column_names, "code"])
    pq.write_table(doubled, tmp_path / "in.parquet")
    with pytest.raises(RequestError, match="two columns `code`"):
        screen(tmp_path / "in.parquet")


def test_a_file_without_its_middle_is_told_as_such(tmp_path: Path) -> None:
    pq.write_table(pa.concat_tables([table({"case_id": str(at)}) for at in range(2_000)]), tmp_path / "in.parquet", compression="none")
    whole = (tmp_path / "in.parquet").read_bytes()
    (tmp_path / "in.parquet").write_bytes(whole[:4] + b"\xff" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])
    with pytest.raises(RequestError, match="cannot be read"):
        screen(tmp_path / "in.parquet")


@pytest.mark.parametrize("memory", [5, None, ""])
def test_memory_that_is_no_size(memory: object) -> None:
    with pytest.raises(RequestError, match="it should be a size"):
        screen(table({}), memory=memory)  # type: ignore[arg-type] # that is what is tried


def test_lists_are_joined_in_csv(tmp_path: Path) -> None:
    lines = table({"code": "L8680", "modifiers": ["NU", "KX"]}, {"line_number": 2, "modifiers": None}, {"line_number": 7, "modifiers": []})
    screen(lines, tmp_path / "out.csv")
    told = duckdb.read_csv(str(tmp_path / "out.csv"), all_varchar=True)
    names = [name.lower() for name in told.columns]
    rows = [dict(zip(names, row, strict=True)) for row in told.fetchall()]
    assert (rows[0]["modifiers"], rows[0]["primary_lines"], rows[0]["conflict"]) == ("NU;KX", "2;7", "false")


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pa.array([date(2026, 3, 2), None]), ["required", "undetermined"]),
        (pa.array([datetime(2026, 3, 2), datetime(2026, 3, 2, 8)]), ["required", "undetermined"]),  # noqa: DTZ001 - a column without a zone
        (pa.array(["2026-03-02", " 2026-03-02"]), ["required", "required"]),
        (pa.array(["2026-02-30", "20260302"]), ["undetermined", "undetermined"]),
        (pa.array(["2026-03-02", None]).dictionary_encode(), ["required", "undetermined"]),
        (pa.nulls(2), ["undetermined", "undetermined"]),
    ],
)
def test_days_of_every_type(tmp_path: Path, column: pa.Array, told: list[str]) -> None:
    lines = table({}, {"line_number": 2}).set_column(4, "date_of_service", column)
    assert [row["requirement"] for row in answered(lines, tmp_path)] == told


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pa.array([1, None, 0, 9999, 10_000, -1], pa.int16()), [True, True, False, True, False, False]),
        (pa.array([2.0, None, 2.5, float("nan"), 1e9, 9999.0]), [True, True, False, False, False, True]),
        (pa.array(["2", None, "two", "\u0662", "", "10000"]), [True, True, False, False, False, False]),
        (pa.nulls(6), [True] * 6),
    ],
)
def test_units_of_every_type(tmp_path: Path, column: pa.Array, told: list[bool]) -> None:
    lines = table(*({"line_number": at} for at in range(6))).append_column("units", column)
    assert [row["requirement"] == "required" for row in answered(lines, tmp_path)] == told


# -- lines that cannot be read -------------------------------------------------------------------------------------------------------


def test_a_line_without_a_code_is_no_code(tmp_path: Path) -> None:
    assert brief(answered(table({"code": None}, {"code": ""}, {"code": "22551"}), tmp_path))[:2] == [("invalid-code", [])] * 2


def test_a_line_that_cannot_be_read_is_no_neighbour(tmp_path: Path) -> None:
    """The device is answered as if the procedure with bad units were not there."""
    lines = [{"line_number": 1, "code": "L8680", "units": 1}, {"line_number": 2, "code": "22551", "units": 0}]
    assert brief(answered(table(*lines), tmp_path)) == [("ask-plan", []), ("undetermined", ["units"])]
    assert brief(answered(table(lines[0], lines[1] | {"units": 1}), tmp_path)) == [("follows-primary", []), ("required", [])]


def test_lines_of_no_case_wait_for_one(tmp_path: Path) -> None:
    lines = table({"case_id": None}, {"case_id": None, "code": "L8680"})
    assert brief(answered(lines, tmp_path)) == [("undetermined", ["case-id"])] * 2


def test_line_numbers_may_repeat_or_be_missing(tmp_path: Path) -> None:
    lines = table({"line_number": 5, "code": "L8680"}, {"line_number": 5}, {"line_number": 5}, {"line_number": None, "code": "22633"})
    rows = answered(lines, tmp_path)
    assert [row["requirement"] for row in rows] == ["follows-primary", "required", "required", "required"]
    assert rows[0]["primary_lines"] == [5]


def test_a_case_has_as_many_lines_as_may_be_asked_together(tmp_path: Path) -> None:
    def sized(count: int) -> pa.Table:
        return pa.table(
            {
                "case_id": ["one"] * count + ["other"],
                "line_number": range(count + 1),
                "code": ["22551"] * (count + 1),
                "date_of_service": ["2026-03-02"] * (count + 1),
            }
        )

    whole, crowded = (answered(sized(count), tmp_path, plan=PLAN) for count in (MOST_LINES, MOST_LINES + 1))
    assert {row["requirement"] for row in whole} == {"required"}
    assert {(row["case_id"], row["requirement"], *row["needs"]) for row in crowded} == {
        ("one", "undetermined", "case-id"),
        ("other", "required"),
    }


def test_the_plan_given_is_that_of_lines_that_name_none(tmp_path: Path) -> None:
    lines = table({"plan": None}, {"plan": "health-alliance-medical"}, {"plan": "nobody"})
    rows = answered(lines, tmp_path, plan=PLAN)
    assert [(row["requirement"], row["platform"]) for row in rows[:2]] == [("required", "CareCore National"), ("required", None)]
    assert brief(rows[2:]) == [("undetermined", ["plan"])]
    assert brief(answered(lines, tmp_path))[0] == ("undetermined", ["plan"])


def test_what_is_spelled_otherwise_is_of_the_same_case(tmp_path: Path) -> None:
    lines = table({"segment": " FL-DSNP ", "state": "fl", "code": "l8680"}, {"line_number": 2, "segment": "fl-dsnp", "state": "FL "})
    assert [row["requirement"] for row in answered(lines, tmp_path)] == ["follows-primary", "required"]


# -- tables that cannot be read --------------------------------------------------------------------------------------------------------


def refused(source: object, out: Path, *, match: str, code: str, **more: Any) -> None:  # noqa: ANN401 - options
    with pytest.raises(RequestError, match=match) as error:
        screen(source, out, **more)
    assert error.value.code == code
    assert not out.exists()
    assert not [each for each in out.parent.iterdir() if each.name.startswith(".")]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    lines = table().drop_columns(["code", "plan"]).append_column("Code", pa.array(["22551"]))
    refused(lines, tmp_path / "out.parquet", match=r"no column `code` \(there is `Code`\), `plan`", code="bad-columns")


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("code", pa.array([22551])),
        ("date_of_service", pa.array([20260302])),
        ("line_number", pa.array([1.5])),
        ("units", pa.array([True])),
        ("modifiers", pa.array([1])),
        ("segment", pa.array([1])),
        ("place_of_service", pa.array([24])),
    ],
)
def test_wrong_types_are_named(tmp_path: Path, name: str, column: pa.Array) -> None:
    lines = table().drop_columns([name] if name in LINE else []).append_column(name, column)
    refused(lines, tmp_path / "out.parquet", match=f"column `{name}` is of type", code="bad-columns")


def test_a_column_of_the_answer_is_not_overwritten(tmp_path: Path) -> None:
    lines = table().append_column("Platform", pa.array(["mine"]))
    refused(lines, tmp_path / "out.parquet", match="`Platform`", code="bad-columns")


def test_files_that_are_none(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    (tmp_path / "empty.csv").write_text("", "utf-8")
    refused(tmp_path / "empty.csv", out, match="is empty", code="unreadable-input")
    refused(tmp_path / "nowhere.csv", out, match="cannot be read", code="unreadable-input")
    refused(tmp_path, out, match="is a directory", code="unreadable-input")
    (tmp_path / "bytes.csv").write_bytes(b"case_id,\xff\xfe\n")
    refused(tmp_path / "bytes.csv", out, match="neither Parquet nor CSV", code="unreadable-input")
    (tmp_path / "ragged.csv").write_text("case_id,line_number,plan,code,date_of_service\n1,1,a,b,c,d,e\n", "utf-8")
    refused(tmp_path / "ragged.csv", out, match="cannot be read", code="unreadable-input")
    refused(object(), out, match="neither", code="unreadable-input")


def test_a_truncated_parquet_file(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pq.write_table(table(), whole)
    for length in (4, 100, whole.stat().st_size - 1):
        (tmp_path / "cut.parquet").write_bytes(whole.read_bytes()[:length])
        refused(tmp_path / "cut.parquet", tmp_path / "out.parquet", match="cannot be read", code="unreadable-input")


def test_a_table_without_lines_has_answers_columns(tmp_path: Path) -> None:
    assert screen(table().slice(0, 0), tmp_path / "out.parquet").lines == 0
    assert pq.read_table(tmp_path / "out.parquet").column_names[-1] == "release"


def test_outputs_that_cannot_be_written(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    pq.write_table(table(), source)
    for out, match in ((source, "is the input"), (tmp_path / "out.txt", "should end in"), (tmp_path / "no" / "out.csv", "no folder")):
        with pytest.raises(RequestError, match=match):
            screen(source, out)
    with pytest.raises(RequestError, match="the memory is `lots`"):
        screen(source, tmp_path / "out.csv", memory="lots")
    with pytest.raises(RequestError, match="no plan `nobody`"):
        screen(source, tmp_path / "out.csv", plan="nobody")


def test_a_name_that_is_a_pattern_is_a_name(tmp_path: Path) -> None:
    source = tmp_path / "in[1]*.parquet"
    pq.write_table(table(), source)
    assert brief(answered(source, tmp_path)) == [("required", [])]


def test_the_engine_reads_no_other_folder(tmp_path: Path) -> None:
    from precert.batch.duck import Duck  # noqa: PLC0415 - what is held

    (tmp_path / "mine").mkdir()
    (tmp_path / "other.csv").write_text("a\n1\n", "utf-8")
    engine = Duck([tmp_path / "mine"], tmp_path / "mine", "100MB")
    with pytest.raises(duckdb.Error, match=r"[Pp]ermission"):
        engine.run(f"SELECT * FROM read_csv('{tmp_path / 'other.csv'}')")  # noqa: S608 - ours
    engine.close()


# -- large, and interrupted --------------------------------------------------------------------------------------------------------------


def _many(path: Path, lines: int) -> None:
    columns = (
        "'case ' || (range // 3) AS case_id",
        "range % 3 + 1 AS line_number",
        f"'{PLAN}' AS plan",
        "DATE '2026-03-02' AS date_of_service",
        "['22551', 'L8680', '64483', 'K0823', '99213'][1 + (range * 7919) % 5] AS code",
        "md5(range::text) || md5((-range)::text) AS mine",
    )
    duckdb.execute(f"COPY (SELECT {', '.join(columns)} FROM range({lines})) TO '{path}' (FORMAT parquet)")  # noqa: S608 - ours


@pytest.mark.long
def test_a_file_larger_than_memory_is_answered(tmp_path: Path) -> None:
    _many(tmp_path / "in.parquet", 1_800_000)
    memory = "100MB"
    assert (tmp_path / "in.parquet").stat().st_size > 100_000_000
    summary = screen(tmp_path / "in.parquet", tmp_path / "out.parquet", memory=memory)
    assert summary.lines == pq.read_metadata(tmp_path / "out.parquet").num_rows == 1_800_000
    before, after = (pq.read_table(tmp_path / name, columns=["mine"]) for name in ("in.parquet", "out.parquet"))
    assert before == after


def test_too_little_memory_is_said_so(tmp_path: Path) -> None:
    _many(tmp_path / "in.parquet", 300_000)
    refused(tmp_path / "in.parquet", tmp_path / "out.parquet", match="`8MB` is too little", code="bad-memory", memory="8MB")


def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path) -> None:
    _many(tmp_path / "in.parquet", 600_000)
    command = [sys.executable, "-m", "precert.surfaces.cli.main", "screen", str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ.copy()) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob(".precert-*")) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode != 0
    assert [each.name for each in tmp_path.iterdir()] == ["in.parquet"]


def test_the_command_prints_its_summary(tmp_path: Path) -> None:
    source, out = tmp_path / "in.parquet", tmp_path / "out.csv"
    pq.write_table(table({}, {"line_number": 2, "date_of_service": None}), source)
    command = [sys.executable, "-m", "precert.surfaces.cli.main", "screen", str(source), str(out), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == precert.screen(source, out).to_dict()
