"""The lists in use, their rows, and every release. An answer carries an ETag that changes with what is published."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from precert import bootstrap
from precert.changes.render import csv_text
from precert.facts.model import Listing
from precert.facts.release import Release
from precert.ports import Published
from precert.request import RequestError, read_date
from precert.surfaces.documents import held
from precert.surfaces.documents.code import printed_row
from precert.surfaces.http.exchange import CSV, JSON, NDJSON, Bytes, admit, cached, matched, members, parameters, tag, unchanged
from precert.surfaces.http.identity import Role
from precert.surfaces.http.operation import DAY, ID, TEXTS, Operations, Schema, answer, in_path, query
from precert.surfaces.http.problem import Problem, missing, unreadable
from precert.surfaces.http.threads import work

SCHEMA = "precert.listings/1"
MOST, USUAL = 1000, 100
RELEASE = r"^sha256:[0-9a-f]{64}$"
_ID, _RELEASE = re.compile(ID), re.compile(RELEASE)
_LIMIT, _CURSOR = re.compile(r"[1-9][0-9]{0,3}", re.ASCII), re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_FORMATS = {"json": JSON, "csv": CSV, "ndjson": NDJSON}


def day_of(given: Mapping[str, Any], name: str) -> date | None:
    """Return a parameter that is a day; None where it is not given. Raises Problem."""
    if name not in given:
        return None
    try:
        return read_date(given[name], name)
    except RequestError as error:
        raise unreadable(error, error.code, (name,)) from None


@lru_cache(maxsize=16)
def open_once(each: Published) -> Release:
    """Open a release, or take it as it was opened and checked before."""
    return bootstrap.open_release(each)


def snapshot() -> str:
    """Return what changes with every publication."""
    return " ".join(f"{each.id} {each.known_at}" for each in bootstrap.published())


# -- lists and releases ----------------------------------------------------------------------------------------------------


async def lists(request: Request) -> Response:
    """Name the lists in use, with their programs."""
    return await _told(request, lambda: held.lists(_silently, open_once))


async def releases(request: Request) -> Response:
    """Name every release, each checked against its digest."""
    return await _told(request, lambda: held.releases(_silently, open_once))


async def release(request: Request) -> Response:
    """Name one release."""
    return await _told(request, lambda: {"schema": "precert.releases/1", "releases": [_entry(request.path_params["id"])]})


def _entry(release_id: str) -> dict[str, Any]:
    if not _RELEASE.fullmatch(release_id):
        raise Problem("bad-parameter", "id")
    found = [each for each in bootstrap.published() if each.id == release_id]
    if not found:
        raise Problem("unknown-release")
    return held.release_entry(found[0], current=release_id in {each.id for each in held.current(_silently)}, opened=open_once)


def _silently(_: str) -> None:
    """Leave unsaid here what `releases` says of an altered release."""


async def _told(request: Request, make: Any) -> Response:  # noqa: ANN401 - a function of no arguments
    await admit(request, Role.READ)
    parameters(request, ())
    etag = tag(await work(snapshot))
    return unchanged(request, etag) or members(await work(make), cached(etag))


# -- the rows of a list ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """What is asked of a list: a release, the rows from one on, how many, and in which form."""

    published: Published
    first: int
    limit: int | None
    form: str

    @property
    def etag(self) -> str:
        return tag(self.published.id, self.first, self.limit, self.form)


async def listings(request: Request) -> Response:
    """Give the rows of a list in its order: JSON by pages, CSV or NDJSON whole unless `limit` is given.

    A cursor goes on in the release that its page was of, whatever was published since. Wording of the document is not in it.
    """
    await admit(request, Role.READ)
    given = parameters(request, ("cursor", "limit", "known_at", "format"))
    form = _form(request, given)
    page = await work(_page, request.path_params["list"], given, form)
    same = unchanged(request, page.etag)
    if same:
        return same
    body, after = await work(_written, page)
    link = {"Link": f'<?{_next(after, page)}>; rel="next"'} if after else {}
    return Bytes(body, page.form, cached(page.etag) | link)


def _form(request: Request, given: Mapping[str, Any]) -> str:
    if "format" in given:
        if given["format"] not in _FORMATS:
            raise Problem("bad-parameter", "format")
        return _FORMATS[given["format"]]
    accepted = request.state.headers.get(b"accept", b"*/*").decode("latin-1").lower()
    for each in accepted.split(","):
        kind = each.partition(";")[0].strip()
        if kind in ("*/*", "application/*"):
            return JSON
        if kind in _FORMATS.values():
            return str(kind)
    raise Problem("not-acceptable")


def _page(list_id: str, given: Mapping[str, Any], form: str) -> _Page:
    if not _ID.fullmatch(list_id):
        raise Problem("bad-parameter", "list")
    told = matched(given, "limit", _LIMIT)
    limit = int(told) if told else USUAL if form == JSON else None
    if limit and limit > MOST:
        raise Problem("bad-parameter", "limit")
    known_at, cursor = day_of(given, "known_at"), matched(given, "cursor", _CURSOR)
    if cursor is None:
        return _Page(_in_use(list_id, known_at), 0, limit, form)
    release_id, first = _opened_cursor(cursor)
    found = [each for each in bootstrap.published() if (each.id, each.list) == (release_id, list_id)]
    if not found:
        raise Problem("unknown-cursor")
    return _Page(found[0], first, limit, form)


def _in_use(list_id: str, known_at: date | None) -> Published:
    every = [each for each in bootstrap.published() if each.list == list_id]
    if not every:
        raise Problem("unknown-list")
    try:
        book = bootstrap.rulebook(every[0].plan, known_at)
    except RequestError as error:
        raise missing(error.code) from None
    using = {each.id for each in book.releases if each.list == list_id}
    found = [each for each in every if each.id in using]
    if not found:
        raise Problem("no-release")
    return found[-1]


def _cursor(release_id: str, first: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([release_id, first]).encode()).decode().rstrip("=")


def _opened_cursor(cursor: str) -> tuple[str, int]:
    try:
        release_id, first = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise Problem("unknown-cursor") from None
    if not isinstance(release_id, str) or type(first) is not int or first < 0:
        raise Problem("unknown-cursor")
    return release_id, first


def _next(after: str, page: _Page) -> str:
    form = next(name for name, media_type in _FORMATS.items() if media_type == page.form)
    return f"cursor={quote(after)}&limit={page.limit}&format={form}"


def _written(page: _Page) -> tuple[bytes, str | None]:
    opened = open_once(page.published)
    last = len(opened.listings) if page.limit is None else page.first + page.limit
    rows = opened.listings[page.first : last]
    after = _cursor(page.published.id, last) if last < len(opened.listings) else None
    if page.form == CSV:
        return csv_text(COLUMNS, _table(rows)).encode(), after
    entries = [_row(each, opened) for each in rows]
    if page.form == NDJSON:
        return "".join(_dump(each) + "\n" for each in entries).encode(), after
    return _dump(_document(page.published, opened, entries, after)).encode(), after


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _document(each: Published, opened: Release, entries: list[dict[str, Any]], after: str | None) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "plan": each.plan,
        "list": each.list,
        "release": each.id,
        "edition": opened.header.edition or None,
        "known_at": each.known_at.isoformat(),
        "total": len(opened.listings),
        "listings": entries,
        "next": after,
    }


def _row(listing: Listing, opened: Release) -> dict[str, Any]:
    setting = {each.name: each.setting for each in opened.header.programs}.get(listing.program)
    delegate = opened.header.delegate.name if opened.header.delegate else None
    return {"code": listing.code} | printed_row(listing, setting=setting, delegate=delegate)


COLUMNS = (
    *("code", "program", "requirement", "platform", "product", "category", "section", "grouping", "um_cs"),
    *("begins", "ends", "changed", "conditions", "document", "line", "page", "sheet", "row"),
)


def _table(rows: Sequence[Listing]) -> Iterator[list[str]]:
    for each in rows:
        told = printed_row(each, setting=None, delegate=None)
        flat = {"code": each.code} | told | told["printed"] | told["citation"]
        flat["conditions"] = ";".join(condition["kind"] for condition in told["conditions"])
        yield ["" if flat[name] is None else str(flat[name]) for name in COLUMNS]


# -- as the document has it ------------------------------------------------------------------------------------------------

_LINK: Schema = {"Link": {"description": "the next page, where there is one", "schema": {"type": "string"}}}
SAME: Schema = {"description": "as the client has it"}


def declare(operations: Operations) -> None:
    """Declare the routes."""
    may = ("not-kept",)
    operations.add(
        "GET", "/v1/lists", lists, tag="lists", role=Role.READ, may=[*may, "bad-parameter"],
        answers={200: answer("lists-1", "the lists in use", tagged=True), 304: SAME},
    )  # fmt: skip
    told = answer("listings-1", "rows", tagged=True, more=_LINK)
    operations.add(
        "GET",
        "/v1/lists/{list}/listings",
        listings,
        tag="lists",
        role=Role.READ,
        parameters=[
            in_path("list", {"type": "string", "pattern": ID, "examples": ["cigna-commercial"]}, "a list's id"),
            query("cursor", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,200}$"}, "`next` of the page before"),
            query("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, "rows of a page"),
            query("known_at", DAY, "the list as it was known on this day"),
            query("format", {"type": "string", "enum": [*_FORMATS]}, "the form, where the header Accept cannot say it"),
        ],
        answers={200: told | {"content": told["content"] | TEXTS}, 304: SAME},
        may=[*may, "bad-date", "unknown-list", "unknown-cursor", "no-release", "not-acceptable"],
    )
    operations.add(
        "GET", "/v1/releases", releases, tag="lists", role=Role.READ, may=[*may, "bad-parameter"],
        answers={200: answer("releases-1", "every release", tagged=True), 304: SAME},
    )  # fmt: skip
    operations.add(
        "GET",
        "/v1/releases/{id}",
        release,
        tag="lists",
        role=Role.READ,
        parameters=[in_path("id", {"type": "string", "pattern": RELEASE}, "a release's id")],
        answers={200: answer("releases-1", "the release alone", tagged=True), 304: SAME},
        may=[*may, "unknown-release"],
    )
