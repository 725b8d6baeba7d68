"""The review desk: hand in a document, decide on its damaged rows, publish. Who decides is whoever the key or the token names."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from precert.request import RequestError
from precert.surfaces.http.exchange import FORM, admit, document, matched, members, parameters, sized, truth, typed
from precert.surfaces.http.identity import Identity, Role
from precert.surfaces.http.lines import bounded
from precert.surfaces.http.operation import FLAG, ID, Operations, answer, form_body, in_path, json_body, query
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.threads import within, work

ROW = r"^[0-9a-f]{12}$"
_ID, _ROW = re.compile(ID), re.compile(ROW)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()-]{0,120}", re.ASCII)
_TITLE = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
MOST_ROWS, LONGEST_WHY, PROFILE = 500, 1000, 256 << 10


# -- review ----------------------------------------------------------------------------------------------------------------


async def reviews(request: Request) -> Response:
    """Show the lists under review: each row that could not be read, what it may be and why, and the decision that stands."""
    await admit(request, Role.REVIEW)
    given = parameters(request, ("list",))
    return members(await work(_desks, matched(given, "list", _ID)))


def _desks(list_id: str | None) -> dict[str, Any]:
    from precert import workbench  # noqa: PLC0415 - the slower half of the house, for those who need it
    from precert.surfaces.documents import desk  # noqa: PLC0415 - as above

    return desk.review(workbench.desks(list_id))


async def decide(request: Request) -> Response:
    """Accept or reject what rows are proposed to be, or correct one; all of them or none. Publishing applies it."""
    identity = await admit(request, Role.REVIEW)
    parameters(request, ())
    asked = _decision(await document(request))
    return members(await work(_decided, asked, identity))


def _decision(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict) or value.keys() - {"rows", "action", "code", "why"}:
        raise Problem("bad-field")
    rows, code, why = value.get("rows"), value.get("code"), value.get("why")
    if (
        not isinstance(rows, list)
        or not 0 < len(rows) <= MOST_ROWS
        or not all(isinstance(each, str) and _ROW.fullmatch(each) for each in rows)
    ):
        raise Problem("bad-field", "rows")
    if not isinstance(why, str) or not why.strip() or len(why) > LONGEST_WHY:
        raise Problem("no-why" if not why else "bad-field", "why")
    action = value.get("action")
    if not isinstance(action, str) or action not in ("accept", "reject", "correct"):
        raise Problem("bad-field", "action")
    if (action == "correct") != isinstance(code, str) or (action == "correct" and len(rows) > 1):
        raise Problem("bad-field", "code" if len(rows) == 1 else "rows")
    return value


def _decided(asked: Mapping[str, Any], identity: Identity) -> dict[str, Any]:
    from precert import workbench  # noqa: PLC0415 - as in _desks

    try:
        workbench.decide_on(asked["rows"], workbench.Action(asked["action"]), code=asked.get("code"), why=asked["why"], by=identity.subject)
    except workbench.ReviewError as error:
        raise Problem(error.code) from None
    return _desks(None)


# -- ingest ----------------------------------------------------------------------------------------------------------------


async def ingest(request: Request) -> Response:
    """Read a published list that is handed in, account for each of its rows, and keep it as the list's draft.

    The form has one file, `document`, and may have another, `profile`, which says how to read it. `dry_run=true` keeps nothing.
    """
    identity = await admit(request, Role.REVIEW)
    given = parameters(request, ("plan", "list", "title", "dry_run"))
    plan, list_id, title = matched(given, "plan", _ID), matched(given, "list", _ID), matched(given, "title", _TITLE)
    if plan is None:
        raise Problem("bad-parameter", "plan")
    dry_run, limits = truth(given, "dry_run"), request.app.state.settings.limits
    typed(request, FORM)
    sized(request, limits.upload)
    async with request.app.state.uploads:
        form = await _form(request)
        with tempfile.TemporaryDirectory(prefix="precert-") as folder:
            try:
                named = await _files(form, Path(folder))
            finally:
                await form.close()
            told = await within(limits.ingest_seconds, _ingested, named, plan=plan, list=list_id, title=title, dry_run=dry_run)
    request.app.state.telemetry.log.info("ingested", subject=identity.subject, kept=not dry_run, rows=told["rows"]["total"])
    return members(told)


async def _form(request: Request) -> FormData:
    limits = request.app.state.settings.limits
    request._receive = bounded(request.receive, limits.upload, limits.body_seconds)  # noqa: SLF001 - the form is read by starlette, from this
    try:
        return await request._get_form(max_files=2, max_fields=0)  # noqa: SLF001 - as `form`, awaited
    except (HTTPException, MultiPartException, ValueError):
        raise Problem("bad-upload") from None


async def _files(form: FormData, folder: Path) -> dict[str, Path | None]:
    """Put the form's files into a folder: the document under its own name, as far as that is harmless."""
    document, profile = form.get("document"), form.get("profile")
    if not isinstance(document, UploadFile) or set(form) - {"document", "profile"} or len(form.multi_items()) != len(set(form)):
        raise Problem("bad-upload")
    if profile is not None and (not isinstance(profile, UploadFile) or (profile.size or 0) > PROFILE):
        raise Problem("bad-upload", "profile")
    name = (document.filename or "").replace("\\", "/").rpartition("/")[2]
    if not _NAME.fullmatch(name):
        raise Problem("bad-upload", "document")
    (folder / "document").mkdir()
    found: dict[str, Path | None] = {"path": folder / "document" / name, "profile": folder / "profile.toml" if profile else None}
    for each, path in ((document, found["path"]), (profile, found["profile"])):
        if isinstance(each, UploadFile) and path is not None:
            await work(_copied, each, path)
    return found


