"""What an answer costs, beside what the machine does anyway: `python -m bench [--rounds N] [--json FILE]`.

Prints one table: medians, least and most over interleaved rounds, and the ratio to the baseline of the same run. It asserts
nothing: a timed assertion fails on a busy machine and passes on a fast one.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import precert
from bench.measure import Figure, in_process, processes
from precert import bootstrap

PLAN, DAY = "cigna-commercial", "2026-03-02"
PLAIN = ("22551", "22853", "22845", "20930", "20936")
"""Five spine codes whose rows read nothing from the other lines."""
MUTUAL = ("63650", "L8680", "64483", "64484", "K0823")
"""An anchor, a device managed with it, an injection with its add-on, and a wheelchair base: lines that read each other."""
LOOKUPS = "five dict look-ups"
BARE = "python -c pass"
TARGETS = {
    "determine, 5 codes": "25 us",
    "determine + JSON bytes, 5 codes": "80 us",
    "precert check --json, 5 codes": f"20 x `{BARE}`",
}


def main() -> None:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=25, help="rounds inside one process")
    parser.add_argument("--starts", type=int, default=25, help="rounds of whole processes; 0 leaves them out")
    parser.add_argument("--json", type=Path, help="write the figures to this file, or to standard output for `-`")
    options = parser.parse_args()
    tables = [("in one process", LOOKUPS, in_process(subjects(), rounds=options.rounds, seconds=0.004))]
    if options.starts:
        tables.append(("whole processes, user + system time", BARE, processes(commands(), rounds=options.starts)))
    lines = [line for title, base, figures in tables for line in table(title, base, figures)]
    to_stdout = options.json == Path("-")
    print("\n".join([machine(), *lines]), file=sys.stderr if to_stdout else sys.stdout)
    if options.json:
        text = json.dumps(document(tables), indent=1) + "\n"
        if to_stdout:
            print(text, end="")
        else:
            options.json.write_text(text, "utf-8")


def case(codes: Iterable[str]) -> dict[str, Any]:
    """Return a case of these codes, as a caller would send it."""
    return {"plan": PLAN, "date_of_service": DAY, "lines": [{"code": code} for code in codes]}


def subjects() -> dict[str, Callable[[], object]]:
    """Return what is measured inside one process, the baseline first."""
    book = precert.rulebook(PLAN)
    rows = {code: book.index.rows(code) for code in book.index.codes()}
    return (
        {LOOKUPS: lambda: [rows[code] for code in PLAIN]} | _answers(book, PLAIN, "5 codes") | _answers(book, MUTUAL, "mutual") | _opening()
    )


def _answers(book: precert.Rulebook, codes: tuple[str, ...], label: str) -> dict[str, Callable[[], object]]:
    asked = case(codes)
    read = precert.Case.from_dict(asked)
    return {
        f"determine, {label}": lambda: book.determine(read),
        f"determine from a dict, {label}": lambda: book.determine(asked),
        f"determine + JSON bytes, {label}": lambda: book.determine(read).to_json().encode(),
        f"dict to JSON bytes, {label}": lambda: book.determine(asked).to_json().encode(),
        f"determine + to_dict with digest, {label}": lambda: book.determine(read).to_dict(),
    }


def _opening() -> dict[str, Callable[[], object]]:
    """The first answer of a process, imports aside: read the release, check its digest, index it, answer."""
    asked = case(PLAIN)

    def first_answer() -> object:
        bootstrap._bundled.cache_clear()
        bootstrap._rulebook.cache_clear()
        return precert.rulebook(PLAN).determine(asked)

    return {"open the rulebook + first answer": first_answer}


def commands() -> dict[str, list[str]]:
    """Return the commands that are measured as whole processes, the baseline first."""
    script = Path(sys.executable).with_name("precert")
    found = {BARE: [sys.executable, "-c", "pass"], "python -c 'import precert'": [sys.executable, "-c", "import precert"]}
    if script.exists():
        asked = [sys.executable, str(script), "check", "--json", "--plan", PLAN, "--date", DAY, *PLAIN]
        found["precert check --json, 5 codes"] = asked
    return found


def machine() -> str:
    """Return what the figures were taken on."""
    python, system = platform.python_version(), f"{platform.system()} {platform.machine()}"
    return f"precert {precert.__version__}, Python {python}, {system}, {os.cpu_count()} cores"


def table(title: str, base: str, figures: Mapping[str, Figure]) -> list[str]:
    """Return figures as the lines of a table."""
    widest = max(len(name) for name in figures)
    lines = ["", title, f"{'':{widest}}  {'median':>10}  {'least':>10}  {'most':>10}  {'ratio':>8}  target"]
    for name, each in figures.items():
        shown = "  ".join(f"{_in_words(value):>10}" for value in (each.median, each.least, each.most))
        lines.append(f"{name:{widest}}  {shown}  {each.median / figures[base].median:>7.1f}x  {TARGETS.get(name, '')}".rstrip())
    return lines


def _in_words(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def document(tables: list[tuple[str, str, dict[str, Figure]]]) -> dict[str, Any]:
    """Return the figures as JSON members, times in seconds."""
    return {
        "machine": machine(),
        "tables": [
            {"title": title, "baseline": base, "figures": [asdict(each) for each in figures.values()]} for title, base, figures in tables
        ],
    }


if __name__ == "__main__":
    main()
