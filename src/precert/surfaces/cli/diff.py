"""`precert diff`: what one release says otherwise than another, and which booked orders that touches."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from precert.changes import pages
from precert.changes.report import to_dict
from precert.facts import release as paper
from precert.requirement.case import RequestError, nearest, read_date
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import put_bytes, write_json
from precert.surfaces.documents import difference
from precert.surfaces.documents.difference import Opened

Answer = TypeVar("Answer")

_HELP = "A release: its id or the first digits of it (`precert releases` names them), or a file that holds its text."

Format = Annotated[
    str | None,
    typer.Option("--format", metavar="text|csv|markdown", help="How to print the answer; by default as text.", show_default=False),
]


def diff(  # noqa: PLR0913 - the contract's options
    *,
    release_a: Annotated[str, typer.Argument(metavar="RELEASE_A", help=_HELP)],
    release_b: Annotated[str, typer.Argument(metavar="RELEASE_B", help="The release to compare it with.")],
    orders: Annotated[Path | None, typer.Option("--orders", metavar="FILE", help="Booked orders, as CSV: which of them change?")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="D", help="Where future and past dates of service part; see above.")] = None,
    as_json: Json = False,
    form: Format = None,
) -> int:
    """Say what RELEASE_B says otherwise than RELEASE_A, by meaning: rows that only moved are no change.

    Changes that have not taken effect stand apart from those that matter now and those of earlier dates of service; --date is
    where they part, by default the day that RELEASE_B became known, or today for a file. The columns of --orders are case_id,
    code, date_of_service, and optionally plan, line_number, modifiers, units, segment, state, place_of_service.

    Exit status: 0 answered; 1 answered, but a row of the orders could not be read; 2 the request could not be read; 3 no answer
    could be made.
    """
    write = chosen(form, as_json=as_json, forms={"text": pages.text, "csv": pages.csv, "markdown": pages.markdown})
    seen_from = None if day is None else read_date(day, "--date")
    before, after = _open(release_a), _open(release_b)
    report = difference.report(before, after, day=seen_from, orders=None if orders is None else _orders(orders))
    if as_json:
        write_json(to_dict(report))
    else:
        put(write(report))
    return int(bool(report.booked and report.booked.malformed))


def chosen(form: str | None, *, as_json: bool, forms: Mapping[str, Callable[[Answer], str]]) -> Callable[[Answer], str]:
    """Return what writes the answer. Raises RequestError when there is no such format, or two are asked for."""
    if form is not None and as_json:
        raise RequestError("bad-field", "give either --json or --format, not both")
    if form is not None and form not in forms:
        near = nearest(form, list(forms))
        hint = f"did you mean `{near}`? " if near else ""
        raise RequestError("bad-field", f"there is no format `{form}`; {hint}The formats are {', '.join(forms)}, and --json")
    return forms[form or "text"]


def put(text: str) -> None:
    """Write a page to stdout: UTF-8, so that a file of it reads alike everywhere, unless a terminal asks for something else."""
    put_bytes(text.encode(sys.stdout.encoding if sys.stdout.isatty() else "utf-8", errors="replace"))


# -- releases and orders ---------------------------------------------------------------------------------------------------


def _open(named: str) -> Opened:
    """Open a release by its id, by the first digits of it, or from a file. Raises RequestError when none or several are meant."""
    found = difference.find(named)
    if found:
        return found
    if not Path(named).exists():
        known = difference.named_releases()
        raise RequestError("unknown-release", f"there is no release `{named}`, and no file of that name; {known}")
    return _read(Path(named))


def _read(path: Path) -> Opened:
    try:
        release = paper.read(path.read_bytes())
    except OSError as error:
        raise RequestError("unreadable-file", f"`{path}` cannot be read: {error.strerror}") from error
    except paper.ReleaseError as error:
        raise RequestError("unreadable-file", f"`{path}` holds no release: {error}") from error
    known = difference.first_published().get(release.id)
    return Opened(release=release, known_at=known.known_at if known else None)


def _orders(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RequestError("unreadable-file", f"`{path}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RequestError("unreadable-file", f"`{path}` is not UTF-8 text: byte {error.start} is none of a character") from error
