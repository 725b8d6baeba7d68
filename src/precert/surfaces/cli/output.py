"""Where a verb's answer goes: one JSON document or one page of text on stdout, one line of complaint on stderr.

An answer is put together first and written whole, so that stdout is empty when it could not be made. What was read from outside
(a token, a file's name, a printed cell) is shown with its control characters spelled out: it cannot move a cursor or paint.
rich is imported only by a page.
"""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from precert.surfaces.plain import visible

if TYPE_CHECKING:
    from rich.box import Box

NARROWEST, UNKNOWN_WIDTH = 60, 100
GAP = 2
"""Between two columns of a table: a blank of padding and a blank of rule."""


def write_json(document: Mapping[str, object]) -> None:
    """Write one JSON document to stdout: UTF-8 whatever the locale, with a line's end."""
    put_bytes((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(errors="replace"))


def complain(message: str) -> None:
    """Write one line to stderr."""
    print(f"precert: {visible(' '.join(message.split()))}", file=sys.stderr)


def put_bytes(data: bytes) -> None:
    """Write bytes to stdout; a reader who closed the pipe has read enough."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer would fail once more on the way out, with a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


class Page:
    """A page of plain text for people: headings, sentences, tables. Nothing depends on colour, and no citation is broken."""

    def __init__(self) -> None:
        """Take the terminal's width (or COLUMNS), and its colours unless NO_COLOR is set."""
        from rich.console import Console  # noqa: PLC0415 - a caller of --json does not pay for it

        self.width = max(shutil.get_terminal_size((UNKNOWN_WIDTH, 24)).columns, NARROWEST)
        self._text = StringIO()
        self._console = Console(
            file=self._text, width=self.width, force_terminal=sys.stdout.isatty() or None, highlight=False, markup=False, emoji=False
        )

    def heading(self, text: str) -> None:
        """Begin a part of the page."""
        self.gap()
        self._line(visible(text), "bold")

    def say(self, text: str, indent: int = 2, *, hang: int = 0) -> None:
        """Write a sentence, wrapped between words; the lines after the first are indented `hang` more."""
        first, rest = " " * indent, " " * (indent + hang)
        for line in textwrap.wrap(
            visible(text), self.width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
        ):
            self._line(line)

    def item(self, text: str, indent: int = 2) -> None:
        """Write one entry of a list."""
        self.say(f"- {text}", indent, hang=2)

    def gap(self) -> None:
        """Leave a line empty."""
        self._console.print()

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(text, style=style, soft_wrap=True)

    def put(self, text: str) -> None:
        """Write lines that are laid out already."""
        for line in text.rstrip("\n").split("\n"):
            self._line(visible(line))

    def table(self, columns: Mapping[str, int], rows: Sequence[Sequence[str]], *, spread: bool = False) -> None:
        """Write a table: its columns' names and widths, and its rows, a cell's parts on lines of their own."""
        from rich.table import Table  # noqa: PLC0415 - as in __init__

        table = Table(box=_ruled(), show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0), leading=int(spread), header_style="bold")
        for name, width in columns.items():
            table.add_column(name, width=width, overflow="fold")
        for row in rows:
            table.add_row(*("\n".join(visible(part) for part in cell.split("\n")) for cell in row))
        # A table too wide for the page runs over its edge rather than break what must stay whole.
        self._console.width = max(self.width, sum(columns.values()) + GAP * len(columns))
        self._console.print(table, crop=False)

    def finish(self) -> None:
        """Write the page to stdout, without blanks at the ends of lines, in the terminal's encoding."""
        text = "\n".join(line.rstrip() for line in self._text.getvalue().strip("\n").split("\n")) + "\n"
        put_bytes(text.encode(sys.stdout.encoding or "utf-8", errors="replace"))


_LONG = 200_000
"""Bytes of a file that is worth a bar: less is read before one is drawn."""


@contextmanager
def progress(what: str, file: Path) -> Iterator[Callable[[int, int], object] | None]:
    """Show on stderr, where that is a terminal, how far a long reading is; yield what is to be told (done, of)."""
    if not (sys.stderr.isatty() and file.is_file() and file.stat().st_size >= _LONG):
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - a caller of --json does not pay for it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - as above

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("pages"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(visible(what), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def fit(cells: Sequence[Sequence[str]], name: str, at: int) -> int:
    """Return the width that shows a column's longest word whole."""
    words = [word for row in cells for word in row[at].split()]
    return max(map(len, [name, *words]))


def widest(cells: Sequence[Sequence[str]], name: str, at: int) -> int:
    """Return the width that shows a column without wrapping."""
    return max(map(len, [name, *(part for row in cells for part in row[at].split("\n"))]))


def _ruled() -> "Box":
    from rich.box import Box  # noqa: PLC0415 - as in Page

    return Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
