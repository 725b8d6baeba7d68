"""Screening against the plainest join that could be asked of the same tables: `python -m bench.screen --lines 1000000 FOLDER`.

Every subject runs in a process of its own, one after the other, and so in every round: a machine that slows down slows all of them.
What is timed begins with the lines on disk and the rulebook in the engine's memory, and ends with counts or a written file. The peak
is that of the process and its children, from its start. What cannot keep up takes a part of the lines; it says how many.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.generate import lines as write_lines_file
from bench.generate_tables import prepare
from bench.subjects import SUBJECTS, Setting

PLANS, CODES, SEED = 50, 60_000, 6
RATIOS = (
    ("screened", "range join"),
    ("screened, written", "range join, written"),
    ("Spark, screened", "Spark, range join"),
    ("Spark, screened", "Spark, range join, copied"),
)
EMBEDDED = ("scan", "range join", "screened", "range join, written", "screened, written")


def child(subject: str, folder: Path, lines: Path) -> None:
    """Run one subject; print what it took, in seconds and mebibytes, and how many lines it went through."""
    with tempfile.TemporaryDirectory(dir=folder) as spill:
        timed = SUBJECTS[subject](Setting(folder.resolve(), lines, Path(spill).resolve()))
        start, used = time.perf_counter(), time.process_time()
        told = timed()
        took, cpu = time.perf_counter() - start, time.process_time() - used
        print(json.dumps({"seconds": took, "cpu": cpu, "peak": _peak() / 1024, "lines": told}))


def _peak() -> int:
    """Return the most memory that this process and those it started have held, in kibibytes."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
    return sum(
        int(line.split()[1])
        for process in ["self", *children]
        for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines()
        if line.startswith("VmHWM")
    )


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
        median, through = statistics.median(seconds), each[0]["lines"]
        cpu, peak = statistics.median(one["cpu"] for one in each), max(one["peak"] for one in each)
        part = "" if through == count else f"   of {through:,} lines"
        print(f"{name:24}{median:8.2f}s{min(seconds):8.2f}s{max(seconds):8.2f}s{through / median:14,.0f}{cpu:8.2f}s{peak:10.0f}{part}")
    for name, base in RATIOS:
        if name in taken and base in taken:
            for what in ("seconds", "cpu") if name in EMBEDDED else ("seconds",):
                ratios = [one[what] / other[what] for one, other in zip(taken[name], taken[base], strict=True)]
                print(f"{name} / {base} ({what}): {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def main() -> None:
    """Prepare what is missing in the folder, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the tables are kept from one run to the next")
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--subjects", nargs="+", choices=list(SUBJECTS), default=list(EMBEDDED))
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
        figures[count] = measure(asked.folder, path, asked.subjects, asked.rounds)
        show(figures[count], count)
        path.unlink()
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2), "utf-8")


if __name__ == "__main__":
    main()
