"""What reading a PDF costs, beside what pdfplumber takes to find its words: `python -m bench.pdf [--rounds N] [FILE ...]`.

Both read the same pages, in turns, in the same run, by processor time. Without a file, a made-up list is drawn. It asserts
nothing.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from bench.measure import Figure, processes

BARE = "pdfplumber, words only"
OURS = "the reader, rows and prose"
ROWS = 900
TARGET = 0.6
"""Of the pages that pdfplumber finds words on in a second."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.pdf", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("files", type=Path, nargs="*", help="PDF files to read")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", choices=("bare", "ours", "none"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        once(options.one, options.files[0].read_bytes())
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in options.files or made_up(Path(folder)):
            for line in lines(path, options.rounds):
                print(line, flush=True)


def once(which: str, data: bytes) -> None:
    """Read a PDF once, one way; `none` imports both and reads nothing."""
    pdfplumber, pdf = import_module("pdfplumber"), import_module("precert.intake.readers.pdf")
    import_module("precert.intake.readers.ink")
    if which == "bare":
        with pdfplumber.open(io.BytesIO(data)) as document:
            for page in document.pages:
                page.extract_words()
                page.close()
    elif which == "ours":
        pdf.read("list.pdf", data)


def lines(path: Path, rounds: int) -> Iterator[str]:
    """Yield the figures of one file: pages a second, each by itself, starting Python taken away."""
    with import_module("pdfplumber").open(path) as document:
        pages = len(document.pages)
    commands = {name: [sys.executable, "-m", "bench.pdf", "--one", which, str(path)] for name, which in _WAYS.items()}
    taken = processes(commands, rounds=rounds)
    start = taken["start"].median
    yield f"{path.name}: {pages} pages"
    for name in (BARE, OURS):
        yield f"  {name:28} {_rate(taken[name], start, pages)}"
    share = (taken[BARE].median - start) / (taken[OURS].median - start)
    yield f"  share of the bare rate        {share:8.0%}  target {TARGET:.0%}"


_WAYS = {"start": "none", BARE: "bare", OURS: "ours"}


def _rate(figure: Figure, start: float, pages: int) -> str:
    per_second = [pages / (value - start) for value in (figure.median, figure.most, figure.least)]
    return f"{per_second[0]:8.1f} pages/s  ({per_second[1]:.1f} to {per_second[2]:.1f})"


def made_up(folder: Path) -> Iterator[Path]:
    """Draw a made-up list, with rules and without."""
    drawing, readers = import_module("tests.intake.render_pdf"), import_module("precert.intake.readers")
    heading = "Category\tCode\tDescription\tPA Required\tPlatform\tNotes\n"
    text = "Made up: one of many, and long enough to go on over more than one line of its cell, as such texts are known to do"
    rows = "".join(f"Back\t{20000 + 7 * number}\t{text[: 30 + number % 80]}\tYes\tNorth Portal\t\n" for number in range(ROWS))
    document = readers.read("list.txt", (heading + rows).encode())
    for look in drawing.LOOKS:
        if look.name in {"ruled", "borderless"}:
            path = folder / f"made-up-{look.name}.pdf"
            path.write_bytes(drawing.render(document, look))
            yield path


if __name__ == "__main__":
    main()