def _copied(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as file:
        while piece := upload.file.read(1 << 20):
            file.write(piece)


def _ingested(named: Mapping[str, Path | None], **options: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on as they are
    from precert import workbench  # noqa: PLC0415 - as in _desks
    from precert.intake.layouts.profile import ProfileError  # noqa: PLC0415 - as in _desks
    from precert.intake.pipeline import UnknownLayoutError  # noqa: PLC0415 - as in _desks
    from precert.intake.readers.document import UnreadableError  # noqa: PLC0415 - as in _desks

    path = named["path"]
    assert path is not None
    try:
        return workbench.ingest(path, profile=named["profile"], **options).to_dict()
    except (UnreadableError, UnknownLayoutError):
        raise Problem("unreadable-file") from None
    except ProfileError:
        raise Problem("bad-profile") from None


# -- publish ---------------------------------------------------------------------------------------------------------------


async def publish(request: Request) -> Response:
    """Publish a list's draft with the decisions that stand. From the next request on it answers; the releases before it stay."""
    identity = await admit(request, Role.PUBLISH)
    parameters(request, ())
    sized(request, 0)
    list_id = request.path_params["list"]
    if not _ID.fullmatch(list_id):
        raise Problem("bad-parameter", "list")
    told = await within(request.app.state.settings.limits.ingest_seconds, _published, list_id)
    request.app.state.shelf.changed()
    request.app.state.telemetry.log.info("published", subject=identity.subject, release=told["id"])
    return members(told)


def _published(list_id: str) -> dict[str, Any]:
    from precert.surfaces.documents import desk  # noqa: PLC0415 - as in _desks

    try:
        return desk.publish(list_id)[0]
    except RequestError as error:
        raise Problem(error.code) from None


# -- as the document has it ------------------------------------------------------------------------------------------------


def declare(operations: Operations) -> None:
    """Declare the routes."""
    body = ("bad-json", "too-slow", "too-large", "unsupported-media-type", "not-kept")
    named = {"type": "string", "pattern": ID}
    operations.add(
        "GET", "/v1/reviews", reviews, tag="desk", role=Role.REVIEW, parameters=[query("list", named, "this list only")],
        answers={200: answer("review-1", "the lists under review")}, may=["not-kept", "unknown-list"],
    )  # fmt: skip
    operations.add(
        "POST",
        "/v1/decisions",
        decide,
        tag="desk",
        role=Role.REVIEW,
        body=json_body("decision-1", "the rows, what they are, and why"),
        answers={200: answer("review-1", "the lists under review, afterwards")},
        may=[*body, "bad-parameter", "bad-field", "bad-code", "no-why", "unknown-proposal", "no-proposal", "unclear-proposal"],
    )
    file = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {"document": file, "profile": file}, "required": ["document"], "additionalProperties": False}
    operations.add(
        "POST",
        "/v1/drafts",
        ingest,
        tag="desk",
        role=Role.REVIEW,
        parameters=[
            query("plan", named, "the plan that the list applies to", required=True),
            query("list", named, "the list's id; by default the plan's"),
            query("title", {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\x00-\\x1f\\x7f]*$"}, "the list's title"),
            query("dry_run", FLAG, "true: read and report, and keep nothing"),
        ],
        body=form_body(form, "the document, and perhaps a profile"),
        answers={200: answer("ingest-1", "each row accounted for")},
        may=[*body[1:], "bad-upload", "bad-profile", "unreadable-file"],
    )
    operations.add(
        "POST",
        "/v1/lists/{list}/publication",
        publish,
        tag="desk",
        role=Role.PUBLISH,
        parameters=[in_path("list", named, "a list under review")],
        answers={200: answer("publish-1", "what that did")},
        may=["not-kept", "too-large", "unknown-list", "clock-behind", "unreadable-file"],
    )
