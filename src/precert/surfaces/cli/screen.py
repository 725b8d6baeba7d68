"""`precert screen`: a file of order lines in, the same file with an answer beside every line out."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from precert.request import RequestError
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, write_json

if TYPE_CHECKING:
    from precert.batch.summary import Summary

ENGINES = ("duckdb", "spark")


def screen(  # noqa: PLR0913 - a command's options
    source: Annotated[str, typer.Argument(metavar="INPUT", help="A Parquet or CSV file of order lines.")],
    out: Annotated[str, typer.Argument(metavar="OUTPUT", help="The file to write, .parquet or .csv.")],
    *,
    plan: Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="The plan of lines that name none.")] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="NAME", help="duckdb, in this process, or spark.")] = "duckdb",
    memory: Annotated[str, typer.Option("--memory", metavar="SIZE", help="What the engine may hold; the rest goes to disk.")] = "1GB",
    as_json: Json = False,
) -> int:
    """Answer every line of a file, as `check` answers it in its case. Exit status 1 where some line could not be read."""
    if engine not in ENGINES:
        raise RequestError("bad-field", f"there is no engine `{engine}`; the engines are {' and '.join(ENGINES)}")
    try:
        from precert.batch.screen import screen as answer  # noqa: PLC0415 - loaded by those who screen
    except ImportError as error:
        raise RequestError("missing-extra", f'screening needs more libraries ({error.name}): pip install "precert[batch]"') from error

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # one that is told to end leaves as little behind as one interrupted
    with _seen() as progress:
        summary = answer(source, out, plan=plan, engine=engine, memory=memory, progress=progress)
    if as_json:
        write_json(summary.to_dict())
    else:
        _show(summary)
    return int(bool(summary.malformed))


@contextmanager
def _seen() -> Iterator[Callable[[str, float], None]]:
    """Show how far it is on stderr, where somebody looks."""
    if not sys.stderr.isatty():
        yield lambda doing, done: None  # noqa: ARG005 - nobody to tell
        return
    from rich.console import Console  # noqa: PLC0415 - a caller without a terminal does not pay for it
    from rich.progress import Progress  # noqa: PLC0415 - as above

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("screening", total=1.0)
        yield lambda doing, done: bar.update(task, description=doing, completed=done)


def _show(summary: "Summary") -> None:
    page = Page()
    page.say(f"{summary.lines:,} {'line' if summary.lines == 1 else 'lines'} answered; {summary.output}", 0)
    tables = {
        "WHAT THE LISTS ASK": summary.requirements,
        "PLATFORMS": {name or "none": count for name, count in summary.platforms.items()},
        "WHY": summary.reasons,
        "LINES THAT COULD NOT BE READ, BY WHAT THEY NEED": summary.malformed,
    }
    for heading, counts in tables.items():
        if counts:
            page.heading(heading)
            rows = [(f"{count:,}", name) for name, count in counts.items()]
            page.table({"Lines": max(len("Lines"), *(len(row[0]) for row in rows)), "": max(len(row[1]) for row in rows)}, rows)
    page.finish()
