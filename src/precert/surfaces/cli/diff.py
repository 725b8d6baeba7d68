"""`precert diff`: what one release says otherwise than another, and which booked orders that touches."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from precert.bootstrap import open_release, plans, published, rulebook
from precert.changes import pages
from precert.changes.booked import read_orders
from precert.changes.compare import diff as compare
from precert.changes.report import Report, to_dict
from precert.changes.touched import Booked, compare_orders
from precert.facts import release as paper
from precert.facts.compile import Index, compile_releases
from precert.ports import Published
from precert.requirement.case import RequestError, nearest, read_date
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import put_bytes, write_json

Answer = TypeVar("Answer")

_ID = re.compile(r"(?:sha256:)?([0-9a-f]{4,64})", re.ASCII)
_SHOWN = 12
_HELP = "A release: its id or the first digits of it (`precert releases` names them), or a file that holds its text."

Format = Annotated[
    str | None,
    typer.Option("--format", metavar="text|csv|markdown", help="How to print the answer; by default as text.", show_default=False),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A release and the day it became known, if it ever was published here."""

    release: paper.Release
    known_at: date | None


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
    report = Report(
        difference=compare(before.release, after.release),
        day=seen_from or after.known_at or datetime.now().astimezone().date(),
        known_before=before.known_at,
        known_after=after.known_at,
        booked=None if orders is None else _booked(orders, before, after),
    )
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


# -- releases --------------------------------------------------------------------------------------------------------------


def _open(named: str) -> Opened:
    """Open a release by its id, by the first digits of it, or from a file. Raises RequestError when none or several are meant."""
    digits = _ID.fullmatch(named.strip().lower())
    known = _first_published().values()
    meant = [each for each in known if digits and each.id.startswith(f"sha256:{digits[1]}")]
    if len(meant) > 1:
        raise RequestError("unknown-release", f"`{named}` may be any of {', '.join(each.id for each in meant)}: give more digits")
    if meant:
        (found,) = meant
        return Opened(release=open_release(found), known_at=found.known_at)
    if not Path(named).exists():
        raise RequestError("unknown-release", f"there is no release `{named}`, and no file of that name; {_releases()}")
    return _read(Path(named))


def _first_published() -> dict[str, Published]:
    """Return every release by its id, with the day it first became known."""
    found: dict[str, Published] = {}
    for each in published():
        found.setdefault(each.id, each)
    return found


def _releases() -> str:
    return "the releases are " + ", ".join(f"{each.id[: len('sha256:') + _SHOWN]} ({each.list}, {each.known_at})" for each in published())


def _read(path: Path) -> Opened:
    try:
        release = paper.read(path.read_bytes())
    except OSError as error:
        raise RequestError("unreadable-file", f"`{path}` cannot be read: {error.strerror}") from error
    except paper.ReleaseError as error:
        raise RequestError("unreadable-file", f"`{path}` holds no release: {error}") from error
    known = _first_published().get(release.id)
    return Opened(release=release, known_at=known.known_at if known else None)


# -- booked orders ---------------------------------------------------------------------------------------------------------


def _booked(path: Path, before: Opened, after: Opened) -> Booked:
    old, new = before.release.header, after.release.header
    if (old.plan, old.list) != (new.plan, new.list):
        raise RequestError("bad-field", f"--orders compares two releases of one list; these are of `{old.list}` and `{new.list}`")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RequestError("unreadable-file", f"`{path}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RequestError("unreadable-file", f"`{path}` is not UTF-8 text: byte {error.start} is none of a character") from error
    return compare_orders(read_orders(text, old.plan), _index(before), _index(after))


def _index(opened: Opened) -> Index:
    """Compile a release beside the plan's other lists, as they are in use."""
    return compile_releases(_sources(opened))


def _sources(opened: Opened) -> Iterator[tuple[paper.RawRelease, date]]:
    header = opened.release.header
    own = _raw(opened.release), opened.known_at or datetime.now().astimezone().date()
    in_use = rulebook(header.plan).releases if header.plan in plans() else ()
    for held in in_use:
        yield own if held.list == header.list else (_raw(open_release(_first_published()[held.id])), held.known_at)
    if header.list not in {held.list for held in in_use}:
        yield own


def _raw(release: paper.Release) -> paper.RawRelease:
    return paper.parse(release.text().encode(paper.ENCODING))
