"""Adding a list: a document is handed in, read while the page tells how far, and its report says what became of each row."""

import asyncio
import re
import secrets
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from precert import bootstrap
from precert.changes.report import to_dict
from precert.request import RequestError
from precert.surfaces.http.exchange import FORM, members, sized, typed
from precert.surfaces.http.lines import bounded
from precert.surfaces.http.operation import ID
from precert.surfaces.http.problem import KINDS, Problem
from precert.surfaces.http.threads import within, work
from precert.surfaces.web import page, session
from precert.surfaces.web.compare import grouped, grouped_facts

_ID, _TITLE = re.compile(ID), re.compile(r"[^\x00-\x1f\x7f]{0,200}")
_UNSAFE = re.compile(r"[^A-Za-z0-9 ._()-]", re.ASCII)
_PROFILE, _KEPT, _MOST_JOBS = 256 << 10, 4 << 20, 20


@dataclass(slots=True)
class Job:
    """One document that is read, or was."""

    name: str
    list: str
    page: int = 0
    pages: int = 0
    done: bool = False
    error: str | None = None
    report: dict[str, Any] | None = None
    change: dict[str, Any] | None = None

    @property
    def words(self) -> str:
        """Say how far it is."""
        return f"page {self.page} of {self.pages}" if self.pages else "reading"


class Jobs:
    """The documents read lately, by this process."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, job_id: str) -> Job:
        """Return one. Raises Problem `no-such-path`."""
        found = self._jobs.get(job_id)
        if found is None:
            raise Problem("no-such-path")
        return found

    def begin(self, request: Request, job: Job, folder: "tempfile.TemporaryDirectory[str]", told: dict[str, Any]) -> str:
        """Begin to read a document in the background; return the id to ask by."""
        job_id = secrets.token_hex(16)
        self._jobs[job_id] = job
        while len(self._jobs) > _MOST_JOBS:
            self._jobs.popitem(last=False)
        task = asyncio.create_task(_run(request, job, folder, told))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job_id


# -- handing in ------------------------------------------------------------------------------------------------------------


async def add(request: Request) -> Response:
    """Show the form; take a document, and go to where it is read."""
    if request.method != "POST":
        return await _form(request)
    sent = await _sent(request)
    try:
        session.guard(request, {"csrf": sent.get("csrf")})
        fields = {name: str(sent.get(name) or "").strip() for name in ("plan", "list", "title")}
        wrong = _wrong(fields, sent)
        if wrong:
            return await _form(request, fields, wrong, status=422)
        folder = tempfile.TemporaryDirectory(prefix="precert-")
        told = fields | await work(_copied, sent, Path(folder.name))
    finally:
        await sent.close()
    job = Job(name=told["path"].name, list=fields["list"] or fields["plan"])
    return page.moved(f"/ingest/{_jobs(request).begin(request, job, folder, told)}")


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


async def _form(request: Request, fields: dict[str, str] | None = None, wrong: str | None = None, *, status: int = 200) -> Response:
    plans = await work(bootstrap.plans)
    return await work(
        page.show, request, "ingest.html", status=status, plans=plans, fields=fields or {"plan": "", "list": "", "title": ""}, wrong=wrong
    )


async def _sent(request: Request) -> FormData:
    limits = request.app.state.settings.limits
    typed(request, FORM)
    sized(request, limits.upload)
    request._receive = bounded(request.receive, limits.upload, limits.body_seconds)  # noqa: SLF001 - the form is read by starlette, from this
    try:
        return await request.form(max_files=2, max_fields=8)
    except (HTTPException, MultiPartException, ValueError):
        raise Problem("bad-upload") from None


def _wrong(fields: dict[str, str], sent: FormData) -> str | None:
    document, profile = sent.get("document"), sent.get("profile")
    if not isinstance(document, UploadFile) or not document.filename:
        return "Choose the document: the list as the plan published it."
    for name in ("plan", "list"):
        if not _ID.fullmatch(fields[name] or ("" if name == "plan" else "x")):
            return f"The {name}'s short name is of letters, digits, dots and hyphens, such as example-commercial."
    if isinstance(profile, UploadFile) and (profile.size or 0) > _PROFILE:
        return "The profile is larger than any profile is."
    return None if _TITLE.fullmatch(fields["title"]) else "The title is too long, or holds what does not print."


def _copied(sent: FormData, folder: Path) -> dict[str, Any]:
    document, profile = sent["document"], sent.get("profile")
    assert isinstance(document, UploadFile)
    name = _UNSAFE.sub("-", (document.filename or "").replace("\\", "/").rpartition("/")[2])[-100:].lstrip(" .-") or "document"
    (folder / "document").mkdir()
    found: dict[str, Any] = {"path": folder / "document" / name, "profile": None}
    _copy(document, found["path"])
    if isinstance(profile, UploadFile) and profile.filename:
        found["profile"] = folder / "profile.toml"
        _copy(profile, found["profile"])
    return found


def _copy(upload: UploadFile, path: Path) -> None:
    upload.file.seek(0)
    with path.open("xb") as file:
        while data := upload.file.read(_KEPT):
            file.write(data)


# -- reading ---------------------------------------------------------------------------------------------------------------


async def _run(request: Request, job: Job, folder: "tempfile.TemporaryDirectory[str]", told: dict[str, Any]) -> None:
    state = request.app.state
    try:
        async with state.uploads:
            await within(state.settings.limits.ingest_seconds, _read, job, told)
        state.telemetry.log.info("ingested", subject=request.state.identity.subject, kept=True)
    except Problem as problem:
        job.error = KINDS[problem.code].title
    except RequestError as error:
        job.error = str(error)
    except Exception as error:  # noqa: BLE001 - whoever waits is told that it ended, and the log why
        state.telemetry.error(error, request.state.request_id)
        job.error = KINDS["failed"].title
    finally:
        await work(folder.cleanup)
        job.done = True


def _read(job: Job, told: dict[str, Any]) -> None:
    from precert import workbench  # noqa: PLC0415 - the slower half of the house, for who needs it
    from precert.intake.layouts.profile import ProfileError  # noqa: PLC0415 - as above
    from precert.intake.pipeline import UnknownLayoutError  # noqa: PLC0415 - as above
    from precert.intake.readers.document import UnreadableError  # noqa: PLC0415 - as above

    def progress(done: int, of: int) -> None:
        job.page, job.pages = done, of

    try:
        report = workbench.ingest(
            told["path"],
            plan=told["plan"],
            list=told["list"] or None,
            title=told["title"] or None,
            profile=told["profile"],
            progress=progress,
        )
    except (UnknownLayoutError, UnreadableError, ProfileError) as error:
        raise RequestError("unreadable-file", str(error)) from error
    job.report, job.list = report.to_dict(), report.profile.list
    change = workbench.change(report)
    if change:
        told_change = to_dict(change)
        job.change = told_change | {
            "changes": grouped(told_change["changes"]),
            "list_changes": grouped_facts(told_change["list_changes"]),
        }


async def job(request: Request) -> Response:
    """Show how far the reading is, and its report when it is done."""
    job_id: str = request.path_params["job"]
    return await work(page.show, request, "job.html", job=_jobs(request).find(job_id), job_id=job_id)


async def state(request: Request) -> Response:
    """Tell the page's script how far the reading is."""
    found = _jobs(request).find(request.path_params["job"])
    return members({"page": found.page, "pages": found.pages, "words": found.words, "done": found.done})
