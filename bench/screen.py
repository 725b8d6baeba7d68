"""Screening against the plainest join that could be asked of the same tables: `python -m bench.screen --lines 1000000 FOLDER`.

Every subject runs in a process of its own, one after the other, and so in every round: a machine that slows down slows all of them.
What is timed begins with the lines on disk and the rulebook in the engine's memory, and ends with counts or a written file. The peak
is the process's own, from its start.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.generate import lines as write_lines_file
from bench.generate_tables import book, prepare
from precert.batch import flow, sql
from precert.batch import screen as screening
from precert.batch.duck import Duck
from precert.batch.files import PARQUET

PLANS, CODES, SEED, MEMORY = 50, 60_000, 6, "1GB"
NEEDED = "case_id, line_number, plan, code, date_of_service, modifiers, units, segment"
Timed = Callable[[], object]


def _engine(folder: Path, spill: Path) -> Duck:
    return Duck([folder.resolve()], spill.resolve(), MEMORY)


def _scan(engine: Duck, folder: Path, lines: Path, out: Path) -> Timed:  # noqa: ARG001 - one signature for all
    columns = ", ".join(f"bit_xor(hash({each.strip()}))" for each in NEEDED.split(","))
    return lambda: engine.run(f"SELECT {columns} FROM read_parquet({sql.quoted(str(lines))})").fetchall()  # noqa: S608 - the folder is ours


_JOIN = (
    "FROM read_parquet({lines}) l LEFT JOIN listings e ON e.plan = l.plan AND e.code = l.code "
    "AND l.date_of_service >= e.first AND l.date_of_service <= e.last"
)


def _join(engine: Duck, folder: Path, lines: Path, out: Path) -> Timed:  # noqa: ARG001 - as above
    engine.make("listings", f"SELECT * FROM read_parquet({sql.quoted(str(folder / 'listings.parquet'))})")  # noqa: S608 - the folder is ours
    query = _JOIN.format(lines=sql.quoted(str(lines)))
    return lambda: engine.run(f"SELECT e.requirement, e.platform, count(*) {query} GROUP BY ALL").fetchall()


def _join_written(engine: Duck, folder: Path, lines: Path, out: Path) -> Timed:
    engine.make("listings", f"SELECT * FROM read_parquet({sql.quoted(str(folder / 'listings.parquet'))})")  # noqa: S608 - the folder is ours
    query = f"SELECT l.*, e.requirement, e.platform, e.program, e.citation {_JOIN.format(lines=sql.quoted(str(lines)))}"
    return lambda: engine.run(f"COPY ({query}) TO {sql.quoted(str(out))} (FORMAT parquet)")


def _screening(engine: Duck, folder: Path, lines: Path, out: Path | None) -> Timed:
    prepared = book(folder)
    engine.make("entries", f"SELECT * FROM read_parquet({sql.quoted(str(folder / 'entries.parquet'))})")  # noqa: S608 - the folder is ours
    flow.load_rest(engine, prepared.tables)

    def run() -> int:
        read, at = screening.open_lines(engine, lines, folder, None, prepared)
        _, keys = screening.answer_lines(engine, read, prepared, keep=out is not None)
        if out:
            screening.write_lines(engine, at, prepared, out, PARQUET)
        return keys

    return run


def _screen(engine: Duck, folder: Path, lines: Path, out: Path) -> Timed:  # noqa: ARG001 - as above
    return _screening(engine, folder, lines, None)


SUBJECTS: dict[str, Callable[[Duck, Path, Path, Path], Timed]] = {
    "scan": _scan,
    "range join": _join,
    "screened": _screen,
    "range join, written": _join_written,
    "screened, written": _screening,
}
RATIOS = {"screened": "range join", "screened, written": "range join, written"}


def child(subject: str, folder: Path, lines: Path) -> None:
    """Run one subject; print what it took, in seconds and mebibytes."""
    with tempfile.TemporaryDirectory(dir=folder) as spill:
        engine, out = _engine(folder, Path(spill)), Path(spill) / "out.parquet"
        timed = SUBJECTS[subject](engine, folder, lines, out)
        loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start, used = time.perf_counter(), time.process_time()
        told = timed()
        took, cpu = time.perf_counter() - start, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(
            json.dumps(
                {"seconds": took, "cpu": cpu, "peak": peak / 1024, "loaded": loaded / 1024, "keys": told if isinstance(told, int) else None}
            )
        )
        engine.close()


def measure(folder: Path, lines: Path, subjects: list[str], rounds: int) -> dict[str, list[dict[str, float]]]:
    """Run every subject once a round."""
    taken: dict[str, list[dict[str, float]]] = {each: [] for each in subjects}
    for _ in range(rounds):
        for each in subjects:
            command = [sys.executable, "-m", "bench.screen", "--child", each, "--lines-file", str(lines), str(folder)]
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
            )
            if done.returncode:
                raise RuntimeError(done.stderr)
            taken[each].append(json.loads(done.stdout.splitlines()[-1]))
    return taken


def show(taken: dict[str, list[dict[str, float]]], count: int) -> None:
    """Print a table, and the ratios round by round."""
    print(f"{'':24}{'median':>9}{'least':>9}{'most':>9}{'lines/s':>14}{'cpu':>9}{'peak MiB':>10}")
    for name, each in taken.items():
        seconds = [one["seconds"] for one in each]
        median = statistics.median(seconds)
        cpu, peak = statistics.median(one["cpu"] for one in each), max(one["peak"] for one in each)
        print(f"{name:24}{median:8.2f}s{min(seconds):8.2f}s{max(seconds):8.2f}s{count / median:14,.0f}{cpu:8.2f}s{peak:10.0f}")
    for name, base in RATIOS.items():
        if name in taken and base in taken:
            for what in ("seconds", "cpu"):
                ratios = [one[what] / other[what] for one, other in zip(taken[name], taken[base], strict=True)]
                print(f"{name} / {base} ({what}): {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def main() -> None:
    """Prepare what is missing in the folder, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the tables are kept from one run to the next")
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--child")
    parser.add_argument("--lines-file", type=Path)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.folder, asked.lines_file)
        return
    asked.folder.mkdir(exist_ok=True)
    if not (asked.folder / "lists.pickle").exists():
        prepare(asked.folder, PLANS, CODES, SEED)
    figures = {}
    for count in asked.lines:
        path = asked.folder / f"lines-{count}.parquet"
        if not path.exists():
            write_lines_file(path, count, PLANS, CODES, SEED)
        print(f"\n{count:,} lines, {PLANS} plans of {CODES:,} codes, {asked.rounds} rounds")
        figures[count] = measure(asked.folder, path, list(SUBJECTS), asked.rounds)
        show(figures[count], count)
        path.unlink()
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2), "utf-8")


if __name__ == "__main__":
    main()
